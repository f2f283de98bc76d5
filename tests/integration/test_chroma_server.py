"""Chroma as a server that goes and comes back, shared by replicas; the pointer and what it no longer names."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from knowledge import live_store
from knowledge.stores import chroma
from tests.chroma_server import ChromaServer
from tests.integration.serving_site import Site, site, swapped
from tests.knowledge_fixtures import MakeKnowledge, make_knowledge, small_index

__all__ = ["make_knowledge", "site", "small_index"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    made = ChromaServer(tmp_path / "server")
    yield made
    made.stop()


async def test_a_database_that_is_away_stops_no_answer(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    serving = site.process()
    site.pointers.fails = RuntimeError("words of the database")
    await serving.look()
    serving.answers_truly()
    assert "words of the database" not in caplog.text
    site.pointers.fails = None
    await serving.look()
    assert serving.searched == "chroma"
    serving.live.close()


async def test_an_old_collection_is_deleted_later(site: Site) -> None:
    """Not at once: another replica may still search it."""
    serving = site.process()
    serving.home.fill("midway-old-library", serving.vectors[:40], site.now.timestamp() - 10)
    await serving.look()
    await serving.look()
    assert len(serving.home._connected().list_collections()) == 2
    site.now += timedelta(seconds=live_store.GRACE + 1)
    await serving.look()
    assert [found.name for found in serving.home._connected().list_collections()] == [site.pointers.named]
    assert serving.searched == "chroma"
    serving.answers_truly()
    serving.live.close()


async def test_keep_looks_again_and_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    serving, looks = site.process(), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise InterruptedError

    monkeypatch.setattr(live_store, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(serving.live, "look", look)
    with pytest.raises(InterruptedError):
        await serving.live.keep()
    serving.live.close()


async def test_a_server_away_at_start_that_comes_goes_and_comes_back(
    make_knowledge: MakeKnowledge, tmp_path: Path, server: ChromaServer
) -> None:
    site = Site(make_knowledge, tmp_path, server.url)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    server.start()
    await serving.look()
    assert serving.searched == "chroma"
    serving.answers_truly()
    server.stop()
    serving.answers_truly()
    await serving.look()
    assert serving.searched == "snapshot"
    server.start()
    await serving.look()
    assert serving.searched == "chroma"
    assert len(site.pointers.flips) == 1
    serving.live.close()


async def test_replicas_share_a_servers_collection(
    make_knowledge: MakeKnowledge, tmp_path: Path, server: ChromaServer
) -> None:
    """Also a half-filled one of a third, and other programs' collections, are let be; wrong ones are replaced."""
    server.start()
    site = Site(make_knowledge, tmp_path, server.url)
    first, second = site.process(), site.process()
    client = first.home._server(5.0)
    client.create_collection("somebody-elses", embedding_function=None)
    family = first.retriever.snapshot.collection
    half = client.create_collection(f"{family}-half", embedding_function=None, metadata={chroma.BEGUN: site.now.timestamp()})
    half.add(ids=["0"], embeddings=first.vectors[:1])
    await first.look()
    await second.look()
    assert (first.searched, second.searched) == ("chroma", "chroma")
    assert site.pointers.flips == [first.retriever._store.collection] == [second.retriever._store.collection]
    await first.look()
    assert {found.name for found in client.list_collections()} == {"somebody-elses", f"{family}-half", site.pointers.named}
    swapped(client.get_collection(site.pointers.named, embedding_function=None), first.vectors)
    for serving in (first, second, first, second):
        serving.answers_truly()
        await serving.look()
    assert (first.searched, second.searched) == ("chroma", "chroma")
    assert len(set(site.pointers.flips)) == len(site.pointers.flips) == 2
    first.answers_truly()
    second.answers_truly()
    site.now += timedelta(seconds=live_store.GRACE + 1)
    await first.look()
    assert {found.name for found in client.list_collections()} == {"somebody-elses", site.pointers.named}
    for serving in (first, second):
        serving.live.close()


async def test_a_server_that_never_answers_delays_nobody(
    make_knowledge: MakeKnowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chroma, "ASK_SECONDS", 0.3)
    caplog.set_level(logging.INFO)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        site = Site(make_knowledge, tmp_path, f"http://127.0.0.1:{deaf.getsockname()[1]}")
        serving = site.process()
        begun = time.monotonic()
        await serving.look()
        assert time.monotonic() - begun < 10
        assert serving.searched == "snapshot"
        serving.answers_truly()
        serving.live.close()
    assert "away" in caplog.text
