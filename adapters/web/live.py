"""What is known only inside this process: who is listening, what is being drafted, what is awaited."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from adapters.web.limits import PATIENCE
from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class _Draft:
    key: str
    text: str
    at: datetime


class Live:
    """Wakes event streams at once and carries drafts to them. Best effort: streams look into the store as well."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bells: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._drafts: dict[str, _Draft] = {}
        self._expected: dict[str, datetime] = {}
        self.closed = False

    @contextmanager
    def listen(self, conversation: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something happens in the conversation."""
        bell = asyncio.Event()
        self._bells[conversation].add(bell)
        try:
            yield bell
        finally:
            self._bells[conversation].discard(bell)
            if not self._bells[conversation]:
                del self._bells[conversation]

    def ring(self, conversation: str) -> None:
        for bell in self._bells.get(conversation, ()):
            bell.set()

    def write_draft(self, conversation: str, key: str, text: str) -> None:
        """Show this text, or with none a waiting sign, until the message with this key is sent."""
        now = self._clock()
        self._drafts = {name: draft for name, draft in self._drafts.items() if now - draft.at <= PATIENCE}
        self._drafts[conversation] = _Draft(key, text, now)
        self.ring(conversation)

    def end_draft(self, conversation: str, key: str) -> None:
        if (draft := self._drafts.get(conversation)) and draft.key == key:
            del self._drafts[conversation]

    def draft(self, conversation: str) -> str | None:
        """The text so far, empty for a waiting sign, None where nothing is being written."""
        draft = self._drafts.get(conversation)
        if draft is None or self._clock() - draft.at > PATIENCE:
            self._drafts.pop(conversation, None)
            return None
        return draft.text

    def expect(self, conversation: str) -> None:
        """An answer is on its way, perhaps from another process: look often until it comes."""
        now = self._clock()
        self._expected = {name: at for name, at in self._expected.items() if now - at <= PATIENCE}
        self._expected[conversation] = now
        self.ring(conversation)

    def expects(self, conversation: str) -> bool:
        at = self._expected.get(conversation)
        return at is not None and self._clock() - at <= PATIENCE

    def came(self, conversation: str) -> None:
        """What was expected stands there."""
        self._expected.pop(conversation, None)
        self.ring(conversation)

    def close(self) -> None:
        """End every event stream, so that the server can stop."""
        self.closed = True
        for conversation in list(self._bells):
            self.ring(conversation)
