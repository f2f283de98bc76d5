"""Chroma's files lost or damaged: it is noticed, nobody goes without a true answer, it is filled again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge.stores import Vectors, folder
from tests.integration.serving_site import Site, site, swapped
from tests.knowledge_fixtures import make_knowledge, small_index

__all__ = ["make_knowledge", "site", "small_index"]


def no_folder(files: Path) -> None:
    shutil.rmtree(files)


def no_database(files: Path) -> None:
    _one(files, "chroma.sqlite3").unlink()


def no_graph(files: Path) -> None:
    _one(files, "data_level0.bin").unlink()


def zeroed_page(files: Path) -> None:
    _overwrite(_one(files, "chroma.sqlite3"), 8192, bytes(4096))


def inverted_vectors(files: Path) -> None:
    # Not zeros: of a small collection much of the file is unused, and sometimes zero already.
    path = _one(files, "data_level0.bin")
    _overwrite(path, 4000, bytes(byte ^ 255 for byte in path.read_bytes()[4000:12000]))


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
    no_folder, no_database, no_graph, zeroed_page, inverted_vectors, flipped_bits, cut_database, foreign_file, no_seal, unreadable_seal,
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


def _one_less(handle: Any, vectors: Vectors) -> None:
    handle.delete(ids=["3"])


def _one_more(handle: Any, vectors: Vectors) -> None:
    handle.add(ids=[str(len(vectors))], embeddings=vectors[:1])


@pytest.mark.parametrize("change", [swapped, _one_less, _one_more], ids=lambda change: change.__name__)
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
