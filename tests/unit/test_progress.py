"""What takes long says so where no terminal is, too: one line when it begins, one when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import ask_command
from adapters.progress import progress
from adapters.settings import Settings
from tests.knowledge_fixtures import MakeKnowledge, make_knowledge, small_index

__all__ = ["make_knowledge", "small_index"]
BEGUN = "Preparing the library, once; this takes about a minute …\n"
DONE = "Preparing the library, once: done.\n"


def test_what_does_not_take_long_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading"):
        pass
    assert capsys.readouterr().err == ""


def test_it_is_said_once_that_it_takes_long(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading", "an hour") as told:
        told(1, 3)
        assert capsys.readouterr().err == "Reading; this takes an hour …\n"
        told(3, 3)
    assert capsys.readouterr().err == "Reading: done.\n"


def test_what_came_to_nothing_is_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading") as told:
        told.begin()
        told.in_vain = True
    with pytest.raises(OSError), progress("Reading") as told:
        told.begin()
        raise OSError
    assert capsys.readouterr().err == "Reading …\n" * 2


def test_on_a_terminal_there_is_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress("Reading") as told:
        told(1, 2)
    said = capsys.readouterr().err
    assert "Reading" in said and "50%" in said and "done." not in said


@pytest.mark.parametrize(("there", "said"), [(False, BEGUN + DONE), (True, "")])
def test_the_first_start_says_that_it_prepares(
    there: bool, said: str, make_knowledge: MakeKnowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(ask_command, "make_knowledge", lambda *_: make_knowledge())
    if not there:
        (tmp_path / "index" / "snapshot.npz").unlink()
    assert ask_command.prepared(Settings()).retriever
    assert capsys.readouterr().err == said
