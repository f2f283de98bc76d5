"""Chroma lost, damaged, held by another or away: it is noticed, nobody goes without a true answer, it is filled again."""

from __future__ import annotations

import logging
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import live_store
from knowledge.live_store import LiveStore
from knowledge.service import Knowledge
from knowledge.stores import Vectors, chroma, folder
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore
from knowledge.stores.folder import ChromaFolder
from tests.chroma_server import ChromaServer
from tests.fakes.pointers import FakePointers
from tests.knowledge_fixtures import MakeKnowledge, make_knowledge, small_index

__all__ = ["make_knowledge", "small_index"]
QUESTION = "How do we write the charter of a pilot?"


class Site:
    """One serving process after another over the same folders, database and clock."""

    def __init__(self, make: MakeKnowledge, data: Path, url: str | None = None) -> None:
        self._make = make
        self._url = url
        self.folder = data / "chroma"
        self.pointers = FakePointers()
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def process(self) -> Serving:
        """A process that has just started: prepared, its store not yet looked at."""
        knowledge = self._make()
        assert knowledge.prepare()
        home = ChromaHome(self.folder, self._url)
        return Serving(knowledge, home, LiveStore(knowledge, home, self.pointers, lambda: self.now))

    async def left_tidily(self) -> str:
        """One process came, filled the store and went; the name of its collection."""
        serving = self.process()
        await serving.look()
        assert serving.searched == "chroma"
        serving.live.close()
        assert self.pointers.named
        return self.pointers.named


class Serving:
    """What a test asks of one process."""

    def __init__(self, knowledge: Knowledge, home: ChromaHome, live: LiveStore) -> None:
        self.knowledge = knowledge
        self.home = home
        self.live = live
        self.look = live.look
        assert knowledge.retriever
        self.retriever = knowledge.retriever
        self.vectors = knowledge.retriever.snapshot.vectors

    @property
    def searched(self) -> str:
        return self.live.searched

    def answers_truly(self) -> None:
        """Questions find what an exact search finds, and are answered."""
        exact = ExactStore("midway-exact", self.vectors)
        for place in range(0, len(self.vectors), 17):
            vector = _turned(self.vectors[place])
            _, cosines = self.retriever._neighbours(vector)
            np.testing.assert_allclose(cosines[:20], exact.search(vector, 20)[1], atol=1e-3)
        found = self.knowledge.look_up(QUESTION)
        assert found.parts[0].practice == "pilot-charter"
        assert "index is not ready" not in found.message


def _turned(vector: Vectors) -> Vectors:
    moved = vector + 0.05 * np.random.default_rng(3).standard_normal(len(vector)).astype(np.float32)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


@pytest.fixture
def site(make_knowledge: MakeKnowledge, tmp_path: Path) -> Site:
    return Site(make_knowledge, tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    made = ChromaServer(tmp_path / "server")
    yield made
    made.stop()


# what can happen to files while nobody looks


def no_folder(files: Path) -> None:
    shutil.rmtree(files)


def no_database(files: Path) -> None:
    _one(files, "chroma.sqlite3").unlink()


def no_graph(files: Path) -> None:
    _one(files, "data_level0.bin").unlink()


def zeroed_page(files: Path) -> None:
    _overwrite(_one(files, "chroma.sqlite3"), 8192, bytes(4096))


def zeroed_vectors(files: Path) -> None:
    _overwrite(_one(files, "data_level0.bin"), 4000, bytes(8000))


def flipped_bits(files: Path) -> None:
    chance = random.Random(5)
    for path in (_one(files, "data_level0.bin"), _one(files, "chroma.sqlite3"), _one(files, "header.bin")):
        content = bytearray(path.read_bytes())
        for _ in range(3):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(content))


def cut_database(files: Path) -> None:
    path = _one(files, "chroma.sqlite3")
    path.write_bytes(path.read_bytes()[:10_000])


def foreign_file(files: Path) -> None:
    (_one(files, "chroma.sqlite3").parent / "chroma.sqlite3-wal").write_bytes(b"not ours" * 100)


def no_seal(files: Path) -> None:
    files.with_suffix(".state").unlink()


def unreadable_seal(files: Path) -> None:
    files.with_suffix(".state").write_bytes(b"\xff\xfe\x00")


DAMAGES = (
    no_folder, no_database, no_graph, zeroed_page, zeroed_vectors, flipped_bits, cut_database, foreign_file, no_seal, unreadable_seal,
)


def _one(files: Path, name: str) -> Path:
    [found] = files.rglob(name)
    return found


def _overwrite(path: Path, start: int, with_: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(with_)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_what_is_not_as_it_was_left_is_filled_again(site: Site, damage: Callable[[Path], None]) -> None:
    before = await site.left_tidily()
    damage(site.folder)
    serving = site.process()
    serving.answers_truly()
    assert serving.searched == "snapshot"
    await serving.look()
    assert serving.searched == "chroma"
    serving.answers_truly()
    assert site.pointers.named not in {None, before}
    serving.live.close()


async def test_what_was_left_tidily_is_used_again(site: Site) -> None:
    before = await site.left_tidily()
    for _ in range(2):
        assert await site.left_tidily() == before
    assert site.pointers.flips == [before]


async def test_another_version_of_the_library_is_filled_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are never opened, whatever they hold."""
    before = await site.left_tidily()
    monkeypatch.setattr(folder, "version", lambda name: "99.0")
    assert await site.left_tidily() != before


def _swapped(handle: Any, vectors: Vectors) -> None:
    """Another installation's vectors under our name, as many as ours."""
    handle.update(ids=[str(place) for place in range(len(vectors))], embeddings=vectors[::-1])


def _one_less(handle: Any, vectors: Vectors) -> None:
    handle.delete(ids=["3"])


def _one_more(handle: Any, vectors: Vectors) -> None:
    handle.add(ids=[str(len(vectors))], embeddings=vectors[:1])


@pytest.mark.parametrize("change", [_swapped, _one_less, _one_more], ids=lambda change: change.__name__)
async def test_a_collection_of_something_else_is_not_believed(site: Site, change: Callable[[Any, Vectors], None]) -> None:
    """Not even where its folder is sealed as sound."""
    serving = site.process()
    await serving.look()
    before = site.pointers.named
    change(serving.retriever._store._handle, serving.vectors)
    serving.live.close()
    after = site.process()
    await after.look()
    after.answers_truly()
    assert after.searched == "chroma"
    assert site.pointers.named != before
    after.live.close()


class Panic(BaseException):
    """What chromadb's Rust core raises is no ordinary exception."""


def _panics(found: dict[str, Any]) -> dict[str, Any]:
    raise Panic("page of a question")


def _finds_less(found: dict[str, Any]) -> dict[str, Any]:
    return {"ids": [found["ids"][0][:3]], "distances": [found["distances"][0][:3]]}


def _finds_nothing(found: dict[str, Any]) -> dict[str, Any]:
    return {"ids": [[]], "distances": [[]]}


def _finds_others(found: dict[str, Any]) -> dict[str, Any]:
    return {"ids": [found["ids"][0][::-1]], "distances": found["distances"]}


def _finds_strangers(found: dict[str, Any]) -> dict[str, Any]:
    return {"ids": [["999999", *found["ids"][0][1:]]], "distances": found["distances"]}


def _finds_nonsense(found: dict[str, Any]) -> dict[str, Any]:
    return {"ids": [["none", *found["ids"][0][1:]]], "distances": found["distances"]}


def _finds_twice(found: dict[str, Any]) -> dict[str, Any]:
    ids, distances = found["ids"][0], found["distances"][0]
    return {"ids": [[ids[0], ids[0], *ids[2:]]], "distances": [[distances[0], distances[0], *distances[2:]]]}


FAILURES = (_panics, _finds_less, _finds_nothing, _finds_others, _finds_strangers, _finds_nonsense, _finds_twice)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
async def test_a_store_that_fails_while_serving_harms_no_answer(
    site: Site, failure: Callable[[dict[str, Any]], dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    serving = site.process()
    await serving.look()
    before = site.pointers.named
    handle = serving.retriever._store._handle
    query = handle.query
    object.__setattr__(handle, "query", lambda **what: failure(query(**what)))
    serving.answers_truly()
    assert serving.searched == "snapshot"
    assert "page of a question" not in caplog.text
    await serving.look()
    assert serving.searched == "chroma"
    assert site.pointers.named != before
    serving.answers_truly()
    serving.live.close()


@pytest.mark.parametrize("damage", [no_folder, no_database, cut_database, zeroed_page], ids=lambda damage: damage.__name__)
async def test_files_that_go_while_serving_harm_no_answer(site: Site, damage: Callable[[Path], None]) -> None:
    serving = site.process()
    await serving.look()
    damage(site.folder)
    for _ in range(3):
        serving.answers_truly()
        await serving.look()
    serving.live.close()
    after = site.process()
    await after.look()
    after.answers_truly()
    assert after.searched == "chroma"
    after.live.close()


# processes that die, and processes that come together

HOLDS = """
import os, sys, time
import numpy as np
from pathlib import Path
from knowledge.stores import chroma
from knowledge.stores.chroma import ChromaHome
vectors = np.load(sys.argv[2])
chroma.BATCH = 20
home = ChromaHome(Path(sys.argv[1]))
if sys.argv[4] == "filling":
    from chromadb.api.models.Collection import Collection
    add = Collection.add
    def slow(self, **what):
        add(self, **what)
        print("ready", flush=True)
        time.sleep(60)
    Collection.add = slow
store = home.fill(sys.argv[3], vectors, 0.0)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def dying(site: Site, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts another process that holds the folder and is at ``filling`` or ``serving``."""
    started: list[subprocess.Popen[str]] = []

    def start(at: str) -> subprocess.Popen[str]:
        knowledge = site.process().knowledge
        assert knowledge.retriever
        snapshot = knowledge.retriever.snapshot
        np.save(tmp_path / "vectors.npy", snapshot.vectors)
        command = [sys.executable, "-c", HOLDS, str(site.folder), str(tmp_path / "vectors.npy"), snapshot.collection, at]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout
        assert started[-1].stdout.readline() == "ready\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize("at", ["filling", "serving"])
async def test_a_process_killed_leaves_nothing_wrong(
    site: Site, dying: Callable[[str], subprocess.Popen[str]], at: str
) -> None:
    """While it lives nobody else opens its folder; once it is dead the next one tries Chroma in a child and fills again."""
    other = dying(at)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    other.send_signal(signal.SIGKILL)
    other.wait()
    await serving.look()
    assert serving.searched == "chroma"
    serving.answers_truly()
    serving.live.close()


async def test_where_chroma_crashes_a_child_dies_of_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.left_tidily()
    site.folder.with_suffix(".state").write_text(folder.OPEN)
    works = folder.TRY
    monkeypatch.setattr(folder, "TRY", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    monkeypatch.setattr(folder, "TRY", works)
    await serving.look()
    assert serving.searched == "chroma"
    serving.live.close()


async def test_where_chroma_hangs_a_child_hangs_not_the_service(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.left_tidily()
    site.folder.with_suffix(".state").write_text(folder.OPEN)
    monkeypatch.setattr(folder, "TRY", "import time; time.sleep(100)")
    monkeypatch.setattr(folder, "TRY_SECONDS", 0.3)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    serving.live.close()


async def test_of_two_on_one_folder_one_holds_it(site: Site) -> None:
    first, second = site.process(), site.process()
    await first.look()
    await second.look()
    assert (first.searched, second.searched) == ("chroma", "snapshot")
    second.answers_truly()
    second.live.close()
    first.answers_truly()
    first.live.close()
    third = site.process()
    await third.look()
    assert third.searched == "chroma"
    assert len(site.pointers.flips) == 1
    third.live.close()


async def test_after_closing_the_snapshot_answers(site: Site) -> None:
    serving = site.process()
    await serving.look()
    serving.live.close()
    serving.live.close()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    await serving.look()
    assert serving.searched == "snapshot"


async def test_closing_in_the_middle_of_work_leaves_no_seal(site: Site) -> None:
    """The work may be half done: the next process fills again."""
    serving = site.process()
    with serving.home._at_work():
        serving.home._connected()
        serving.live.close()
    assert site.folder.with_suffix(".state").read_text() == folder.OPEN


async def test_a_full_disk_leaves_the_snapshot_answering(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: ChromaFolder) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ChromaFolder, "ready", full)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    serving.live.close()


# pointer and old collections


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
    serving.home.fill("midway-old-library", serving.vectors[:40], site.now.timestamp())
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


# a server


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
    _swapped(client.get_collection(site.pointers.named, embedding_function=None), first.vectors)
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
