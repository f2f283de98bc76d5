"""What the web chat needs stored: the messages of each conversation, in order, so that a reload loses nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from adapters.web.session import TENANT
from bot.whole_numbers import whole_number

Author = Literal["you", "midway"]
MOST_TALKS = 20
"""So many conversations are listed: older ones are rarely looked for, and words of questions go after a while."""


@dataclass(frozen=True, slots=True)
class WebEntry:
    """One message as it stands now. ``body`` is JSON: a reply as ``bot.storage.codec`` writes it, or a person's words.

    ``replaced_at`` is the moment of the last change, withdrawing included.
    """

    id: int
    conversation: str
    key: str | None
    author: Author
    body: str
    at: datetime
    replaced_at: datetime | None = None
    withdrawn: bool = False

    @property
    def changed_at(self) -> datetime:
        return self.replaced_at or self.at


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a list shows it: the ``first`` message that a person wrote there, else the first of all,
    ``last`` when something was added, and how many of Midway's messages nobody has seen.
    """

    first: WebEntry
    last: datetime
    unseen: int

    @property
    def conversation(self) -> str:
        return self.first.conversation


class WebConversations(Protocol):
    """Messages of web conversations. Ids grow with time; every method may raise ``StorageUnavailable``."""

    async def append(
        self, conversation: str, key: str, author: Author, body: str, at: datetime, *, place: str = "", user: str = "",
        tenant: str = TENANT,
    ) -> WebEntry:
        """Add a message. A key that was used already, anywhere, changes nothing and returns what stands.

        ``place`` is whose conversations it belongs to; without one it is in no list.
        ``user`` of ``tenant`` is who wrote it, of what a person wrote: kept as their pseudonym there, so that it can be
        found and forgotten.
        """
        ...

    async def list_since(self, conversation: str, since: datetime | None = None) -> list[WebEntry]:
        """All messages added or changed at ``since`` or later, by id; withdrawn ones too."""
        ...

    async def find(self, conversation: str, key: str) -> WebEntry | None: ...

    async def get(self, entry_id: int) -> WebEntry | None: ...

    async def replace(self, entry_id: int, body: str, at: datetime) -> WebEntry | None:
        """Put other words in a message's place; None if there is no such message or it was withdrawn."""
        ...

    async def withdraw(self, entry_id: int, at: datetime) -> WebEntry | None:
        """Take a message's words away for good; None if there is no such message. Doing it twice is no error."""
        ...


    async def talks(self, place: str) -> list[Talk]:
        """The ``MOST_TALKS`` conversations of a place in which something was said last, the newest first."""
        ...

    async def unseen(self, place: str, besides: str) -> list[int]:
        """Ids of what Midway wrote in a place and nobody has seen, in any conversation but this one."""
        ...

    async def see(self, conversation: str, at: datetime) -> None:
        """All that stands in this conversation was seen."""
        ...


def entry_id(message_id: str) -> int:
    """The id of a message as the store knows it; 0, which is no message's, for any text that is no id."""
    return whole_number(message_id) or 0


def write_words(text: str) -> str:
    """What a person wrote, as a body."""
    return json.dumps({"text": text})


def read_words(body: str) -> str:
    """The words that ``write_words`` wrote."""
    return str(json.loads(body)["text"])
