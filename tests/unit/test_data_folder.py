"""A data folder that cannot be used is told of in one sentence: what is wrong, the setting, the remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters import ask_command
from adapters.data_folder import REMEDY, DataFolderUnusable, ready
from adapters.presence import SERVES, present
from adapters.sentences import sentence_of
from adapters.settings import Settings
from tests.fakes.reader import FakeReader


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the data folder is to be; there is none yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def told(folder: Path) -> str | None:
    """What is said where somebody wants to be present there."""
    with pytest.raises(OSError) as caught, present(folder, SERVES):
        pass
    return sentence_of(caught.value)


def test_one_is_made_where_there_is_none(data: Path) -> None:
    ready(data)
    ready(data)
    assert data.is_dir() and data.stat().st_mode & 0o777 == 0o700, "others on the machine have no business there"


def test_a_file_is_no_folder(data: Path) -> None:
    data.write_text("")
    assert told(data) == f"{data} is not a folder. Let MIDWAY_DATA_DIR name a folder."


def test_a_folder_in_a_file_cannot_be_made(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "file" / "data"))
    said = told(tmp_path / "file" / "data")
    assert said == f"The data folder {tmp_path}/file/data cannot be made (Not a directory). {REMEDY}"


def test_a_folder_that_cannot_be_written_to(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `midway doctor` says it, whatever file the error is about."""
    data.mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    error = PermissionError(13, "Permission denied", str(data / "serve.lock"))
    assert sentence_of(error) == f"The data folder {data} cannot be written to. {REMEDY}"
    assert "MIDWAY_DATA_DIR" in REMEDY


def test_other_files_are_told_of_by_their_names(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the folder is at fault as well, or the settings cannot be read."""
    data.write_text("")
    error = FileNotFoundError(2, "No such file or directory", str(tmp_path / "in.jsonl"))
    said = f"{tmp_path}/in.jsonl: No such file or directory"
    assert sentence_of(error) == said
    monkeypatch.setenv("MIDWAY_SERVE__PORT", "many")
    assert sentence_of(error) == said


def test_nothing_is_prepared_where_nothing_can_be_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("adapters.bootstrap.make_reader", lambda _settings: FakeReader())
    data.write_text("")
    with pytest.raises(DataFolderUnusable, match="is not a folder"):
        ask_command.prepared(Settings())
    assert capsys.readouterr().err == ""
