"""What the shipped library says was read before it was shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge import read_before
from knowledge.embedder import MiniLM
from knowledge.excerpts import points_of
from knowledge.index import IndexFolder
from knowledge.kept import MESSAGES, PASSAGES, ROWS, Kept, text_key
from knowledge.library import Library, load_shipped
from knowledge.reading import Said, unit
from knowledge.splitter import as_document, split
from knowledge.stores.chroma import TOLERANCE
from knowledge.taught import shipped_shorts, short_key
from tests.fakes.reader import FakeReader

NEARLY_ONE = 0.98
"""The model counts in eight bits, the steps of which depend on what is read beside a text."""


def first_passages(library: Library, count: int) -> list[str]:
    return [passage.text for passage in split(as_document(next(iter(library.practices.values()))))][:count]


def test_a_first_build_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it does: `.venv/bin/python -m training.recognizer`."""

    def unread(*_: object) -> None:
        raise AssertionError("a text of the shipped library was not read before")

    monkeypatch.setattr(MiniLM, "passages", unread)
    monkeypatch.setattr(MiniLM, "intents", unread)
    snapshot = IndexFolder(tmp_path / "index").build(load_shipped(), MiniLM(tmp_path))
    assert len(snapshot.vectors) == len(snapshot.passages)


def test_the_rows_are_what_the_model_says(tmp_path: Path) -> None:
    model, texts = MiniLM(tmp_path), first_passages(load_shipped(), 6)
    for sort, found in ((PASSAGES, model.passages(texts)), (MESSAGES, (model.intents([Said(text) for text in asked_points()]),))):
        known = read_before.read_before(model.name, sort, ROWS[sort])
        keys = [read_before.short(text_key(Said(text))) for text in (texts if sort == PASSAGES else asked_points())]
        for place, rows in enumerate(found):
            kept = np.array([known[key][place] for key in keys])
            assert ((kept * rows).sum(axis=1) > NEARLY_ONE).all()


def asked_points() -> list[str]:
    """Some points of a practice, as they are compared with questions."""
    practice = next(iter(load_shipped().practices.values()))
    return [text for text in practice.sections.when_not if "[^" not in text and "**" not in text][:2]


def test_every_short_answer_lies_where_it_was_learnt(tmp_path: Path) -> None:
    known = shipped_shorts(MiniLM(tmp_path).intents_name)
    for practice in load_shipped().practices.values():
        for point in points_of(practice.sections.short_answers):
            short = known[short_key(practice.id, point.lead)]
            assert abs(float(np.linalg.norm(short.intent)) - 1) < 0.02 > abs(float(np.linalg.norm(short.counts)) - 1)


def test_another_model_knows_nothing() -> None:
    assert read_before.read_before("some other model", PASSAGES, ROWS[PASSAGES]) == {}
    assert shipped_shorts("some other model") == {}


def test_rows_come_back_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight bits a number, each row with its own step, and of length one."""
    rows = np.random.default_rng(5).standard_normal((4, 384)).astype(np.float32)
    rows *= np.array([[1.0], [0.01], [3.0], [0.2]], dtype=np.float32)
    keys = [text_key(Said(text)) for text in "abcd"]
    read_before.write("fake", {MESSAGES: keys}, {"intents": rows}, tmp_path / "read.npz")
    monkeypatch.setattr(read_before, "FILE", tmp_path / "read.npz")
    known = read_before.read_before("fake", MESSAGES, ROWS[MESSAGES])
    for key, row in zip(keys, rows, strict=True):
        [kept] = known[read_before.short(key)]
        assert np.abs(kept - unit(row)).max() <= np.abs(unit(row)).max() / read_before.WHOLE
        assert abs(float(np.linalg.norm(kept)) - 1) < TOLERANCE / 100


def test_only_what_is_not_known_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shipped rows are taken as they are, and not even they where all is read afresh."""
    reader = FakeReader()
    key = text_key(Said("known"))
    size = len(reader.embed_query("known"))
    none, even = np.zeros((0, size), dtype=np.float32), unit(np.ones((1, size), dtype=np.float32))
    rows = {"vectors": none, "wants": none, "intents": even}
    read_before.write(reader.name, {PASSAGES: [], MESSAGES: [key]}, rows, tmp_path / "read.npz")
    monkeypatch.setattr(read_before, "FILE", tmp_path / "read.npz")
    kept = Kept(tmp_path / "vectors.npz")
    located = kept.read(reader, [], [Said("known"), Said("new")])
    assert np.allclose(located.intents[0], even, atol=0.01) and not np.allclose(located.intents[1], even, atol=0.01)
    assert not np.allclose(kept.read(reader, [], [Said("known")], afresh=True).intents[0], even, atol=0.01)
