"""What is said about pilots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.dates import long_date
from bot.inert import shortened
from bot.pilot_forms import more_fields, review_fields, start_fields
from bot.pilot_plan import Milestone, PilotPlan, Section
from bot.pilot_results import results_in
from bot.replies import Block, Button, Buttons, Facts, Form, Heading, Link, Paragraph, Reply, Step, Steps
from bot.storage.pilots import KeptPilot
from bot.views import team_form

THREE = "Three questions are enough to start. The plan comes from the library; you can add more to it later."
WHICH_TEAM = "A pilot belongs to a team, and I do not know yours yet. Say which it is, then press “Plan a pilot”."
STATES = {"draft": "planned", "running": "under way", "ended": "ended"}
NAMED_ELSEWHERE = "has agreed to be named; the name appears on the page and on paper only, so that they may step back"
LISTED = "has agreed to be named, and to be listed in the directory; both until they step back"
STEPPED_BACK = (
    "Done: the sponsor is no longer named in this pilot: not on the page, not on paper made from now on, and not in "
    "the directory."
)
UNLOOKED_AFTER = "nobody looks after it"
TAKE_OVER = "Take it over"
TAKEN_BEFORE = "Somebody in your team looks after this pilot already."
LONGEST_SHOWN = 60


def form_reply(typed: Mapping[str, str], trouble: str = "", before: str = "") -> Reply:
    """The three questions; with ``trouble`` what was wrong with what was typed. ``before`` is the pilot of the last
    round.
    """
    said = trouble or THREE
    form = Form("pilot", before, "Plan a pilot", "Make the plan", start_fields(typed))
    return Reply(said, (Paragraph(said), form), audience="sender")


def which_team_reply() -> Reply:
    again = Buttons((Button("Plan a pilot", "pilot-new", "", primary=True),))
    return Reply(WHICH_TEAM, (Paragraph(WHICH_TEAM), team_form("pilot"), again), audience="sender")


def more_reply(pilot: KeptPilot, typed: Mapping[str, str], trouble: str = "") -> Reply:
    """Everything that can be said. A sponsor's name is not repeated: it could not be taken back from a message."""
    said = trouble or "Add what you can already say; leave the rest. Your plan is made again from it."
    context = f"{pilot.id}|{pilot.version}"
    fields = more_fields({**typed, "sponsor": "", "sponsor_agreed": ""})
    form = Form("pilot-more", context, "More about the pilot", "Save", fields)
    return Reply(said, (Paragraph(said), form), audience="sender")


def plan_reply(
    pilot: KeptPilot, plan: PilotPlan, team: str, url: str, today: date, retired: Sequence[str] = ()
) -> Reply:
    """The plan in one message, with everything that can be done with it. ``url`` is empty without an address."""
    name = short(plan.goal)
    sponsor = LISTED if pilot.answers.sponsor_listed else NAMED_ELSEWHERE
    facts = tuple((label, sponsor if label == "Sponsor" else value) for label, value in plan.facts)
    blocks: list[Block] = [
        Heading(f"Pilot: {name}"), Facts((("Team", team), ("State", _standing(pilot, today)), *facts)),
        *(block for section in plan.sheet for block in _section(section, plan)),
        *_used(plan, plan.sheet),
    ]
    if retired:
        gone = "No longer in the library, so left out since you planned: "
        blocks.append(Paragraph(f"{gone}{', '.join(retired)}.", quiet=True))
    blocks += _buttons(pilot, plan)
    if url:
        blocks.append(Link("The plan as a page, to print and to edit", url))
    return Reply(f"The plan of the pilot “{name}”: {plan_dates(plan)}.", tuple(blocks))


def list_reply(listed: Sequence[tuple[KeptPilot, str]], today: date) -> Reply:
    """The last pilots of a team."""
    plan = Button("Plan a pilot", "pilot-new", "", primary=not listed)
    if not listed:
        text = "Your team has no pilot yet."
        return Reply(text, (Paragraph(text), Buttons((plan,))), audience="sender")
    newest = listed[:5]
    rows = tuple(Step(f"{short(pilot.answers.goal)}:", _standing(pilot, today)) for pilot, _ in newest)
    buttons = (*(Button(short(pilot.answers.goal), "pilot-show", pilot.id) for pilot, _ in newest), plan)
    free = tuple(
        Button(f"Take over: {short(pilot.answers.goal)}", "pilot-take", pilot.id)
        for pilot, _ in newest if pilot.is_free
    )
    text = "The pilots of your team, the newest first:"
    blocks = (Paragraph(text), Steps(rows, numbered=False), *((Buttons(free),) if free else ()), Buttons(buttons))
    return Reply(text, blocks, audience="sender")


def taken_reply(pilot: KeptPilot) -> Reply:
    text = f"You look after “{short(pilot.answers.goal)}” now. Its review is on {long_date(pilot.review_on)}."
    return Reply(text, (Paragraph(text), Buttons((Button("Show the plan", "pilot-show", pilot.id),))))


def milestones_reply(pilot: KeptPilot, plan: PilotPlan) -> Reply:
    """What is done and what is still to be ticked off."""
    rows = tuple(Step(f"{one.title}:", when_done(pilot, one)) for one in plan.milestones)
    open_ = [one for one in plan.milestones if one.key not in pilot.done and one.key != "review"]
    buttons = tuple(Button(f"Done: {one.title}", "pilot-done", f"{pilot.id}|{one.key}") for one in open_)
    text = f"Milestones of “{short(plan.goal)}”"
    blocks: list[Block] = [Heading(text), Steps(rows, numbered=False)]
    blocks.append(Buttons((*buttons, Button("Review", "pilot-review", pilot.id))))
    return Reply(text, tuple(blocks))


def team_sheet_reply(plan: PilotPlan) -> Reply:
    text = f"For everybody who takes part in “{short(plan.goal)}”"
    blocks = (block for section in plan.team for block in _section(section, plan))
    return Reply(text, (Heading(text), *blocks, *_used(plan, plan.team)))


def agreement_reply(pilot: KeptPilot, plan: PilotPlan) -> Reply:
    """Words to copy and send to the sponsor, without a mark; none where the blessing is firm."""
    if not plan.agreement:
        text = "The blessing is firm, so there is nothing to ask for. Should that change, say so under “Add more”."
        return Reply(text, audience="sender")
    text = "Copy this and send it to your sponsor, in your own name:"
    lines = (Paragraph(line.text) for line in plan.agreement)
    taken = ", ".join(f"“{used.title}”" for used in plan.used_by(plan.agreement))
    after = (Paragraph(f"Worded after {taken}.", quiet=True),) if taken else ()
    return Reply(text, (Paragraph(text), *lines, *after), audience="sender")


def review_reply(pilot: KeptPilot, plan: PilotPlan, trouble: str = "") -> Reply:
    """Below what came of it so far, the form for the decision."""
    text = trouble or f"What was decided about “{short(pilot.answers.goal)}”?"
    form = Form("pilot-review", pilot.id, "Review", "Record it", review_fields(pilot.decision or "", pilot.note))
    return Reply(text, (*_came_of(plan), Paragraph(text), form), audience="sender")


def decided_reply(pilot: KeptPilot, plan: PilotPlan, next_layer: str | None) -> Reply:
    """What was recorded with what came of it, and after it one thing that can follow."""
    text = f"Recorded for “{short(pilot.answers.goal)}”: {pilot.decision}, on {long_date(pilot.changed_at.date())}."
    follows, button = _follows(pilot, next_layer)
    blocks: list[Block] = [Paragraph(text)]
    if pilot.note:
        blocks.append(Paragraph(f"Why: {pilot.note}"))
    blocks += [*_came_of(plan), Paragraph(follows)]
    return Reply(f"{text} {follows}", (*blocks, *((Buttons((button,)),) if button else ())))


def review_due_reply(pilot: KeptPilot) -> Reply:
    """Unasked, on the day of the review."""
    name, since = short(pilot.answers.goal), long_date(pilot.review_on)
    text = f"The review of your pilot “{name}” has been due since {since}: go, adapt or stop?"
    buttons = Buttons((
        Button("Review", "pilot-review", pilot.id, primary=True), Button("Show the plan", "pilot-show", pilot.id),
    ))
    return Reply(text, (Paragraph(text), buttons))


def started_reply(pilot: KeptPilot, today: date) -> Reply:
    """That it is under way, or will be, with an offer to record that the team tries what it uses."""
    text = started_line(pilot, today)
    if pilot.state != "running":
        return Reply(text)
    offer = "Shall I record that your team is trying the practices of this pilot? Only if you say so."
    button = Buttons((Button("We're trying these now", "pilot-trying", pilot.id),))
    return Reply(text, (Paragraph(text), Paragraph(offer, quiet=True), button))


def trying_reply(pilot: KeptPilot, team: str, stands: Sequence[tuple[str, str]]) -> Reply:
    """``stands`` are the titles of the practices, each with where the team stands with it now."""
    text = f"Recorded for {team}: you are trying what “{short(pilot.answers.goal)}” uses."
    review = long_date(pilot.review_on)
    asks = f"I will not ask about each: the review on {review} does. To change one, say “our practices”."
    steps = tuple(Step(f"{title}:", state) for title, state in stands)
    return Reply(text, (Paragraph(text), Steps(steps, numbered=False), Paragraph(asks, quiet=True)))


def started_line(pilot: KeptPilot, today: date) -> str:
    first = pilot.answers.starts_on
    if pilot.state == "ended":
        return f"This pilot has {state_of(pilot, today)}."
    if first is None:
        return "Under way."
    begins = f"Starts on {long_date(first)}" if first > today else f"Under way. First day: {long_date(first)}"
    return f"{begins}; review: {long_date(pilot.review_on)}."


def stage(pilot: KeptPilot, today: date) -> str:
    """How far it is. One that was started counts as running; until its first day nothing of it is under way."""
    first = pilot.answers.starts_on
    if pilot.state == "running" and first is not None and first > today:
        return f"starts on {long_date(first)}"
    return STATES[pilot.state]


def state_of(pilot: KeptPilot, today: date) -> str:
    decided = f" with “{pilot.decision}”" if pilot.decision else f", review on {long_date(pilot.review_on)}"
    return f"{stage(pilot, today)}{decided}"


def _standing(pilot: KeptPilot, today: date) -> str:
    return f"{state_of(pilot, today)}; {UNLOOKED_AFTER}" if pilot.is_free else state_of(pilot, today)


def when_done(pilot: KeptPilot, milestone: Milestone) -> str:
    """``done on 25 November 2026``, or by when it is to be: ``by 25 November 2026``."""
    done = pilot.done.get(milestone.key)
    return f"done on {long_date(done)}" if done else f"by {long_date(milestone.on)}"


def plan_dates(plan: PilotPlan) -> str:
    return f"{long_date(plan.starts_on)} to {long_date(plan.ends_on)}, review on {long_date(plan.review_on)}"


def short(goal: str) -> str:
    """A goal where there is room for a few words."""
    return shortened(goal, LONGEST_SHOWN)


def _used(plan: PilotPlan, sections: Iterable[Section]) -> tuple[Block, ...]:
    """What the marks of these sections stand for, a line each."""
    lines = (line for section in sections for line in section.lines)
    steps = tuple(Step(f"[{used.number}]", used.title) for used in plan.used_by(lines))
    return (Paragraph("From the library:", quiet=True), Steps(steps, numbered=False)) if steps else ()


def _came_of(plan: PilotPlan) -> tuple[Block, ...]:
    """Without marks: the practices are named, and what the marks stand for is not listed here."""
    section = results_in(plan)
    if section is None:
        return ()
    steps = tuple(Step(line.lead, line.text) for line in section.lines)
    return Paragraph(f"{section.title}:"), Steps(steps, numbered=False)


def _section(section: Section, plan: PilotPlan) -> tuple[Block, Block]:
    steps = (Step(line.lead, f"{line.text}{plan.mark(line)}") for line in section.lines)
    return Paragraph(f"{section.title}:"), Steps(tuple(steps), section.numbered)


def _buttons(pilot: KeptPilot, plan: PilotPlan) -> list[Block]:
    first = [Button(TAKE_OVER, "pilot-take", pilot.id)] if pilot.is_free else []
    if pilot.state == "draft":
        first.append(Button("Start it", "pilot-start", pilot.id, primary=True))
    if pilot.state != "ended":
        first.append(Button("Add more", "pilot-more", pilot.id))
        if plan.agreement:
            first.append(Button("Agreement to forward", "pilot-agreement", pilot.id))
    second = [
        Button("Milestones", "pilot-milestones", pilot.id), Button("Team sheet", "pilot-team", pilot.id),
        Button("Review", "pilot-review", pilot.id),
    ]
    if pilot.answers.sponsor:
        second.append(Button("Sponsor steps back", "pilot-step-back", pilot.id))
    return [Buttons(tuple(row)) for row in (first, second) if row]


def _follows(pilot: KeptPilot, next_layer: str | None) -> tuple[str, Button | None]:
    match pilot.decision:
        case "go" if next_layer:
            button = Button(next_layer, "more", "-|pilot-layering")
            return f"What comes next is one more layer, not everything at once: see “{next_layer}”.", button
        case "adapt":
            button = Button("Plan the next round", "pilot-new", pilot.id, primary=True)
            return "Change one thing, and give it a new end date.", button
        case "stop":
            return "A recorded stop is knowledge for others. Thank those who took part, by name.", None
    return "Choose one thing to add, no more.", None

