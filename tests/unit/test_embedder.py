"""The embedded MiniLM: texts to unit vectors, the same alone and in company, from a model that is as it was made."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedder import MiniLM, model_name
from knowledge.errors import ModelMissing
from knowledge.gate import GOOD, REFUSE
from knowledge.library import load_shipped
from knowledge.minilm import weights
from knowledge.reading import Said, Vectors
from tests.knowledge_fixtures import real_models

__all__ = ["real_models"]
MODEL_FILES = [f"{model_name()}-{part}.onnx" for part in weights.PARTS]
INT8_NOISE = 0.97
"""Cosine of a text alone with itself in a batch: int8 scales by the largest value of the whole batch."""


def vectors_of(model: MiniLM, texts: list[str]) -> Vectors:
    return model.passages(texts)[0]


@pytest.fixture(scope="module")
def model(real_models: Path) -> MiniLM:
    return MiniLM(real_models)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    practices = list(load_shipped().practices.values())[:6]
    return [text for practice in practices for text in (practice.title, *practice.questions[:8], practice.sections.summary)]


def test_a_loaded_model_reads_without_its_file(real_models: Path, tmp_path: Path) -> None:
    shutil.copytree(real_models, tmp_path / "models")
    model = MiniLM(tmp_path / "models")
    model.load()
    shutil.rmtree(tmp_path / "models")
    assert np.linalg.norm(model.read(Said("pilot")).intent) == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_unit_vectors(model: MiniLM, texts: list[str]) -> None:
    found = vectors_of(model, texts)
    assert found.shape == (len(texts), 384)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_a_text_is_the_same_alone_and_in_company(model: MiniLM, texts: list[str]) -> None:
    together = vectors_of(model, texts)
    alone = np.array([model.embed_query(text) for text in texts], dtype=np.float32)
    same = (together * alone).sum(axis=1)
    assert same.min() > INT8_NOISE
    assert np.argmax(alone @ together.T, axis=1).tolist() == list(range(len(texts)))


def test_the_order_is_kept(model: MiniLM, texts: list[str]) -> None:
    """Batches are of texts of like length; the rows are in the order of the texts all the same."""
    order = random.Random(2).sample(range(len(texts)), len(texts))
    np.testing.assert_allclose(vectors_of(model, [texts[place] for place in order]), vectors_of(model, texts)[order], atol=0.05)


def test_the_same_texts_give_the_same_numbers(real_models: Path, texts: list[str]) -> None:
    np.testing.assert_array_equal(vectors_of(MiniLM(real_models), texts), vectors_of(MiniLM(real_models), texts))


def test_what_means_the_same_is_near(model: MiniLM) -> None:
    asked, near, far = vectors_of(model, ["How do we launch a pilot?", "starting a small trial project", "boiling an egg"])
    assert asked @ near > asked @ far + 0.2


def test_a_piece_lies_within_its_message_nearer_to_what_it_says_alone_than_the_other_piece_does(model: MiniLM) -> None:
    first, second = "How do we launch a pilot?", "And who answers angry comments at night?"
    within = model.read(Said(f"{first} {second}"), (0, len(first) + 1)).within
    closeness = within @ model.pieces([first, second]).T
    np.testing.assert_allclose(np.linalg.norm(within, axis=1), 1.0, atol=1e-5)
    assert closeness[0, 0] > closeness[1, 0]
    assert closeness[1, 1] > closeness[0, 1]


def test_one_piece_is_the_whole_and_what_is_not_read_lies_where_the_whole_does(model: MiniLM) -> None:
    text = "word " * 400 + "? How do we launch a pilot?"
    found = model.read(Said(text), (0, 1000, 1100))
    assert found.within.shape == (3, 384)
    assert float(found.within[1] @ found.intent) == pytest.approx(1, abs=1e-4)


ODD = ("", " ", "\x00", "\ud800", "a \udfff b", "x" * 100_000, "word " * 20_000, "\u202egnitirw", "日本語", "🙂" * 500)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_has_a_vector(model: MiniLM, text: str) -> None:
    assert np.linalg.norm(model.embed_query(text)) == pytest.approx(1.0, abs=1e-5)


def test_a_message_is_read_as_the_text_it_is(model: MiniLM) -> None:
    """Reading a message puts it where the same text lies as a passage, and says what kind it is."""
    asked = "How do we launch a pilot?"
    reading = model.read(Said(asked))
    [vector], [wants] = model.passages([asked])
    np.testing.assert_allclose(reading.vector, vector, atol=1e-5)
    np.testing.assert_allclose(reading.intent, wants, atol=1e-5)
    np.testing.assert_allclose(model.intents([Said(asked)]), [wants], atol=1e-5)
    assert sum(reading.kinds.values()) == pytest.approx(1, abs=1e-5)
    assert max(reading.kinds, key=reading.kinds.__getitem__) == GOOD


def test_the_thread_moves_the_message_and_is_not_taken_for_it(model: MiniLM) -> None:
    before, message = "We sell garden tools.", "And how do we buy a thousand followers without anybody noticing?"
    alone = model.read(Said(message))
    after = model.read(Said.after([before], message))
    assert after.vector @ alone.vector < 0.99
    for reading in (alone, after):
        assert sum(value for kind, value in reading.kinds.items() if kind.startswith(REFUSE)) > 0.5


def test_a_long_thread_does_not_hide_the_message(model: MiniLM) -> None:
    """However much was said before, the message is read, and is what is judged."""
    before = "https://example.org/a-very-long/address/of-some-page?with=many&parts=too " * 40
    message = "Write me five glowing reviews from invented customers."
    reading = model.read(Said.after([before], message))
    assert sum(value for kind, value in reading.kinds.items() if kind.startswith(REFUSE)) > 0.5


def test_of_a_long_message_both_ends_are_read(model: MiniLM) -> None:
    middle = "The weather was fine and we had a long meeting about the roof. " * 60
    wish = "Write me five glowing reviews from invented customers."
    for text in (f"{wish} {middle}", f"{middle}{wish}"):
        without, with_it, near = (model.read(Said(said)).vector for said in (middle, text, wish))
        assert with_it @ near > without @ near + 0.1


def test_several_questions_are_read_as_each_alone(model: MiniLM) -> None:
    asked = ["How do we find a sponsor?", "Which numbers belong into the monthly report, and when?"]
    for together, text in zip(model.pieces(asked), asked, strict=True):
        np.testing.assert_allclose(together, model.read(Said(text)).intent, atol=1e-5)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_message_can_be_read(model: MiniLM, text: str) -> None:
    for start in (0, len(text) // 2, len(text)):
        reading = model.read(Said(text, start))
        assert np.isfinite(reading.intent).all() and np.isfinite(reading.vector).all()
        assert np.isfinite(list(reading.kinds.values())).all()


def test_common_words_come_first(model: MiniLM) -> None:
    words = list(model.words())
    assert words.index("people") < words.index("mechanic")
    assert "sponsor" in words
    assert "sponser" not in words


def test_no_texts_are_no_vectors(model: MiniLM) -> None:
    assert vectors_of(model, []).shape == (0, 384)
    assert model.embed_documents([]) == []


def test_langchains_methods_agree(model: MiniLM) -> None:
    [row] = model.embed_documents(["How do we launch a pilot?"])
    assert row == model.embed_query("How do we launch a pilot?")
    assert isinstance(row[0], float)


def test_progress_is_told_to_the_end(model: MiniLM, texts: list[str]) -> None:
    told: list[tuple[int, int]] = []
    model.passages(texts, lambda done, of: told.append((done, of)))
    assert told[-1] == (len(texts), len(texts))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_several_threads_load_it_once(real_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, loads = MiniLM(real_models), list[str]()
    load = model._load

    def counted(part: str) -> object:
        loads.append(part)
        return load(part)

    monkeypatch.setattr(model, "_load", counted)
    threads = [threading.Thread(target=model.embed_query, args=("asked",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [*weights.PARTS]


def test_converting_is_quiet_and_gives_the_same_bytes(real_models: Path, tmp_path: Path) -> None:
    """Nothing on the terminal during the first question, and no handler left on the root logger."""
    code = (
        "import logging, sys; from pathlib import Path; from knowledge.minilm.graph import convert; "
        "convert(dict(zip(('branch', 'trunk'), map(Path, sys.argv[1:])))); sys.exit(len(logging.getLogger().handlers))"
    )
    one_core = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # which sums in another order than several do
    command = [sys.executable, "-c", code, *(tmp_path / name for name in MODEL_FILES)]
    done = subprocess.run(command, capture_output=True, check=False, env=one_core)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    for name in MODEL_FILES:
        assert (tmp_path / name).read_bytes() == (real_models / name).read_bytes()
        assert weights.is_sound(tmp_path / name)
    assert {path.suffix for path in tmp_path.iterdir()} == {".onnx", ".crc"}


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def gone(path: Path) -> None:
    path.unlink()


def unsealed(path: Path) -> None:
    path.with_suffix(".crc").unlink()


def copied(real_models: Path, targets: Mapping[str, Path]) -> None:
    for target in targets.values():
        for suffix in (".onnx", ".crc"):
            shutil.copy((real_models / target.name).with_suffix(suffix), target.with_suffix(suffix))


@pytest.mark.parametrize("file", MODEL_FILES, ids=weights.PARTS)
@pytest.mark.parametrize("damage", [flipped, cut, gone, unsealed], ids=lambda damage: damage.__name__)
def test_a_model_that_is_not_as_it_was_made_is_made_again(
    real_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: object, file: str
) -> None:
    """One flipped bit would give wrong vectors without any error."""
    shutil.copytree(real_models, tmp_path / "models")
    assert callable(damage)
    damage(tmp_path / "models" / file)
    made: list[Mapping[str, Path]] = []

    def convert(targets: Mapping[str, Path]) -> None:
        made.append(targets)
        copied(real_models, targets)

    monkeypatch.setattr("knowledge.minilm.graph.convert", convert)
    found = MiniLM(tmp_path / "models").embed_query("How do we launch a pilot?")
    assert len(made) == 1
    assert found == MiniLM(real_models).embed_query("How do we launch a pilot?")


def test_the_model_of_an_older_branch_goes(tmp_path: Path, real_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = tmp_path / "minilm-l6-v2-int8-00000000.onnx"
    older.write_bytes(b"older")
    (tmp_path / "notes.txt").write_text("somebody's")

    monkeypatch.setattr("knowledge.minilm.graph.convert", partial(copied, real_models))
    MiniLM(tmp_path).embed_query("How do we launch a pilot?")
    assert {path.name for path in tmp_path.iterdir()} == {
        "notes.txt", *MODEL_FILES, *(f"{Path(name).stem}.crc" for name in MODEL_FILES)
    }


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"other weights")
    monkeypatch.setattr("knowledge.minilm.graph.packaged", lambda name: other)
    with pytest.raises(ModelMissing, match="not the published one"):
        MiniLM(tmp_path / "models").embed_query("asked")
    assert not list((tmp_path / "models").glob("*"))


def test_a_missing_package_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="make setup"):
        MiniLM(tmp_path / "models").embed_query("asked")
    with pytest.raises(ModelMissing, match="make setup"):
        weights.packaged("tokenizer.json")


def test_a_missing_file_of_the_package_is_named() -> None:
    with pytest.raises(ModelMissing, match=r"nothing\.json"):
        weights.packaged("nothing.json")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelMissing, match="cannot be written"):
        MiniLM(tmp_path / "file" / "models").embed_query("asked")
