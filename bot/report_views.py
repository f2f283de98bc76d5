"""A report in a chat: one picture, five lines, the link. And its words, for every other form of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.amounts import amount
from bot.replies import Block, Button, Buttons, Chart, Heading, Link, Paragraph, Reply, Series, Step, Steps
from bot.report import Report, Row

NOT_OVER = "not over yet"
NOTHING = "No questions are told of: there were fewer than five, or none"
PULSE_ON = "From now on this place gets a short report when a month is over. Say “stop the monthly report” to end it."
PULSE_OFF, NO_PULSE = "The monthly report does not come here any more.", "There is no monthly report here."
PRIVACY = "Counts below five are held back, with what would give them away. People are never named."
HELD_BACK, NONE = "held back", "–"


def report_reply(report: Report, url: str, *, said: str = "") -> Reply:
    """For whoever asked alone. ``url`` is the page of the report, empty where there are no pages."""
    title = f"{title_of(report)}: {report.period.label}"
    blocks: list[Block] = [Paragraph(said)] if said else []
    blocks.append(Heading(title))
    if not report.complete:
        blocks.append(Paragraph(f"This period is {NOT_OVER}: figures go up to the last whole week.", quiet=True))
    if not report.team:
        blocks.append(funnel_chart(report))
    told = lines(report)
    blocks.append(Steps(tuple(Step(lead, text) for lead, text in told), numbered=False))
    if url:
        blocks.append(Link("The whole report: every figure, to print and to download", url))
    earlier = f"The {'month' if report.period.is_month else 'week'} before"
    blocks.append(Buttons((Button(earlier, "report", report.period.before().name),)))
    blocks.append(Paragraph(PRIVACY, quiet=True))
    return Reply(f"{title}. {' '.join(text for _, text in told[:2])}", tuple(blocks), audience="sender")


def title_of(report: Report) -> str:
    return f"Engagement of {report.team}" if report.team else "Engagement"


def lines(report: Report) -> tuple[tuple[str, str], ...]:
    """Five, each with a lead: questions, who asked, what spread, results, what to do."""
    return (
        ("Questions:", _questions(report)), ("Teams:", _teams(report)), ("Spread:", _spread(report)),
        ("Results:", _results(report)), ("So I will:", _action(report)),
    )


def funnel_chart(report: Report) -> Chart:
    """Teams that asked, tried, adopted and proved something in the period."""
    steps = (
        ("Asked", "teams.asked"), ("Tried", "teams.tried"), ("Adopted", "teams.adopted"), ("Proved", "teams.proven"),
    )
    values = tuple(report.value(key) for _, key in steps)
    told = ", ".join(f"{label.lower()}: {figure(value)}" for (label, _), value in zip(steps, values, strict=True))
    summary = f"Teams in {report.period.label}, {told}."
    labels = tuple(label for label, _ in steps)
    return Chart("From asked to proven", summary, labels, (Series("teams", values),), "teams")


def trend_chart(report: Report) -> Chart | None:
    """Questions by week; None where there is nothing to draw."""
    told = [(week, value) for week, value in report.trend if value is not None]
    if len(told) < 2:
        return None
    (first, least), (last, most) = told[0], told[-1]
    summary = f"Questions by week, from {least} in week {first % 100} to {most} in week {last % 100}."
    weeks = tuple(f"{week // 100}-W{week % 100:02}" for week, _ in report.trend)
    values = tuple(float(value) if value is not None else None for _, value in report.trend)
    return Chart("Questions by week", summary, weeks, (Series("questions", values),), "questions")


def figure(value: float | None, *, suppressed: bool = True) -> str:
    """As it is told."""
    return amount(value) if value is not None else HELD_BACK if suppressed else NONE


def compared(row: Row) -> str:
    """“up from 12”, “unchanged”, nothing where there is nothing to compare with."""
    if row.value is None or row.before is None or row.key.startswith("result."):
        return ""
    if row.value == row.before:
        return "unchanged"
    return f"{'up' if row.value > row.before else 'down'} from {amount(row.before)}"


def _questions(report: Report) -> str:
    asked, answered = report.value("asked"), report.value("answered")
    if asked is None:
        return f"{NOTHING}."
    row = next(row for _, row in report.rows() if row.key == "asked")
    change = f" ({compared(row)})" if compared(row) else ""
    share = f", {100 * answered / asked:.0f} % with an answer" if answered is not None else ""
    return f"{amount(asked)} asked{change}{share}."


def _teams(report: Report) -> str:
    asked = next((row for _, row in report.rows() if row.key == "teams.asked"), None)
    if asked is None:
        return "Narrowed to one team."
    out_of = asked.basis.partition(",")[0].partition(";")[0]
    if asked.value is None:
        return f"How many {out_of} asked is {HELD_BACK}."
    return f"{amount(asked.value)} {out_of} asked."


def _spread(report: Report) -> str:
    what = "teams" if not report.team else "practices"
    said = [(report.value(f"{what}.{word}") or 0, word) for word in ("tried", "adopted", "proven")]
    told = ", ".join(f"{amount(count)} {word}" for count, word in said)
    return f"{what.capitalize()} that said so in this time: {told}."


def _results(report: Report) -> str:
    count = report.value("results") or 0
    money = [row for _, row in report.rows() if row.key.startswith(("results.saving", "results.income"))]
    told = "".join(f"; {row.label[0].lower()}{row.label[1:]}: {amount(row.value or 0)}" for row in money)
    return f"{amount(count)} stated{told}; {amount(report.value('pilots.running') or 0)} pilots under way."


def _action(report: Report) -> str:
    first: Sequence[Row] = report.sections.get("actions", ())
    return first[0].label.removeprefix("So I will ").capitalize() if first else "wait: nothing stands out."
