"""From answers to a plan. Every sentence of advice comes from a practice in force that fits the team, and names it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.dates import long_date
from bot.pilot_answers import LABELS, Answers
from bot.pilot_plan import Line, Milestone, PilotPlan, Section, Used
from knowledge.excerpts import first_sentences, point_of
from knowledge.library import Library
from knowledge.practice import without_marks

MOST_WORDS_OF_A_LINE = 18
OUTSIDE = frozenset({"chapter", "dealer", "agent", "franchise"})
"""Who cannot be told to take part, and gives and gets instead."""
FIRM = frozenset({"formal", "spoken"})
REVIEW_AFTER = timedelta(days=5)
"""Between the last day and the review: the practice asks for ten days at most."""
PAGE_BEFORE = timedelta(days=3)
PREPARED_BEFORE = timedelta(days=4)
BLESSED = {
    "formal": "formal", "spoken": "spoken", "vague": "vague", "none": "none yet", None: "not said, taken as vague",
}
RELATED = {"unit": "own unit"}


@dataclass(frozen=True, slots=True)
class Pick:
    """An item of a practice, found by how it begins."""

    practice: str
    begins: str
    part: str = "steps"
    most: int = MOST_WORDS_OF_A_LINE


BASELINE = (
    Pick("pilot-baseline", "Collect weekly figures"), Pick("pilot-baseline", "Save the table"),
    Pick("sponsor-metric-link", "Agree with the sponsor beforehand"),
)
UNBLESSED = (Pick("sponsor-search", "Choose the leader with most"), Pick("pilot-mockup", "Show the draft to each"))
VAGUE = (Pick("middle-up-down", "Ask your superior for a short"), Pick("support-group-prealign", "Get a named person"))
SPOKEN = (Pick("pilot-charter", "Read the charter aloud"),)
GIVE_AND_GET = (
    Pick("give-get-agreement", "List what the centre gives", most=40), Pick("give-get-agreement", "Agree who owns"),
)
START_SMALL = (
    Pick("pilot-one-project", "Limit the pilot to one"), Pick("pilot-one-project", "Agree on goal, hours"),
)
ROLES = (
    Pick("pilot-charter", "Name owner, stand-in"), Pick("roles-raci", "Name exactly one accountable"),
    Pick("roles-raci", "Add a stand-in"),
)
MEASURE = (
    Pick("pilot-charter", "Compare the one", "measure"), Pick("pilot-charter", "Count hours spent", "measure"),
    Pick("pilot-one-project", "Requests from other units", "measure"),
)
STOP = (Pick("pilot-charter", "Fix an end date"), Pick("stop-or-say-no", "Ask who is there", most=40))
REVIEW = (
    Pick("pilot-go-no-go", "Send one page"), Pick("pilot-go-no-go", "Hear the people who posted"),
    Pick("pilot-go-no-go", "Choose go, adapt or stop", most=40),
)
FIRST_TASKS = (
    Pick("frontline-buy-in", "Offer small and large tasks"), Pick("frontline-buy-in", "Use one of their ideas"),
    Pick("frontline-buy-in", "Agree with the line manager"), Pick("earn-influence", "Let units take part"),
)
CREDIT = (
    Pick("middle-up-down", "Send a leader one page"), Pick("frontline-buy-in", "Tell contributors each month"),
    Pick("success-story-library", "Get written permission"), Pick("success-story-library", "Thank the people"),
)
PICKS = (
    *BASELINE, *UNBLESSED, *VAGUE, *SPOKEN, *GIVE_AND_GET, *START_SMALL, *ROLES, *MEASURE, *STOP, *REVIEW, *FIRST_TASKS,
    *CREDIT,
)


def first_day(answers: Answers, today: date) -> date:
    """The day that was named, else the first Monday after a week of preparation."""
    if answers.starts_on:
        return answers.starts_on
    ready = today + timedelta(days=7)
    return ready + timedelta(days=-ready.weekday() % 7)


def plan_of(answers: Answers, library: Library, today: date) -> PilotPlan:
    """The plan of a pilot whose planning began ``today``; always the same for the same library."""
    starts = first_day(answers, today)
    ends = starts + timedelta(weeks=answers.weeks, days=-1)
    review = _working_day(ends + REVIEW_AFTER)
    shelf = _Shelf(library, answers.relationship)
    sheet = _kept((
        Section("baseline", "Baseline", (*_own(answers, "baseline"), *shelf.lines(BASELINE))),
        Section("steps", "Steps", (*shelf.own(_hypothesis(answers)), *shelf.lines(_steps(answers))), numbered=True),
        Section("roles", "Roles", shelf.lines(ROLES)),
        Section("measure", "What to measure", (*_own(answers, "enough"), *shelf.lines(MEASURE))),
        Section("stop", "Stop rule", (*_own(answers, "stop"), *shelf.lines(STOP))),
        Section("review", f"Review on {long_date(review)}", shelf.lines(REVIEW)),
    ))
    outside = answers.relationship in OUTSIDE
    team = _kept((
        Section("tasks", "Easy first tasks", shelf.lines(FIRST_TASKS if outside else FIRST_TASKS[:3])),
        Section("credit", "Credit where it is due", shelf.lines(CREDIT)),
    ))
    asked = answers.blessing not in FIRM
    agreement = shelf.own(*_agreement(answers, starts, ends, review)) if asked else ()
    lines = (*(line for section in (*sheet, *team) for line in section.lines), *agreement)
    return PilotPlan(
        answers.goal, _facts(answers, starts, ends, review), sheet, team, agreement,
        _milestones(today, starts, answers.weeks, review, asked=asked), starts, ends, review, shelf.used(lines),
    )


class _Shelf:
    """The practices that fit a team; what was withdrawn is left out."""

    def __init__(self, library: Library, relationship: str) -> None:
        self._fitting = {
            name: practice for name, practice in library.practices.items()
            if not practice.relationships or relationship in practice.relationships
        }

    def lines(self, picks: Iterable[Pick]) -> tuple[Line, ...]:
        found = (self._line(pick) for pick in picks)
        return tuple(dict.fromkeys(line for line in found if line))

    def own(self, *lines: Line) -> tuple[Line, ...]:
        """Lines worded here after a practice: only while that practice is in force."""
        return tuple(line for line in lines if not line.practice or line.practice in self._fitting)

    def used(self, lines: Iterable[Line]) -> tuple[Used, ...]:
        """The practices of these lines, numbered in order."""
        ids = dict.fromkeys(line.practice for line in lines if line.practice)
        return tuple(Used(number, name, self._fitting[name].title) for number, name in enumerate(ids, 1))

    def _line(self, pick: Pick) -> Line | None:
        """The item; where the organization's own version words it otherwise, its first."""
        practice = self._fitting.get(pick.practice)
        if practice is None:
            return None
        items = [point_of(item) for item in getattr(practice.sections, pick.part)]
        point = next((item for item in items if f"{item.lead}{item.text}".startswith(pick.begins)), items[0])
        text = without_marks(first_sentences(point.text, pick.most))
        return Line(without_marks(point.lead), text, practice.id)


def _steps(answers: Answers) -> tuple[Pick, ...]:
    match answers.blessing:
        case "formal":
            leave: tuple[Pick, ...] = ()
        case "spoken":
            leave = SPOKEN
        case "none":
            leave = (*UNBLESSED, *VAGUE[:1])
        case _:
            leave = VAGUE
    outside = GIVE_AND_GET if answers.relationship in OUTSIDE else ()
    return (*leave, *outside, *START_SMALL)


def _hypothesis(answers: Answers) -> Line:
    text = f"If we do this, “{_inside(answers.metric)}” changes within {_weeks(answers.weeks)}."
    return Line("State the hypothesis.", text, "pilot-charter")


def _own(answers: Answers, name: str) -> tuple[Line, ...]:
    said = getattr(answers, name)
    return (Line(f"{LABELS[name]}:", said),) if said else ()


def _facts(answers: Answers, starts: date, ends: date, review: date) -> tuple[tuple[str, str], ...]:
    hours = "" if answers.hours is None else f"{answers.hours:g} hours a week"
    cost = ", ".join(part for part in (answers.money, hours) if part)
    said = (
        ("Goal", answers.goal), ("Sponsor is measured on", answers.metric), ("Sponsor", answers.sponsor),
        ("Blessing", BLESSED[answers.blessing]),
        ("We are", RELATED.get(answers.relationship, answers.relationship)), ("Who takes part", answers.who),
        ("Channels", answers.channels), ("Runs", f"{long_date(starts)} to {long_date(ends)}, {_weeks(answers.weeks)}"),
        ("Review", long_date(review)), ("May cost", cost),
    )
    return tuple((label, value) for label, value in said if value)


def _agreement(answers: Answers, starts: date, ends: date, review: date) -> tuple[Line, ...]:
    """The sentence of the practice on working from the middle, filled in; a yes by e-mail is enough."""
    hours = f"{answers.hours:g} hours a week" if answers.hours is not None else ""
    said = " and ".join(part for part in (answers.money, hours) if part)
    cost = f"Cost: {said}. " if said else ""
    when = f"from {long_date(starts)} to {long_date(ends)}"
    report = f"I will report on {long_date(review)}, with one proposal: go, adapt or stop."
    practice = "middle-up-down" if answers.relationship in ("unit", "chapter", "region") else "pilot-charter"
    return (
        Line("", f"We plan a small pilot {when}. Its goal: {_inside(answers.goal)}.", practice),
        Line("", f"It is meant to move what you are measured on: {_inside(answers.metric)}.", "sponsor-metric-link"),
        Line("", f"{cost}{report}", "pilot-go-no-go"),
        Line("", "May we? A yes by e-mail is enough. If not: what would we have to change for a yes?", "pilot-charter"),
        *(() if answers.sponsor else (Line("", "Your name does not appear in our plan until you agree to it."),)),
    )


def _milestones(today: date, starts: date, weeks: int, review: date, *, asked: bool) -> tuple[Milestone, ...]:
    prepared = max(min(today, starts), starts - PREPARED_BEFORE)
    agreed = (Milestone("agreed", "Yes in writing", prepared),) if asked else ()
    middle = Milestone("middle", "Halfway look at the figures", starts + timedelta(weeks=weeks // 2))
    return (
        *agreed, Milestone("baseline", "Baseline frozen", prepared), Milestone("start", "First post", starts),
        *((middle,) if weeks > 1 else ()),
        Milestone("page", "One page sent to the review", review - PAGE_BEFORE),
        Milestone("review", "Review held", review),
    )


def _kept(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.lines)


def _working_day(moment: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return moment + timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)


def _weeks(weeks: int) -> str:
    return "1 week" if weeks == 1 else f"{weeks} weeks"


def _inside(text: str) -> str:
    return text.rstrip(" .!?")
