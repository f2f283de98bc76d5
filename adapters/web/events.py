"""The event stream of one conversation: what is new, replaced or withdrawn, the draft of the next answer, and what is
unread in other conversations of the same place.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from adapters.plain import inert
from adapters.web.beside import Beside
from adapters.web.limits import (
    BUSY_SECONDS,
    HEARTBEAT,
    IDLE_SECONDS,
    OVERLAP,
    PATIENCE,
    RECONNECT_MS,
    STREAM_AGE,
)
from adapters.web.live import Live
from adapters.web.render import others_of, render_others, stamp
from adapters.web.store import WebConversations, WebEntry
from bot.errors import StorageUnavailable
from bot.ports import Clock

log = logging.getLogger(__name__)


class Changes:
    """What a reader has not been told yet of one conversation.

    ``cursor`` is the moment up to which everything was told; a reader that comes back with it is told again what
    lies within ``OVERLAP`` before it, so telling has to be idempotent by message id and version.
    """

    def __init__(self, store: WebConversations, conversation: str, cursor: str) -> None:
        self._store, self._conversation = store, conversation
        self._told: dict[int, WebEntry] = {}
        self._last: WebEntry | None = None
        self.cursor = cursor

    async def next(self) -> list[WebEntry]:
        since = _moment(self.cursor)
        entries = await self._store.list_since(self._conversation, since and since - OVERLAP)
        fresh = [entry for entry in entries if self._told.get(entry.id) != entry]
        self._told = {entry.id: entry for entry in entries}
        for entry in entries:
            self._last = entry if self._last is None or entry.id >= self._last.id else self._last
            self.cursor = max(self.cursor, stamp(entry.changed_at), key=int)
        return fresh

    async def see(self, now: datetime) -> None:
        """What was told is on somebody's screen. ``StorageUnavailable`` only means that it is told as new once more."""
        with suppress(StorageUnavailable):
            await self._store.see(self._conversation, now)

    def awaited(self, now: datetime) -> bool:
        """Whether the last word is the person's, and fresh enough that an answer may still come."""
        return is_awaited(self._last, now)


def is_awaited(last: WebEntry | None, now: datetime) -> bool:
    return last is not None and last.author == "you" and now - last.at <= PATIENCE


def _moment(cursor: str) -> datetime | None:
    return datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) if cursor != "0" else None


def latest_cursor(entries: Sequence[WebEntry]) -> str:
    """Where a reader who has seen all these goes on."""
    return max((stamp(entry.changed_at) for entry in entries), key=int, default="0")


def read_cursor(text: str) -> str:
    """A cursor as a browser sent it; the beginning for anything that is none."""
    return text if text.isascii() and text.isdigit() and len(text) <= 16 else "0"


class EventStream:
    """Server-Sent Events of one reader. Ends after a while, when the store is away, and when ``live`` closes."""

    def __init__(
        self,
        changes: Changes,
        live: Live,
        conversation: str,
        draw: Callable[[WebEntry], Mapping[str, str]],
        clock: Clock,
        beside: Beside | None = None,
    ) -> None:
        self._changes, self._live, self._conversation = changes, live, conversation
        self._draw, self._clock, self._beside = draw, clock, beside
        self._looked: datetime | None = None
        self._draft: str | None = None
        self._unseen = False

    async def pieces(self) -> AsyncIterator[str]:
        """The stream's text, piece by piece."""
        began = heard = self._clock()
        yield f"retry: {RECONNECT_MS}\n\n"
        with self._live.listen(self._conversation) as bell:
            while not self._live.closed and self._clock() - began < STREAM_AGE:
                bell.clear()
                news = await self._news()
                if news is None:
                    return
                if not news and self._clock() - heard >= HEARTBEAT:
                    news = [": still here\n\n"]
                for piece in news:
                    yield piece
                    heard = self._clock()
                if self._unseen:
                    self._unseen = False
                    await self._changes.see(heard)
                await self._pause(bell)

    async def _news(self) -> list[str] | None:
        """Pieces to send; None when the store is away, which ends the stream so that the page comes back later."""
        try:
            entries = await self._changes.next()
            beside = await self._beside_news()
        except StorageUnavailable:
            log.warning("an event stream ends: the database cannot be used now")
            return None
        self._unseen = any(entry.author == "midway" for entry in entries)
        return [self._entry(entry) for entry in entries] + self._draft_news() + beside

    def _entry(self, entry: WebEntry) -> str:
        if entry.withdrawn:
            return event("withdrawn", {"id": str(entry.id)}, self._changes.cursor)
        return event("replaced" if entry.replaced_at else "message", self._draw(entry), self._changes.cursor)

    async def _beside_news(self) -> list[str]:
        """Of other conversations, looked at seldom: nobody waits for an answer there."""
        now = self._clock()
        if self._beside is None or (self._looked and now - self._looked < timedelta(seconds=IDLE_SECONDS)):
            return []
        self._looked = now
        talks = await self._beside.next()
        if talks is None:
            return []
        menu, line = render_others(others_of(talks, self._conversation))
        return [event("elsewhere", {"menu": menu, "line": line})]

    def _draft_news(self) -> list[str]:
        draft = self._live.draft(self._conversation)
        if draft == self._draft:
            return []
        self._draft = draft
        return [event("draft", {"text": None if draft is None else inert(draft)})]

    async def _pause(self, bell: asyncio.Event) -> None:
        now = self._clock()
        busy = self._changes.awaited(now) or self._live.expects(self._conversation)
        try:
            await asyncio.wait_for(bell.wait(), BUSY_SECONDS if busy else IDLE_SECONDS)
        except TimeoutError:
            return


def event(name: str, data: Mapping[str, str | None], cursor: str | None = None) -> str:
    """One event in the wire format; only what is stored has an id to resume from."""
    head = "" if cursor is None else f"id: {cursor}\n"
    return f"{head}event: {name}\ndata: {json.dumps(dict(data))}\n\n"
