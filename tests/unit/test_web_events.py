"""The event stream: nothing missed, nothing told twice, however often one comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.web.events import Changes, EventStream, read_cursor
from adapters.web.limits import HEARTBEAT, OVERLAP, PATIENCE, STREAM_AGE
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.session import address_of
from adapters.web.store import WebEntry, write_words
from bot.messages import Conversation
from bot.replies import Reply
from tests.fakes.clock import Clock
from tests.fakes.web_store import MemoryWebConversations

HERE = Conversation("web", "web", "place", "c1", "direct", address_of("c1", "place"))


class Scene:
    """A conversation with one reader, and a messenger writing into it."""

    def __init__(self) -> None:
        self.clock = Clock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC), timedelta(seconds=1))
        self.store = MemoryWebConversations()
        self.live = Live(self.clock)
        self.messenger = WebMessenger(self.store, self.live, self.clock)

    def stream(self, cursor: str = "0") -> AsyncIterator[str]:
        changes = Changes(self.store, "c1", cursor)
        return EventStream(changes, self.live, "c1", lambda entry: {"id": str(entry.id)}, self.clock).pieces()

    async def says(self, text: str) -> WebEntry:
        entry = await self.store.append("c1", f"you:{text}", "you", write_words(text), self.clock())
        self.live.ring("c1")
        return entry


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def told(stream: AsyncIterator[str], count: int) -> list[tuple[str, Any]]:
    """The next events by name and data, without the opening line and heartbeats."""
    events: list[tuple[str, Any]] = []
    while len(events) < count:
        piece = await asyncio.wait_for(anext(stream), 5)
        lines = dict(line.split(": ", 1) for line in piece.strip().splitlines())
        if "event" in lines:
            events.append((lines["event"], json.loads(lines["data"])))
    return events


async def test_what_stands_there_is_told_first(scene: Scene) -> None:
    """A reader without a cursor is told everything, then what is new."""
    await scene.says("one")
    stream = scene.stream()
    assert await told(stream, 1) == [("message", {"id": "1"})]
    await scene.messenger.send(HERE, Reply("two"), "k2")
    assert await told(stream, 1) == [("message", {"id": "2"})]


async def test_replaced_and_withdrawn_messages_are_told(scene: Scene) -> None:
    stream = scene.stream()
    await scene.messenger.send(HERE, Reply("one"), "k1")
    assert await told(stream, 1) == [("message", {"id": "1"})]
    await scene.messenger.replace("1", Reply("other"))
    assert await told(stream, 1) == [("replaced", {"id": "1"})]
    await scene.messenger.withdraw("1")
    assert await told(stream, 1) == [("withdrawn", {"id": "1"})]


async def test_a_reader_who_comes_back_misses_nothing(scene: Scene) -> None:
    """Also a change of an old message that happened meanwhile; what is long known is not told again."""
    for name in "abc":
        await scene.messenger.send(HERE, Reply(name), name)
        scene.clock.now += 2 * OVERLAP
    changes = Changes(scene.store, "c1", "0")
    assert [entry.id for entry in await changes.next()] == [1, 2, 3]
    scene.clock.now += 2 * OVERLAP
    await scene.messenger.replace("1", Reply("changed"))
    await scene.messenger.send(HERE, Reply("d"), "d")
    again = Changes(scene.store, "c1", changes.cursor)
    assert [entry.id for entry in await again.next()] == [1, 3, 4]
    assert await again.next() == []


async def test_what_was_committed_late_is_told(scene: Scene) -> None:
    """A message whose time lies before one already told, as when another replica's clock is behind."""
    changes = Changes(scene.store, "c1", "0")
    late = scene.clock()
    await scene.store.append("c1", "k1", "midway", "{}", late + timedelta(seconds=5))
    assert len(await changes.next()) == 1
    await scene.store.append("c1", "k2", "midway", "{}", late)
    assert [entry.key for entry in await changes.next()] == ["k2"]


async def test_other_conversations_stay_out(scene: Scene) -> None:
    await scene.store.append("c2", "k1", "you", write_words("x"), scene.clock())
    assert await Changes(scene.store, "c1", "0").next() == []


async def test_drafts_come_and_go(scene: Scene) -> None:
    """A waiting sign, the text so far, and nothing once the message stands there."""
    stream = scene.stream()
    await scene.messenger.draft(HERE, "k1", "")
    assert await told(stream, 1) == [("draft", {"text": ""})]
    await scene.messenger.draft(HERE, "k1", "Start \u202ewith")
    assert await told(stream, 1) == [("draft", {"text": "Start with"})]
    await scene.messenger.send(HERE, Reply("Start with one."), "k1")
    assert await told(stream, 2) == [("message", {"id": "1"}), ("draft", {"text": None})]


async def test_an_abandoned_draft_ends(scene: Scene) -> None:
    """When nothing follows it, the waiting sign does not stand there for ever."""
    await scene.messenger.draft(HERE, "k1", "")
    scene.clock.now += PATIENCE
    assert scene.live.draft("c1") is None


async def test_a_quiet_stream_says_that_it_lives(scene: Scene) -> None:
    stream = scene.stream()
    assert (await anext(stream)).startswith("retry: ")
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    scene.clock.now += HEARTBEAT
    scene.live.ring("c1")
    assert await asyncio.wait_for(waiting, 5) == ": still here\n\n"


async def test_a_stream_ends_when_it_is_old_or_the_server_stops_or_the_store_is_away(scene: Scene) -> None:
    """The page comes back by itself; a server is not kept from stopping."""

    async def ends(stream: AsyncIterator[str]) -> bool:
        return [piece async for piece in stream] == []

    old, broken, closed = (scene.stream() for _ in range(3))
    for stream in (old, broken, closed):
        await anext(stream)
    scene.store.fail_next = True
    assert await ends(broken)
    scene.clock.now += STREAM_AGE
    assert await ends(old)
    scene.live.close()
    assert await ends(closed)


async def test_a_reader_who_left_is_forgotten(scene: Scene) -> None:
    with scene.live.listen("c1") as bell:
        scene.live.ring("c1")
        assert bell.is_set()
    scene.live.ring("c1")
    assert scene.live._bells == {}


async def test_an_answer_is_awaited_for_a_while(scene: Scene) -> None:
    """After a question and after a press; not for ever, and not once it came."""
    changes = Changes(scene.store, "c1", "0")
    await scene.says("one")
    await changes.next()
    now = scene.clock()
    assert changes.awaited(now) and not changes.awaited(now + PATIENCE)
    scene.live.expect("c1")
    assert scene.live.expects("c1")
    await scene.messenger.send(HERE, Reply("two"), "k2")
    await changes.next()
    assert not changes.awaited(now) and not scene.live.expects("c1")


@pytest.mark.parametrize("text", ["", "x", "-1", "9" * 17, "1;drop", "\u0661", "1.5"])
def test_a_strange_cursor_is_the_beginning(text: str) -> None:
    assert read_cursor(text) == "0"
