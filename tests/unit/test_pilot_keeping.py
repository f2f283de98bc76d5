"""Pilots from the first plan to the decision: rights, each change once and written down, people told on the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.access import SHELL, Who
from bot.errors import ChangedMeanwhile, NotAllowed
from bot.messages import Conversation
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, Actor, PilotEnded, PilotUnknown, TeamNeeded
from bot.storage.pilots import KeptPilot, Pilots
from tests.fakes.office import ADMIN, ASKED_IN, CURATOR, TENANT, World
from tests.on_sqlite import database

__all__ = ["database"]

ANSWERS = Answers("More registrations", "Registrations a quarter", 8)
ELSEWHERE = Conversation("slack", TENANT, "D7", "D7", "direct", '{"team":"W1","channel":"D7","user":"U2"}')


async def of(world: World, team: str = "North", person: str = "p1", tenant: str = TENANT) -> Actor:
    """Somebody in this team."""
    async with world.storage.unit() as unit:
        made, _ = await unit.teams.get_or_make(tenant, team)
        await unit.teams.bind_person(tenant, person, made.id, world.now)
    return await world.office.pilots.actor(tenant, person, made)


async def planned(world: World, event: str = "e1", answers: Answers = ANSWERS) -> tuple[Actor, KeptPilot]:
    actor = await of(world)
    return actor, await world.office.pilots.make(actor, actor.team, answers, Act(event, where=ASKED_IN))


async def written(world: World, pilot: KeptPilot) -> list[tuple[str, str, str]]:
    async with world.storage.view() as unit:
        return [(one.what, one.by, one.note) for one in reversed(await unit.audits.about(TENANT, f"pilot:{pilot.id}"))]


async def test_a_form_sent_twice_makes_one_pilot(world: World) -> None:
    _, one = await planned(world)
    actor, again = await planned(world)
    assert one == again and len(await world.office.pilots.listed(actor)) == 1
    assert await written(world, one) == [("planned", "p1", "")]
    assert one.answers.starts_on == date(2026, 11, 30) and "pilot-charter" in one.practices


async def test_a_pilot_needs_a_team(world: World) -> None:
    nobody = await world.office.pilots.actor(TENANT, "p1", None)
    with pytest.raises(TeamNeeded, match="my team is NAME"):
        await world.office.pilots.make(nobody, None, ANSWERS, Act("e1"))


async def test_only_its_team_sees_it(world: World) -> None:
    """A colleague does, whoever planned it; another team and another tenant do not, not even in the list."""
    _, pilot = await planned(world)
    keeping = world.office.pilots
    assert await keeping.get(await of(world, person="p2"), pilot.id) == pilot
    stranger, foreign = await of(world, "South"), await of(world, tenant="W2")
    with pytest.raises(NotAllowed):
        await keeping.start(stranger, pilot.id, Act("s"))
    with pytest.raises(PilotUnknown):
        await keeping.get(foreign, pilot.id)
    assert await keeping.listed(stranger) == await keeping.listed(foreign) == []


async def test_what_a_team_planned_is_seen_by_the_team_that_took_its_place(world: World) -> None:
    _, pilot = await planned(world)
    south = await of(world, "South")
    async with world.storage.unit() as unit:
        north = await unit.teams.named(TENANT, "North")
        assert north and south.team
        north.merged_into = south.team.id
    merged = await of(world, "South")
    assert await world.office.pilots.listed(merged) == [(pilot, "South")]


async def test_an_admin_corrects_with_a_reason(world: World) -> None:
    """It stands in the audit; the shell reaches every tenant."""
    _, pilot = await planned(world)
    async with world.storage.unit() as unit:
        await unit.people.grant(TENANT, ADMIN.person, "admin", "x", "y", world.now)
    keeping = world.office.pilots
    for who in (ADMIN, SHELL):
        actor = await keeping.visitor(who)
        with pytest.raises(NotAllowed, match="say why"):
            await keeping.step_back(actor, pilot.id, Act(f"1 {who.person}"))
        assert [one.id for one, _ in await keeping.listed(actor)] == [pilot.id]
    await keeping.tick(await keeping.visitor(SHELL), pilot.id, "start", Act("2", "they asked me to"))
    assert (await written(world, pilot))[-1] == ("milestone done", SHELL.person, "they asked me to")


async def test_each_change_is_written_down_once(world: World) -> None:
    """Whatever comes twice changes nothing the second time; a milestone keeps the day on which it was done."""
    actor, pilot = await planned(world)
    keeping = world.office.pilots
    for _ in range(2):
        await keeping.start(actor, pilot.id, Act("2"))
    await keeping.tick(actor, pilot.id, "start", Act("3"))
    world.pass_(days=3)
    for milestone, event in (("start", "4"), ("no such thing", "5")):
        await keeping.tick(actor, pilot.id, milestone, Act(event))
    for _ in range(2):
        ended = await keeping.decide(actor, pilot.id, "adapt", " One change. ", Act("6"))
    assert (ended.state, ended.decision, ended.note, ended.version) == ("ended", "adapt", "One change.", 4)
    assert ended.done == {"start": date(2026, 11, 23), "review": date(2026, 11, 26)}
    assert [what for what, _, _ in await written(world, pilot)] == ["planned", "started", "milestone done", "decided: adapt"]


async def test_the_second_of_two_editors_is_told(world: World) -> None:
    """The same form twice is no second editor."""
    actor, pilot = await planned(world)
    keeping, longer = world.office.pilots, replace(pilot.answers, weeks=12)
    changed = await keeping.change(actor, pilot.id, 1, longer, Act("2"))
    assert changed.review_on == pilot.review_on + timedelta(weeks=4)
    assert await keeping.change(actor, pilot.id, 1, longer, Act("2")) == changed
    with pytest.raises(ChangedMeanwhile):
        await keeping.change(actor, pilot.id, 1, replace(pilot.answers, weeks=2), Act("3"))


async def test_a_sponsor_who_steps_back_is_gone_at_once(world: World) -> None:
    """From the answers, the plan and the note of the review."""
    named = replace(ANSWERS, sponsor="Head of Courses", sponsor_agreed=world.now.date(), who="Team of the head of courses")
    actor, pilot = await planned(world, answers=named)
    keeping = world.office.pilots
    await keeping.decide(actor, pilot.id, "go", "Head of Courses is content", Act("2"))
    left = await keeping.step_back(actor, pilot.id, Act("3"))
    assert "head of courses" not in repr((left, keeping.plan(left))).lower()
    assert left.note == "the sponsor is content" and left.answers.who == "Team of the sponsor"
    assert (await written(world, pilot))[-1][0] == "sponsor stepped back"


async def test_at_a_page_nobody_plans_for_a_team_that_withdrew(world: World) -> None:
    """Its people see its pilots again once it takes part again."""
    actor, pilot = await planned(world)
    member = Who(TENANT, actor.person, frozenset())
    assert await world.office.pilots.teams(await world.office.pilots.visitor(member))
    async with world.storage.unit() as unit:
        team = await unit.teams.named(TENANT, "North")
        assert team
        await unit.team_exits.withdraw(team)
    seen = await world.office.pilots.visitor(member)
    assert (seen.team, await world.office.pilots.teams(seen), await world.office.pilots.listed(seen)) == (None, [], [])
    with pytest.raises(NotAllowed):
        await world.office.pilots.start(seen, pilot.id, Act("2"))


async def test_at_a_page_a_merged_teams_people_plan_for_the_one_that_took_its_place(world: World) -> None:
    actor, pilot = await planned(world)
    async with world.storage.unit() as unit:
        north, south = await unit.teams.named(TENANT, "North"), (await unit.teams.get_or_make(TENANT, "South"))[0]
        assert north
        north.merged_into = south.id
    seen = await world.office.pilots.visitor(Who(TENANT, actor.person, frozenset()))
    assert [team.name for team in await world.office.pilots.teams(seen)] == ["South"]
    assert [one.id for one, _ in await world.office.pilots.listed(seen)] == [pilot.id]


async def test_one_review_that_cannot_be_told_of_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, broken = await planned(world)
    _, pilot = await planned(world, "e2")
    told = Pilots.told

    async def fails_for_one(self: Pilots, one: KeptPilot) -> None:
        if one.id == broken.id:
            raise KeyError(one.id)
        await told(self, one)

    monkeypatch.setattr(Pilots, "told", fails_for_one)
    world.pass_(days=(pilot.review_on - world.now.date()).days)
    assert await world.office.pilot_reminders.send_due() == 1
    assert [key for key, _, _ in await world.said()] == [f"pilot-review:team:{pilot.team_id}:{pilot.id}:{pilot.review_on}"]


async def test_its_owner_is_told_on_the_day_of_the_review_once(world: World) -> None:
    """Where it was planned; a colleague who changes it elsewhere does not move that, another date is told anew."""
    actor, pilot = await planned(world)
    keeping = world.office.pilots
    await keeping.tick(replace(actor, person="p2"), pilot.id, "start", Act("2", where=ELSEWHERE))
    world.pass_(days=(pilot.review_on - world.now.date()).days - 1)
    assert await world.office.pilot_reminders.send_due() == 0
    world.pass_(days=1)
    assert [await world.office.pilot_reminders.send_due() for _ in range(2)] == [1, 0]
    [(key, where, words)] = await world.said()
    assert key == f"pilot-review:team:{pilot.team_id}:{pilot.id}:{pilot.review_on}" and where == ASKED_IN and "go, adapt or stop?" in words
    later = replace(pilot.answers, weeks=12)
    await keeping.change(actor, pilot.id, 2, later, Act("3", where=ELSEWHERE))
    world.pass_(weeks=4)
    assert await world.office.pilot_reminders.send_due() == 1


async def withdraw(world: World, pilot: KeptPilot) -> None:
    async with world.storage.unit() as unit:
        team = await unit.teams.get(TENANT, pilot.team_id or "")
        assert team
        await unit.team_exits.withdraw(team)


async def switch_off(world: World, pilot: KeptPilot, *, tracked: bool = True, check_ins: bool = True) -> None:
    async with world.storage.unit() as unit:
        await unit.choices.track(TENANT, pilot.person, tracked, world.now)
        await unit.choices.check_in(TENANT, pilot.person, check_ins, world.now)


async def test_a_team_that_withdrew_is_told_of_no_review(world: World) -> None:
    """Not what would be planned from now on, and not what is planned and not sent yet; until it takes part again."""
    _, pilot = await planned(world)
    await withdraw(world, pilot)
    world.now = world.now.replace(year=2027)
    assert (await world.office.pilot_reminders.send_due(), await world.said()) == (0, [])
    async with world.storage.unit() as unit:
        team = await unit.teams.get(TENANT, pilot.team_id or "")
        assert team
        team.left_at = None
    assert await world.office.pilot_reminders.send_due() == 1
    await withdraw(world, pilot)
    assert await world.said() == []


async def test_who_switched_questions_or_tracking_off_is_not_reminded(world: World) -> None:
    """Once they want it again, they are told of what is still open."""
    _, pilot = await planned(world)
    world.now = world.now.replace(year=2027)
    for choice in ({"tracked": False}, {"check_ins": False}):
        await switch_off(world, pilot, **choice)
        assert await world.office.pilot_reminders.send_due() == 0
    await switch_off(world, pilot)
    assert await world.office.pilot_reminders.send_due() == 1


async def test_who_speaks_for_another_team_by_now_is_not_reminded(world: World) -> None:
    _, pilot = await planned(world)
    await of(world, "South", pilot.person)
    world.now = world.now.replace(year=2027, month=12)
    assert await world.office.pilot_reminders.send_due() == 0


async def test_what_was_decided_on_is_neither_started_nor_planned_anew(world: World) -> None:
    """By a button or a form of an old message; the decision itself may be corrected."""
    actor, pilot = await planned(world)
    keeping = world.office.pilots
    ended = await keeping.decide(actor, pilot.id, "stop", "", Act("2"))
    assert await keeping.start(actor, pilot.id, Act("3")) == ended
    with pytest.raises(PilotEnded, match="plan a pilot"):
        await keeping.change(actor, pilot.id, ended.version, replace(pilot.answers, weeks=2), Act("4"))
    assert (await keeping.decide(actor, pilot.id, "go", "", Act("5"))).decision == "go"


async def test_nobody_is_told_of_a_pilot_that_ended(world: World) -> None:
    actor, pilot = await planned(world)
    await world.office.pilots.decide(actor, pilot.id, "stop", "", Act("2", where=ASKED_IN))
    world.pass_(days=400)
    assert await world.office.pilot_reminders.send_due() == 0


async def test_a_practice_that_was_withdrawn_is_named_and_no_longer_cited(world: World) -> None:
    _, pilot = await planned(world)
    title = world.library.practices["pilot-charter"].title
    await world.office.curation.withdraw(CURATOR, "pilot-charter", "the law changed")
    assert world.office.pilots.retired(pilot) == (f"{title} (withdrawn 23 November 2026)",)
    assert "pilot-charter" not in {used.id for used in world.office.pilots.plan(pilot).used}
