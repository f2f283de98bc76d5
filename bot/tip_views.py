"""What is said about weekly tips: the tip itself, when the next ones come, what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.dates import long_date
from bot.replies import (
    Block,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Link,
    Paragraph,
    Reply,
    SourceLink,
    Sources,
    Step,
    Steps,
)
from bot.storage.subscriptions import KeptSubscription, Wish
from bot.tip_choice import topic_name
from bot.tip_forms import AUDIENCES, WEEKDAYS
from bot.tip_times import Rhythm, Slot, in_zone
from bot.views import WHO_ELSE, adoption_buttons
from knowledge.answers import Point
from knowledge.tip import TipText

SHOWN_SLOTS = 3
NONE_HERE = "There are no weekly tips here. Say “subscribe” to have one a week."
ALREADY_SKIPPED = "That tip has already been skipped or sent. Say “tips” to see when the next one comes."
NOTHING_SKIPPED = "No tip that is still to come was skipped here. Say “tips” to see when the next one comes."
CHANGED = "The weekly tips were changed."
TEST_COMES = "A test is on its way."
RESUMED = "The weekly tips go on."
UNSUBSCRIBED = "There are no more weekly tips here. “subscribe” brings them back."
NOTHING_LEFT = (
    "I have no new tip left for this place: what fits was taken up, turned down or shown within the last half year. "
    "I say this once and stay quiet until something new fits."
)
NO_TEST = "You have had or settled everything that fits, so there is nothing to show. “change tips” widens the topics."
TEST = "This is a test: it does not count as a tip of the week."
FIRST = (
    "This is the first weekly tip here: the channel was subscribed on {day}. Anybody here can say “pause tips”, "
    "“change tips” or “unsubscribe”."
)
FIRST_ALONE = (
    "This is your first weekly tip: you subscribed on {day}. Say “pause tips”, “change tips” or “unsubscribe”."
)
STOP = "“pause tips”, “change tips” and “unsubscribe” work here at any time."
LATE = "The tip of {day} was left out: I could not send it that day."
SEVERAL_LATE = "{count} tips, from {first} to {last}, were left out: I could not send them in time."
ENDED_TITLE = "Weekly tips ended"
NO_ADDRESS = "the address cannot be read any more"


def tip_reply(text: TipText, name: str, because: str, notes: Sequence[str]) -> Reply:
    """A practice made small. ``name`` is the tip's (see ``tip_name``); ``notes`` are small print.

    Without ``because`` no reason is given.
    """
    part, heading = text.part, "Tip of the week"
    reason = [f"You get this tip because {because}."] if because else []
    blocks: list[Block] = [Heading(f"{heading}: {part.title}"), Paragraph(text.hook), Paragraph(part.lead)]
    for listing in part.lists:
        blocks.append(Steps((_step(listing.heading, listing.points[0]),), numbered=False))
    blocks += [
        Sources(tuple(
            SourceLink(number, source.title, source.publisher, source.year, source.url)
            for number, source in enumerate(text.citation.sources, start=1)
        )),
        adoption_buttons(name, part.practice),
        Buttons((Button("More", "more", f"{name}|{part.practice}"), Button(WHO_ELSE, "who-else", part.practice))),
        *(Paragraph(note, quiet=True) for note in (*part.notes, *reason, *notes)),
    ]
    return Reply(f"{heading}: {part.title}. {part.lead}", tuple(blocks))


def nothing_left_reply() -> Reply:
    """Said once; the pause is theirs to choose."""
    buttons = Buttons((Button("Pause", "tips-pause", ""), Button("Choose topics", "tips-change", "")))
    return Reply(NOTHING_LEFT, (Paragraph(NOTHING_LEFT), buttons))


def form_reply(form: Form, problem: str = "") -> Reply:
    first = (Paragraph(problem),) if problem else ()
    return Reply(problem or form.title, (*first, form), audience="sender")


def none_here_reply() -> Reply:
    """There are none, and how to have them."""
    button = Buttons((Button("Subscribe", "ask", "subscribe"),))
    return Reply(NONE_HERE, (Paragraph(NONE_HERE), button), audience="sender")


def standing_reply(
    kept: KeptSubscription, slots: Sequence[Slot], said: str = "", skipped: int | None = None
) -> Reply:
    """How it stands, with the next sends in the place's own zone and everything that can be done about it; the week
    that was just ``skipped`` can be had back.
    """
    head = said or "Weekly tips here"
    upcoming = [spoken(slot.at, kept.wish.rhythm.zone) for slot in slots]
    blocks: list[Block] = [Paragraph(head) if said else Heading(head), Facts(_facts(kept))]
    if upcoming:
        blocks += [Paragraph("The next tips come on:"), Steps(tuple(Step(when) for when in upcoming), numbered=False)]
    if skipped is not None:
        blocks.append(Buttons((Button("Take the skip back", "tips-unskip", str(skipped)),)))
    blocks.append(_buttons(kept))
    next_one = f" The next one comes on {upcoming[0]}." if upcoming else ""
    return Reply(f"{head}{'' if head.endswith('.') else '.'}{next_one}", tuple(blocks))


def subscribed(kept: KeptSubscription) -> str:
    return "From now on a tip comes here every week." if kept.kind == "channel" else "You get a tip every week."


def paused(until: date | None) -> str:
    return f"The weekly tips are paused until {long_date(until) if until else 'somebody resumes them'}."


def skipped(at: datetime, zone: str) -> str:
    return f"The tip of {long_date(in_zone(at, zone).date())} is skipped."


def unskipped(at: datetime, zone: str) -> str:
    return f"The tip of {long_date(in_zone(at, zone).date())} comes after all."


def first_note(kept: KeptSubscription) -> str:
    said = FIRST if kept.kind == "channel" else FIRST_ALONE
    return said.format(day=long_date(in_zone(kept.created_at, kept.wish.rhythm.zone).date()))


def late_note(days: Sequence[date]) -> str:
    """Of one day or several, the oldest first."""
    first, last = long_date(days[0]), long_date(days[-1])
    return LATE.format(day=first) if len(days) == 1 else SEVERAL_LATE.format(count=len(days), first=first, last=last)


def next_note(slot: Slot, zone: str) -> str:
    return f"The next one comes on {spoken(slot.at, zone)}. {STOP}"


def ended_card(kept: KeptSubscription, url: str) -> Reply:
    """To the admins: whom the platform refuses for good."""
    who = "a channel" if kept.kind == "channel" else "somebody's direct messages"
    text = f"The weekly tips to {who} in {kept.platform} ended: {kept.reason}"
    blocks: list[Block] = [Heading(ENDED_TITLE), Paragraph(text)]
    if url:
        blocks.append(Link("All subscriptions", f"{url}/tips"))
    return Reply(text, tuple(blocks))


def spoken(at: datetime, zone: str) -> str:
    """“Tuesday, 1 December 2026, 09:00 (Europe/Berlin)”."""
    local = in_zone(at, zone)
    return f"{WEEKDAYS[local.weekday()]}, {long_date(local.date())}, {local:%H:%M} ({zone})"


def about(wish: Wish) -> str:
    """The topics in words."""
    return ", ".join(map(topic_name, wish.topics)) or "whatever fits"


def when(rhythm: Rhythm) -> str:
    """“Tuesdays, 09:00, Europe/Berlin”."""
    return f"{WEEKDAYS[rhythm.weekday - 1]}s, {rhythm.hour:02}:00, {rhythm.zone}"


def audience(wish: Wish) -> str:
    """For whom, in words."""
    return dict(AUDIENCES).get(wish.audience, wish.audience)


def state(kept: KeptSubscription) -> str:
    """On, paused (until when), ended."""
    if kept.state == "paused" and kept.paused_until:
        return f"paused until {long_date(kept.paused_until)}"
    return {"active": "on", "paused": "paused", "ended": "ended"}[kept.state]


def _facts(kept: KeptSubscription) -> tuple[tuple[str, str], ...]:
    return (
        ("When", when(kept.wish.rhythm)), ("About", about(kept.wish)), ("For", audience(kept.wish)),
        ("State", state(kept)),
    )


def _buttons(kept: KeptSubscription) -> Buttons:
    week = str(kept.due[0]) if kept.due else ""
    running = (Button("Skip the next", "tips-skip", week), Button("Pause", "tips-pause", ""))
    first = running if kept.state == "active" else (Button("Resume", "tips-resume", "", primary=True),)
    return Buttons((
        *first, Button("Change", "tips-change", ""), Button("Send a test now", "tips-test", ""),
        Button("Unsubscribe", "tips-stop", ""),
    ))


def _step(heading: str, point: Point) -> Step:
    return Step(f"{heading}:", f"{point.lead} {point.text}".strip())
