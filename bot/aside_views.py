"""What is said about Midway itself: a person instead, the last press, what can be stopped, what the report is."""

from __future__ import annotations

from bot.adoption_views import STATES, change_card
from bot.dates import long_date
from bot.messages import HELPFUL, NOT_HELPFUL
from bot.replies import Block, Button, Buttons, Paragraph, Reply, Step, Steps
from bot.storage.adoptions import PROVEN
from bot.storage.last_acts import LastAct
from bot.tracked import Reading

HUMAN = "I am a bot. An expert of your organization can answer instead: in their own time, in this conversation."
HUMAN_NOBODY = (
    "I am a bot, and nobody is an expert here yet who could answer instead. What you send on is kept for curators and "
    "for whoever becomes one; an admin can name experts."
)
SEND_LAST = "Press the button to send on the last question that you asked here, in your words."
ASK_FIRST = "Ask your question first; then press “Ask an expert” below my answer, and it is sent on in your words."
NOTHING_TO_UNDO = (
    "I have recorded nothing that you pressed. “our practices” shows where your team stands, and changes it; “tips” "
    "changes the weekly tips; “my data” shows what I keep about you."
)
CHANGE_IT = "Choose what is true instead:"
HANDED = "The last thing you pressed sent a question to the experts."
IS_TAKEN = "An expert has taken it already, or it is closed, so it cannot be taken back any more."
TAKEN_BACK = "Taken back: no expert sees this question any more."
NOT_THERE = "No question of yours is with the experts here."
STOP = "What can be stopped:"
STOPS = (
    ("The weekly tips here", "“unsubscribe” ends them, “pause tips” only interrupts them."),
    ("Counting what you ask and press", "“stop tracking me” ends it; “forget me” deletes what was kept."),
    ("Being asked how a try went", "“don't ask me again” ends it for you."),
)
STOP_BUTTONS = (
    ("End the weekly tips", "unsubscribe"), ("Stop tracking me", "stop tracking me"),
    ("Do not ask me again", "don't ask me again"),
)
REPORT = (
    "The report of a month or a week tells who asks, which topics and practices are asked for most, what teams try, "
    "adopt and prove, and what is missing. Nobody's words stand in it, and counts of fewer than five are not shown."
)
WHO_OPENS = (
    "It is for sponsors and admins: they say “report” to me, or open the page “Reports”. An admin can make somebody a "
    "sponsor."
)


def human_reply(question_id: str | None, reading: Reading) -> Reply:
    """``question_id`` is the last that they asked in this thread."""
    who = HUMAN if reading is Reading.EXPERTS else HUMAN_NOBODY
    then = SEND_LAST if question_id else ASK_FIRST
    row = [Buttons((Button("Ask an expert", "expert", question_id, primary=True),))] if question_id else []
    return Reply(f"{who} {then}", (Paragraph(who), Paragraph(then), *row), audience="sender")


def stated_reply(act: LastAct, title: str, team: str | None, *, cited: bool) -> Reply:
    """What was stated last, how it stood before, and what can be stated instead."""
    whose = f"for {team}" if team else "for you"
    text = f"The last thing you recorded: “{title}”: {STATES[act.word]}, {whose} ({long_date(act.at)})."
    blocks: list[Block] = [Paragraph(text)]
    if act.before and act.before not in {PROVEN, act.word} and cited:
        label = f"Take it back: {STATES[act.before]}"
        blocks.append(Buttons((Button(label, "set-state", f"{act.about}|{act.before}", primary=True),)))
    card = change_card(act.about, title, None, cited=cited)
    rows = [block for block in card.blocks if isinstance(block, Buttons)]
    return Reply(text, (*blocks, Paragraph(CHANGE_IT), *rows), audience="sender")


def rated_last_reply(act: LastAct) -> Reply:
    text = f"The last thing you recorded: an answer was {act.word} ({long_date(act.at)})."
    label, verdict = ("Not helpful", NOT_HELPFUL) if act.word == "helpful" else ("Helpful", HELPFUL)
    row = Buttons((Button(label, "feedback", f"{act.about}|{verdict}"),))
    return Reply(text, (Paragraph(text), Paragraph(CHANGE_IT), row), audience="sender")


def handed_reply(act: LastAct) -> Reply:
    if act.word != "open":
        return Reply(f"{HANDED} {IS_TAKEN}", (Paragraph(HANDED), Paragraph(IS_TAKEN)), audience="sender")
    row = Buttons((Button("Take it back", "expert-back", act.about, primary=True),))
    return Reply(HANDED, (Paragraph(HANDED), row), audience="sender")


def stop_reply() -> Reply:
    steps = Steps(tuple(Step(what, how) for what, how in STOPS), numbered=False)
    row = Buttons(tuple(Button(label, "ask", said) for label, said in STOP_BUTTONS))
    return Reply(STOP, (Paragraph(STOP), steps, row), audience="sender")


def report_reply(*, may: bool) -> Reply:
    """``may`` is whether this person may open it."""
    row = [Buttons((Button("Show the report", "report", "", primary=True),))] if may else []
    return Reply(f"{REPORT} {WHO_OPENS}", (Paragraph(REPORT), Paragraph(WHO_OPENS), *row), audience="sender")
