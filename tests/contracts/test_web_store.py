"""What the web chat is promised by its store: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import select

from adapters.web.sql_store import SqlWebConversations
from adapters.web.store import MOST_TALKS, WebConversations
from bot.privacy import SecretKey
from bot.storage.platform_tables import WebMessage
from bot.storage.unit import Storage
from tests.conftest import DATABASES
from tests.fakes.web_store import MemoryWebConversations

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)


@pytest_asyncio.fixture(params=("memory", *DATABASES))
async def store(
    request: pytest.FixtureRequest, migrated_database: Callable[[str, Path], str], tmp_path: Path, secret: SecretKey
) -> AsyncIterator[WebConversations]:
    if request.param == "memory":
        yield MemoryWebConversations()
        return
    storage = Storage(migrated_database(request.param, tmp_path), secret)
    yield SqlWebConversations(storage)
    await storage.close()


async def test_messages_are_listed_in_the_order_they_came(store: WebConversations) -> None:
    """Ids grow, every field comes back, and other conversations stay out."""
    first = await store.append("c1", "k1", "you", '{"text": "hi \\u00e9"}', AT)
    await store.append("c2", "k2", "you", "{}", AT)
    second = await store.append("c1", "k3", "midway", "{}", LATER)
    assert await store.list_since("c1") == [first, second]
    assert first.id < second.id
    assert (first.conversation, first.key, first.author, first.body, first.at) == ("c1", "k1", "you", '{"text": "hi \\u00e9"}', AT)


async def test_a_key_counts_once(store: WebConversations) -> None:
    """The second append with a key changes nothing and returns what stands."""
    first = await store.append("c1", "k1", "midway", "one", AT)
    assert await store.append("c1", "k1", "midway", "two", LATER) == first
    assert len(await store.list_since("c1")) == 1


async def test_ten_at_once_with_one_key_make_one_message(store: WebConversations) -> None:
    """Everybody gets the same message."""
    entries = await asyncio.gather(*(store.append("c1", "k1", "midway", f"{n}", AT) for n in range(10)))
    assert len({entry.id for entry in entries}) == 1
    assert len(await store.list_since("c1")) == 1


async def test_a_message_is_found_by_its_key_in_its_conversation(store: WebConversations) -> None:
    """And by its id; not in another conversation, not under another key."""
    entry = await store.append("c1", "k1", "midway", "{}", AT)
    assert await store.find("c1", "k1") == entry
    assert await store.get(entry.id) == entry
    assert await store.find("c2", "k1") is None
    assert await store.find("c1", "k2") is None
    assert await store.get(entry.id + 1) is None


async def test_changes_are_listed_since_a_moment(store: WebConversations) -> None:
    """What was added or changed at that moment or later, in order of id."""
    old = await store.append("c1", "k1", "midway", "old", AT)
    await store.append("c1", "k2", "midway", "kept", AT)
    new = await store.append("c1", "k3", "midway", "new", LATER)
    replaced = await store.replace(old.id, "changed", LATER)
    assert await store.list_since("c1", LATER) == [replaced, new]
    assert await store.list_since("c1", LATER + timedelta(microseconds=1)) == []


async def test_replacing_keeps_the_place(store: WebConversations) -> None:
    """Same id, same time, other words; nothing to replace is said."""
    entry = await store.append("c1", "k1", "midway", "one", AT)
    replaced = await store.replace(entry.id, "two", LATER)
    assert replaced is not None
    assert (replaced.id, replaced.body, replaced.at, replaced.replaced_at) == (entry.id, "two", AT, LATER)
    assert await store.list_since("c1") == [replaced]
    assert await store.replace(entry.id + 1, "x", LATER) is None


async def test_withdrawn_words_are_gone_for_good(store: WebConversations) -> None:
    """The message stays as a sign without words; it cannot be replaced; withdrawing twice is no error."""
    entry = await store.append("c1", "k1", "midway", "secret words", AT)
    withdrawn = await store.withdraw(entry.id, LATER)
    assert withdrawn is not None and withdrawn.withdrawn and "secret" not in withdrawn.body
    assert await store.withdraw(entry.id, LATER + timedelta(minutes=1)) == withdrawn
    assert await store.replace(entry.id, "back again", LATER) is None
    assert await store.list_since("c1", LATER) == [withdrawn]
    assert await store.withdraw(entry.id + 1, LATER) is None


async def test_words_are_sealed_in_the_database(storage: Storage) -> None:
    """Whoever opens the database file reads no question."""
    await SqlWebConversations(storage).append("c1", "k1", "you", '{"text": "who knows"}', AT)
    async with storage.view() as unit:
        [row] = await unit.session.exec(select(WebMessage))
    assert "who knows" not in row.message


async def test_the_conversations_of_a_place_are_listed(store: WebConversations) -> None:
    """The one in which something was said last comes first; each is told by what a person wrote there, where they did.
    Those of another place, of none, and what was withdrawn stay out.
    """
    asked = await store.append("c1", "k1", "you", "how", AT, place="p1")
    await store.append("c2", "k2", "midway", "a tip", AT, place="p1")
    await store.append("c2", "k3", "you", "thanks", AT, place="p1")
    gone = await store.append("c3", "k4", "midway", "gone", LATER, place="p1")
    await store.withdraw(gone.id, LATER)
    await store.append("c4", "k5", "you", "not yours", LATER, place="p2")
    await store.append("c5", "k6", "you", "nowhere", LATER)
    answered = await store.append("c1", "k7", "midway", "so", LATER, place="p1")
    first, second = await store.talks("p1")
    assert (first.first, first.last, first.unseen) == (asked, answered.at, 1)
    assert (second.conversation, second.first.body, second.last, second.unseen) == ("c2", "thanks", AT, 1)
    assert await store.talks("") == [] == await store.talks("p3")


async def test_only_so_many_conversations_are_listed(store: WebConversations) -> None:
    for number in range(MOST_TALKS + 1):
        await store.append(f"c{number}", f"k{number}", "you", "x", AT, place="p1")
    listed = await store.talks("p1")
    assert len(listed) == MOST_TALKS and listed[0].conversation == f"c{MOST_TALKS}"


async def test_what_midway_wrote_is_unseen_until_it_is_seen(store: WebConversations) -> None:
    """What a person wrote is not, and seeing one conversation sees no other; it does not change the messages."""
    await store.append("c1", "k1", "you", "how", AT, place="p1")
    said = await store.append("c1", "k2", "midway", "so", AT, place="p1")
    other = await store.append("c2", "k3", "midway", "and", AT, place="p1")
    assert await store.unseen("p1", "c3") == [said.id, other.id]
    assert await store.unseen("p1", "c2") == [said.id] and await store.unseen("p2", "c3") == []
    await store.see("c1", LATER)
    assert await store.unseen("p1", "c3") == [other.id]
    assert [(talk.conversation, talk.unseen) for talk in await store.talks("p1")] == [("c2", 1), ("c1", 0)]
    assert await store.get(said.id) == said
    await store.withdraw(other.id, LATER)
    assert await store.unseen("p1", "c3") == []
