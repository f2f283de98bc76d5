"""Where erasures are noted, in memory and as a file: what was noted is there, in order, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.erasure_file import ErasureFile, ErasureNotKept
from bot.erasure import Erased, ErasureNotes
from tests.fakes.erasures import MemoryErasureNotes

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
FIRST, SECOND = Erased("W1", "p1", AT), Erased("web", "p2", AT + timedelta(days=1))
MAKERS: dict[str, Callable[[Path], ErasureNotes]] = {
    "memory": lambda folder: MemoryErasureNotes(), "file": lambda folder: ErasureFile(folder / "data" / "erasures.jsonl"),
}


@pytest.fixture(params=list(MAKERS))
def notes(request: pytest.FixtureRequest, tmp_path: Path) -> ErasureNotes:
    return MAKERS[request.param](tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "erasures.jsonl"


def test_there_are_none_at_first(notes: ErasureNotes) -> None:
    assert list(notes.all()) == []


def test_what_was_noted_is_there_in_order(notes: ErasureNotes) -> None:
    """To the microsecond: by it the database knows whether it carried the erasure out."""
    notes.note(FIRST)
    notes.note(SECOND)
    assert list(notes.all()) == [FIRST, SECOND]


def test_the_file_holds_nothing_but_who_where_and_when(file: Path) -> None:
    """One line of JSON each, for its owner's eyes alone, also if somebody opened it to all."""
    ErasureFile(file).note(FIRST)
    file.chmod(0o644)
    ErasureFile(file).note(SECOND)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [set(line) for line in lines] == [{"tenant", "person", "at"}] * 2
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("torn", ['{"tenant": "W1", "per', "nonsense\n", '{"tenant": "W1", "person": "p", "at": "soon"}\n', "[]\n", "\n"])
def test_a_torn_line_costs_no_other(file: Path, torn: str) -> None:
    """A crash in the middle of a line: the lines before and after it are read."""
    notes = ErasureFile(file)
    notes.note(FIRST)
    with file.open("a") as whole:
        whole.write(torn)
    notes.note(SECOND)
    assert notes.all() == [FIRST, SECOND]


def test_a_file_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "erasures.jsonl").mkdir()
    with pytest.raises(ErasureNotKept, match="nothing was erased"):
        ErasureFile(tmp_path / "erasures.jsonl").note(FIRST)
