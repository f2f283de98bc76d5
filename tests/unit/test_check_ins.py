"""Who is asked how a try went, when, and what comes of the answer."""

from __future__ import annotations

import pytest
import pytest_asyncio
from sqlmodel import update

from bot import check_in_views as views
from bot.storage.check_ins import Key, PlannedCheckIns, StoredCheckIn
from bot.storage.tables import Team
from bot.storage.unit import Storage
from knowledge.library import Library
from tests.fakes.answering import PRACTICES, Someone, forms_of
from tests.fakes.trying import CHARTER, TENANT, Asking


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


async def trying(world: Asking, user: str = "U1", team: str = "North", **where: str) -> Someone:
    """A member of this team who has just said that they try the charter."""
    who = world.someone(user, **where)
    await who.presses("my-team", team)
    await world.states(who)
    return who


async def test_a_team_is_asked_after_two_weeks_and_once(world: Asking) -> None:
    """Not a second earlier; where it was said; the first words say why and how to stop it."""
    who = await trying(world)
    world.pass_(days=14, seconds=-1)
    assert await world.due() == []
    world.pass_(seconds=1)
    [(key, where, card)] = await world.due()
    assert key.startswith("check-in:team:") and key.endswith(f":{CHARTER}:1")
    assert where == who.where.outside_threads()
    assert card.text.startswith(views.WHY) and "since 23 November 2026. How did it go?" in card.text
    assert [button.label for button in card.buttons] == ["Worked", "Did not", "Too early", "Don't ask me again"]
    assert await world.due() == []


async def test_one_that_fails_holds_up_no_other(
    world: Asking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is due again the next time."""
    await trying(world)
    other = await trying(world, "U2", "South", channel="C2")
    take = PlannedCheckIns.take

    async def fails_for_the_first(self: PlannedCheckIns, key: Key) -> StoredCheckIn | None:
        found = await take(self, key)
        if found and found.where.channel != other.where.channel:
            raise AttributeError(CHARTER)
        return found

    world.pass_(days=14)
    with monkeypatch.context() as failing:
        failing.setattr(PlannedCheckIns, "take", fails_for_the_first)
        assert [where for _, where, _ in await world.due()] == [other.where.outside_threads()]
    assert "AttributeError" in caplog.text and CHARTER not in caplog.text
    assert len(await world.due()) == 1


@pytest.mark.parametrize("kind", ["channel", "direct"])
async def test_it_is_asked_outside_the_thread(world: Asking, kind: str) -> None:
    who = await trying(world, kind=kind, thread="1700.1")
    world.pass_(days=14)
    [(_, where, _)] = await world.due()
    assert (where.thread, where.kind) == (who.where.channel, kind)


async def test_what_worked_is_adopted_and_asked_for_a_result(world: Asking) -> None:
    """The button for the result names the practice; a second press of the same card changes nothing."""
    who = await trying(world)
    world.pass_(days=14)
    card = await world.asked()
    reply = await who.chooses(card, "Worked")
    assert "Recorded for North" in reply.text
    assert [(button.action, button.value) for button in reply.buttons] == [("result", CHARTER)]
    assert await world.state(who, "North") == "adopted"
    for label in ("Worked", "Did not", "Too early"):
        assert "That question is closed" in (await who.chooses(card, label)).text
    assert await world.state(who, "North") == "adopted"
    assert [(row.state, row.answer, row.address, row.place) for row in await world.rows()] == [("answered", "worked", None, None)]
    async with world.storage.view() as unit:
        said = [entry.what for entry in await unit.audits.about(TENANT) if entry.subject.startswith("adoption:")]
    assert said == ["adopted", "trying"]


async def test_what_did_not_work_is_stopped_and_may_be_explained(world: Asking) -> None:
    """By one field that may stay empty; and only while it stands and by who said it."""
    who = await trying(world)
    world.pass_(days=14)
    reply = await who.chooses(await world.asked(), "Did not")
    [form] = forms_of(reply)
    assert [(field.name, field.required) for field in form.fields] == [("reason", False)]
    assert await world.state(who, "North") == "stopped"
    assert (await who.fills(form.form, form.context, {"reason": " "})).text == views.NO_REASON
    assert (await who.fills(form.form, form.context, {"reason": "Nobody had time."})).text == views.EXPLAINED
    other = world.someone("U2")
    await other.presses("my-team", "North")
    assert (await other.fills(form.form, form.context, {"reason": "No."})).text == views.TOO_LATE_TO_EXPLAIN
    async with world.storage.view() as unit:
        team = await unit.teams.named(TENANT, "North")
        assert team
        events = await unit.adoptions.history(TENANT, f"team:{team.id}", CHARTER)
    assert [(event.state, event.reason) for event in events] == [("trying", None), ("stopped", "Nobody had time.")]


async def test_too_early_is_asked_again_after_the_same_time(world: Asking) -> None:
    """As often as it is said; pressed twice it counts once; the first card still takes an answer meanwhile."""
    who = await trying(world)
    world.pass_(days=14)
    card = await world.asked()
    for _ in range(2):
        assert "I will ask again on 21 December 2026" in (await who.chooses(card, "Too early")).text
    assert await world.state(who, "North") == "trying"
    world.pass_(days=14)
    [(key, _, second)] = await world.due()
    assert key.endswith(":2") and "since 23 November 2026" in second.text
    await who.chooses(second, "Too early")
    world.pass_(days=3)
    await who.chooses(card, "Worked")
    assert await world.state(who, "North") == "adopted"
    assert [row.state for row in await world.rows()] == ["answered"] * 3
    world.pass_(days=30)
    assert await world.due() == []


async def test_who_wants_no_questions_gets_none_and_the_state_stays(world: Asking) -> None:
    """Neither of this try nor of another, until they say so."""
    who = await trying(world)
    await world.states(who, practice=PRACTICES[1])
    world.pass_(days=14)
    [card, _] = [reply for _, _, reply in await world.due()]
    assert (await who.chooses(card, "Don't ask me again")).text == views.NEVER_AGAIN
    assert await world.state(who, "North") == "trying"
    assert {row.state for row in await world.rows()} == {"cancelled"}
    await world.states(who, "considering")
    await world.states(who, "trying")
    world.pass_(days=14)
    assert await world.due() == []
    assert (await who.says("ask me again")).text == views.ASKED_AGAIN
    await world.states(who, "considering")
    await world.states(who, "trying")
    world.pass_(days=14)
    assert len(await world.due()) == 1


@pytest.mark.parametrize("state", ["adopted", "considering", "not for us"])
async def test_what_is_no_try_any_more_is_not_asked_about(world: Asking, state: str) -> None:
    who = await trying(world)
    await world.states(who, state)
    world.pass_(days=14)
    assert await world.due() == []


async def test_silence_is_no_reply(world: Asking) -> None:
    """It says nothing about the try, is not asked again, and a late answer still counts."""
    who = await trying(world)
    world.pass_(days=14)
    card = await world.asked()
    world.pass_(days=14, seconds=1)
    assert await world.due() == []
    assert [row.state for row in await world.rows()] == ["silent"]
    assert await world.state(who, "North") == "trying"
    world.pass_(days=60)
    assert await world.due() == []
    await who.chooses(card, "Worked")
    assert [(row.state, row.answer) for row in await world.rows()] == [("answered", "worked")]


@pytest.mark.parametrize(
    ("words", "state"), [("It worked!", "adopted"), ("it did not work because nobody had time", "stopped"), ("too early", "trying")]
)
async def test_an_answer_in_words_counts_where_it_is_awaited(world: Asking, words: str, state: str) -> None:
    """Before the question and after the answer the same words are a message like any other."""
    who = await trying(world)
    await who.says(words)
    world.pass_(days=14)
    await world.asked()
    await who.says(words)
    assert await world.state(who, "North") == state
    assert len(world.answering.asked) == 1
    await who.says(words)
    assert len(world.answering.asked) == 2


async def test_words_elsewhere_are_no_answer(world: Asking) -> None:
    """Of another person, in another place or in a channel."""
    await trying(world)
    world.pass_(days=14)
    await world.asked()
    for other in (world.someone("U2"), world.someone("U1", channel="C2"), world.someone("U1", kind="channel")):
        await other.says("it worked")
    assert await world.state(world.someone(), "North") == "trying"
    assert len(world.answering.asked) == 3


async def test_words_that_could_be_about_two_tries_are_about_none(world: Asking) -> None:
    who = await trying(world)
    await world.states(who, practice=PRACTICES[1])
    world.pass_(days=14)
    assert len(await world.due()) == 2
    await who.says("it worked")
    assert [await world.state(who, "North", practice) for practice in PRACTICES] == ["trying", "trying"]
    assert len(world.answering.asked) == 1


async def test_nobody_is_asked_at_another_time_of_day(world: Asking) -> None:
    """At nine they were awake; what could not be asked by one o'clock waits for the next day at nine."""
    await trying(world)
    world.pass_(days=14, hours=4, seconds=1)
    assert await world.due() == []
    world.pass_(hours=19)
    assert await world.due() == []
    world.pass_(hours=1)
    assert len(await world.due()) == 1


async def test_a_team_chooses_when_it_is_asked(world: Asking) -> None:
    """What waits moves along, also into the past: then it is asked at once."""
    who = await trying(world)
    assert "how a try went after 21 days" in (await who.says("check in after 3 weeks")).text
    world.pass_(days=20)
    assert await world.due() == []
    await who.says("ask us after 10 days")
    assert len(await world.due()) == 1


async def test_a_team_that_is_never_asked_can_change_its_mind(world: Asking) -> None:
    who = await trying(world)
    assert "will not be asked any more" in (await who.says("never ask us")).text
    world.pass_(days=14)
    assert await world.due() == []
    await world.states(who, practice=PRACTICES[1])
    world.pass_(days=14)
    assert await world.due() == []
    await who.says("check in after 2 weeks")
    world.pass_(days=1)
    assert len(await world.due()) == 2
    async with world.storage.view() as unit:
        said = [entry.what for entry in await unit.audits.about(TENANT) if entry.subject.startswith("team:")]
    assert said[:2] == ["check-ins after 14 days", "check-ins after 0 days"]


async def test_a_time_that_cannot_be_or_is_nobodys_is_a_sentence(world: Asking) -> None:
    who = world.someone()
    assert (await who.says("check in after 3 weeks")).text == views.NO_TEAM
    assert (await who.says("check in after 500 days")).text == views.HOW_LONG


async def test_a_person_without_a_team_is_asked_and_takes_it_along(world: Asking) -> None:
    """Whoever joins a team later brings the question; the old card still works, once."""
    who = world.someone()
    await world.states(who)
    world.pass_(days=14)
    card = await world.asked()
    await who.presses("my-team", "North")
    await who.chooses(card, "Worked")
    assert await world.state(who, "North") == "adopted"
    assert [(row.holder.partition(":")[0], row.state) for row in await world.rows()] == [
        ("person", "cancelled"), ("team", "answered"),
    ]


async def test_what_the_team_has_settled_is_not_asked_of_who_joins(world: Asking) -> None:
    """They said that they try it, later the team that it does it already: that stands."""
    who, member = world.someone(), world.someone("U2")
    await world.states(who)
    await member.presses("my-team", "North")
    world.pass_(days=1)
    await world.states(member, "adopted")
    await who.presses("my-team", "North")
    world.pass_(days=14)
    assert await world.due() == []
    assert {row.state for row in await world.rows()} == {"cancelled"}


async def test_another_member_may_answer_and_nobody_else(world: Asking) -> None:
    await trying(world)
    world.pass_(days=14)
    card = await world.asked()
    stranger, member = world.someone("U3"), world.someone("U2")
    await stranger.presses("my-team", "South")
    assert (await stranger.chooses(card, "Worked")).text == views.NOT_ASKED
    await member.presses("my-team", "North")
    await member.chooses(card, "Worked")
    assert await world.state(member, "North") == "adopted"


async def test_a_practice_that_nothing_is_known_of_is_not_asked_about(world: Asking) -> None:
    who = await trying(world)
    world.pass_(days=14)
    world.library = Library({})
    assert await world.due() == []
    assert [(row.state, row.address) for row in await world.rows()] == [("cancelled", None)]
    assert "no longer in the library" in (await who.presses("check-in", f"worked|{CHARTER}|2026-11-23")).text


async def test_a_card_of_an_earlier_try_answers_nothing(world: Asking) -> None:
    who = await trying(world)
    world.pass_(days=14)
    card = await world.asked()
    await world.states(who, "not for us")
    world.pass_(days=300)
    await world.states(who, "trying")
    assert "That question is closed" in (await who.chooses(card, "Worked")).text
    assert await world.state(who, "North") == "trying"


@pytest.mark.parametrize("value", ["", "worked", "worked|pilot-charter", "shrug|pilot-charter|2026-11-23", "a|b|c|d"])
async def test_a_button_that_nobody_knows_is_a_sentence(world: Asking, value: str) -> None:
    assert "I do not know that button any more" in (await world.someone().presses("check-in", value)).text


async def test_a_merged_team_is_followed(world: Asking) -> None:
    """The question goes on as the team's that took its place; its members and the old ones may answer."""
    who = await trying(world)
    other = world.someone("U2")
    await other.presses("my-team", "South")
    await world.states(other, "considering")
    await world.states(other, "trying")
    async with world.storage.unit() as unit:
        south = await unit.teams.named(TENANT, "South")
        north = await unit.teams.named(TENANT, "North")
        assert south and north
        await unit.check_ins.cancel(TENANT, world.now, holder=f"team:{south.id}")
        await unit.session.exec(update(Team).where(Team.id == north.id).values(merged_into=south.id))  # type: ignore[arg-type]
    world.pass_(days=14)
    assert await world.due() == []
    [(key, _, card)] = await world.due()
    assert key == f"check-in:team:{south.id}:{CHARTER}:2"
    await who.chooses(card, "Worked")
    assert await world.state(other, "South") == "adopted"


@pytest.mark.parametrize("what", ["left the team", "team left", "untracked"])
async def test_who_is_gone_is_not_asked(world: Asking, what: str) -> None:
    who = await trying(world)
    async with world.storage.unit() as unit:
        if what == "untracked":
            await unit.choices.track(TENANT, world.storage.secret.pseudonym(TENANT, "U1"), False, world.now)
        if what == "team left":
            await unit.session.exec(update(Team).values(left_at=world.now))
    if what == "left the team":
        await who.presses("my-team", "South")
    world.pass_(days=14)
    assert await world.due() == []
    assert [row.state for row in await world.rows()] == ["cancelled"]


async def test_without_tracking_nobody_is_asked(storage: Storage) -> None:
    """Nor does an old card count."""
    before = Asking(storage)
    who = await trying(before)
    after = Asking(storage, tracking=False)
    after.pass_(days=14)
    assert await after.due() == []
    assert [row.state for row in await after.rows()] == ["cancelled"]
    who.advisor = after.advisor
    assert "not recorded" in (await who.presses("check-in", f"worked|{CHARTER}|2026-11-23")).text
