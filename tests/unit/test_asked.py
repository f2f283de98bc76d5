"""Messages that practices answer, and those that a short answer settles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from knowledge import asked as messages
from knowledge.asked import asked, asked_hash, asked_shortly
from knowledge.errors import LibraryInvalid
from knowledge.excerpts import points_of
from knowledge.library import load_shipped

FEWEST = 3
PRACTICES = load_shipped().practices


@pytest.mark.parametrize("practice", sorted(PRACTICES))
def test_each_short_answer_is_asked_in_other_words(practice: str) -> None:
    shortly = asked_shortly(practice)
    assert list(shortly) == [point.lead for point in points_of(PRACTICES[practice].sections.short_answers)]
    for question, said in shortly.items():
        assert len(said) >= FEWEST, question
        assert question not in said


def test_no_message_asks_for_two_short_answers() -> None:
    said = Counter(text.casefold() for practice in PRACTICES for each in asked_shortly(practice).values() for text in each)
    assert [text for text, times in said.items() if times > 1] == []


def test_what_a_short_answer_settles_the_practice_answers(folder: Path) -> None:
    (folder / "pilot.jsonl").write_text('["How do we start?"]\n')
    (folder / "short" / "pilot.json").write_text('{"Must we ask?": ["ask first?", "do we ask"]}')
    assert asked("pilot") == [("How do we start?",), ("ask first?",), ("do we ask",)]
    assert asked("another") == [] and asked_shortly("another") == {}


@pytest.mark.parametrize("written", ["[]", "{", '{"Must we ask?": "yes"}', '{"Must we ask?": []}', '{"Must we ask?": [1]}'])
def test_what_is_no_such_list_is_said_with_its_file(folder: Path, written: str) -> None:
    (folder / "short" / "pilot.json").write_text(written)
    with pytest.raises(LibraryInvalid, match=r"pilot\.json: write a list"):
        asked_shortly("pilot")


def test_the_hash_changes_with_either_sort_of_message(folder: Path) -> None:
    seen = {asked_hash()}
    (folder / "pilot.jsonl").write_text('["How do we start?"]\n')
    seen.add(asked_hash())
    (folder / "short" / "pilot.json").write_text('{"Must we ask?": ["ask first?"]}')
    seen.add(asked_hash())
    assert len(seen) == 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of messages with nothing in it."""
    (tmp_path / "short").mkdir()
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    monkeypatch.setattr(messages, "SHORTLY", tmp_path / "short")
    return tmp_path
