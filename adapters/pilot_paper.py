"""The plan of a pilot as paper, set by typst: offline, in fonts that come with it, every word data and never markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Literal

import typst

from adapters.pilot_export import FROM, MILESTONES, TEAM_SHEET, TO_FORWARD
from adapters.plain import one_line
from bot.dates import long_date
from bot.pilot_plan import Line, Milestone, PilotPlan, Section, Used
from bot.pilot_views import when_done
from bot.storage.pilots import KeptPilot

TEMPLATE = str(files("adapters") / "pilot_paper.typ")
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""Points; the largest at which each sheet fits on its page is taken."""
LEFT = ("baseline", "steps", "roles")
"""The sections of the left column."""
LONGEST_WORD = 22
"""Letters after which a word without any place to break it may go on in the next line."""


def as_pdf(pilot: KeptPilot, plan: PilotPlan, team: str) -> bytes:
    """A page for everybody, a page for the team, and one to forward where that applies."""
    return _set(_data(pilot, plan, team, _size(pilot, plan, team)), "pdf")[0]


def _size(pilot: KeptPilot, plan: PilotPlan, team: str) -> float:
    wanted = 3 if plan.agreement else 2
    fitting = (size for size in SIZES if len(_set(_data(pilot, plan, team, size), "svg")) <= wanted)
    return next(fitting, SIZES[-1])


def _set(data: dict[str, Any], form: Literal["pdf", "svg"]) -> list[bytes]:
    made = typst.compile(TEMPLATE, format=form, sys_inputs={"plan": json.dumps(data)})
    return made if isinstance(made, list) else [made]


def _data(pilot: KeptPilot, plan: PilotPlan, team: str, size: float) -> dict[str, Any]:
    sheet = [line for section in plan.sheet for line in section.lines]
    whose = [line for section in plan.team for line in section.lines]
    facts = [("Team", team), *(fact for fact in plan.facts if fact[1] != plan.goal)]
    return {
        "size": size, "title": _words(plan.goal), "kicker": "Pilot on one page", "team_kicker": TEAM_SHEET,
        "agreement_kicker": TO_FORWARD, "milestones_label": MILESTONES, "sources_label": FROM,
        "footer": f"{_words(team)}, version {pilot.version} of {long_date(pilot.changed_at.date())}",
        "facts": [[label, _words(value)] for label, value in facts if value],
        "left": [_section(section, plan) for section in plan.sheet if section.key in LEFT],
        "right": [_section(section, plan) for section in plan.sheet if section.key not in LEFT],
        "used": _used(plan.used_by(sheet)),
        "team": [_section(section, plan) for section in plan.team], "team_used": _used(plan.used_by(whose)),
        "agreement": [_words(line.text) for line in plan.agreement],
        "agreement_used": [used.title for used in plan.used_by(plan.agreement)],
        "milestones": [_milestone(pilot, one) for one in plan.milestones],
    }


def _section(section: Section, plan: PilotPlan) -> dict[str, Any]:
    lines = [_line(line, plan) for line in section.lines]
    return {"title": section.title, "numbered": section.numbered, "lines": lines}


def _line(line: Line, plan: PilotPlan) -> dict[str, str]:
    return {"lead": _words(line.lead), "text": _words(line.text), "mark": plan.mark(line).strip()}


def _milestone(pilot: KeptPilot, milestone: Milestone) -> dict[str, str]:
    return {"lead": f"{milestone.title}:", "text": when_done(pilot, milestone), "mark": ""}


def _words(text: str) -> str:
    return re.sub(rf"\S{{{LONGEST_WORD}}}(?=\S)", "\\g<0>\u200b", one_line(text))


def _used(used: Iterable[Used]) -> list[dict[str, Any]]:
    return [{"number": one.number, "id": one.id, "title": one.title} for one in used]
