"""Answers, acknowledgements and notices as replies; what a feature says is in its own ``bot/*_views.py``.

``tongue`` is how the asker is spoken to (``knowledge/frames.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dates import long_date
from bot.messages import HELPFUL, NOT_HELPFUL
from bot.phrasing import say
from bot.replies import (
    Block,
    Button,
    Buttons,
    Field,
    Form,
    Heading,
    Paragraph,
    Reply,
    SourceLink,
    Sources,
    Step,
    Steps,
)
from bot.tracked import UNTRACKED, Pressed, Reading
from knowledge.answers import Answer, Listing, Near, Part

NARROW = {"fr": "\u00a0"}
"""What stands before a colon."""
_TO_TYPE = re.compile(r"`([^`]+)`")
"""How small talk marks what can be typed, for shells and chats alike."""
LONGEST_SHARED = 1500
"""Of a question that is asked again in front of the channel; buttons carry no more."""
STATES = {
    "trying": "trying it",
    "adopted": "already doing it",
    "considering": "considering it for later",
    "not for us": "not for you",
}
STORED = (
    "First answer here, so you know: I keep your question under a pseudonym to count what helps, "
    "delete its wording after {days} days, and never show it in reports."
)
DESK = "This desk may have to do with it, too: {desk}."
DESK_AT = "This desk may have to do with it, too: {desk}. You find them here: {where}."
WHO_ELSE = "Who else did this"
UNTRACKED_NOTICE = "Tracking is off: nothing about this question is kept."
NOTHING_TO_RATE = "I found no answer of mine to you that this could be about, so nothing was recorded."
TO_EXPERTS = (
    "Recorded: your question goes to the experts, in your words and with what I found. You will be told here when "
    "someone takes it and when they answer; I cannot promise when."
)
TO_NOBODY = (
    "Kept, but nobody is an expert here yet, so I cannot promise an answer. Your question is with the gaps that "
    "curators see, in your words, and whoever becomes an expert while I keep its words can answer it."
)
ADMINS_TOLD = "The admins are told that an expert is wanted."
OLD_BUTTON = "I do not know that button any more. Ask again to get a fresh answer."
NAME_YOUR_TEAM = "Write the name of your team, or say: my team is NAME."
OLD_FORM = "I do not know that form any more. Ask again to get a fresh answer."
NO_WHISPER = (
    "Everybody here would see my answer. Ask me in a direct message: there it is for you alone."
)
UNTRACKED_PRESS = "Tracking is off, so this was not recorded."


def answer_reply(
    answer: Answer, answer_id: str, *, question: str = "", shared: bool = False, notices: Sequence[str] = ()
) -> Reply:
    """An answer with its lists, sources and buttons; ``notices`` are small print at the end. It repeats a ``question``
    that stands nowhere else, to others than the asker where it is ``shared``.
    """
    tongue = answer.tongue
    if answer.small_talk:
        answer = replace(answer, message=_quoted(answer.message, tongue))
    asked = say(tongue, "Asked: “{question}”" if shared else "You asked: “{question}”", question=question)
    blocks: list[Block] = [Paragraph(asked, quiet=True)] if question else []
    if answer.message:
        blocks.append(Paragraph(answer.message))
    if answer.parts and answer.lang != "en" and not answer.ai_generated:
        blocks.append(Paragraph(say(tongue, "The practice itself is in English."), quiet=True))
    can_try = (answer.outcome == "answered" or answer.may_be_honest) and answer_id != UNTRACKED
    alone = len(answer.parts) == 1
    for part in answer.parts:
        blocks += _part(part, tongue)
        if can_try and not alone:
            blocks.append(adoption_buttons(answer_id, part.practice, tongue))
    blocks += _to_read(answer, answer_id, "Nearby I do know", answer.nearest)
    if answer.desk and answer.outcome == "answered":
        at = say(tongue, DESK_AT if answer.desk.where else DESK, desk=answer.desk.name, where=answer.desk.where)
        blocks.append(Paragraph(at, quiet=True))
    if answer.sources:
        blocks.append(_sources(answer))
    if can_try and alone:
        blocks.append(adoption_buttons(answer_id, answer.parts[0].practice, tongue))
    blocks += _second_row(answer, answer_id)
    # The likeliest is answered first, and asked about afterwards.
    blocks += _to_read(answer, answer_id, "Or did you mean" if answer.ambiguous else "See also", answer.see_also)
    blocks += [Paragraph(notice, quiet=True) for notice in notices]
    return Reply(_line(answer), tuple(blocks), ai_generated=answer.ai_generated)


def whispered(reply: Reply, question: str, tongue: str = "en") -> Reply:
    """The same reply for the asker alone, who may share it with the channel."""
    share = Buttons((Button(say(tongue, "Share with the channel"), "share", question[:LONGEST_SHARED]),))
    note = Paragraph(say(tongue, "Only you see this."), quiet=True)
    return replace(reply, blocks=(*reply.blocks, share, note), audience="sender")


def adoption_buttons(answer_id: str, practice: str, tongue: str = "en") -> Buttons:
    """The one set of buttons, everywhere."""
    labels = (
        ("We'll try it", "trying"),
        ("Already do", "adopted"),
        ("Later", "considering"),
        ("Not for us", "not for us"),
    )
    return Buttons(
        tuple(
            Button(say(tongue, label), "adopt", f"{answer_id}|{practice}|{state}", primary=state == "trying")
            for label, state in labels
        )
    )


def practice_reply(part: Part, answer: Answer, answer_id: str) -> Reply:
    """All of a practice."""
    tongue = answer.tongue
    others = Buttons((Button(say(tongue, WHO_ELSE), "who-else", part.practice),))
    blocks = [*_part(part, tongue), _sources(answer), adoption_buttons(answer_id, part.practice, tongue), others]
    return Reply(say(tongue, "All of “{title}”", title=part.title), tuple(blocks))


def pressed_reply(pressed: Pressed, title: str, answer_id: str, tongue: str = "en") -> Reply:
    """Says what was recorded, for whom and since when; asks for the team once where it is unknown."""
    state, since = pressed.outcome.state, long_date(pressed.outcome.since, tongue)
    what = say(tongue, "“{title}”: {state}", title=title, state=say(tongue, STATES.get(state, state)))
    who = say(tongue, "for {team}", team=pressed.team) if pressed.team else say(tongue, "for you")
    if not pressed.outcome.changed:
        already = say(tongue, "Already recorded {who}: {what}, since {since}.", who=who, what=what, since=since)
        return Reply(already, audience="sender")
    text = say(tongue, "Recorded {who}: {what} ({since}).", who=who, what=what, since=since)
    if pressed.team:
        return Reply(text)
    ask = say(tongue, "Which team is this for? Until you say, it counts for you alone.")
    blocks = (Paragraph(text), Paragraph(ask), team_form(answer_id, tongue))
    return Reply(f"{text} {ask}", blocks, audience="sender")


def team_form(context: str, tongue: str = "en") -> Form:
    field = Field("team", say(tongue, "Name of the team"), say(tongue, "Its usual name, for instance “Chapter North”"))
    return Form("team", context, say(tongue, "Your team"), say(tongue, "Save"), (field,))


def rated_reply(*, helpful: bool, changed: bool | None, tongue: str = "en") -> Reply:
    """``changed`` is None where there is nothing that could be rated."""
    if changed is None:
        return sentence_reply(say(tongue, NOTHING_TO_RATE))
    word = say(tongue, "helpful" if helpful else "not helpful")
    if not changed:
        return Reply(say(tongue, "Already recorded: {word}.", word=word), audience="sender")
    thanks = say(tongue, "Recorded: {word}. Thank you.", word=word)
    more = "" if helpful else " " + say(tongue, "Tell me in a message what was missing, or ask an expert.")
    return Reply(thanks + more, audience="sender")


def expert_reply(answer_id: str, *, changed: bool | None, reading: Reading, tongue: str = "en") -> Reply:
    """Promises no more than is done: it is stored for those who curate. ``changed`` is None for no such question,
    False for one that was handed over before; ``reading`` is who reads it.
    """
    if changed is None:
        again = "I do not have that question any more. Ask it again, then ask for an expert."
        return sentence_reply(say(tongue, again))
    if not changed:
        text = say(tongue, "Already recorded: you asked for an expert on this.")
    elif reading is Reading.EXPERTS:
        text = say(tongue, TO_EXPERTS)
    else:
        text = say(tongue, TO_NOBODY)
        text = f"{text} {say(tongue, ADMINS_TOLD)}" if reading is Reading.ADMINS else text
    back = Buttons((Button(say(tongue, "Take it back"), "expert-back", answer_id),))
    return Reply(text, (Paragraph(text), back), audience="sender")


def gone_reply(tongue: str = "en") -> Reply:
    gone = "That practice is no longer in the library. Ask again to get what is in force."
    return Reply(say(tongue, gone), audience="sender")


def which_team_reply(name: str | None, tongue: str = "en") -> Reply:
    if name:
        here = "Here you speak for {team}. To change that, say: my team is NAME."
        return Reply(say(tongue, here, team=name), audience="sender")
    return Reply(say(tongue, "I do not know your team yet. Say: my team is NAME."), audience="sender")


def did_you_mean_reply(
    name: str, near: Sequence[str], *, channel: bool, said: str = "", tongue: str = "en"
) -> Reply:
    """Before a new team is made whose name is nearly another's, or whose command (``said``) may have been a
    question.
    """
    action = "channel-team" if channel else "my-team"
    text = say(tongue, "I do not know a team called “{team}” yet.", team=name)
    text = f"{text} {say(tongue, 'Did you mean one of these?')}" if near else text
    buttons = [Button(other, action, other) for other in near]
    buttons.append(Button(say(tongue, "New team “{team}”", team=name)[:70], action, name))
    if said:
        buttons.append(Button(say(tongue, "It was a question"), "question", said))
    return Reply(text, (Paragraph(text), Buttons(tuple(buttons))), audience="sender")


def sentence_reply(sentence: str) -> Reply:
    return Reply(sentence, audience="sender")


def _quoted(text: str, tongue: str) -> str:
    """What can be typed, between the quotation marks of the tongue."""
    return _TO_TYPE.sub(lambda found: say(tongue, "“{words}”", words=found[1]), text)


def _part(part: Part, tongue: str) -> list[Block]:
    blocks: list[Block] = [Heading(part.title), Paragraph(part.lead)]
    for listing in part.lists:
        blocks += _list(listing, tongue)
    return [*blocks, *(Paragraph(note, quiet=True) for note in part.notes)]


def _list(listing: Listing, tongue: str) -> list[Block]:
    steps = Steps(tuple(Step(point.lead, point.text) for point in listing.points), listing.numbered)
    heading = say(tongue, listing.heading)
    if listing.cut:
        shown = len(listing.points)
        heading = say(tongue, "{heading}, {shown} of {all}", heading=heading, shown=shown, all=listing.of)
    return [Paragraph(f"{heading}{NARROW.get(tongue, '')}:"), steps]


def _to_read(answer: Answer, answer_id: str, heading: str, practices: Sequence[Near]) -> list[Block]:
    """Practices that the answer does not rest on, each with the button that opens it."""
    if not practices:
        return []
    heading = say(answer.tongue, heading)
    named = Steps(tuple(Step(f"{near.title}.", near.gist) for near in practices), numbered=False)
    buttons = Buttons(tuple(Button(near.title, "more", f"{answer_id}|{near.id}") for near in practices))
    return [Paragraph(f"{heading}{NARROW.get(answer.tongue, '')}:"), named, buttons]


def _sources(answer: Answer) -> Sources:
    return Sources(
        tuple(
            SourceLink(number, source.title, source.publisher, source.year, source.url)
            for number, source in enumerate(answer.sources, start=1)
        )
    )


def _second_row(answer: Answer, answer_id: str) -> list[Block]:
    for_nobody = answer.outcome in {"refused", "routed", "failed"} and not answer.may_be_honest
    if answer_id == UNTRACKED or answer.small_talk or for_nobody:
        return []
    expert = Button(say(answer.tongue, "Ask an expert"), "expert", answer_id)
    if not answer.parts:
        return [Buttons((expert,))] if answer.offer_expert else []
    return [
        Buttons(
            (
                Button(say(answer.tongue, "Helpful"), "feedback", f"{answer_id}|{HELPFUL}"),
                Button(say(answer.tongue, "Not helpful"), "feedback", f"{answer_id}|{NOT_HELPFUL}"),
                expert,
                Button(say(answer.tongue, "More"), "more", f"{answer_id}|{answer.parts[0].practice}"),
            )
        )
    ]


def _line(answer: Answer) -> str:
    """All of it in a line or two, for notifications and screen readers."""
    if not answer.parts:
        return answer.message
    first = answer.parts[0]
    # Heard, not seen, what is answered in doubt needs to say what it is about.
    title = f"{first.title}{NARROW.get(answer.tongue, '')}:" if answer.message else ""
    return " ".join(text for text in (answer.message, title, first.lead) if text)
