"""A pilot for other programs and other desks: as JSON, as markdown, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from adapters.plain import one_line
from bot.pilot_plan import Line, PilotPlan, Section
from bot.pilot_views import state_of, when_done
from bot.storage.pilots import KeptPilot

FORMATS = ("md", "text", "json", "pdf")
TEAM_SHEET, TO_FORWARD = "For the team", "To forward to the sponsor"
MILESTONES, FROM = "Milestones", "From the library:"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def as_json(pilot: KeptPilot, plan: PilotPlan, team: str) -> dict[str, Any]:
    """The contract of ``--json``: what was answered, what is planned, how far it is. Dates as 2027-01-18."""
    return {
        "id": pilot.id, "tenant": pilot.tenant, "team": team, "state": pilot.state, "decision": pilot.decision,
        "note": pilot.note, "version": pilot.version, "goal": plan.goal, "starts_on": str(plan.starts_on),
        "ends_on": str(plan.ends_on), "review_on": str(plan.review_on),
        "facts": [{"label": label, "value": value} for label, value in plan.facts],
        "plan": [_section(section) for section in plan.sheet], "team_sheet": [_section(part) for part in plan.team],
        "agreement": [_line(line) for line in plan.agreement],
        "milestones": [
            {"key": one.key, "title": one.title, "on": str(one.on), "done": _date(pilot, one.key)}
            for one in plan.milestones
        ],
        "practices": [{"id": one.id, "title": one.title} for one in plan.used],
    }


def brief_json(pilot: KeptPilot, team: str) -> dict[str, Any]:
    """One row of the list."""
    return {
        "id": pilot.id, "tenant": pilot.tenant, "team": team, "goal": pilot.answers.goal, "state": pilot.state,
        "decision": pilot.decision, "starts_on": str(pilot.answers.starts_on or ""), "review_on": str(pilot.review_on),
        "practices": list(pilot.practices),
    }


def as_markdown(pilot: KeptPilot, plan: PilotPlan, team: str, today: date) -> str:
    """Every sheet; what people typed is escaped, so that it stays words."""
    parts = [f"# Pilot: {_words(plan.goal)}", _facts((("Team", team), ("State", state_of(pilot, today)), *plan.facts))]
    parts += [_section_text(section, plan) for section in plan.sheet]
    parts += [f"## {MILESTONES}", "\n".join(f"- {line}" for line in milestone_lines(pilot, plan))]
    parts += [f"# {TEAM_SHEET}", *(_section_text(section, plan) for section in plan.team)]
    if plan.agreement:
        parts += [f"# {TO_FORWARD}", *(_words(line.text) for line in plan.agreement)]
    parts += [f"## {FROM}", "\n".join(f"- \\[{one.number}\\] {_words(one.title)} ({one.id})" for one in plan.used)]
    return "\n\n".join(parts) + "\n"


def as_plain(pilot: KeptPilot, plan: PilotPlan, team: str, today: date) -> str:
    """The same without markup, for a terminal."""
    text = re.sub(r"^(#+ )", "", as_markdown(pilot, plan, team, today), flags=re.MULTILINE)
    return re.sub(r"\\(.)", r"\1", text.replace("**", ""))


def milestone_lines(pilot: KeptPilot, plan: PilotPlan) -> list[str]:
    """Each with when it was done, or when it is to be."""
    return [f"{one.title}: {when_done(pilot, one)}" for one in plan.milestones]


def _section(section: Section) -> dict[str, Any]:
    return {"key": section.key, "title": section.title, "lines": [_line(line) for line in section.lines]}


def _line(line: Line) -> dict[str, Any]:
    return {"lead": line.lead, "text": line.text, "practice": line.practice or None}


def _date(pilot: KeptPilot, key: str) -> str | None:
    return str(pilot.done[key]) if key in pilot.done else None


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- **{_words(label)}:** {_words(value)}" for label, value in pairs if value)


def _section_text(section: Section, plan: PilotPlan) -> str:
    marks = (f"{number}." if section.numbered else "-" for number in range(1, len(section.lines) + 1))
    lines = (
        f"{mark} " + (f"**{_words(line.lead)}** " if line.lead else "") + _words(line.text) + _mark(plan, line)
        for mark, line in zip(marks, section.lines, strict=True)
    )
    return f"## {_words(section.title)}\n\n" + "\n".join(lines)


def _mark(plan: PilotPlan, line: Line) -> str:
    return _words(plan.mark(line)) and " " + _words(plan.mark(line))


def _words(text: str) -> str:
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", one_line(text)))
