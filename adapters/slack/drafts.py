"""An answer that is on its way: first a waiting sign, then the words as they come, then the finished message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.address import MessageName, Place
from adapters.slack.api import Failure, SlackApi
from adapters.slack.outcomes import GONE
from adapters.slack.pace import Pace
from adapters.slack.render import streamed
from bot.ports import Clock, Sent

WAITING = "is looking it up…"
SECONDS_BETWEEN_APPENDS = 0.75
"""Ours: chat.appendStream allows a little over a hundred calls a minute, for all conversations together."""

STREAM_OVER = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
"""slackapi/python-slack-sdk issue 1859: Slack ends a stream after about five minutes; chat.update still works."""

_MOST_AT_ONCE = 1_000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Stream:
    channel: str
    ts: str
    shown: str
    at: float


class Drafts:
    """Waiting signs and streams of this process. Best effort: when one fails, the answer is simply posted."""

    def __init__(self, api: SlackApi, pace: Pace, clock: Clock) -> None:
        self._api = api
        self._pace = pace
        self._clock = clock
        self._waiting: dict[str, Place] = {}
        self._streams: dict[str, _Stream] = {}
        self._unstreamable: set[str] = set()

    async def show(self, place: Place, key: str, text: str) -> None:
        """Shows ``text`` as far as it is written, or with empty text that somebody is at it."""
        if place.hidden or not place.thread:
            # Slack has neither a waiting sign nor a stream outside a thread, and hidden words cannot be streamed.
            return
        if not text.strip():
            await self._wait(place, key)
        elif key in self._streams:
            await self._append(self._streams[key], streamed(text))
        elif key not in self._unstreamable:
            await self._start(place, key, streamed(text))

    async def settle(self, key: str) -> None:
        """The answer is there or will not come: takes the waiting sign away, which else blocks the composer."""
        self._unstreamable.discard(key)
        place = self._waiting.pop(key, None)
        if place:
            await self._status(place, "")

    async def settle_card(self, name: MessageName) -> None:
        """The same for whoever pressed something on this message, which is the answer now."""
        for key, place in list(self._waiting.items()):
            if (place.channel, place.card) == (name.channel, name.ts):
                await self.settle(key)

    async def finish(self, key: str, drawn: Mapping[str, Any], metadata: Mapping[str, Any]) -> Sent | Failure | None:
        """Makes a stream the finished message; None if nothing was streamed for this key."""
        stream = self._streams.get(key)
        if not stream:
            return None
        where = {"channel": stream.channel, "ts": stream.ts, "metadata": metadata}
        stopped = await self._api.call("chat.stopStream", {**where, "blocks": drawn["blocks"]})
        failure = stopped if isinstance(stopped, Failure) else None
        if failure and failure.code in GONE:
            del self._streams[key]
            return None
        if failure and failure.code not in STREAM_OVER:
            return failure
        # Slack keeps the streamed words above the blocks; only an update leaves the finished answer alone.
        updated = await self._api.call("chat.update", {**where, **drawn})
        if isinstance(updated, Failure):
            _warn("chat.update", updated)
            if failure:
                return updated
        del self._streams[key]
        return Sent(MessageName(stream.channel, stream.ts).encode())

    async def abandon(self, key: str) -> None:
        """Takes away what was streamed, because the answer is for one person's eyes only."""
        stream = self._streams.pop(key, None)
        if stream:
            where = {"channel": stream.channel, "ts": stream.ts}
            for method in ("chat.stopStream", "chat.delete"):
                _warn(method, await self._api.call(method, where))

    async def _wait(self, place: Place, key: str) -> None:
        if key in self._waiting:
            return
        # Noted before it is set: whoever runs out of patience with this call must still be able to take it away.
        _make_room(self._waiting)
        self._waiting[key] = place
        if not await self._status(place, WAITING):
            self._waiting.pop(key, None)

    async def _status(self, place: Place, status: str) -> bool:
        where = {"channel_id": place.channel, "thread_ts": place.thread}
        answer = await self._api.call("assistant.threads.setStatus", where | {"status": status})
        return _warn("assistant.threads.setStatus", answer)

    async def _start(self, place: Place, key: str, text: str) -> None:
        if not self._pace.take_if_free(place.channel):
            return
        where = {"channel": place.channel, "thread_ts": place.thread, "markdown_text": text}
        if not place.direct:
            where |= {"recipient_user_id": place.user, "recipient_team_id": place.team}
        # Until it is known to have started, a second stream could be a second message.
        self._unstreamable.add(key)
        answer = await self._api.call("chat.startStream", where)
        if not _warn("chat.startStream", answer) or isinstance(answer, Failure):
            return
        _make_room(self._streams)
        self._streams[key] = _Stream(place.channel, str(answer.get("ts", "")), text, self._now())

    async def _append(self, stream: _Stream, text: str) -> None:
        added = text.removeprefix(stream.shown)
        if added == text or not added or self._now() - stream.at < SECONDS_BETWEEN_APPENDS:
            # What was said cannot be unsaid in a stream: changed words come with the finished message.
            return
        where = {"channel": stream.channel, "ts": stream.ts, "markdown_text": added}
        stream.at = self._now()
        if _warn("chat.appendStream", await self._api.call("chat.appendStream", where)):
            stream.shown = text

    def _now(self) -> float:
        return self._clock().timestamp()


def _warn(method: str, answer: Mapping[str, Any] | Failure) -> bool:
    """Whether it went well; if not, a line in the log without anybody's words."""
    if isinstance(answer, Failure):
        _log.warning("slack: %s failed: %s", method, answer.code or type(answer.outcome).__name__)
        return False
    return True


def _make_room(kept: dict[str, Any]) -> None:
    # A draft whose answer never came would stay for ever.
    while len(kept) >= _MOST_AT_ONCE:
        del kept[next(iter(kept))]


