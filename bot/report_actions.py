"""“So I will…”: at most three things to do, each with the figure that it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dates import long_date
from bot.report import Report, Row, Spreading

MOST = 3
"""Somebody may do three things; of more nothing gets done."""
UNTRIED_FROM = 5
"""So many questions a practice has to have answered before it is worth finding a team that tries it."""
GAP_FROM = 5
"""So many questions have to lack a good answer before it is worth writing a practice."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What the actions are drawn from beside the rows."""

    overdue_pilots: int = 0
    overdue_practices: int = 0
    untried: tuple[tuple[str, str, int], ...] = ()
    alone: tuple[Spreading, ...] = ()


def actions(report: Report, hand: Hand) -> tuple[Row, ...]:
    """The most pressing first."""
    found = [*_pilots(hand), *_gaps(report), *_alone(hand), *_untried(hand), *_unhelpful(report), *_due(hand)]
    return tuple(found[:MOST])


def _pilots(hand: Hand) -> Iterator[Row]:
    if count := hand.overdue_pilots:
        what = "1 pilot is" if count == 1 else f"{count} pilots are"
        yield Row(
            "action.pilots", f"So I will ask for a decision, go, adapt or stop: {what} past the review.", count,
            "pilots under way whose review date is over",
        )


def _gaps(report: Report) -> Iterator[Row]:
    top = next(iter(report.sections.get("gaps", ())), None)
    if top and top.key.startswith("gap.") and (top.value or 0) >= GAP_FROM:
        near = top.label.removeprefix("Near ")
        what = f"{top.value:.0f} questions had no good answer"
        yield Row("action.gap", f"So I will have a practice written near {near}: {what}.", top.value, top.basis)


def _alone(hand: Hand) -> Iterator[Row]:
    for spreading in hand.alone[:1]:
        first = spreading.teams[0]
        yield Row(
            "action.spread",
            f"So I will forward the brief of {first.team}: “{spreading.title}” is proven there and tried nowhere else.",
            1, f"teams that proved it, since {long_date(first.since)}",
        )


def _untried(hand: Hand) -> Iterator[Row]:
    for _, title, cited in hand.untried[:1]:
        if cited >= UNTRIED_FROM:
            yield Row(
                "action.untried",
                f"So I will find one team to try “{title}”: it answered {cited} questions and nobody tries it.", cited,
                "questions that it answered first; teams that have said anything about it: none",
            )


def _unhelpful(report: Report) -> Iterator[Row]:
    helpful, unhelpful = report.value("helpful"), report.value("unhelpful")
    if unhelpful is not None and unhelpful > (helpful or 0):
        what = f"{unhelpful:.0f} answers were called unhelpful, more than helpful"
        label = f"So I will read the gaps with a curator: {what}."
        yield Row("action.unhelpful", label, unhelpful, "answers that somebody rated")


def _due(hand: Hand) -> Iterator[Row]:
    if count := hand.overdue_practices:
        what = "1 practice is" if count == 1 else f"{count} practices are"
        yield Row(
            "action.reviews", f"So I will remind the owners: {what} past the review date.", count,
            "practices in force whose review date is over",
        )
