"""The snapshot: built once, changed in small, never believed when it is not whole."""

from __future__ import annotations

import errno
import random
import threading
from collections.abc import Callable
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import files, index, taught
from knowledge.errors import IndexUnwritable
from knowledge.files import write_arrays
from knowledge.index import IndexFolder, fingerprint
from knowledge.library import Library
from knowledge.snapshot import Snapshot, packed
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import MakeKnowledge, few_practices, make_knowledge, small_gate, small_index

__all__ = ["make_knowledge", "small_index"]


def same(one: Snapshot | None, other: Snapshot | None) -> bool:
    assert one
    assert other
    plain = ("content_hash", "collection", "documents", "passages", "threshold")
    return all(getattr(one, name) == getattr(other, name) for name in plain) and np.array_equal(one.vectors, other.vectors)


def changed(library: Library, new: str = "Ask whoever signs what they would sign today.") -> Library:
    """The first practice of the library with one mistake more."""
    first, *others = library.practices.values()
    sections = first.sections.model_copy(update={"mistakes": (*first.sections.mistakes, new)})
    return Library.of([first.model_copy(update={"sections": sections}), *others])


def test_what_was_built_is_what_is_loaded(small_index: Path) -> None:
    folder = IndexFolder(small_index)
    assert same(folder.load(), folder.load())
    found = folder.load()
    assert found
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1.0, atol=1e-5)
    assert found.collection == f"midway-{found.content_hash[:32]}"
    assert 0 < found.threshold < 1


def test_building_twice_makes_the_same(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge().folder
    before = folder.load()
    folder.vectors_file.unlink()
    assert same(before, folder.build(few_practices(), FakeReader()))


def test_one_changed_practice_embeds_only_what_changed(make_knowledge: MakeKnowledge) -> None:
    """One passage, that of the list which got a line; not its other passages, other practices or what the library is calibrated with."""
    embedder = FakeReader()
    library = changed(few_practices())
    before = make_knowledge().folder.load()
    assert make_knowledge(library, embedder).prepare()
    assert 1 <= len(embedder.embedded) <= 2
    assert all("Ask whoever signs" in text for text in embedder.embedded)
    after = make_knowledge().folder.load()
    assert before
    assert after
    assert after.collection != before.collection


def test_the_same_library_embeds_nothing(make_knowledge: MakeKnowledge) -> None:
    embedder = FakeReader()
    assert make_knowledge(embedder=embedder).prepare()
    assert embedder.embedded == []


def test_a_withdrawn_practice_leaves_the_index(make_knowledge: MakeKnowledge) -> None:
    embedder = FakeReader()
    kept = Library.of(list(few_practices().practices.values())[1:])
    knowledge = make_knowledge(kept, embedder)
    assert knowledge.prepare()
    assert embedder.embedded == []
    assert knowledge.retriever
    assert {found.id for found in knowledge.retriever.snapshot.documents} == set(kept.practices)


def test_vectors_of_two_models_never_mix(make_knowledge: MakeKnowledge) -> None:
    """Another model embeds everything again, and the first one's snapshot is no longer used."""
    embedder = FakeReader("another-model")
    knowledge = make_knowledge(embedder=embedder)
    assert knowledge.prepare()
    found = knowledge.folder.load()
    assert found
    assert len(embedder.embedded) >= len(found.passages)
    assert found.content_hash == fingerprint(few_practices(), "another-model")


def assert_built_again(make_knowledge: MakeKnowledge, before: Snapshot | None) -> None:
    knowledge = make_knowledge()
    assert knowledge.prepare()
    after = knowledge.folder.load()
    assert before
    assert after
    assert after.content_hash != before.content_hash


def test_an_older_format_is_built_again(make_knowledge: MakeKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    before = make_knowledge().folder.load()
    monkeypatch.setattr(index, "FORMAT", "999")
    assert_built_again(make_knowledge, before)


def test_another_shipped_recognizer_is_built_with(
    make_knowledge: MakeKnowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Even where neither a practice nor a message nor the model changed."""
    before = make_knowledge().folder.load()
    with as_file(taught.FILE) as path:
        (tmp_path / "recognizer.npz").write_bytes(path.read_bytes() + b"\n")
    monkeypatch.setattr(taught, "FILE", tmp_path / "recognizer.npz")
    assert_built_again(make_knowledge, before)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 3]


def emptied(content: bytes) -> bytes:
    return b""


def zeroed(content: bytes) -> bytes:
    return bytes(len(content))


def other_archive(content: bytes) -> bytes:
    return b"PK\x05\x06" + bytes(18)


def text(content: bytes) -> bytes:
    return b"not an archive"


@pytest.mark.parametrize("damage", [cut, emptied, zeroed, other_archive, text], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("which", ["snapshot_file", "vectors_file"])
def test_a_damaged_file_is_made_again(
    make_knowledge: MakeKnowledge, damage: Callable[[bytes], bytes], which: str, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge = make_knowledge()
    before = knowledge.folder.load()
    path: Path = getattr(knowledge.folder, which)
    path.write_bytes(damage(path.read_bytes()))
    assert knowledge.prepare()
    assert same(before, make_knowledge().folder.load())
    assert "Traceback" not in caplog.text


def test_flipped_bits_are_noticed_or_harmless(make_knowledge: MakeKnowledge) -> None:
    """Two hundred snapshots with one to three bits flipped: each loads as it was or not at all, and none raises."""
    folder, chance, lost = make_knowledge().folder, random.Random(17), 0
    before, whole = folder.load(), folder.snapshot_file.read_bytes()
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        folder.snapshot_file.write_bytes(bytes(content))
        found = folder.load()
        assert found is None or same(before, found)
        lost += found is None
    assert lost > 150


def test_pieces_that_do_not_fit_are_not_used(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge().folder
    with np.load(folder.snapshot_file) as stored:
        pieces: dict[str, Any] = dict(stored)
    np.savez(folder.snapshot_file, **{**pieces, "vectors": pieces["vectors"][:-1]})
    assert folder.load() is None
    np.savez(folder.snapshot_file, **{name: piece for name, piece in pieces.items() if name != "meta"})
    assert folder.load() is None
    np.savez(folder.snapshot_file, **{**pieces, "meta": np.array("[]")})
    assert folder.load() is None


def test_no_file_is_no_snapshot(tmp_path: Path) -> None:
    assert IndexFolder(tmp_path / "nothing").load() is None


def test_a_folder_in_its_place_is_no_snapshot(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.snapshot_file.mkdir()
    assert folder.load() is None


def test_it_can_be_read_while_it_is_replaced(make_knowledge: MakeKnowledge) -> None:
    """Readers see the old or the new one, whole."""
    folder = make_knowledge().folder
    first = folder.load()
    assert first
    second = IndexFolder(folder.folder.parent / "other")
    with small_gate():
        made = second.build(changed(few_practices()), FakeReader())
    seen: list[Snapshot | None] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(folder.load())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for snapshot in (made, first) * 10:
            write_arrays(folder.snapshot_file, packed(snapshot))
    finally:
        done.set()
        reader.join()
    assert len(seen) > 5
    assert {found and found.collection for found in seen} <= {first.collection, made.collection}


def test_a_full_disk_is_said_and_leaves_no_scraps(make_knowledge: MakeKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_knowledge().folder
    before = folder.load()

    def full(*arguments: Any, **more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.np, "savez", full)
    with pytest.raises(IndexUnwritable, match="No space left on device"):
        folder.build(changed(few_practices()), FakeReader())
    assert not list(folder.folder.glob("*.part"))
    assert same(before, folder.load())


def test_only_the_holder_of_the_lock_file_builds(tmp_path: Path) -> None:
    folder, other = IndexFolder(tmp_path), IndexFolder(tmp_path)
    with folder.building() as mine, other.building() as theirs:
        assert (mine, theirs) == (True, False)
    with other.building() as theirs:
        assert theirs
