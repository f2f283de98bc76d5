"""Teams that register themselves: what is recorded, who may change it, who is told, who comes in by a link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from adapters.plain import form_text
from bot.access import INVITATION_LASTS, SHELL, Role, Who
from bot.advisor import Advisor
from bot.errors import ChangedMeanwhile, NotAllowed, TeamChangeRefused, TeamUnknown
from bot.messages import Conversation, FormSubmission, IncomingMessage, Sender
from bot.replies import Link, Paragraph
from bot.storage.records import TeamRow
from bot.storage.teams import subject_of
from bot.storage.unit import Storage
from bot.team_rules import By, Recorded, Wish
from bot.units import Command, Units, typed_in, wish_of
from tests.fakes.answering import (
    START,
    FakeAnswering,
    Someone,
    _no_draft,
    facts_of,
    forms_of,
    labels,
    make_advisor,
    small_print,
)
from tests.fakes.office import ADMIN, World
from tests.on_sqlite import database

__all__ = ["database"]

SOUTH = {"name": "Dealer South", "relationship": "dealer", "parent": "", "visibility": "counted", "joining": "everybody"}
PLAIN = Wish("Dealer South", "dealer", "", "counted", True)


@pytest_asyncio.fixture
async def advisor(storage: Storage) -> AsyncIterator[Advisor]:
    yield make_advisor(storage, FakeAnswering(), named={Role.ADMIN: ["UADMIN"]})


def member(person: str = "p1", tenant: str = "W1") -> By:
    return By(Who(tenant, person, frozenset()))


def admin(reason: str = "a slip", tenant: str = "W1") -> By:
    return By(Who(tenant, "admin", frozenset({Role.ADMIN})), reason=reason)


async def what_happened(storage: Storage, name: str, tenant: str = "W1") -> list[str]:
    """What is written down of a team, oldest first."""
    async with storage.view() as unit:
        team = await unit.teams.as_written(tenant, name)
        assert team
        return [entry.what for entry in reversed(await unit.audits.about(tenant, subject_of(team.id)))]


# Registering


async def test_registering_records_what_was_chosen_and_takes_the_person_in(advisor: Advisor, storage: Storage) -> None:
    person = Someone(advisor)
    [form] = forms_of(await person.says("register our team"))
    assert [field.name for field in form.fields] == ["name", "relationship", "parent", "visibility", "joining"]
    said = facts_of(await person.fills(form.form, form.context, SOUTH))
    assert (said["Team"], said["Relationship"], said["Parent"], said["Joining"]) == ("Dealer South", "dealer", "not known", "everybody may join")
    assert said["Visibility"].startswith("counted: your team adds one")
    assert (await person.says("my team")).text.startswith("Here you speak for Dealer South.")
    assert await what_happened(storage, "Dealer South") == ["registered", "joined"]


async def test_no_hint_says_again_what_stands_in_the_menu(advisor: Advisor) -> None:
    """Nor does the form in words, which lists what can be chosen."""
    [form] = forms_of(await Someone(advisor).says("register our team"))
    hints = {field.name: field.hint for field in form.fields if field.options}
    assert hints == {"relationship": "", "visibility": "", "joining": "Who may join"}
    assert form_text(form).casefold().count("franchise") == form_text(form).casefold().count("counted") == 1


async def test_whoever_names_a_team_hears_how_it_is_shown_and_may_choose(advisor: Advisor) -> None:
    """One that is made, and one that is joined; in a channel, too. The form is the one that changes it."""
    person = Someone(advisor)
    made = await person.says("my team is Chapter North")
    shown = "It is recorded as “Unit” and shown as “Named”: other teams see your team's name beside what it tries and what came of it."
    assert shown in made.text and "The team chooses both itself." in made.text
    [form] = forms_of(await person.chooses(made, "Choose how it is shown"))
    chosen = {"name": "Chapter North", "relationship": "chapter", "parent": "-", "visibility": "counted", "joining": "everybody"}
    assert facts_of(await person.fills(form.form, form.context, chosen))["Relationship"] == "chapter"
    for joined in (await Someone(advisor, "U2", channel="C2").says("my team is chapter north"), await Someone(advisor, "U3", channel="C3", kind="channel").says("team Chapter North")):
        assert "It is recorded as “Chapter” and shown as “Counted”: your team adds one to a count" in joined.text
        assert labels(joined) == ["Choose how it is shown"]


@pytest.mark.parametrize(("said", "shown"), [
    ("mein Team ist Verein Nord", "als „Einheit“ eingetragen und wird so gezeigt: „Mit Namen“. Andere Teams sehen den Namen Ihres Teams"),
    ("mon équipe est Club Nord", "enregistrée comme « Unité » et montrée ainsi : « Avec le nom » ; les autres équipes voient"),
    ("mi equipo es Club Norte", "registrado como «Unidad» y se muestra así: «Con nombre»; los demás equipos ven"),
])
async def test_how_it_is_shown_is_told_in_the_language_in_which_it_was_named(advisor: Advisor, said: str, shown: str) -> None:
    reply = await Someone(advisor).says(said)
    assert shown in reply.text and labels(reply) != ["Choose how it is shown"]


async def test_what_the_person_stated_before_becomes_the_teams(advisor: Advisor, storage: Storage) -> None:
    person = Someone(advisor)
    await person.presses("adopt", "a|pilot-charter|trying")
    await person.fills("register", "", SOUTH)
    async with storage.view() as unit:
        [adoption] = await unit.adoptions.all("W1")
        team = await unit.teams.named("W1", "Dealer South")
    assert team and adoption.team_id == team.id


async def test_the_same_form_twice_is_one_team(advisor: Advisor, storage: Storage) -> None:
    """Even where it was renamed or left in between: the event is known by its own mark."""
    person = Someone(advisor)
    form = FormSubmission("ev", person.where, person.sender, START, "register", "", SOUTH)
    for between in ("", "leave our team"):
        assert await advisor(form, _no_draft)
        if between:
            await person.says(between)
    again = await advisor(form, _no_draft)
    assert again and again.text.startswith("Already recorded: Dealer South.")
    async with storage.view() as unit:
        assert [team.name for team in await unit.teams.all("W1")] == ["Dealer South"]
    assert await what_happened(storage, "Dealer South") == ["registered", "joined", "left"]


async def test_a_name_that_is_taken_changes_nothing_and_offers_the_team(advisor: Advisor, storage: Storage) -> None:
    await Someone(advisor).fills("register", "", SOUTH)
    other = Someone(advisor, "U2")
    taken = await other.fills("register", "", {**SOUTH, "name": "dealer SOUTH", "visibility": "named"})
    assert "already registered, so nothing was changed" in taken.text
    async with storage.view() as unit:
        team = await unit.teams.named("W1", "Dealer South")
        assert team and team.visibility == "counted"
    joined = await other.chooses(taken, "I am in dealer SOUTH")
    assert joined.text.startswith("You speak for Dealer South now.")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"name": " "}, "A team needs a name."), ({"relationship": "friend"}, "“friend” is not a relationship"), ({"visibility": "loud"}, "“loud” is not a visibility")],
)
async def test_what_cannot_be_recorded_stands_in_the_form_again(advisor: Advisor, storage: Storage, wrong: dict[str, str], words: str) -> None:
    again = await Someone(advisor).fills("register", "", {**SOUTH, **wrong})
    [form] = forms_of(again)
    assert words in again.text
    kept = {field.name: field.value for field in form.fields if field.name not in wrong}
    assert kept == {name: value for name, value in SOUTH.items() if name not in wrong}
    async with storage.view() as unit:
        assert await unit.teams.all("W1") == []


async def test_a_parent_that_is_no_team_is_said_and_left_out(advisor: Advisor) -> None:
    reply = await Someone(advisor).fills("register", "", {**SOUTH, "parent": "Region Nowhere"})
    assert facts_of(reply)["Parent"] == "not known"
    assert any(isinstance(block, Paragraph) and "I do not know a team called “Region Nowhere”" in block.text for block in reply.blocks)


def test_fields_are_found_and_choices_read_however_they_are_written() -> None:
    """What is not there stays as it is; a dash is no parent."""
    wish = wish_of(typed_in({"Name": "  Dealer\u00a0 South ", "Relationship": "DEALER", "Parent": "-", "Joining": "Only through us"}))
    assert wish == Wish("Dealer South", "dealer", "", None, False)
    assert wish_of({}) == Wish()


async def test_a_department_registers_as_a_unit(advisor: Advisor) -> None:
    """In the command and in the form."""
    person = Someone(advisor)
    [form] = forms_of(await person.says("register our department"))
    said = facts_of(await person.fills(form.form, form.context, {**SOUTH, "relationship": "Department"}))
    assert said["Relationship"] == "unit"


@pytest.mark.parametrize("text", ["our team is North", "team North", "my team", "how do we register our team for an award?", "our team needs help", "invite"])
def test_other_words_are_left_to_others(text: str) -> None:
    units = Units(None, None, None, "")  # type: ignore[arg-type]  # only words are looked at
    assert units.meant(text) is None


# Changing


async def test_a_member_changes_what_is_recorded(advisor: Advisor, storage: Storage) -> None:
    """Only what is given; the history says what it was and is."""
    person = Someone(advisor)
    await person.fills("register", "", SOUTH)
    card = await person.says("our team")
    [form] = forms_of(await person.chooses(card, "Change"))
    assert {field.name: field.value for field in form.fields} == SOUTH
    said = facts_of(await person.fills(form.form, form.context, {"visibility": "named"}))
    assert (said["Relationship"], said["Visibility"].partition(":")[0]) == ("dealer", "named")
    assert await what_happened(storage, "Dealer South") == ["registered", "joined", "changed"]


async def test_a_form_sent_twice_changes_nothing_and_an_old_one_is_refused(world: World) -> None:
    """The same wish stands already; another one was made for a team that is no more like that."""
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered
    team = registered.team
    for changed in (True, False):
        outcome = await world.changes.change(member(), team.id, team.version, Wish(visibility="named"))
        assert outcome.changed is changed
    with pytest.raises(ChangedMeanwhile):
        await world.changes.change(member(), team.id, team.version, Wish(visibility="anonymous"))
    async with world.storage.view() as unit:
        standing = await unit.teams.get("W1", team.id)
    assert standing and standing.visibility == "named"


async def test_another_parent_is_a_change(world: World) -> None:
    for name in ("Region West", "Region East"):
        await world.changes.register(member(name), Wish(name, "region"), name)
    registered = await world.changes.register(member(), Wish("Dealer South", "dealer", "Region West"), "e1")
    assert registered and registered.team.parent == "Region West"
    outcome = await world.changes.change(member(), registered.team.id, registered.team.version, Wish(parent="region east"))
    assert (outcome.changed, outcome.team.parent) == (True, "Region East")
    with pytest.raises(TeamChangeRefused, match="above itself"):
        await world.changes.change(member("Region East"), (east := await own(world, "Region East")).id, east.version, Wish(parent="Dealer South"))


async def own(world: World, person: str) -> Recorded:
    team = await world.changes.own(member(person))
    assert team
    return team


@pytest.mark.parametrize("stranger", [member("p2"), member("p1", "W2")], ids=["of no team", "of another tenant"])
async def test_a_stranger_changes_nothing_and_sees_nothing(world: World, stranger: By) -> None:
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered
    team = registered.team
    for refused in (
        world.changes.change(stranger, team.id, team.version, Wish(visibility="named")), world.changes.withdraw(stranger, team.id, team.version),
        world.changes.come_back(stranger, team.id), world.care.one(stranger, team.id), world.care.guests(stranger, team.id),
        world.care.dismiss(stranger, team.id, "g-x"),
    ):
        with pytest.raises((NotAllowed, TeamUnknown)):
            await refused
    assert (await own(world, "p1")).version == team.version


async def test_an_admin_corrects_with_a_reason_that_stands_in_the_history(world: World) -> None:
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered
    team = registered.team
    with pytest.raises(TeamChangeRefused, match="Say why"):
        await world.changes.change(admin(""), team.id, team.version, Wish(relationship="agent"))
    await world.changes.change(admin("they sell for us"), team.id, team.version, Wish(relationship="agent"))
    _, history = await world.care.one(member(), team.id)
    assert history[0].by == "admin" and "they sell for us" in history[0].note
    for foreign in (admin(tenant="W2"), By(SHELL, reason="x")):
        with pytest.raises(TeamUnknown):
            await world.changes.withdraw(foreign, team.id, team.version)


async def test_whoever_speaks_in_a_channel_of_it_may_change_it(advisor: Advisor) -> None:
    """They are not in it, so there is nothing to leave."""
    await Someone(advisor).fills("register", "", SOUTH)
    here = Someone(advisor, "U2", channel="C2", kind="channel")
    await here.says("team Dealer South")
    card = await Someone(advisor, "U3", channel="C2", kind="channel").says("our team")
    assert [button.label for button in card.buttons] == ["Change", "Withdraw the team"]
    assert (await Someone(advisor, "U3").says("our team")).text.startswith("You are not in a team.")


# Joining


@pytest.mark.parametrize("said", ["my team is Dealer South", "team Dealer South"])
async def test_a_closed_team_cannot_be_joined(advisor: Advisor, storage: Storage, said: str) -> None:
    """Neither by a person nor by binding a channel; those in it may say so again."""
    person, other = Someone(advisor), Someone(advisor, "U2", channel="C2", kind="channel")
    await person.fills("register", "", SOUTH)
    assert "only through you now" in (await person.says("close joining")).text
    assert "takes new members through its contact only" in (await other.says(said)).text
    assert (await other.says("my team")).text.startswith("I do not know your team yet.")
    assert "You speak for" in (await person.says("my team is Dealer South")).text
    assert "Everybody may join" in (await person.says("open joining")).text
    assert "speak" in (await other.says(said)).text
    happened = await what_happened(storage, "Dealer South")
    assert happened == ["registered", "joined", "closed joining", "opened joining", "joined"]


@pytest.mark.parametrize("said", ["close joining", "open joining", "withdraw our team", "leave our team"])
async def test_whoever_is_in_no_team_changes_none(advisor: Advisor, said: str) -> None:
    await Someone(advisor).fills("register", "", SOUTH)
    reply = await Someone(advisor, "U2").says(said)
    assert "my team is NAME" in reply.text


async def test_whoever_goes_to_another_team_stands_in_both_histories(advisor: Advisor, storage: Storage) -> None:
    person = Someone(advisor)
    await person.fills("register", "", SOUTH)
    await person.says("my team is Chapter North")
    assert await what_happened(storage, "Dealer South") == ["registered", "joined", "left"]
    assert await what_happened(storage, "Chapter North") == ["joined"]


# Leaving and withdrawing


async def test_withdrawing_asks_first_then_ends_it_and_says_so(advisor: Advisor, storage: Storage) -> None:
    person = Someone(advisor)
    await person.fills("register", "", {**SOUTH, "visibility": "named"})
    await person.presses("adopt", "a|pilot-charter|trying")
    channel = Someone(advisor, channel="C2", kind="channel")
    await channel.says("team Dealer South")
    sure = await person.chooses(await person.says("our team"), "Withdraw the team")
    assert sure.text == "Withdraw Dealer South?"
    for said in ("has withdrawn", "had withdrawn before"):
        done = await person.chooses(sure, "Yes, withdraw it")
        assert said in done.text and "shown without its name from now on" in done.text
    async with storage.view() as unit:
        team = await unit.teams.named("W1", "Dealer South")
        assert team and team.left_at and team.visibility == "anonymous"
        assert await unit.teams.channels("W1") == []
        assert [adoption.team_id for adoption in await unit.adoptions.all("W1")] == [team.id]
    assert "has withdrawn" in (await Someone(advisor, "U2").says("my team is Dealer South")).text
    back = await person.chooses(await person.says("our team"), "Take part again")
    assert "takes part again, shown without its name" in back.text
    assert (await what_happened(storage, "Dealer South"))[-2:] == ["withdrew", "came back"]


async def test_one_that_was_only_counted_stays_so(world: World) -> None:
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered
    outcome = await world.changes.withdraw(member(), registered.team.id, registered.team.version)
    assert outcome.team.visibility == "counted"


async def test_an_old_card_withdraws_nothing(world: World) -> None:
    """It was made for a team that has changed since."""
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered
    await world.changes.change(member(), registered.team.id, registered.team.version, Wish(visibility="named"))
    with pytest.raises(ChangedMeanwhile):
        await world.changes.withdraw(member(), registered.team.id, registered.team.version)


@pytest.mark.parametrize("action", ["team-change", "team-withdraw", "team-withdraw-now", "team-return"])
@pytest.mark.parametrize("value", ["", "|", "no such team|7", "x|" + "9" * 30, "x|²"])
async def test_a_button_of_nothing_is_a_sentence(advisor: Advisor, action: str, value: str) -> None:
    reply = await Someone(advisor).presses(action, value)
    assert reply.text and not forms_of(reply) and not reply.buttons


async def test_a_card_of_a_team_that_was_merged_leads_to_the_other(advisor: Advisor, world: World) -> None:
    person = Someone(advisor)
    await person.fills("register", "", SOUTH)
    sure = await person.chooses(await person.says("our team"), "Withdraw the team")
    await Someone(advisor, "U2").fills("register", "", {**SOUTH, "name": "Dealers of the South"})
    await world.care.merge(admin(), "Dealer South", "Dealers of the South")
    assert "was merged into “Dealers of the South”" in (await person.chooses(sure, "Yes, withdraw it")).text
    assert (await person.says("our team")).text == "Here you speak for Dealers of the South."


# Imported teams


async def test_an_imported_team_is_told_in_its_channel_once(advisor: Advisor, storage: Storage) -> None:
    """Quietly, below the first answer there, whoever asks; not below a private one, and not elsewhere."""
    async with storage.unit() as unit:
        await unit.team_imports.rows("W1", [TeamRow("Chapter North", relationship="chapter", channel="slack:C2")], "admin", START)
    told = "An admin registered this channel as Chapter North (chapter). Say “our team” to change or withdraw that."
    here, other = Someone(advisor, channel="C2", kind="channel"), Someone(advisor, "U2", channel="C2", kind="channel")
    for silent in (await Someone(advisor).says("How?"), await here.says("privately How do we start?")):
        assert told not in small_print(silent)
    await other.says("my team is Elsewhere")
    assert told in small_print(await other.says("How do we launch a pilot?"))
    assert told not in small_print(await here.says("How do we launch a pilot?"))
    assert (await here.says("our team")).text == "Here you speak for Chapter North."


async def test_an_imported_team_is_told_when_somebody_joins(advisor: Advisor, storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.team_imports.rows("W1", [TeamRow("Chapter North", relationship="chapter")], "admin", START)
    told = "An admin registered Chapter North (chapter). Say “our team” to change or withdraw that."
    assert small_print(await Someone(advisor).says("my team is Chapter North")) == [told]
    assert small_print(await Someone(advisor, "U2").says("my team is Chapter North")) == []


# Invitations


async def test_a_link_lets_one_person_in_once_who_speaks_for_the_unit(world: World) -> None:
    await world.changes.register(member(), Wish("Region West", "region"), "e1")
    invited = await world.care.invite(member(), "Dealer South", "dealer", None, "e2")
    assert (invited.made, invited.team.parent, invited.team.relationship) == (True, "Region West", "dealer")
    who = await world.office.access.enter(invited.token)
    assert who and (who.tenant, who.roles, who.welcome) == ("W1", {Role.MEMBER}, True)
    team = await world.changes.own(By(who))
    assert team and team.name == "Dealer South"
    assert await world.office.access.enter(invited.token) is None


async def test_a_unit_is_invited_by_a_name_that_can_be_typed(world: World) -> None:
    """Nothing is recorded of one that is longer."""
    with pytest.raises(TeamChangeRefused, match="at most 80 characters"):
        await world.care.invite(admin(), "D" * 81, "dealer", None, "e1")
    assert await world.care.all(admin().who) == []


async def test_not_after_three_days(world: World) -> None:
    invited = await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")
    world.now += INVITATION_LASTS
    assert await world.office.access.enter(invited.token) is None
    other = await world.care.invite(admin(), "Dealer South", "dealer", None, "e3")
    world.now += INVITATION_LASTS - timedelta(seconds=1)
    assert await world.office.access.enter(other.token) is not None


async def test_the_same_event_gives_the_same_link(world: World) -> None:
    first, again = [await world.care.invite(admin(), "Dealer South", "dealer", None, "e2") for _ in range(2)]
    assert first.token == again.token and (first.made, again.made) == (True, False)
    assert len(await world.care.guests(admin(), first.team.id)) == 1
    other = await world.care.invite(admin(), "Dealer South", "dealer", None, "e3")
    assert other.token != first.token


async def test_only_its_parent_its_own_people_and_admins_invite_into_a_team(world: World) -> None:
    """A parent no longer, once the team is closed; and nobody into one that withdrew."""
    await world.changes.register(member("boss"), Wish("Region West", "region"), "e1")
    await world.changes.register(member("p1"), Wish("Dealer South", "dealer", "Region West"), "e2")
    await world.changes.register(member("p2"), Wish("Dealer North", "dealer"), "e3")
    for by in (member("boss"), member("p1"), admin()):
        assert (await world.care.invite(by, "dealer south", "dealer", None, f"x{by.who.person}")).made is False
    with pytest.raises(NotAllowed, match="can invite"):
        await world.care.invite(member("p2"), "Dealer South", "dealer", None, "x4")
    with pytest.raises(NotAllowed):
        await world.care.invite(member("nobody"), "Dealer New", "dealer", None, "x5")
    await world.changes.set_joining(member("p1"), open_=False)
    with pytest.raises(NotAllowed):
        await world.care.invite(member("boss"), "Dealer South", "dealer", None, "x6")
    team = await own(world, "p1")
    await world.changes.withdraw(member("p1"), team.id, team.version)
    with pytest.raises(TeamChangeRefused, match="withdrawn"):
        await world.care.invite(admin(), "Dealer South", "dealer", None, "x7")


async def test_a_guest_who_was_let_go_is_let_in_no_more(world: World) -> None:
    """Although the tenant has a platform that vouches for others."""
    invited = await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")
    who = await world.office.access.enter(invited.token)
    assert who
    assert await world.care.dismiss(admin(), invited.team.id, who.person)
    assert not await world.care.dismiss(admin(), invited.team.id, who.person)
    now = await world.office.access.of_person(who.tenant, who.person)
    assert not now.welcome and await world.changes.own(By(now)) is None


async def test_an_invitation_that_comes_again_lets_nobody_back_in(world: World) -> None:
    """Neither into the team nor to the pages; while the link is good it is given again, once it is used it is not."""
    invited = await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")
    who = await world.office.access.enter(invited.token)
    assert who
    with pytest.raises(TeamChangeRefused, match="was made before"):
        await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")
    assert await world.care.dismiss(admin(), invited.team.id, who.person)
    with pytest.raises(TeamChangeRefused, match="was made before"):
        await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")
    now = await world.office.access.of_person(who.tenant, who.person)
    assert not now.welcome and await world.changes.own(By(now)) is None


async def guest(world: World) -> tuple[By, IncomingMessage]:
    """Somebody who came by a link into Dealer South, on a page and in the chat; a team Finance is there, too."""
    await world.changes.register(member(), Wish("Finance"), "e1")
    who = await world.office.access.enter((await world.care.invite(admin(), "Dealer South", "dealer", None, "e2")).token)
    assert who
    where = Conversation("web", "W1", "place", "thread", "direct", "address")
    return By(who, where), IncomingMessage("e3", where, Sender(world.storage.secret.known("W1", who.person)), START, "x")


async def test_a_guest_stays_in_the_team_that_invited_them(world: World) -> None:
    """Nothing that they say or fill in brings them into another, new or there; so whoever invited them can let them go."""
    by, says = await guest(world)
    assert (await world.tracker.join(says, "dealer south"))[1] is False
    for name in ("Finance", "Another"):
        for moves in (world.tracker.join, world.tracker.bind_channel):
            with pytest.raises(TeamChangeRefused, match="came by a link"):
                await moves(says, name)
    with pytest.raises(TeamChangeRefused, match="came by a link"):
        await world.changes.register(by, Wish("Another"), "e4")
    assert await world.changes.register(by, Wish("Finance"), "e5") is None
    assert [team.name for team in await world.care.all(ADMIN)] == ["Dealer South", "Finance"]
    south = await own(world, by.who.person)
    assert south.name == "Dealer South" and south.channels == 0
    assert [grant.person for grant in await world.care.guests(admin(), south.id)] == [by.who.person]
    assert await world.care.dismiss(admin(), south.id, by.who.person)


async def test_a_guest_who_leaves_is_let_in_no_more(world: World) -> None:
    """And is told so; what was given to others stays."""
    _, says = await guest(world)
    other = await world.office.access.enter((await world.care.invite(admin(), "Dealer South", "dealer", None, "e6")).token)
    assert other and (await world.office.access.of(says)).welcome
    units = Units(world.changes, world.care, world.office.access, "")
    assert "no longer lets you in" in (await units.said(says, Command("leave"))).text
    now = await world.office.access.of(says)
    assert not now.welcome
    with pytest.raises(NotAllowed):
        await world.office.access.link_for(now)
    assert (await world.office.access.of_person("W1", other.person)).welcome


async def test_guests_stand_among_the_people_of_their_tenant_and_are_shut_out_there(world: World) -> None:
    """By its admins alone."""
    by, _ = await guest(world)
    access, elsewhere = world.office.access, admin(tenant="W2").who
    await access.invite(ADMIN, Role.CURATOR, "Chapter North")
    assert [(grant.label, grant.person == by.who.person) for grant in await access.given(ADMIN)] == [("Dealer South", True), ("Chapter North", False)]
    assert [grant.label for grant in await access.given(elsewhere)] == ["Chapter North"]
    assert not await access.revoke(elsewhere, by.who.person) and (await access.of_person("W1", by.who.person)).welcome
    assert await access.revoke(ADMIN, by.who.person) and not (await access.of_person("W1", by.who.person)).welcome
    async with world.storage.view() as unit:
        last = (await unit.audits.about("W1"))[0]
    assert (last.what, last.subject, last.note) == ("took a role away", f"person:{by.who.person}", "member")


async def test_a_guest_gets_a_new_link_and_stays_who_they_are(world: World) -> None:
    """It works once; the one before it no more. It stands in the team's history and in the audit."""
    by, _ = await guest(world)
    south = await own(world, by.who.person)
    before, last = [await world.care.link_again(admin(), south.id, by.who.person) for _ in range(2)]
    access = world.office.access
    assert await access.enter(before.token) is None
    assert await access.enter(last.token) == by.who and await access.enter(last.token) is None
    assert [grant.person for grant in await world.care.guests(admin(), south.id)] == [by.who.person]
    _, history = await world.care.one(admin(), south.id)
    assert [entry.what for entry in history][:2] == ["made a new link"] * 2
    async with world.storage.view() as unit:
        assert (await unit.audits.about("W1", f"person:{by.who.person}"))[1].what == "made a new link"


async def test_who_makes_a_new_link_for_a_guest(world: World) -> None:
    """Admins, those in the unit above, and those of the team who are no guests: whoever has the link is that person."""
    await world.changes.register(member("boss"), Wish("Region West", "region"), "e1")
    await world.changes.register(member("p1"), Wish("Dealer South", "dealer", "Region West"), "e2")
    await world.changes.register(member("p2"), Wish("Dealer North", "dealer"), "e3")
    south = await own(world, "p1")
    one, other = [await world.office.access.enter((await world.care.invite(member("p1"), "Dealer South", "dealer", None, f"x{n}")).token) for n in "12"]
    assert one and other
    west = await own(world, "boss")
    below = await world.care.guests_below(member("boss"), west.id)
    assert {(guest.team.name, guest.grant.person) for guest in below} == {("Dealer South", one.person), ("Dealer South", other.person)}
    await world.changes.set_joining(member("p1"), open_=False)
    for by in (member("boss"), member("p1"), admin()):
        assert (await world.care.link_again(by, south.id, one.person)).team.name == "Dealer South"
    for by in (By(other), member("p2"), member("nobody")):
        with pytest.raises(NotAllowed, match="in the unit above"):
            await world.care.link_again(by, south.id, one.person)
    for nobody in ("p1", "g-nobody"):
        with pytest.raises(TeamChangeRefused, match="invite them anew"):
            await world.care.link_again(admin(), south.id, nobody)
    with pytest.raises(TeamUnknown):
        await world.care.link_again(admin(tenant="W2"), south.id, one.person)
    assert await world.care.dismiss(admin(), south.id, one.person)
    with pytest.raises(TeamChangeRefused, match="invite them anew"):
        await world.care.link_again(admin(), south.id, one.person)


async def test_nobody_who_came_by_themselves_is_let_go(world: World) -> None:
    registered = await world.changes.register(member(), PLAIN, "e1")
    assert registered and not await world.care.dismiss(admin(), registered.team.id, "p1")
    assert await world.changes.own(member()) is not None


async def test_in_the_chat_a_link_is_given_in_a_direct_message_only(advisor: Advisor) -> None:
    await Someone(advisor).fills("register", "", {**SOUTH, "name": "Region West", "relationship": "region"})
    unit = {"name": "Dealer South", "relationship": "dealer"}
    channel = Someone(advisor, channel="C2", kind="channel")
    for refused in (await channel.says("invite a unit"), await channel.fills("invite", "", unit)):
        assert "in a direct message" in refused.text and not any(isinstance(block, Link) for block in refused.blocks)
    person = Someone(advisor)
    [form] = forms_of(await person.says("invite a unit"))
    given = await person.fills(form.form, form.context, unit)
    [link] = [block.url for block in given.blocks if isinstance(block, Link)]
    assert link.startswith("https://midway.example/sign-in?t=") and given.audience == "sender"
    assert "That is for admins." in (await Someone(advisor, "U2").says("invite a unit")).text
    assert forms_of(await Someone(advisor, "UADMIN").says("invite a unit"))


# Merging


async def test_only_an_admin_merges_and_says_why(world: World) -> None:
    """The reason stands in the history of both; the team that stays is seen no more than either was."""
    first = await world.changes.register(member("p1"), Wish("Dealer S.", "dealer", "", "anonymous"), "e1")
    second = await world.changes.register(member("p2"), Wish("Dealer South", "dealer", "", "named"), "e2")
    assert first and second
    with pytest.raises(NotAllowed):
        await world.care.merge(By(member("p1").who, reason="x"), "Dealer S.", "Dealer South")
    with pytest.raises(TeamChangeRefused, match="Say why"):
        await world.care.merge(admin(" "), "Dealer S.", "Dealer South")
    merged = await world.care.merge(admin("the same dealer"), "dealer s.", "dealer SOUTH")
    assert (merged.changed, merged.team.name, merged.team.visibility) == (True, "Dealer South", "anonymous")
    for team in (first.team, second.team):
        _, history = await world.care.one(admin(), team.id)
        assert "the same dealer" in history[0].note
    assert (await own(world, "p1")).name == "Dealer South"


async def test_what_cannot_be_merged_is_said(world: World) -> None:
    for name in ("A", "B", "C", "D"):
        await world.changes.register(member(name), Wish(name), name)
    await world.care.merge(admin(), "A", "B")
    for source, target, words in (("B", "A", "into itself"), ("C", "C", "into itself"), ("A", "C", "already merged into another team")):
        with pytest.raises(TeamChangeRefused, match=words):
            await world.care.merge(admin(), source, target)
    for source, target in (("Nobody", "B"), ("B", "Nobody")):
        with pytest.raises(TeamUnknown, match="Nobody"):
            await world.care.merge(admin(), source, target)
    with pytest.raises(TeamUnknown):
        await world.care.merge(admin(tenant="W2"), "C", "D")
    gone = await own(world, "D")
    await world.changes.withdraw(member("D"), gone.id, gone.version)
    for source, target in (("C", "D"), ("D", "C")):
        with pytest.raises(TeamChangeRefused, match="withdrawn"):
            await world.care.merge(admin(), source, target)


async def test_the_admin_of_one_tenant_lists_no_others(world: World) -> None:
    await world.changes.register(member(), PLAIN, "e1")
    assert [team.name for team in await world.care.all(ADMIN)] == ["Dealer South"]
    assert await world.care.all(admin(tenant="W2").who) == []
    with pytest.raises(NotAllowed):
        await world.care.all(member().who)
