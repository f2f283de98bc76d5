"""How the bot speaks on the web: by writing into the conversation, from whichever process it runs in."""

from __future__ import annotations

import logging

from adapters.web.live import Live
from adapters.web.session import place_of, thread_of
from adapters.web.store import WebConversations, WebEntry, entry_id
from bot.errors import StorageUnavailable
from bot.messages import Conversation
from bot.ports import Clock, Delivered, NotFound, Rejected, Sent, Unknown
from bot.replies import Reply
from bot.storage.codec import dump_reply

log = logging.getLogger(__name__)

AWAY = "The database did not answer, so it may or may not have been written."
NOWHERE = "The address is not one of the web chat."
GONE = "There is no such message, or it was withdrawn."


class WebMessenger:
    """``bot.ports.Messenger`` for the web. Writing is idempotent by key, so nothing stands there twice."""

    def __init__(self, store: WebConversations, live: Live, clock: Clock) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def send(self, conversation: Conversation, reply: Reply, key: str) -> Delivered:
        try:
            thread, place = thread_of(conversation.address), place_of(conversation.address)
            entry = await self._store.append(thread, key, "midway", dump_reply(reply), self._clock(), place=place)
        except StorageUnavailable:
            return Unknown(AWAY)
        except ValueError:
            return Rejected(NOWHERE, permanent=True)
        self._live.end_draft(thread, key)
        return self._shown(entry)

    async def find(self, conversation: Conversation, key: str) -> Sent | NotFound | Unknown:
        try:
            entry = await self._store.find(thread_of(conversation.address), key)
        except StorageUnavailable:
            return Unknown(AWAY)
        except ValueError:
            return NotFound()
        return NotFound() if entry is None else Sent(str(entry.id))

    async def replace(self, message_id: str, reply: Reply) -> Delivered:
        try:
            entry = await self._store.replace(entry_id(message_id), dump_reply(reply), self._clock())
        except StorageUnavailable:
            return Unknown(AWAY)
        return Rejected(GONE, permanent=True) if entry is None else self._shown(entry)

    async def withdraw(self, message_id: str) -> Delivered:
        try:
            entry = await self._store.withdraw(entry_id(message_id), self._clock())
        except StorageUnavailable:
            return Unknown(AWAY)
        return Rejected(GONE, permanent=True) if entry is None else self._shown(entry)

    async def draft(self, conversation: Conversation, key: str, text: str) -> None:
        try:
            self._live.write_draft(thread_of(conversation.address), key, text)
        except ValueError:
            log.warning("a draft had no place to go: the address is not one of the web chat")

    def _shown(self, entry: WebEntry) -> Sent:
        self._live.came(entry.conversation)
        return Sent(str(entry.id))
