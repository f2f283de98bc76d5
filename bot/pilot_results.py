"""Which pilot a result belongs to, and how what came of a pilot stands in its plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.adoption_views import change_in_words
from bot.pilot_plan import Line, PilotPlan, Section
from bot.storage.pilots import KeptPilot
from bot.storage.results import StatedResult
from bot.storage.tables import Team
from bot.storage.unit import Unit
from bot.titles import title_told
from knowledge.library import Library

LATELY = timedelta(days=60)
"""Figures of a pilot often come in after its review."""
CAME_OF_IT = "results"
"""The key of the section."""
MOST_SHOWN = 3


async def pilot_of_result(unit: Unit, team: Team, practice_id: str, today: date) -> KeptPilot | None:
    """The pilot in which this team has measured this practice: the newest under way, else the newest that ended lately.
    """
    ours = await unit.pilots.of(team.tenant, await unit.teams.with_merged(team), "")
    using = [pilot for pilot in ours if practice_id in pilot.practices]
    running = [pilot for pilot in using if pilot.state == "running"]
    ended = [pilot for pilot in using if pilot.state == "ended" and today - pilot.done["review"] <= LATELY]
    return next(iter((*running, *ended)), None)


async def sponsor_metric(unit: Unit, team: Team, result: StatedResult) -> str | None:
    """What the sponsor of the pilot is measured on in which this team stated the result; of one that belongs to no
    pilot, of the team's newest one under way.
    """
    if result.pilot_id:
        pilot = await unit.pilots.get(team.tenant, result.pilot_id)
    else:
        ours = await unit.pilots.of(team.tenant, await unit.teams.with_merged(team), "")
        pilot = next((one for one in ours if one.state == "running"), None)
    return pilot.answers.metric if pilot else None


def with_results(plan: PilotPlan, results: Sequence[StatedResult], library: Library) -> PilotPlan:
    """The plan with a section of what came of it, the newest first; the same plan while there is nothing."""
    cited = {used.id for used in plan.used}
    lines = [_line(result, library, cited) for result in results[:MOST_SHOWN]]
    if more := len(results) - len(lines):
        lines.append(Line("", f"And {more} more."))
    section = Section(CAME_OF_IT, "What came of it", tuple(lines))
    return replace(plan, sheet=(*plan.sheet, section)) if lines else plan


def results_in(plan: PilotPlan) -> Section | None:
    return next((section for section in plan.sheet if section.key == CAME_OF_IT), None)


def _line(result: StatedResult, library: Library, cited: set[str]) -> Line:
    title = title_told(library, result.practice_id)
    return Line(f"{title}:", change_in_words(result.figures), result.practice_id if result.practice_id in cited else "")
