"""Knowledge is soft: whatever is missing, a question gets an answer, a sentence in the log, never a trace."""

from __future__ import annotations

import errno
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge import index
from knowledge.answers import Outcome
from knowledge.embedder import MiniLM
from knowledge.errors import ModelMissing
from knowledge.index import IndexFolder
from knowledge.library import Library
from knowledge.service import Knowledge
from knowledge.unreadable import NO_WORDS, READS, in_our_tongues, unreadable
from tests.fakes.reader import FakeReader
from tests.knowledge_fixtures import MakeKnowledge, few_practices, make_knowledge, small_index

__all__ = ["make_knowledge", "small_index"]
QUESTION = "How do we write the charter of a pilot?"
SECRET = "zanzibar"


@pytest.mark.parametrize("typed", ["z" * 400, "x" * 9000, "…!", f"{'q' * 46} {'w' * 50}", "?" * 9000])
def test_what_holds_no_word_is_not_read(typed: str) -> None:
    failed = unreadable(typed)
    assert failed and failed.outcome is Outcome.FAILED and failed.message == NO_WORDS


@pytest.mark.parametrize("typed", ["hi", "Donaudampfschifffahrtsgesellschaftskapitän", "https://example.org/" + "a" * 90, f"what is {'z' * 400}?", "7"])
def test_what_holds_a_word_is_read(typed: str) -> None:
    """The longest German ones, an address, and a question with something odd in it."""
    assert unreadable(typed) is None


@pytest.mark.parametrize("typed", ["كيف نطلق تجربة؟", "你好", "Как запустить пилот?", "우리 파일럿을 어떻게 시작합니까 (KPI)?"])
def test_other_letters_are_not_read_and_that_is_said(typed: str) -> None:
    told = unreadable(typed)
    assert told and (told.outcome, told.message, told.offer_expert) == (Outcome.DECLINED, READS, True)


def test_a_name_in_other_letters_does_no_harm() -> None:
    assert unreadable("How do we answer Мария in Russian?") is None


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("Hur startar vi ett pilotprojekt?", False),
        ("Jak uruchomić projekt pilotażowy w mediach?", False),
        ("what is the capital of burkina faso", True),
        ("my cat ate the router cable lol", True),
        ("sup", True),
    ],
)
def test_what_is_in_no_tongue_of_ours_is_known(typed: str, ours: bool) -> None:
    assert in_our_tongues(typed, "en") is ours


@pytest.mark.parametrize(
    ("typed", "lang", "ours"),
    [
        ("Jak uruchomić projekt w mediach?", "de", False),
        ("Wie repariere ich meine Waschmaschine?", "de", True),
        ("Welcher Reifendruck ist bei meinem Anhänger richtig?", "de", True),
        ("Comment réparer ma machine à laver ?", "fr", True),
        ("¿Cómo arreglo la lavadora de mi abuela?", "es", True),
    ],
)
def test_what_only_looks_like_another_tongue_of_ours_is_known(typed: str, lang: str, ours: bool) -> None:
    assert in_our_tongues(typed, lang) is ours


async def no_draft(text: str) -> None:
    return None


def answers_by_words(knowledge: Knowledge) -> None:
    """The practice that shares most words, said as such, with sources and numbers that fit."""
    found = knowledge.look_up(QUESTION)
    assert (found.outcome, found.parts[0].practice) == (Outcome.ANSWERED, "pilot-charter")
    assert "words alone" in found.message
    assert found.offer_expert
    assert found.confidence <= 0.3
    assert found.sources
    assert "[1]" in str(found.parts)


class LoadingReader(FakeReader):
    """Remembers whether it was loaded; loading fails with ``fails``."""

    loaded = False

    def load(self) -> None:
        self.loaded = True
        if self.fails:
            raise self.fails


@pytest.mark.parametrize("fails", [None, ModelMissing("gone"), OSError(errno.ENOSPC, "full"), MemoryError()])
def test_the_reader_is_loaded_beforehand_and_what_fails_is_said_later(make_knowledge: MakeKnowledge, fails: Exception | None) -> None:
    knowledge, reader = make_knowledge(), LoadingReader()
    knowledge.reader, reader.fails = reader, fails
    knowledge.load_reader()
    assert reader.loaded


def test_prepared_it_answers_from_the_index(make_knowledge: MakeKnowledge) -> None:
    knowledge = make_knowledge()
    assert knowledge.prepare()
    found = knowledge.look_up(QUESTION)
    assert found.parts[0].practice == "pilot-charter"
    assert "words alone" not in found.message


def test_before_it_is_prepared_it_answers_by_words(make_knowledge: MakeKnowledge) -> None:
    answers_by_words(make_knowledge())


FAILURES = (
    ModelMissing("The embedding model's package is missing: run `make setup` again."),
    OSError(errno.ENOSPC, "No space left on device"),
    ImportError("no module"),
    RuntimeError("a library broke"),
    MemoryError(),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_where_nothing_can_be_embedded_words_are_left(
    make_knowledge: MakeKnowledge, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = FakeReader("other")
    embedder.fails = failure
    knowledge = make_knowledge(embedder=embedder)
    assert not knowledge.prepare()
    answers_by_words(knowledge)
    assert "answering by words alone" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_a_model_that_goes_while_serving_leaves_words(
    make_knowledge: MakeKnowledge, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """And once it is back, answers come from the index again."""
    embedder = FakeReader()
    knowledge = make_knowledge(embedder=embedder)
    assert knowledge.prepare()
    embedder.fails = failure
    answers_by_words(knowledge)
    assert (await knowledge.answer(QUESTION, [], no_draft)).parts[0].practice == "pilot-charter"
    embedder.fails = None
    assert "words alone" not in knowledge.look_up(QUESTION).message


def test_no_words_of_the_question_reach_the_log(make_knowledge: MakeKnowledge, caplog: pytest.LogCaptureFixture) -> None:
    embedder = FakeReader()
    knowledge = make_knowledge(embedder=embedder)
    assert knowledge.prepare()
    embedder.fails = ValueError(f"cannot encode {SECRET}")
    knowledge.look_up(f"How do we charter a pilot in {SECRET}?")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_a_full_disk_leaves_words(
    make_knowledge: MakeKnowledge, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*arguments: Any, **more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(index.np, "savez", full)
    knowledge = make_knowledge(embedder=FakeReader("other"))
    assert not knowledge.prepare()
    answers_by_words(knowledge)
    assert "No space left on device" in caplog.text
    assert "make room" in caplog.text


def test_a_data_folder_that_is_a_file_leaves_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    knowledge = Knowledge(few_practices(), IndexFolder(tmp_path / "data" / "index"), FakeReader())
    assert not knowledge.prepare()
    answers_by_words(knowledge)


def test_no_model_package_leaves_words(make_knowledge: MakeKnowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real embedder, where its weights are not the published ones."""
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"other weights")
    monkeypatch.setattr("knowledge.minilm.graph.packaged", lambda name: weights)
    library, folder = few_practices(), make_knowledge().folder
    assert not Knowledge(library, folder, MiniLM(tmp_path / "models")).prepare()
    assert not list((tmp_path / "models").glob("*.onnx"))


@pytest.mark.parametrize(("message", "outcome"), [
    ("", Outcome.FAILED),
    (" \n ?! ", Outcome.FAILED),
    ("word " * 8000, Outcome.FAILED),
    ("xyzzy plugh", Outcome.DECLINED),
    ("\ud800 \x00 pilot charter", Outcome.ANSWERED),
])
def test_odd_messages_by_words(make_knowledge: MakeKnowledge, message: str, outcome: Outcome) -> None:
    found = make_knowledge().look_up(message)
    assert found.outcome is outcome
    assert found.message


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    knowledge = Knowledge(Library.of([]), IndexFolder(tmp_path), FakeReader())
    assert not knowledge.prepare()
    assert knowledge.look_up(QUESTION).outcome is Outcome.DECLINED


def test_who_finds_the_lock_held_waits_for_the_others_snapshot(make_knowledge: MakeKnowledge, small_index: Path) -> None:
    """It does not build itself."""
    embedder = FakeReader()
    knowledge = make_knowledge(embedder=embedder)
    whole = knowledge.folder.snapshot_file.read_bytes()
    knowledge.folder.snapshot_file.unlink()
    with IndexFolder(knowledge.folder.folder).building():
        later = threading.Timer(0.1, lambda: knowledge.folder.snapshot_file.write_bytes(whole))
        later.start()
        assert knowledge.prepare(wait=30)
    assert embedder.embedded == []


def test_who_waits_too_long_answers_by_words(make_knowledge: MakeKnowledge) -> None:
    knowledge = make_knowledge()
    knowledge.folder.snapshot_file.unlink()
    with IndexFolder(knowledge.folder.folder).building():
        assert not knowledge.prepare(wait=0)
    answers_by_words(knowledge)


async def test_everything_of_a_practice(make_knowledge: MakeKnowledge) -> None:
    knowledge = make_knowledge()
    found = await knowledge.everything("pilot-charter")
    assert found
    part, answer = found
    assert part.practice == "pilot-charter"
    assert len(answer.sources) == len(few_practices().practices["pilot-charter"].sources)
    assert await knowledge.everything("gone") is None
    assert knowledge.practice("gone") is None


def test_the_day_is_the_callers(small_index: Path) -> None:
    """Old practices say so on the day given, not on the machine's."""
    knowledge = Knowledge(few_practices(), IndexFolder(small_index), FakeReader(), today=lambda: date(2099, 1, 1))
    assert any("due for review" in note for note in knowledge.look_up(QUESTION).parts[0].notes)
