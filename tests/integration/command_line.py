"""Runs `midway` as a shell would, within this process or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters import cli

OPEN = 0o022
"""The umask of most shells: what they write all may read."""
MIDWAY = Path(sys.executable).with_name("midway")


class Shell:
    """``run`` gives exit code, what was printed, and what was said on stderr."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self._capsys, self._monkeypatch = data, capsys, monkeypatch

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["midway", *arguments])
        code: object = 0
        mask = os.umask(OPEN)
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        finally:
            os.umask(mask)
        printed, said = self._capsys.readouterr()
        return int(str(code or 0)), printed, said


def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process in a folder of its own without any setting of Midway but the data folder, which is given."""
    for name in [name for name in os.environ if name.startswith("MIDWAY_")]:
        monkeypatch.delenv(name)
    data = tmp_path / "data"
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(data))
    monkeypatch.chdir(tmp_path)
    return data


def environment(data: Path, **more: str) -> dict[str, str]:
    """That of this process without any setting of Midway, and with this data folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MIDWAY_")}
    return {**clean, "MIDWAY_DATA_DIR": str(data), "COLUMNS": "200", **more}


def as_process(
    data: Path, arguments: Sequence[str | bytes], given: bytes = b"", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    """The program itself in a process of its own."""
    return subprocess.run(
        [MIDWAY, *arguments], input=given, capture_output=True, cwd=data, env=environment(data, **settings), timeout=100, check=False
    )


def data_folder(at: Path, real_data: Path) -> Path:
    """A data folder of its own, over the model and the index that are there already."""
    at.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("models", "index"):
        (at / name).symlink_to(real_data / name)
    return at
