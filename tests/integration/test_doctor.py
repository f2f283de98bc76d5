"""`midway doctor` as somebody at a shell runs it: on a fresh machine, beside a serving process, and where things are broken."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from adapters.doctor import checks as doctor_checks
from tests.integration.command_line import Shell, as_process, data_folder
from tests.integration.started import serving
from tests.knowledge_fixtures import real_data, real_models

__all__ = ["real_data", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)
STATES = {"ok", "warning", "wrong", "not set up"}


def states(printed: str | bytes) -> dict[str, str]:
    """By id; the whole answer keeps to the contract."""
    answer: dict[str, Any] = json.loads(printed)
    assert set(answer) == {"checks", "ok"} and all(set(each) == {"id", "state", "said", "remedy"} for each in answer["checks"])
    found = {each["id"]: each["state"] for each in answer["checks"]}
    assert set(found.values()) <= STATES and len(found) == len(answer["checks"])
    assert answer["ok"] is ("wrong" not in found.values())
    return found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder with nothing set."""
    for name in ("TZ", "MIDWAY_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MIDWAY_DATA_DIR", "data")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "data", capsys, monkeypatch)


def test_a_fresh_machine(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong, nothing is made, nobody is called; the next step is to start it."""
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a connection to somewhere")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    code, printed, said = shell.run("doctor")
    assert (code, said) == (0, "") and list(tmp_path.iterdir()) == []
    assert printed.count("Next: Start Midway: `make run`, or its service.") == 2 and printed.endswith("\nNothing is wrong.\n")
    assert "\x1b" not in printed and max(map(len, printed.splitlines())) <= 80 and len(printed.splitlines()) <= 40
    found = states(shell.run("doctor", "--json")[1])
    assert set(found.values()) == {"ok", "not set up"} and found["database"] == found["running"] == "not set up"
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_setting_is_said_by_the_check_alone(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_TRAKING", "false")
    code, printed, said = shell.run("doctor")
    assert (code, said) == (0, "") and "warning     MIDWAY_TRAKING is not a setting" in printed and printed.endswith("To look at: 1.\n")


def test_settings_that_cannot_be_read_are_a_finding(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MIDWAY_ADMINS=Jörg\n".encode("latin-1"))
    code, printed, said = shell.run("doctor", "--json")
    assert (code, said) == (1, "") and states(printed)["settings"] == "wrong"


def test_wrong_usage(shell: Shell) -> None:
    assert shell.run("doctor", "--nonsense")[0] == 2 and shell.run("doctor", "more")[0] == 2


def test_beside_a_serving_process(tmp_path: Path, real_data: Path) -> None:
    """All is well; what it did leaves no trace, and once the process has ended nobody is there any more."""
    data = data_folder(tmp_path / "data", real_data)
    with serving(data) as (served, _):
        before = {path.name for path in data.iterdir()}
        done = as_process(data, ["doctor", "--json"])
        found = states(done.stdout)
        assert done.returncode == 0 and set(found.values()) == {"ok", "not set up"}, done.stdout.decode()
        assert all(found[name] == "ok" for name in ("running", "secret-key", "database", "waiting", "index", "embeddings"))
        # Chroma and the timers begin some seconds after the start, the latter with a journal beside their database.
        new = {path.name for path in data.iterdir()} - before
        assert new <= {"chroma", "chroma.lock", "chroma.state", "timers.db", *(f"timers.db-{end}" for end in ("journal", "wal", "shm"))}
        served.end(signal.SIGTERM)
    assert states(as_process(data, ["doctor", "--json"]).stdout)["running"] == "warning"


def test_what_is_broken_is_found_and_left_as_it_is(shell: Shell, tmp_path: Path) -> None:
    """A damaged index, old tables and a key that all may read, at once: each has its line and its next step."""
    assert shell.run("migrate")[0] == 0
    with sqlite3.connect(shell.data / "midway.db") as database:
        database.execute("update alembic_version set version_num = '0004'")
    database.close()
    (shell.data / "secret.key").write_text("ab" * 32, encoding="ascii")
    (shell.data / "secret.key").chmod(0o644)
    (shell.data / "index").mkdir()
    (shell.data / "index" / "snapshot.npz").write_bytes(b"PK damaged")
    before = {path: path.stat().st_mtime_ns for path in shell.data.rglob("*")}
    code, printed, said = shell.run("doctor")
    assert (code, said) == (1, "") and printed.endswith("\nWrong: 3. To look at: 1.\n")
    assert re.findall(r"^wrong       (The \w+)", printed, re.MULTILINE) == ["The secret", "The tables", "The index"]
    for step in ("chmod 600", "midway migrate", "Restart Midway", "make run"):
        assert step in printed
    assert {path: path.stat().st_mtime_ns for path in shell.data.rglob("*")} == before


def test_a_program_that_hangs_is_left_behind(tmp_path: Path) -> None:
    """A check that never ends holds up neither the others nor the end of the program."""
    program = (
        "import sys, threading\nfrom adapters import cli\nfrom adapters.doctor import checks, machine_checks\n"
        "from adapters.doctor.looking import Check\n"
        "checks.GROUPS = (('x', 'it', lambda _: [Check('x', 'it', lambda: threading.Event().wait(), 0.1), Check('clock', 'it', machine_checks.clock)]),)\n"
        "sys.argv = ['midway', 'doctor', '--json']\ncli.main()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=Path(doctor_checks.__file__).parents[2], timeout=60, check=False)
    found = states(done.stdout)
    assert done.returncode == 1 and (found["x"], found["clock"]) == ("wrong", "ok")
