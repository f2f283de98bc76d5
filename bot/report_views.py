"""A report in a chat: one picture, five lines, the link. And its words, for every other form of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.amounts import amount, counted
from bot.dates import long_date
from bot.replies import Block, Button, Buttons, Chart, Heading, Link, Paragraph, Reply, Series, Step, Steps
from bot.report import Report, Row
from bot.report_periods import name_of

NOT_OVER = "not over yet"
NOTHING = "No questions are shown: there were fewer than five, or none"
PULSE_ON = "From now on this place gets a short report when a month is over. Say “stop the monthly report” to end it."
PULSE_OFF = "The monthly report does not come here any more."
NO_PULSE = "There is no monthly report here."
HERE = "the page “Reports”, or `midway report`"
"""Where whoever sits at the machine that Midway runs on finds them."""
PRIVACY = "Counts below five are held back, along with anything that would give them away. People are never named."
DRAWN_WEEKS = 13
"""A quarter of a year: more bars would fill the page, and the figures behind them tell half a year."""
HELD_BACK = "held back"
NONE = "–"
SPREAD = "Where practices spread, as they stand now"
"""States of teams are not those at the end of the period: a later one takes an earlier one's place."""
NOTES = (
    "Counts of questions and of people below five are held back: so few could be recognized. Where a total would give "
    "such a count away, the next larger one is held back as well, so that not everything held back is small.",
    "A month is the weeks whose Thursday lies in it. Its details are shown once it is over; for a week, and for "
    "a month that is not over, only how much was asked in all. Where weeks are left out, the basis says so.",
    "People are never named and questions never quoted. A team appears as it chose: with its name, as what it is (“a "
    "chapter”), or counted only.",
    "What teams stated themselves (what they try, adopt and prove, results, pilots) is theirs to share and is not held "
    "back. Whether a figure was measured or estimated is shown with it.",
)
"""On privacy, for whoever reads every figure."""


def report_reply(report: Report, url: str, *, said: str = "") -> Reply:
    """For whoever asked alone. ``url`` is the page of the report, empty where there are no pages."""
    title = heading(report)
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


def heading(report: Report) -> str:
    whose = f"Engagement of {report.team}" if report.team else "Engagement"
    return f"{'Demo, made up. ' if report.made_up else ''}{whose}: {report.period.label}"


def until(report: Report) -> str:
    """Up to which day questions are counted, whether the period is over, and when the report was made."""
    to = report.counted_to
    counted = f"Questions up to {long_date(to - timedelta(days=1))}" if to else "No week with questions is counted"
    over = "" if report.complete else f"; this period is {NOT_OVER}"
    return f"{counted}{over}. Made on {long_date(report.made_at.date())}."


def lines(report: Report) -> tuple[tuple[str, str], ...]:
    """Five, each with a lead: questions, who asked, what spread, results, what to do."""
    return (
        ("Questions:", _questions(report)), ("Teams:", _teams(report)), ("Spread:", _spread(report)),
        ("Results:", _results(report)), ("So I will:", _action(report)),
    )


def funnel_chart(report: Report) -> Chart:
    """Teams that asked, tried, adopted and proved something in the period; of one team, what it did with practices."""
    what = "practices" if report.team else "teams"
    asked = () if report.team else (("Asked", "teams.asked"),)
    steps = (*asked, ("Tried", f"{what}.tried"), ("Adopted", f"{what}.adopted"), ("Proved", f"{what}.proven"))
    values = tuple(report.value(key) for _, key in steps)
    told = ", ".join(f"{label.lower()}: {figure(value)}" for (label, _), value in zip(steps, values, strict=True))
    summary = f"{what.capitalize()} in {report.period.label}, {told}."
    title = f"From {steps[0][0].lower()} to proven"
    labels = tuple(label for label, _ in steps)
    return Chart(title, summary, labels, (Series(what, values, missing=HELD_BACK),), what)


def charts(report: Report) -> tuple[Chart, ...]:
    """What there is to draw, the funnel first."""
    trend = trend_chart(report)
    return (funnel_chart(report), trend) if trend else (funnel_chart(report),)


def trend_chart(report: Report) -> Chart | None:
    """Questions by week; None where there is nothing to draw."""
    drawn = report.trend[-DRAWN_WEEKS:]
    told = [(week, value) for week, value in drawn if value is not None]
    if len(told) < 2:
        return None
    (first, least), (last, most) = told[0], told[-1]
    summary = f"Questions by week, from {least} in week {first % 100} to {most} in week {last % 100}."
    weeks = tuple(name_of(week) for week, _ in drawn)
    values = tuple(float(value) if value is not None else None for _, value in drawn)
    return Chart("Questions by week", summary, weeks, (Series("questions", values, missing=HELD_BACK),), "questions")


def figure(value: float | None, *, suppressed: bool = True) -> str:
    """As it is shown."""
    return amount(value) if value is not None else HELD_BACK if suppressed else NONE


def compared(row: Row) -> str:
    """“up from 12”, “unchanged”, nothing where there is nothing to compare with."""
    if row.value is None or row.before is None or row.key.startswith("result."):
        return ""
    if row.value == row.before:
        return "unchanged"
    return f"{'up' if row.value > row.before else 'down'} from {amount(row.before)}"


def _questions(report: Report) -> str:
    row, answered = report.sections["funnel"][0], report.value("answered")
    if (asked := row.value) is None:
        return f"{NOTHING}."
    change = f" ({compared(row)})" if compared(row) else ""
    share = f", {100 * answered / asked:.0f} % with an answer" if answered is not None else ""
    return f"{amount(asked)} asked{change}{share}."


def _teams(report: Report) -> str:
    asked = next((row for _, row in report.rows() if row.key == "teams.asked"), None)
    if asked is None:
        return "Narrowed to one team."
    out_of = asked.basis.partition(",")[0].partition(";")[0]
    if asked.value is None:
        return f"How many asked, {out_of}, is {HELD_BACK}."
    return f"{amount(asked.value)} {out_of} asked."


def _spread(report: Report) -> str:
    what = "teams" if not report.team else "practices"
    said = [(report.value(f"{what}.{word}") or 0, word) for word in ("tried", "adopted", "proven")]
    told = ", ".join(f"{amount(count)} {word}" for count, word in said)
    who = "Teams that said so" if not report.team else "Practices of which the team said so"
    return f"{who} in this time: {told}."


def _results(report: Report) -> str:
    count = report.value("results") or 0
    money = [row for _, row in report.rows() if row.key.startswith(("results.saving", "results.income"))]
    told = "".join(f"; {row.label[0].lower()}{row.label[1:]}: {amount(row.value or 0)}" for row in money)
    return f"{amount(count)} stated to date{told}; {counted(report.value('pilots.running') or 0, 'pilot')} under way."


def _action(report: Report) -> str:
    first: Sequence[Row] = report.sections.get("actions", ())
    return first[0].label.removeprefix("So I will ") if first else "wait: nothing stands out."
