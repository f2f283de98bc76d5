"""What is said about curation: to experts, to curators, and to those who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.dates import day_and_month, long_date
from bot.replies import Block, Button, Buttons, Heading, Link, Paragraph, Reply
from bot.storage.escalations import Handed

ANSWER_HERE = (
    "You have it. Your next message to me in this thread goes to the person who asked, as your answer. "
    "Begin with “note:” to talk among yourselves first."
)
ANSWER_BY_MENTION = (
    "You have it. Mention me when you answer: your next message in this thread that does goes to the person who asked, "
    "as your answer. What you say without mentioning me stays among yourselves."
)
ANSWER_ON_PAGE = "You have it. Write your answer on the page “Questions for experts”."
NO_LONGER = "I no longer have that question: its words are not kept any longer."
SENT = "Sent to the person who asked, where they asked."
CLOSED = "Closed. Whoever asked has been told."
NOTE = "note:"


def handed_card(handed: Handed, found: Sequence[str]) -> Reply:
    """A question for the experts' channel: the asker's words, what was found, and who takes it."""
    words = handed.words or "Its words are not kept any longer."
    blocks: list[Block] = [
        Heading("A question for our experts"),
        Paragraph(f"“{words}”"),
        Paragraph("What I found: " + ("; ".join(found) if found else "nothing close to it") + ".", quiet=True),
        Buttons((
            Button("I'll take it", "take", handed.question_id, primary=True),
            Button("Close without an answer", "close-question", handed.question_id),
        )),
    ]
    return Reply(f"A question for our experts: “{words}”", tuple(blocks))


def no_experts_card() -> Reply:
    """To the admins: somebody wants an expert, and there is none."""
    text = (
        "Somebody asked for an expert, and nobody is one here. Name them with MIDWAY_EXPERTS or on the page “People”, "
        "or say “experts here” in a channel of theirs: then they see what waits."
    )
    return Reply(text, (Heading("Nobody answers questions for experts"), Paragraph(text)))


def answered_reply(question_id: str) -> Reply:
    """To the expert, after the answer went out."""
    text = f"{SENT} Worth keeping? Make it a draft for the library."
    return Reply(text, (Paragraph(text), Buttons((Button("Make it a draft", "draft-reply", question_id),))))


def draft_reply(practice_id: str) -> Reply:
    text = f"Saved as the draft “{practice_id}”. A curator can complete it on the page “Library”."
    return Reply(text, audience="sender")


def taken_notice(handed: Handed) -> Reply:
    """To the asker, when an expert took the question. No notice repeats its words: they would begin to age anew."""
    return Reply(f"An expert has taken {_question(handed)} and will answer here.")


def ended_notice(handed: Handed, state: str, said: str) -> Reply:
    """To the asker: the expert's answer, or that there will be none."""
    if state == "answered":
        text = f"An expert answers {_question(handed)}:"
        small = "Written by one of your organization's experts, not taken from the library."
        return Reply(f"{text} {said}", (Paragraph(text), Paragraph(said), Paragraph(small, quiet=True)))
    because = f" They say: {said}" if said else ""
    again = "You can ask it again in other words."
    return Reply(f"An expert closed {_question(handed)} without an answer.{because} {again}")


def overdue_notice(handed: Handed) -> Reply:
    """To the asker, when the words of the question are deleted and no expert has answered it."""
    because = "while I kept its words, so it is closed"
    return Reply(f"No expert answered {_question(handed)} {because}. You can ask it again.")


def gap_closed_notice(asked: datetime, note: str, title: str | None) -> Reply:
    """To those who asked something that could not be answered at the time."""
    now = f" The practice is “{title}”: ask again." if title else ""
    return Reply(f"On {day_and_month(asked)} you asked something I could not answer. That has changed: {note}{now}")


def review_card(practice_id: str, title: str, due: date) -> Reply:
    """To the curators' channel, before a practice is due for review."""
    text = f"“{title}” is due for review on {long_date(due)}."
    question = "Does it still hold: law, figures, platforms' features, links?"
    return Reply(f"{text} {question}", (
        Paragraph(text),
        Paragraph(question),
        Buttons((
            Button("Still true", "still-true", practice_id, primary=True),
            Button("Read it", "more", f"-|{practice_id}"),
        )),
    ))


def to_review_card(title: str, url: str) -> Reply:
    """To the curators' channel, when a draft waits for somebody else to read it; ``url`` is empty without pages."""
    text = f"A draft waits for review: “{title}”."
    what = "Whoever did not write it reads it, and publishes it or edits it."
    way = Link("Read the draft", url) if url else Paragraph("It stands on the page “Library”.", quiet=True)
    return Reply(f"{text} {what}", (Paragraph(text), Paragraph(what), way))


def still_true_reply(title: str, until: date) -> Reply:
    return Reply(f"“{title}” is confirmed; the next review is on {long_date(until)}.")


def sign_in_reply(url: str, minutes: int, *, again: bool) -> Reply:
    """The one-time link; for the eyes of one person. ``again`` is for somebody who is signed in."""
    anew = "You are signed in. With this link you sign in anew, here or on another device, as the same person."
    lead = anew if again else "Here is your link to sign in."
    text = f"{lead} It works once, for {minutes} minutes; do not pass it on."
    return Reply(text, (Paragraph(text), Link("Open Midway's pages", url)), audience="sender")


def post_reply(task: str) -> Reply:
    what = {"experts": "questions for experts",
            "curators": "drafts that wait for review and reminders of practices due for one",
            "admins": "tips and channels that ended by themselves"}[task]
    return Reply(f"From now on {what} come to this channel.")


def _question(handed: Handed) -> str:
    return f"the question you sent on {day_and_month(handed.at)}"
