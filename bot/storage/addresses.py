"""Where somebody is spoken to later, sealed: as a conversation goes into a column and comes out of it."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages import Conversation
from bot.privacy import SealBroken, SecretKey
from bot.storage.codec import PayloadUnreadable, dump_conversation, load_conversation


def sealed(secret: SecretKey, where: Conversation) -> str:
    return secret.seal(dump_conversation(where))


def unsealed(
    secret: SecretKey, text: str | None, load: Callable[[str], Conversation] = load_conversation
) -> Conversation | None:
    """None where nothing is kept, or where it cannot be read any more: with another key, or in another version.

    ``load`` finds the conversation in what was sealed, where that is more than a conversation.
    """
    try:
        return load(secret.unseal(text)) if text else None
    except (SealBroken, PayloadUnreadable):
        return None
