"""What stands in a conversation under an id: the only thing that is pressed, filled in or drawn."""

from __future__ import annotations

from adapters.web.parse import Refused
from adapters.web.store import WebConversations, entry_id
from bot.replies import Reply
from bot.storage.codec import load_reply

NOT_THERE = "This is no longer offered here. Reload the page to see what is there now."


async def standing_reply(store: WebConversations, thread: str, message_id: str) -> Reply:
    """The reply that stands under this id in this very conversation. Raises Refused where none does."""
    entry = await store.get(entry_id(message_id))
    if entry is None or entry.withdrawn or entry.conversation != thread or entry.author != "midway":
        raise Refused(409, NOT_THERE)
    return load_reply(entry.body)
