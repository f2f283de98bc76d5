"""“So I will…”: at most three things to do, each with the figure that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.amounts import counted
from bot.dates import long_date
from bot.report import Lead, Report, Row, Spreading

MOST = 3
"""Somebody may do three things; of more nothing gets done."""
UNTRIED_FROM = 5
"""So many questions a practice has to have answered before it is worth finding a team that tries it."""
GAP_FROM = 5
"""So many questions have to lack a good answer before it is worth writing a practice."""


MOST_NAMED = 3
"""So many teams are named in one sentence."""


@dataclass(frozen=True, slots=True)
class LatePilot:
    """A pilot past its review. ``team`` is what its team wants to be called, None where it is only counted; ``team_id``
    is that of a team that is named, else empty.
    """

    id: str
    team: str | None
    team_id: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """What the actions are drawn from beside the rows. ``brief`` is the result whose brief may be forwarded."""

    overdue_pilots: tuple[LatePilot, ...] = ()
    overdue_practices: int = 0
    untried: tuple[tuple[str, str, int], ...] = ()
    alone: tuple[Spreading, ...] = ()
    brief: str = ""


def actions(report: Report, hand: Hand) -> tuple[Row, ...]:
    """The most pressing first."""
    found = [*_pilots(hand), *_gaps(report), *_alone(hand), *_untried(hand), *_unhelpful(report), *_due(hand)]
    return tuple(found[:MOST])


def _pilots(hand: Hand) -> Iterator[Row]:
    if late := hand.overdue_pilots:
        what = f"{_are(len(late), 'pilot')} past the review{_of(late)}"
        yield Row(
            "action.pilots", f"So I will ask for a decision, go, adapt or stop: {what}.", len(late),
            "pilots under way whose review date is over", leads=tuple(_leads(late)),
        )


def _gaps(report: Report) -> Iterator[Row]:
    top = next(iter(report.sections.get("gaps", ())), None)
    if top and top.key.startswith("gap.") and (top.value or 0) >= GAP_FROM:
        near = top.label.removeprefix("Near ")
        what = f"{top.value:.0f} questions had no good answer"
        label = f"So I will have a practice written near {near}: {what}."
        yield Row("action.gap", label, top.value, top.basis, leads=(Lead("gaps", "Gaps"),))


def _alone(hand: Hand) -> Iterator[Row]:
    for spreading in hand.alone[:1]:
        first = spreading.teams[0]
        yield Row(
            "action.spread",
            f"So I will forward the brief of {first.team}: “{spreading.title}” is proven there and tried nowhere else.",
            1, f"teams that proved it, since {long_date(first.since)}",
            leads=(Lead("brief", f"The brief of {first.team}", hand.brief),) if hand.brief else (),
        )


def _untried(hand: Hand) -> Iterator[Row]:
    for practice_id, title, cited in hand.untried[:1]:
        if cited >= UNTRIED_FROM:
            yield Row(
                "action.untried",
                f"So I will find one team to try “{title}”: it answered {cited} questions and nobody tries it.", cited,
                "questions that it answered first; teams that have said anything about it: none",
                leads=(Lead("practice", title, practice_id),),
            )


def _unhelpful(report: Report) -> Iterator[Row]:
    helpful, unhelpful = report.value("helpful"), report.value("unhelpful")
    if unhelpful is not None and unhelpful > (helpful or 0):
        what = f"{unhelpful:.0f} answers were called unhelpful, more than helpful"
        label = f"So I will read the gaps with a curator: {what}."
        yield Row("action.unhelpful", label, unhelpful, "answers that somebody rated", leads=(Lead("gaps", "Gaps"),))


def _due(hand: Hand) -> Iterator[Row]:
    if count := hand.overdue_practices:
        yield Row(
            "action.reviews", f"So I will remind the owners: {_are(count, 'practice')} past the review date.", count,
            "practices in force whose review date is over", leads=(Lead("library", "Library"),),
        )


def _leads(late: Sequence[LatePilot]) -> Iterator[Lead]:
    """To each pilot, and to the report of each team that is named."""
    for number, one in enumerate(late, 1):
        yield Lead("pilot", f"The pilot of {one.team}" if one.team else f"Pilot {number}", one.id)
    for team_id, team in {one.team_id: one.team for one in late if one.team_id}.items():
        yield Lead("team", f"The report of {team}", team_id)


def _of(late: Sequence[LatePilot]) -> str:
    """“, of Chapter North, a dealer and 1 more”: as each team chose to be told of."""
    names = list(dict.fromkeys(one.team for one in late if one.team))[:MOST_NAMED]
    rest = sum(one.team not in names for one in late)
    told = [*names, f"{rest} more"] if names and rest else names
    *first, last = told or [""]
    return f", of {', '.join(first)} and {last}" if first else f", of {last}" if last else ""


def _are(count: int, what: str) -> str:
    return f"{counted(count, what)} {'is' if count == 1 else 'are'}"
