"""One good tip a week where it is wished: what is planned, what is left out and said so, what ends a subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot import tip_views as views
from bot.messages import Conversation
from bot.replies import Paragraph, Reply
from bot.storage.ledger import Entry, Outcome
from bot.storage.subscriptions import KeptSubscription, delivery_key, of_name, tip_name
from bot.storage.tip_tables import Subscription, Tip
from bot.storage.unit import Storage
from bot.tip_choice import SETTLED
from bot.tip_forms import FORM
from knowledge.library import Library
from tests.fakes.answering import Someone, answer_of, labels, small_print
from tests.fakes.office import ADMIN
from tests.fakes.trying import TENANT, Asking

FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin", "topics": "", "audience": ""}
POST = Conversation("slack", TENANT, "C9", "C9", "channel", "address")


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


async def subscribed(world: Asking, user: str = "U1", *, filled: dict[str, str] | None = None, **where: str) -> Someone:
    who = world.someone(user, **where)
    await who.fills(FORM, "", {**FILLED, **(filled or {})})
    return who


async def kept_of(world: Asking, who: Someone) -> KeptSubscription:
    async with world.storage.view() as unit:
        kept = await unit.subscriptions.of_place(who.where)
    assert kept
    return kept


async def weeks_of(world: Asking, who: Someone) -> list[tuple[int, str]]:
    kept = await kept_of(world, who)
    async with world.storage.view() as unit:
        return [(tip.week, tip.state) for tip in reversed(await unit.subscriptions.tips(kept.id, 99))]


def practice_of(card: Reply) -> str:
    return next(button.value.split("|")[1] for button in card.buttons if button.label == "Later")


async def hears(world: Asking, key: str, outcome: Outcome) -> None:
    """A delivery ended so, as the outbox tells it."""
    where = Conversation("slack", TENANT, "C1", "C1", "channel", "address")
    async with world.storage.unit() as unit:
        await world.tips.told(unit, Entry(TENANT, "slack", key, where, Reply("tip"), 1, world.now), outcome)


async def test_a_tip_comes_each_week_at_its_hour_and_never_twice(world: Asking) -> None:
    """Not a second earlier, where it was wished, under a key of its subscription and week."""
    who = await subscribed(world, kind="channel", thread="17.1")
    kept = await kept_of(world, who)
    world.pass_(hours=23, seconds=-1)
    assert await world.due() == []
    world.pass_(seconds=1)
    told = []
    for week in (202648, 202649, 202650):
        [(key, where, card)] = await world.due()
        assert key == delivery_key(kept.id, week)
        assert (where.channel, where.thread, where.kind) == ("C1", "C1", "channel")
        assert {of_name(button.value.split("|")[0]) for button in card.buttons if button.action == "adopt"} == {(kept.id, week)}
        assert await world.due() == []
        told.append(practice_of(card))
        world.pass_(days=7)
    assert len(set(told)) == 3


async def test_the_first_says_why_it_comes_and_how_to_stop(world: Asking) -> None:
    """Later ones only how to stop, and each when the next comes."""
    await subscribed(world, kind="channel")
    alone = await subscribed(world, "U2", channel="D2")
    world.pass_(days=1)
    channel, direct = (small_print(card) for _, _, card in await world.due())
    assert channel[-2] == (
        "This is the first weekly tip here: the channel was subscribed on 23 November 2026. Anybody here can say “pause tips”, "
        "“change tips” or “unsubscribe”."
    )
    assert direct[-2].startswith("This is your first weekly tip: you subscribed on 23 November 2026.")
    assert direct[-1] == f"The next one comes on Tuesday, 1 December 2026, 09:00 (Europe/Berlin). {views.STOP}"
    world.pass_(days=7)
    for _, _, card in await world.due():
        assert not any("first" in note for note in small_print(card)) and views.STOP in small_print(card)[-1]
    await alone.says("unsubscribe")
    world.pass_(days=100)
    await alone.fills(FORM, "", FILLED)
    world.pass_(days=5)
    [again] = [small_print(card) for _, where, card in await world.due() if where.channel == "D2"]
    assert again[-2].startswith("This is your first weekly tip: you subscribed on 11 March 2027.")


async def test_what_was_skipped_later_is_not_announced_as_the_next(world: Asking) -> None:
    """Paused until the fifteenth, that one skipped, then resumed: after the eighth comes the 22nd."""
    who = await subscribed(world)
    await who.says("pause tips until 15 December")
    assert "15 December" in (await who.says("skip next")).text
    await who.says("resume tips")
    world.pass_(days=15)
    [(_, _, card)] = await world.due()
    assert "Tuesday, 22 December 2026" in small_print(card)[-1]


async def test_after_downtime_what_is_due_today_comes_late(world: Asking) -> None:
    """Until the local day is over; the rest of the world's day does not count."""
    await subscribed(world)
    world.pass_(days=1, hours=13, minutes=59)  # 23:59 in Berlin
    [(_, _, card)] = await world.due()
    assert "left out" not in str(card)


async def test_what_was_planned_is_not_said_after_the_places_midnight(world: Asking) -> None:
    """So no queue and no patience carries it into the night."""
    await subscribed(world, filled={"hour": "23"})
    world.pass_(days=1, hours=13)
    assert await world.tips.send_due() == 1
    async with world.storage.unit() as unit:
        found = await unit.ledger.next_planned(("slack",), world.now, world.now)
    assert found and isinstance(found[0], Entry)
    assert found[0].expires_at == datetime(2026, 11, 24, 23, tzinfo=UTC)


async def test_what_is_older_is_left_out_and_said_so_in_the_next(world: Asking) -> None:
    who = await subscribed(world)
    world.pass_(days=1, hours=14)  # midnight in Berlin
    assert await world.due() == []
    assert await weeks_of(world, who) == [(202648, "late")]
    world.pass_(days=6, hours=10)
    [(_, _, card)] = await world.due()
    assert "The tip of 24 November 2026 was left out: I could not send it that day." in small_print(card)
    world.pass_(days=7)
    [(_, _, card)] = await world.due()
    assert "left out" not in str(card)


async def test_every_week_of_a_long_downtime_is_accounted_for(world: Asking) -> None:
    """None of them is sent at once, all are said; also where what is due today is told with it."""
    who = await subscribed(world)
    world.pass_(days=22, hours=1)
    [(_, _, card)] = await world.due()
    assert await weeks_of(world, who) == [(202648, "late"), (202649, "late"), (202650, "late"), (202651, "planned")]
    assert "3 tips, from 24 November 2026 to 8 December 2026, were left out: I could not send them in time." in small_print(card)


async def test_a_pause_that_is_over_is_over_also_when_its_first_tip_is_late(world: Asking) -> None:
    who = await subscribed(world)
    await who.says("pause tips until 8 December")
    world.pass_(days=17)
    assert await world.due() == []
    kept = await kept_of(world, who)
    assert (kept.state, kept.paused_until) == ("active", None)
    assert await weeks_of(world, who) == [(202650, "late")]


async def test_what_could_not_be_sent_in_time_is_said_too(world: Asking) -> None:
    """It was planned, and its time was over before the platform took it: the practice may come again."""
    who = await subscribed(world)
    world.pass_(days=1)
    [(key, _, first)] = await world.due()
    await hears(world, key, Outcome("rejected", reason="its time was over before it could be sent"))
    assert await weeks_of(world, who) == [(202648, "late")]
    world.pass_(days=7)
    [(_, _, card)] = await world.due()
    assert "The tip of 24 November 2026 was left out: I could not send it that day." in small_print(card)
    assert any("first weekly tip" in note for note in small_print(card))
    assert practice_of(card) == practice_of(first)


async def test_a_try_that_will_be_repeated_changes_nothing(world: Asking) -> None:
    who = await subscribed(world)
    world.pass_(days=1)
    [(key, _, _)] = await world.due()
    await hears(world, key, Outcome("rejected", reason="slow down", retry_at=world.now + timedelta(seconds=9)))
    await hears(world, key, Outcome("uncertain", reason="nobody knows"))
    await hears(world, "tip:nobody:202648", Outcome("rejected", permanent=True))
    await hears(world, "answered:q1", Outcome("rejected", permanent=True))
    assert await weeks_of(world, who) == [(202648, "planned")]
    assert (await kept_of(world, who)).state == "active"


async def test_who_is_refused_for_good_is_left_alone_and_the_admins_are_told(world: Asking) -> None:
    """Once, in their channel; it can be subscribed anew."""
    who = await subscribed(world, kind="channel")
    await world.parts.office.posts.name(ADMIN, "admins", POST)
    world.pass_(days=1)
    [(key, _, _)] = await world.due()
    for _ in range(2):
        await hears(world, key, Outcome("rejected", reason="is_archived", permanent=True))
    kept = await kept_of(world, who)
    assert (kept.state, kept.due, kept.reason) == ("ended", None, "is_archived")
    assert await weeks_of(world, who) == [(202648, "failed")]
    [(_, where, card)] = await world.due()
    assert (where, card.text) == (POST, "The weekly tips to a channel in slack ended: is_archived")
    async with world.storage.view() as unit:
        assert [(entry.by, entry.note) for entry in await unit.audits.about(TENANT) if entry.what == "tips ended"] == [("midway", "is_archived")]
    world.pass_(days=30)
    assert await world.due() == []
    assert (await who.fills(FORM, "", FILLED)).text.startswith("From now on a tip comes here every week.")


async def test_without_a_channel_for_admins_it_ends_all_the_same(world: Asking) -> None:
    who = await subscribed(world)
    world.pass_(days=1)
    [(key, _, _)] = await world.due()
    await hears(world, key, Outcome("rejected", reason="account_inactive", permanent=True))
    assert (await kept_of(world, who)).state == "ended"
    assert await world.due() == []


@pytest.mark.parametrize("by", ["somebody", "admin"])
async def test_what_waits_when_it_is_stopped_is_not_sent(world: Asking, by: str) -> None:
    """A platform that asks for patience may keep it waiting for hours; the practice was not told, then."""
    who = await subscribed(world)
    await who.says("send a test tip")
    world.pass_(days=1)
    assert await world.tips.send_due() == 1
    kept = await kept_of(world, who)
    if by == "admin":
        assert await world.parts.office.tip_admin.end(ADMIN, kept.id)
    else:
        await who.says("unsubscribe")
    assert await world.due() == []
    assert await weeks_of(world, who) == [(202648, "skipped")]
    async with world.storage.view() as unit:
        assert await unit.tip_facts.got(kept.id, 202601) == []


async def test_what_was_sent_before_it_is_stopped_stays_told(world: Asking) -> None:
    who = await subscribed(world)
    world.pass_(days=1)
    assert len(await world.due()) == 1
    await who.says("unsubscribe")
    assert await weeks_of(world, who) == [(202648, "planned")]


async def test_an_address_that_cannot_be_read_any_more_ends_it(world: Asking) -> None:
    who = await subscribed(world)
    async with world.storage.unit() as unit:
        row = await unit.session.get(Subscription, (await kept_of(world, who)).id)
        assert row
        row.address = "not sealed by us"
    world.pass_(days=1)
    assert await world.due() == []
    kept = await kept_of(world, who)
    assert (kept.state, kept.reason) == ("ended", views.NO_ADDRESS)


async def states(world: Asking, team: str, state: str, practice: str) -> None:
    """Another member of this team says where it stands."""
    async with world.storage.unit() as unit:
        named = await unit.teams.named(TENANT, team)
        assert named
        await unit.adoptions.press(TENANT, practice, state, "another member", named.id, None, world.now)


@pytest.mark.parametrize("state", sorted(SETTLED))
async def test_what_the_team_settled_is_not_told(world: Asking, state: str) -> None:
    """Of all that it would have got; and what somebody else's team settled is."""
    who = await subscribed(world)
    await who.says("my team is North")
    kept = await kept_of(world, who)
    card = await world.tips.shown(kept)
    assert card
    other = world.someone("U2", channel="D2")
    await other.says("my team is South")
    await states(world, "South", state, practice_of(card))
    same = await world.tips.shown(kept)
    assert same and practice_of(same) == practice_of(card)
    await states(world, "North", state, practice_of(card))
    after = await world.tips.shown(kept)
    assert after and practice_of(after) != practice_of(card)


async def test_a_practice_comes_again_after_half_a_year_and_not_before(world: Asking) -> None:
    """With one practice alone: told, then nothing is left for 26 weeks, which is said once."""
    who = await subscribed(world)
    kept = await kept_of(world, who)
    one = (await only(world, ("pilot-charter",)))[0]
    world.pass_(days=1)
    [(_, _, first)] = await world.due()
    assert practice_of(first) == one
    said = []
    for _ in range(27):
        world.pass_(days=7)
        said.append([key.partition(":")[0] for key, _, _ in await world.due()])
    assert said == [["tip-empty"], *([[]] * 25), ["tip"]]
    states = [state for _, state in await weeks_of(world, who)]
    assert states == ["planned", *["empty"] * 26, "planned"]
    assert (await kept_of(world, who)).emptied is False and kept.id


async def only(world: Asking, names: tuple[str, ...]) -> tuple[str, ...]:
    """The library has these practices alone."""
    library = world.tips._library()
    few = Library({name: library.practices[name] for name in names})
    world.tips._library = lambda: few
    return names


async def test_when_nothing_is_left_it_offers_to_pause(world: Asking) -> None:
    """And says so once more after something was told in between or the wish was changed."""
    who = await subscribed(world)
    await only(world, ())
    world.pass_(days=1)
    [(key, _, card)] = await world.due()
    assert key.startswith("tip-empty:") and card.text == views.NOTHING_LEFT and labels(card) == ["Pause", "Choose topics"]
    assert "Pause the tips" in str(await who.chooses(card, "Pause"))
    assert "Change the weekly tips" in str(await who.chooses(card, "Choose topics"))
    world.pass_(days=7)
    assert await world.due() == []
    await who.fills(FORM, "", {**FILLED, "hour": "10"})
    world.pass_(days=7, hours=1)
    assert [key.partition(":")[0] for key, _, _ in await world.due()] == ["tip-empty"]


async def test_a_test_comes_now_and_counts_for_nothing(world: Asking) -> None:
    """The same press once; what comes on Tuesday is the same."""
    who = await subscribed(world)
    for _ in range(2):
        assert (await who.says("send a test tip", "the same")).text == views.TEST_COMES
    [(key, where, card)] = await world.due()
    assert key.startswith("tip-test:") and where.channel == who.where.channel
    assert card.blocks[0] == Paragraph(views.TEST, quiet=True)
    assert await weeks_of(world, who) == []
    world.pass_(days=1)
    [(_, _, real)] = await world.due()
    assert practice_of(real) == practice_of(card) and views.TEST not in small_print(real)
    await only(world, ())
    assert (await who.says("send a test tip")).text == views.NO_TEST


async def test_a_test_of_who_is_paused_has_buttons_that_work(world: Asking) -> None:
    who = await subscribed(world)
    await who.says("pause tips")
    await who.says("send a test tip")
    [(_, _, card)] = await world.due()
    assert "Recorded" in (await who.chooses(card, "We'll try it")).text
    assert (await kept_of(world, who)).state == "paused"


async def test_a_colleagues_question_is_not_told_as_ones_own(world: Asking) -> None:
    """In a direct message the reason is what this person asked; that a colleague asked stays theirs."""
    who = await subscribed(world)
    other = world.someone("U2", channel="D2")
    for member in (who, other):
        await member.says("my team is North")
    world.answering.given = answer_of("captions")
    await other.says("How do we caption a film?")
    card = await world.tips.shown(await kept_of(world, who))
    assert card and "You get this tip because you have not said anything about it." in small_print(card)
    await who.says("How do we caption a film?")
    card = await world.tips.shown(await kept_of(world, who))
    assert card and practice_of(card) == "captions"
    assert "You get this tip because you asked about it." in small_print(card)


@pytest.mark.parametrize(("questions", "told"), [(4, False), (5, True)])
async def test_few_questions_of_a_team_are_not_told_in_its_channel(world: Asking, questions: int, told: bool) -> None:
    who = await subscribed(world, kind="channel", channel="C5")
    await who.presses("channel-team", "North")
    world.answering.given = answer_of("captions")
    for number in range(questions):
        await world.someone(f"U{number}", channel="C5", kind="channel").says("How do we caption a film?")
    card = await world.tips.shown(await kept_of(world, who))
    assert card and practice_of(card) == "captions"
    assert ("You get this tip because your team asked about it." in small_print(card)) is told


async def test_what_is_said_with_a_tips_buttons_is_the_tips(world: Asking) -> None:
    """It counts for the team, names the tip and not an answer, and the tip is known to have been of use."""
    who = await subscribed(world, kind="channel")
    await who.presses("channel-team", "North")
    world.pass_(days=1)
    [(_, _, card)] = await world.due()
    assert "Recorded for North" in (await who.chooses(card, "We'll try it")).text
    kept, practice = await kept_of(world, who), practice_of(card)
    async with world.storage.view() as unit:
        team = await unit.teams.named(TENANT, "North")
        assert team
        [event] = await unit.adoptions.history(TENANT, f"team:{team.id}", practice)
        row = await unit.session.get(Tip, (kept.id, 202648))
    assert (event.tip, event.question_id) == (tip_name(kept.id, 202648), None)
    assert row and row.touched_at == world.now and row.team_id == team.id


@pytest.mark.parametrize("tracked", [True, False])
async def test_who_opens_more_is_noted_unless_they_are_not_counted(world: Asking, tracked: bool) -> None:
    who = await subscribed(world)
    await only(world, ("pilot-charter",))
    world.pass_(days=1)
    [(_, _, card)] = await world.due()
    async with world.storage.unit() as unit:
        await unit.choices.track(TENANT, world.storage.secret.pseudonym(TENANT, "U1"), tracked, world.now)
    assert "All of" in (await who.chooses(card, "More")).text
    async with world.storage.view() as unit:
        row = await unit.session.get(Tip, ((await kept_of(world, who)).id, 202648))
    assert row and (row.touched_at is not None) is tracked


async def test_one_that_fails_holds_up_no_other(world: Asking) -> None:
    """A fault of ours in one place: the others get theirs, and it is tried again the next time."""
    await subscribed(world)
    await subscribed(world, "U2", channel="D2")
    world.pass_(days=1)
    choosing, healed = world.tips._choose, False

    async def sometimes(unit: object, kept: KeptSubscription, *rest: object) -> object:
        if kept.person == world.storage.secret.pseudonym(TENANT, "U1") and not healed:
            raise RuntimeError("a fault of ours")
        return await choosing(unit, kept, *rest)  # type: ignore[arg-type]

    world.tips._choose = sometimes  # type: ignore[assignment,method-assign]
    assert [where.channel for _, where, _ in await world.due()] == ["D2"]
    healed = True
    assert [where.channel for _, where, _ in await world.due()] == ["C1"]
    assert await world.due() == []


async def test_tenants_get_their_own(world: Asking) -> None:
    """What one adopted, got or asked is nothing to the other."""
    ours = await subscribed(world)
    card = await world.tips.shown(await kept_of(world, ours))
    assert card
    theirs = world.someone("U1", tenant="W2")
    await theirs.fills(FORM, "", FILLED)
    await world.states(theirs, "adopted", practice_of(card))
    same = await world.tips.shown(await kept_of(world, ours))
    assert same and practice_of(same) == practice_of(card)
    world.pass_(days=1)
    assert sorted(where.tenant for _, where, _ in await world.due()) == ["W1", "W2"]


async def test_who_is_forgotten_gets_nothing_more(world: Asking) -> None:
    """Not even what was planned before it was sent."""
    await subscribed(world)
    world.pass_(days=1)
    await world.tips.send_due()
    await world.parts.erasure.forget(TENANT, world.storage.secret.pseudonym(TENANT, "U1"))
    assert await world.due() == []
    world.pass_(days=7)
    assert await world.due() == []


async def test_more_than_are_looked_at_in_one_go_all_get_theirs(world: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tips.AT_ONCE", 2)
    for number in range(5):
        await subscribed(world, f"U{number}", channel=f"D{number}")
    world.pass_(days=1)
    assert await world.tips.send_due() == 5
    assert await world.tips.send_due() == 0


async def test_rules_of_a_zone_that_changed_move_what_waits(world: Asking) -> None:
    """The moment that was written down is too early now: it waits, and nothing is lost."""
    who = await subscribed(world)
    kept = await kept_of(world, who)
    async with world.storage.unit() as unit:
        await unit.subscriptions.keep(replace(kept, due=(202648, datetime(2026, 11, 24, 7, tzinfo=UTC))), world.now)
    world.pass_(hours=22)
    assert await world.due() == []
    world.pass_(hours=1)
    assert len(await world.due()) == 1
    assert await weeks_of(world, who) == [(202648, "planned")]
