"""Speaking on Teams: every outcome told apart, nothing raised."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from adapters.charts import Pictures, pictures_of
from adapters.msteams import limits, render
from adapters.msteams.address import Address, AddressUnreadable, MessageAddress, ServiceUrls, is_allowed
from adapters.msteams.connector import Connector
from adapters.msteams.faults import CredentialsRefused, MsTeamsError, NotReached, Refused, Unanswered
from adapters.msteams.streams import Stream, Streams
from bot.messages import Conversation
from bot.ports import Clock, Delivered, NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import Reply

log = logging.getLogger(__name__)

Jitter = Callable[[], float]
"""A random number from 0 to 1."""

CHECK = "Check MIDWAY_MSTEAMS__APP_ID, MIDWAY_MSTEAMS__APP_PASSWORD and MIDWAY_MSTEAMS__TENANT_ID."

_THROTTLED = frozenset({412, 429})


async def drawn_charts(reply: Reply) -> Pictures:
    """The charts of a reply as small as a message of Teams wants them."""
    return await pictures_of(reply, float(limits.PICTURE_SCALE.value))


class MsTeamsMessenger:
    """A ``bot.ports.Messenger``. It sends only to service URLs on the allow-list, whatever an address says."""

    def __init__(
        self, *, connector: Connector, newest: ServiceUrls, service_urls: tuple[str, ...], clock: Clock,
        jitter: Jitter = random.random,
    ) -> None:
        self._connector, self._newest, self._service_urls = connector, newest, service_urls
        self._streams, self._jitter = Streams(clock), jitter

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        """A new message; where a draft with this key is being streamed, its last and final version."""
        try:
            place = await self._place(Address.unpack(conversation.address))
            activity = await self._say(place, reply, key)
        except MsTeamsError as error:
            return self._outcome(error)
        if activity is None:
            return Unknown("Teams took the message without naming it")
        return Sent(MessageAddress(place, activity).pack())

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown | Unsupported:
        """Teams offers bots no way to read what stands in a conversation."""
        return Unsupported("Teams does not let a bot look up its own messages.")

    async def replace(self, message_id: str, reply: Reply) -> Delivered | Unsupported:
        async def update(message: MessageAddress) -> None:
            await self._connector.update(message, render.message(reply, pictures=await drawn_charts(reply)))

        return await self._change(message_id, update)

    async def withdraw(self, message_id: str) -> Delivered | Unsupported:
        return await self._change(message_id, self._connector.delete)

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        """A typing sign for empty text; else the text so far, streamed in a one-to-one chat and nowhere else."""
        try:
            place = await self._place(Address.unpack(conversation.address))
            if not text:
                await self._connector.send(place, {"type": "typing"})
            elif conversation.kind == "direct":
                await self._stream(place, key, text)
        except MsTeamsError as error:
            log.info("msteams draft not shown: %s", error)

    async def _say(self, place: Address, reply: Reply, key: str) -> str | None:
        """The id of what was said; a stream that cannot become the answer is put away after it."""
        pictures = await drawn_charts(reply)
        stream = self._streams.ending(key)
        named = await self._end(place, stream, render.message(reply, stream.id, pictures)) if stream else None
        self._streams.ended(key)
        if named:
            return named
        said = await self._connector.send(place, render.message(reply, pictures=pictures))
        if stream:
            await self._put_away(place, stream)
        return said

    async def _end(self, place: Address, stream: Stream, final: dict[str, Any]) -> str | None:
        """The id of the stream that became the final message, None where Teams certainly did not take it."""
        if stream.shown not in final["text"]:
            return None
        try:
            return await self._connector.send(place, final) or stream.id
        except Refused as error:
            # A stream may have been stopped, have taken too long, or break a rule of Teams that is not known here.
            if error.status in _THROTTLED:
                raise
            log.warning("msteams stream not ended by its answer: %s", error)
        return None

    async def _put_away(self, place: Address, stream: Stream) -> None:
        """Ends a stream in its own words, as Teams takes no others, and deletes it. The answer stands without."""
        try:
            name = await self._connector.send(place, render.final_draft(stream.shown, stream.id)) or stream.id
            await self._connector.delete(MessageAddress(place, str(name)))
        except MsTeamsError as error:
            log.info("msteams stream not put away: %s", error)

    async def _stream(self, place: Address, key: str, text: str) -> None:
        opening = render.opening(text)
        stream = self._streams.due(key) if opening else None
        if stream is None:
            return
        update = render.draft(opening, stream.sequence + 1, stream.id)
        if update["text"] == stream.shown or not update["text"].startswith(stream.shown):
            return
        stream.shown = update["text"]
        try:
            activity = await self._connector.send(place, update)
        except MsTeamsError:
            stream.broken = True
            raise
        self._streams.updated(stream, activity)

    async def _change(self, message_id: str, change: Callable[[MessageAddress], Awaitable[None]]) -> Delivered:
        try:
            message = MessageAddress.unpack(message_id)
            await change(replace(message, place=await self._place(message.place)))
        except MsTeamsError as error:
            return self._outcome(error)
        return Sent(message_id)

    async def _place(self, stored: Address) -> Address:
        place = await self._newest.newest(stored)
        if not is_allowed(place.service_url, self._service_urls):
            raise AddressUnreadable("The service URL of this conversation is not on the allow-list.")
        return place

    def _outcome(self, error: MsTeamsError) -> Rejected | Unknown:
        match error:
            case Unanswered():
                return Unknown(str(error))
            case NotReached():
                return Rejected(str(error), permanent=False, retry_after=self._delay(None))
            case Refused() if error.status in _THROTTLED:
                return Rejected(str(error), permanent=False, retry_after=self._delay(error.retry_after))
            case CredentialsRefused():
                return Rejected.cut_off(f"The app's credentials are refused ({error}). {CHECK}")
            case Refused() | AddressUnreadable():
                return Rejected(str(error), permanent=True)
        return Unknown(str(error))

    def _delay(self, asked: float | None) -> float:
        """At least what Teams asked for, spread so that many waiting messages do not return at once."""
        least = asked if asked is not None else float(limits.BACK_OFF_SECONDS.value)
        return least * (1 + 0.5 * self._jitter())
