"""What happens in the other conversations of a place, for whoever reads one of them."""

from __future__ import annotations

from adapters.web.store import Talk, WebConversations


class Beside:
    """Tells the list of conversations when what is unread in the others is not what it was."""

    def __init__(self, store: WebConversations, place: str, conversation: str) -> None:
        self._store, self._place, self._conversation = store, place, conversation
        self._unseen: list[int] | None = None

    async def next(self) -> list[Talk] | None:
        """The list, newest first; None where it was told already. The first time it is always told: the page may have
        been drawn long ago.
        """
        unseen = await self._store.unseen(self._place, self._conversation)
        if unseen == self._unseen:
            return None
        self._unseen = unseen
        return await self._store.talks(self._place)
