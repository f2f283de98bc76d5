"""Rows of a report that rest on what teams stated, and what a team is called in it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.amounts import counted
from bot.report import Row
from bot.report_periods import Period
from bot.storage.pilots import PilotOutline
from bot.storage.spread import TipCounts
from bot.storage.tables import Team
from bot.who_else import COUNTED, is_named


def name_of(team: Team | None) -> str | None:
    """What a team wants to be called; None where it wants to be counted only, or is gone."""
    if team is None or team.visibility == COUNTED:
        return None
    if is_named(team):
        return team.name
    return f"{'An' if team.relationship == 'agent' else 'A'} {team.relationship}"


def tip_rows(tips: TipCounts, period: Period) -> Iterable[Row]:
    yield Row("tips.delivered", "Tips that the platform took", tips.delivered, f"weekly tips of {period.label}")
    basis = f"of {counted(tips.delivered, 'tip')}; pressed or asked about, nobody knows who read"
    yield Row("tips.touched", "Tips that somebody did something with", tips.touched, basis)
    yield Row("tips.tried", "Tips that led to a try", tips.tried, f"of {counted(tips.delivered, 'tip')}")


def pilot_rows(pilots: Sequence[PilotOutline], now: datetime) -> Iterable[Row]:
    running = [one for one in pilots if one.state == "running"]
    yield Row("pilots.running", "Pilots under way", len(running), f"of {counted(len(pilots), 'pilot')} planned")
    due = sum(is_overdue(one, now) for one in pilots)
    yield Row("pilots.due", "Pilots past their review", due, f"of {len(running)} under way")
    ended = Counter(str(one.decision) for one in pilots if one.state == "ended")
    for decision, word in (("go", "went on"), ("adapt", "were changed"), ("stop", "were stopped")):
        yield Row(f"pilots.{decision}", f"Pilots that {word}", ended[decision], f"of {ended.total()} decided")


def is_overdue(pilot: PilotOutline, now: datetime) -> bool:
    return pilot.state == "running" and pilot.review_on is not None and pilot.review_on < now.date()
