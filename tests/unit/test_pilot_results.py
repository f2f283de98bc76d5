"""A result belongs to the pilot in which it was measured, and stands wherever the pilot is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
import pytest_asyncio

from adapters.pilot_export import as_json, as_markdown
from bot.access import SHELL
from bot.pilot_results import CAME_OF_IT, MOST_SHOWN, results_in
from bot.replies import Reply
from bot.storage.adoptions import holder_of
from bot.storage.results import StatedResult
from bot.storage.unit import Storage
from bot.views import OLD_BUTTON, UNTRACKED_PRESS
from tests.fakes.answering import START, FakeAnswering, Someone, forms_of, labels, make_advisor
from tests.fakes.office import World
from tests.on_sqlite import database

__all__ = ["database"]

CHARTER, ELSEWHERE = "pilot-charter", "ugc-rights"
THREE = {"goal": "More registrations", "metric": "Registrations a quarter", "weeks": "8"}
RESULT = {
    "metric": "Registrations a week", "before": "40", "after": "52", "unit": "registrations", "better": "higher",
    "period": "December 2026", "basis": "measured", "evidence": "sign-up sheet",
}
CHANGE = "Registrations a week: 40 → 52 registrations (December 2026, measured)."


class Team:
    """Somebody of a team, and what is kept of it; ``now`` is the time."""

    def __init__(self, storage: Storage, user: str = "U1", *, tracking: bool = True) -> None:
        self.storage, self.now = storage, START
        self.who = Someone(make_advisor(storage, FakeAnswering(), lambda: self.now, tracking=tracking), user)

    async def plans(self, *, started: bool = True) -> Reply:
        self.now += timedelta(seconds=1)
        plan = await self.who.fills("pilot", "", THREE)
        if started:
            await self.who.chooses(plan, "Start it")
        return plan

    async def reviews(self, plan: Reply, decision: str = "go") -> Reply:
        [form] = forms_of(await self.who.chooses(plan, "Review"))
        return await self.who.fills("pilot-review", form.context, {"decision": decision})

    async def results(self) -> list[StatedResult]:
        async with self.storage.view() as unit:
            return await unit.results.standing("W1")

    async def pilots(self) -> list[str]:
        """Ids, the newest first."""
        async with self.storage.view() as unit:
            return [pilot.id for pilot in await unit.pilots.all("W1")]

    async def belongs_to(self) -> str | None:
        """The pilot of the newest result."""
        return (await self.results())[0].pilot_id

    async def states(self) -> dict[str, str]:
        async with self.storage.view() as unit:
            team = await unit.teams.named("W1", "Chapter North")
            assert team
            return {name: row.state for name, row in (await unit.adoptions.states("W1", holder_of("", team.id))).items()}


@pytest_asyncio.fixture
async def north(storage: Storage) -> Team:
    team = Team(storage)
    await team.who.says("my team is Chapter North")
    return team


async def test_a_result_belongs_to_the_newest_pilot_that_runs(north: Team) -> None:
    """Not to one that is only planned, nor to another team's; and not if the pilot does not use the practice."""
    other = Team(north.storage, "U2")
    await other.who.presses("my-team", "Chapter South")
    await other.plans()
    for _ in range(2):
        await north.plans()
    await north.plans(started=False)
    reply = await north.who.fills("result", CHARTER, RESULT)
    assert await north.belongs_to() == (await north.pilots())[1]
    assert "It is recorded with your pilot “More registrations”." in repr(reply)
    north.now += timedelta(seconds=1)
    assert "your pilot" not in repr(await north.who.fills("result", ELSEWHERE, RESULT))
    assert await north.belongs_to() is None


async def test_without_a_pilot_a_result_stands_alone(north: Team) -> None:
    await north.plans(started=False)
    assert "your pilot" not in repr(await north.who.fills("result", CHARTER, RESULT))
    assert await north.belongs_to() is None


@pytest.mark.parametrize(("days", "belongs"), [(60, True), (61, False)])
async def test_figures_may_come_in_after_the_review(north: Team, days: int, belongs: bool) -> None:
    await north.reviews(await north.plans())
    north.now += timedelta(days=days)
    await north.who.fills("result", CHARTER, RESULT)
    assert (await north.belongs_to() is not None) is belongs


async def test_a_correction_stays_with_what_it_corrects(north: Team) -> None:
    """Whichever pilot runs by then, or none did."""
    alone = await north.who.fills("result", CHARTER, RESULT)
    first = await north.plans()
    with_first = await north.who.fills("result", CHARTER, RESULT)
    await north.reviews(first)
    await north.plans()
    for before, pilot in ((alone, None), (with_first, (await north.pilots())[1])):
        north.now += timedelta(seconds=1)
        [form] = forms_of(await north.who.chooses(before, "Correct it"))
        await north.who.fills("result", form.context, {**RESULT, "after": "50"})
        assert await north.belongs_to() == pilot


async def test_what_came_of_a_pilot_stands_with_it(north: Team) -> None:
    """In the plan, beside the review and in what is said of the decision; before there is a result, nothing of it."""
    plan = await north.plans()
    assert "What came of it" not in repr(plan) and "What came of it" not in repr(await north.who.chooses(plan, "Review"))
    await north.who.fills("result", CHARTER, RESULT)
    for reply in (await north.who.presses("pilot-show", (await north.pilots())[0]), await north.who.chooses(plan, "Review"), await north.reviews(plan)):
        assert "What came of it" in repr(reply) and CHANGE in repr(reply)


async def test_it_stands_on_paper_and_in_files(storage: Storage, north: Team) -> None:
    """The newest few with their practice; a corrected figure is gone."""
    world = World(storage)
    await north.plans()
    for number in range(MOST_SHOWN + 2):
        north.now += timedelta(seconds=1)
        last = await north.who.fills("result", CHARTER, {**RESULT, "after": f"{50 + number}"})
    [form] = forms_of(await north.who.chooses(last, "Correct it"))
    await north.who.fills("result", form.context, {**RESULT, "after": "77"})
    [(pilot, _)] = await world.office.pilots.listed(await world.office.pilots.visitor(SHELL))
    plan = await world.office.pilots.whole(pilot)
    section = results_in(plan)
    assert section and [line.text for line in section.lines][-1] == "And 2 more." and "→ 77" in section.lines[0].text
    assert "→ 54" not in repr(section) and section.lines[0].practice == CHARTER and section.lines[0].lead == "Write a one-page pilot charter:"
    assert "## What came of it" in as_markdown(pilot, plan, "Chapter North", world.now.date())
    assert CAME_OF_IT in {part["key"] for part in as_json(pilot, plan, "Chapter North")["plan"]}


async def test_starting_states_nothing_until_somebody_says_so(north: Team) -> None:
    """Then each practice of the plan, once; what is further already stays; the review asks, not twelve check-ins."""
    await north.who.presses("adopt", f"-|{CHARTER}|adopted")
    plan = await north.plans(started=False)
    started = await north.who.chooses(plan, "Start it")
    assert labels(started) == ["We're trying these now"] and await north.states() == {CHARTER: "adopted"}
    reply = await north.who.chooses(started, "We're trying these now", event="same")
    states = await north.states()
    assert len(states) > 5 and states.pop(CHARTER) == "adopted" and set(states.values()) == {"trying"}
    assert reply.text == "Recorded for Chapter North: you are trying what “More registrations” uses."
    assert "Write a one-page pilot charter:" in repr(reply) and "doing it" in repr(reply)
    await north.who.presses("set-state", "roles-raci|stopped")
    await north.who.chooses(started, "We're trying these now", event="same")
    assert (await north.states())["roles-raci"] == "stopped"
    async with north.storage.view() as unit:
        assert await unit.check_ins.due(START + timedelta(days=400), 100) == []
        written = [entry.subject for entry in await unit.audits.about("W1") if entry.what == "trying"]
    assert len(written) == len(set(written)) == len(states)


async def test_who_is_not_tracked_states_nothing(storage: Storage, north: Team) -> None:
    """Neither where all tracking is off, nor who switched theirs off."""
    plan = await north.plans(started=False)
    started = await north.who.chooses(plan, "Start it")
    untracked = Team(storage, tracking=False)
    assert (await untracked.who.chooses(started, "We're trying these now")).text == UNTRACKED_PRESS
    await north.who.says("stop tracking me")
    await north.who.chooses(started, "We're trying these now")
    assert await north.states() == {}


async def test_a_pilot_that_ended_or_is_another_teams_is_not_tried(north: Team) -> None:
    plan = await north.plans(started=False)
    started = await north.who.chooses(plan, "Start it")
    other = Team(north.storage, "U2")
    await other.who.presses("my-team", "Chapter South")
    assert (await other.who.chooses(started, "We're trying these now")).text.startswith("That pilot belongs to another team")
    await north.reviews(plan, "stop")
    assert (await north.who.chooses(started, "We're trying these now")).text == OLD_BUTTON
    assert labels(await north.who.chooses(plan, "Start it")) == [] and await north.states() == {}
