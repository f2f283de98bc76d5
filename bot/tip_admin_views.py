"""Subscriptions as admins read of them, on the page and at the command line: nobody's identity is in it."""

from __future__ import annotations

from bot.dates import long_date
from bot.storage.ledger import Case
from bot.storage.subscriptions import KeptSubscription, Wish
from bot.tip_admin import Listed
from bot.tip_choice import topic_name
from bot.tip_times import in_zone
from bot.tip_views import spoken
from bot.tip_views import state as state_of

SOMEBODY = "somebody's direct messages"
SOME = 3
PLATFORMS = {"slack": "Slack", "msteams": "Teams", "web": "web chat", "terminal": "terminal"}
_WEEKS = {"skipped": "skipped", "empty": "nothing was left to suggest", "late": "left out, it was too late"}
_DELIVERIES = {
    "planned": "waiting to be sent", "intent": "being sent", "sent": "sent", "uncertain": "uncertain",
    "rejected": "refused for now, it will be tried again", "recall": "being taken back", "recalled": "taken back",
}


def platform(name: str) -> str:
    """As people call it."""
    return PLATFORMS.get(name, name)


def place(listed: Listed) -> str:
    """The team that the channel speaks for, else the channel's id; of direct messages only that."""
    if listed.kept.kind == "direct":
        return SOMEBODY
    return listed.team or channel(listed.kept) or "a channel whose address cannot be read any more"


def channel(kept: KeptSubscription) -> str:
    """The channel's id; empty for direct messages and where it cannot be read."""
    return kept.where.channel if kept.where and kept.kind == "channel" else ""


def state(kept: KeptSubscription) -> str:
    """The state, and the reason where it ended."""
    return ": ".join(filter(None, (state_of(kept), kept.reason)))


def topics(wish: Wish) -> str:
    """The first few, and how many more; for a column."""
    named, more = [topic_name(topic) for topic in wish.topics[:SOME]], len(wish.topics) - SOME
    return ", ".join(named) + (f" and {more} more" if more > 0 else "") or "whatever fits"


def next_send(kept: KeptSubscription) -> str:
    """In the place's own zone; empty where none is due."""
    return spoken(kept.due[1], kept.wish.rhythm.zone) if kept.due else ""


def last_week(listed: Listed) -> str:
    """“24 November 2026: sent”; empty before the first."""
    last = listed.last
    if last is None:
        return ""
    said = _WEEKS.get(last.state) or ("refused" if last.state == "failed" else _DELIVERIES.get(listed.delivery))
    came = ": ".join(filter(None, (said or "no longer known", listed.reason)))
    return f"{long_date(in_zone(last.due_at, listed.kept.wish.rhythm.zone))}: {came}"


def can_be_recalled(listed: Listed) -> bool:
    """Whether the last tip stands somewhere."""
    return listed.last is not None and listed.delivery == "sent"


def is_waiting(listed: Listed) -> bool:
    """Whether the last tip is still to be sent."""
    return listed.last is not None and listed.last.state == "planned" and listed.delivery in {"planned", "rejected"}


def trouble(case: Case) -> str:
    """Why a delivery has to be looked at."""
    what = "uncertain, it may have been shown" if case.state == "uncertain" else "given up"
    return ": ".join(filter(None, (what, case.reason)))
