"""Reports as values, of any size and with any names, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.report import Report, Row, Spreading, Standing
from bot.report_periods import month_period

MADE = datetime(2026, 11, 26, 12, tzinfo=UTC)
STATES = ("trying", "adopted", "proven")


def report_of(teams: int = 3, practices: int = 4, team: str = "Chapter {}", practice: str = "Practice {}", evidence: str = "sheet {}") -> Report:
    """Of October 2026; the first team is held back, as is every fifth week. Names are made with a number in them."""
    names, titles = [team.format(n) for n in range(teams)], [practice.format(n) for n in range(practices)]
    return Report(
        "W1", month_period(2026, 10), True, date(2026, 11, 2), MADE, sections=_sections(names, titles, evidence),
        trend=tuple((202619 + week, None if week % 5 == 4 else 10 + week) for week in range(26)),
        spread=tuple(_spreading(number, title, names) for number, title in enumerate(titles[:20])),
    )


def _sections(teams: list[str], practices: list[str], evidence: str) -> dict[str, tuple[Row, ...]]:
    basis = f"of {len(teams)} teams, in October 2026"
    return {
        "funnel": (
            Row("asked", "Questions asked", 1234, "questions in October 2026", before=1200),
            Row("people", "People who asked", None, "different people in October 2026", True),
            Row("answered", "Got a usable answer", 1001, "questions in October 2026 that got an answer", before=1001),
            Row("teams.asked", "Teams that asked", None, basis, True),
            *(Row(f"teams.{word}", f"Teams that {word}", count, basis, before=count + 1) for word, count in (("tried", 9), ("adopted", 0), ("proven", 2))),
        ),
        "outcomes": (Row("helpful", "Answered, confirmed helpful", 500, "of 1,001 answers"), Row("failed", "Failed", None, "of 1,234 questions", True)),
        "tips": (Row("tips.delivered", "Tips that the platform took", 40, "weekly tips of October 2026"),),
        "teams": tuple(Row(f"team.{n}.asked", name, 20 + n if n else None, "questions in October 2026", not n) for n, name in enumerate(teams)),
        "practices": tuple(Row(f"practice.{n}.cited", f"{title}: answered with it", 300 - n, "of 1,001 answers, in October 2026") for n, title in enumerate(practices)),
        "results": (
            Row("results", "Results stated", len(practices), "results that stand, of all time"),
            *(Row(f"result.{n}", f"{title}, {teams[n % len(teams)]}: Time to the first answer: 26 → {n}.5 hours (October 2026, measured).", n + 0.5,
                  f"stated by {teams[n % len(teams)]}; to be seen in: {evidence.format(n)}", before=26.0) for n, title in enumerate(practices)),
            Row("results.saving.EUR", "Saving in EUR", 5400.55, "sum of what teams stated"),
        ),
        "gaps": tuple(Row(f"gap.{n}", f"Near “{title}”", 12, "questions declined, in October 2026") for n, title in enumerate(practices[:9])),
        "actions": tuple(Row(f"action.{n}", f"So I will have a practice written near “{title}”: 12 questions had no good answer.", 12, "questions declined, in October 2026")
                         for n, title in enumerate(practices[:3])),
    }


def _spreading(number: int, title: str, teams: list[str]) -> Spreading:
    took = tuple(Standing(name, STATES[n % 3], date(2026, 9, 1 + n % 28)) for n, name in enumerate(teams[number:]))
    return Spreading(str(number), title, took, number % 3, number % 2 == 0)
