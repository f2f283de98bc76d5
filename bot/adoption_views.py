"""What is said about adoption: where a team stands, what came of it, who else did it, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.amounts import amount, counted, with_unit
from bot.dates import long_date
from bot.inert import capitalised
from bot.phrasing import say
from bot.replies import Block, Button, Buttons, Facts, Field, Form, Heading, Paragraph, Reply, Step, Steps
from bot.storage.results import Figures, StatedResult
from bot.storage.tables import Adoption, Team
from bot.titles import GONE
from bot.tracked import Pressed
from bot.views import WHO_ELSE
from bot.who_else import Offer, Other, Others, Sponsor

NO_ANSWER = "-"
"""Stands in a button for the answer below which it did not stand."""
NO_TEAM = "First tell me whose result this is: say my team is NAME, then send the result again."
NO_TEAM_YET = "I do not know your team yet, so I cannot show where it stands. Say: my team is NAME."
NOTHING_YET = (
    "Your team has not said anything about a practice yet. Ask me something; “We'll try it” is below my answer."
)
NOT_FOUND = "I do not know a practice called that. Ask me about the subject, press “More”, then “Who else did this”."
CHANGED_RESULT = "This result was corrected since, or I do not have it. Say “our practices” to see what is recorded."
NOTHING_OFFERED = "You have not offered anything."
NOBODY = "Nobody has offered to be asked yet. Say “our practices”, choose one and press “Ask me about it”."
NO_SPONSOR = (
    "No sponsor is listed yet. Once yours has agreed, say so in the pilot: “our pilots”, then “Add more”."
)
NO_NAME = "Nothing was recorded: write what colleagues call you, and where they reach you."
ASKS = "On {day} I will ask you how it went; “check in after 3 weeks” changes that."
STOPPED = "stopped"
REPORT = "Report a result"
ASK_ME = "Ask me about it"
STATES = {
    "considering": "for later", "trying": "trying it", "adopted": "doing it", "proven": "proven", "stopped": "stopped",
    "not for us": "not for us",
}
CHANGES = (
    ("We're trying it", "trying"), ("We do it", "adopted"), ("Later", "considering"), ("We stopped", STOPPED),
    ("Not for us", "not for us"),
)
LONGEST_LABEL = 60
"""Characters of a button that names a practice."""
MOST_SHOWN = 12
"""Of a team's practices, or of other teams, in one message."""


def standing_reply(team: Team, states: Sequence[Adoption], titles: Mapping[str, str], first: int = 0) -> Reply:
    """Where a team stands, the latest change first; each practice with a button to change it. ``first`` is how many of
    them were shown before.
    """
    if not states:
        return Reply(NOTHING_YET, audience="sender")
    until = min(first + MOST_SHOWN, len(states))
    shown = in_order(states)[first:until]
    steps = tuple(
        Step(
            titles.get(one.practice_id, f"{one.practice_id} ({GONE})"),
            f"{STATES[one.state]} since {long_date(one.since)}",
        )
        for one in shown
    )
    known = [one.practice_id for one in shown if one.practice_id in titles]
    buttons = tuple(Button(titles[name][:LONGEST_LABEL], "change-state", name) for name in known)
    text = f"{team.name} has said something about {counted(len(states), 'practice')}."
    blocks: list[Block] = [Heading(f"Where {team.name} stands"), Steps(steps, numbered=False)]
    if len(states) > len(shown):
        told = f"These are {first + 1} to {until} of {len(states)}, the latest change first."
        blocks.append(Paragraph(told, quiet=True))
    if buttons:
        blocks += [Paragraph("Change one, or report what came of it:", quiet=True), Buttons(buttons)]
    if until < len(states):
        blocks.append(Buttons((Button(f"Show {min(MOST_SHOWN, len(states) - until)} more", "ours", str(until)),)))
    return Reply(text, tuple(blocks), audience="sender")


def in_order(states: Iterable[Adoption]) -> list[Adoption]:
    """The latest change first."""
    return sorted(states, key=lambda one: (one.since, one.practice_id), reverse=True)


def change_card(practice_id: str, title: str, stands: tuple[str, datetime] | None, *, cited: bool) -> Reply:
    """One practice of a team with everything that can be said of it; ``stands`` is a state and since when.

    One that is no longer ``cited`` can be stopped, and what came of it be told.
    """
    said = f"{STATES[stands[0]]} since {long_date(stands[1])}" if stands else "nothing said yet"
    now = f"“{title}”: {said}."
    return Reply(now, (
        Paragraph(now),
        Buttons(tuple(
            Button(label, "set-state", f"{practice_id}|{value}") for label, value in CHANGES
            if cited or value == STOPPED
        )),
        Buttons((
            Button(REPORT, "result", practice_id, primary=True),
            *_ask_me(practice_id, cited=cited),
            Button(WHO_ELSE, "who-else", practice_id),
        )),
    ), audience="sender")


def with_what_follows(reply: Reply, practice_id: str, pressed: Pressed, tongue: str) -> Reply:
    """The acknowledgement of a state, with what can be done next; unchanged while the team is still being asked for."""
    state = pressed.outcome.state
    if reply.blocks or state not in {"trying", "adopted"}:
        return reply
    asks = [Paragraph(say(tongue, ASKS, day=long_date(pressed.asks_at, tongue)), quiet=True)] if pressed.asks_at else []
    buttons = [Button(say(tongue, WHO_ELSE), "who-else", practice_id)]
    if state == "adopted":
        buttons.insert(0, Button(say(tongue, REPORT), "result", practice_id))
        buttons.append(Button(say(tongue, ASK_ME), "contact", practice_id))
    return replace(reply, blocks=(Paragraph(reply.text), *asks, Buttons(tuple(buttons))))


def result_reply(
    stated: StatedResult, title: str, team: str, *, corrected: bool, pilot: str, onward: Sequence[Block],
    cited: bool,
) -> Reply:
    """Says what was recorded, hands over the brief, and goes ``onward`` to one next practice.

    ``pilot`` is the goal of the pilot in which it was measured, empty if in none.
    """
    what = "Corrected" if corrected else "Recorded"
    text = f"{what} for {team}: “{title}” is proven. {change_in_words(stated.figures)}"
    counted = [] if not pilot else [Paragraph(f"It is recorded with your pilot “{pilot}”.", quiet=True)]
    return Reply(text, (
        Paragraph(text),
        Facts(facts_of(stated.figures)),
        *counted,
        Buttons((
            Button("Make the brief", "brief", stated.id, primary=True),
            Button("Correct it", "correct", stated.id),
            *_ask_me(stated.practice_id, cited=cited),
        )),
        *onward,
    ))


def form_again(problem: str, form: Form) -> Reply:
    """The form as it was filled in, with what is wrong."""
    return Reply(problem, (Paragraph(problem), form), audience="sender")


def form_reply(form: Form) -> Reply:
    return Reply(form.title, (form,), audience="sender")


def contact_form(practice_id: str, title: str) -> Form:
    hint = "For instance: Volunteer desk, #north-help. Colleagues who ask about it see this."
    label = "What do colleagues call you, and where do they reach you?"
    return Form("contact", practice_id, f"Ask me about “{title}”", "Offer it", (Field("name", label, hint),))


def contact_reply(title: str, offer: Offer) -> Reply:
    text = f"Recorded: whoever asks who else did “{title}” sees “{_reached(offer)}”. Nothing else about you is shown."
    stop = "You can take that back at any time."
    return Reply(f"{text} {stop}", (Paragraph(text), Paragraph(stop, quiet=True), _take_back()), audience="sender")


def withdrawn_reply(count: int) -> Reply:
    taken = f"Taken back: nobody is sent to you any more ({counted(count, 'offer')})."
    return Reply(taken if count else NOTHING_OFFERED, audience="sender")


def who_else_reply(
    title: str, found: Others, offers: Sequence[Offer], sponsors: Sequence[Sponsor], *, cited: bool
) -> Reply:
    """``offers`` are of those who may be asked about it, ``sponsors`` those of pilots in which it is used; ``cited`` is
    whether it is still in the library.
    """
    backed = _sponsors("Sponsors of pilots in which it is used", sponsors)
    if not found.told and not found.counted:
        text = f"No other team has taken up “{title}” yet, as far as I have been told."
        text += " You could be the first." if cited else ""
        return Reply(text, (Paragraph(text), *backed) if backed else (), audience="sender")
    total = len(found.told) + found.counted
    text = f"{counted(total, 'other team')} took up “{title}”."
    blocks: list[Block] = [Heading(f"Who else did “{title}”")]
    if found.told:
        blocks.append(Steps(tuple(map(_other, found.told[:MOST_SHOWN])), numbered=False))
    if more := total - min(len(found.told), MOST_SHOWN):
        blocks.append(Paragraph(f"And {counted(more, 'more team')}."))
    blocks += [Paragraph(f"Ask {_reached(offer)}.") for offer in offers]
    blocks += backed
    blocks.append(Paragraph("Each team is shown as it chose to be; they state this themselves.", quiet=True))
    return Reply(text, tuple(blocks), audience="sender")


def directory_reply(offers: Sequence[Offer], titles: Mapping[str, str], sponsors: Sequence[Sponsor]) -> Reply:
    """``titles`` are those of the practices, by id."""
    steps = tuple(Step(titles[offer.practice_id], _reached(offer)) for offer in offers)
    asked: list[Block] = [Heading("Who can be asked"), Steps(steps, numbered=False) if steps else Paragraph(NOBODY)]
    backed = _sponsors("Sponsors of pilots", sponsors) or [Heading("Sponsors of pilots"), Paragraph(NO_SPONSOR)]
    text = f"{counted(len(offers), 'offer')} to be asked, {counted(len(sponsors), 'sponsor')}."
    return Reply(text, (*asked, *backed), audience="sender")


def change_in_words(figures: Figures) -> str:
    """“Time to the first answer: 26 → 4.5 hours (September to October 2026, measured).”"""
    basis = "estimated" if figures.estimated else "measured"
    change = f"{amount(figures.before)} → {with_unit(figures.after, figures.unit)}"
    return f"{capitalised(figures.metric)}: {change} ({figures.period}, {basis})."


def facts_of(figures: Figures) -> tuple[tuple[str, str], ...]:
    """What was typed beside the change, as pairs; what was left empty is not there."""
    pairs = [(name, with_unit(value, figures.currency)) for name, value in figures.money]
    pairs.append(("To be seen in", figures.evidence))
    if figures.credit:
        pairs.append(("Credit", figures.credit))
    return tuple(pairs)


def _other(other: Other) -> Step:
    who = other.name or _a(other.relationship).capitalize()
    came = f" {change_in_words(other.result)}" if other.result else ""
    return Step(who, f"{STATES[other.state]} since {long_date(other.since)}.{came}")


def _reached(offer: Offer) -> str:
    """“Volunteer desk (Chapter North)”."""
    whose = offer.team or (_a(offer.relationship) if offer.relationship else "")
    return f"{offer.name} ({whose})" if whose else offer.name


def _sponsors(heading: str, sponsors: Sequence[Sponsor]) -> list[Block]:
    """Nothing where there is none."""
    steps = tuple(Step(one.name, _sponsored(one)) for one in sponsors)
    return [Heading(heading), Steps(steps, numbered=False)] if steps else []


def _sponsored(one: Sponsor) -> str:
    """“sponsors a pilot of Chapter North: “More registrations”.”"""
    whose = f" of {one.team}" if one.team else f" of {_a(one.relationship)}" if one.relationship else ""
    goal = f": “{one.goal}”" if one.goal else ""
    return f"{'sponsored' if one.ended else 'sponsors'} a pilot{whose}{goal}."


def _a(relationship: str) -> str:
    return f"an {relationship}" if relationship == "agent" else f"a {relationship}"


def _ask_me(practice_id: str, *, cited: bool) -> tuple[Button, ...]:
    """Nobody is sent to anybody for what is no longer cited."""
    return (Button(ASK_ME, "contact", practice_id),) if cited else ()


def _take_back() -> Buttons:
    return Buttons((Button("Take it back", "no-contact", NO_ANSWER),))
