"""`midway chat`: lines in, answers out, buttons by number, until the end of input."""

from __future__ import annotations

import io
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import chatting
from knowledge.service import Knowledge
from tests.integration.command_line import MIDWAY, data_folder, environment, nothing_set
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def data(tmp_path: Path, real_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = nothing_set(tmp_path, monkeypatch)
    monkeypatch.setattr(chatting, "prepared", lambda settings: real_knowledge)
    return data


def talk(*lines: str) -> str:
    out = io.StringIO()
    assert chatting.chat(io.StringIO("".join(f"{line}\n" for line in lines)), out) == 0
    return " ".join(out.getvalue().split())


def test_a_conversation(data: Path) -> None:
    """A question, a press by number, the form it asks for, and the same press again."""
    said = talk("How do we launch a pilot?", "1", "= Chapter North", "my team", "", "/quit", "never reached")
    assert said.startswith("Midway: ask about social media practice.")
    for words in ("(1) We'll try it", "First answer here", "Recorded for you", "You speak for Chapter North now.", "Here you speak for Chapter North."):
        assert words in said, words
    with sqlite3.connect(data / "midway.db") as database:
        assert database.execute("select count(*) from question").fetchone() == (1,)
        assert database.execute("select state, holder like 'team:%' from adoption").fetchall() == [("trying", 1)]


class Typed(io.StringIO):
    """As at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "logged"), [(Typed, 0), (io.StringIO, 1)])
def test_no_line_of_the_log_stands_in_a_conversation(
    data: Path, caplog: pytest.LogCaptureFixture, typed: type[io.StringIO], logged: int
) -> None:
    """What it is about is said there; what is piped in leaves its log. Afterwards the log is as before."""
    before, out = logging.getLogger().level, io.StringIO()
    assert chatting.chat(typed("report\n"), out) == 0
    assert "That is for sponsors." in out.getvalue() and len(caplog.records) == logged
    assert logging.getLogger().level == before


def test_the_end_of_input_ends_it(data: Path) -> None:
    """Also in the middle of things, also with nothing said; odd lines get a sentence."""
    assert "ask about social media practice" in talk()
    assert "There are no words in that." in talk("…")
    assert "\x1b" not in talk("help", "\x1b[2J")


def test_somebody_without_a_name_can_talk(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user is a number."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda number: {}[number])
    assert "I am Midway" in talk("help")


def test_what_is_sent_unasked_comes_here_too(data: Path) -> None:
    """At the latest when somebody is here again; once."""
    said = talk("subscribe", "= weekday=2; hour=9; zone=Europe/Berlin", "send a test now", "/quit")
    assert "You get a tip every week." in said and "A test is on its way." in said
    both = [said, talk("help"), talk("help")]
    assert sum(one.count("Tip of the week:") for one in both) == 1


@pytest.mark.parametrize("answers", [("/quit", "never asked"), ("North", "/EXIT"), ("North",), ()], ids=["at once", "later", "end", "end at once"])
def test_a_form_that_is_left_records_nothing(data: Path, answers: tuple[str, ...]) -> None:
    """By a command or by the end of input; who leaves it leaves."""
    said = talk("register our team", "=", *answers)
    assert said.endswith("The form was not sent: nothing of it is recorded.")
    with sqlite3.connect(data / "midway.db") as database:
        assert database.execute("select count(*) from team").fetchone() == (0,)


def test_a_form_that_is_answered_is_sent(data: Path) -> None:
    """“quit” may be an answer."""
    talk("register our team", "=", "quit", *[""] * 4, "/quit")
    with sqlite3.connect(data / "midway.db") as database:
        assert database.execute("select name from team").fetchall() == [("quit",)]


@pytest.mark.parametrize("number", ["77", "0", " 7 "])
def test_a_number_that_is_no_button_is_said_to_be_none(data: Path, number: str) -> None:
    assert f"There is no button {number.strip()}." in talk("help", number)
    with sqlite3.connect(data / "midway.db") as database:
        assert database.execute("select count(*) from question").fetchone() == (0,)


class Closing(io.StringIO):
    """Takes so many writes; then nobody reads any more."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self._left = writes

    def write(self, text: str) -> int:
        self._left -= bool(text)
        if self._left < 0:
            raise BrokenPipeError(32, "Broken pipe")
        return super().write(text)


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_it_ends_where_nobody_reads(data: Path, writes: int, caplog: pytest.LogCaptureFixture) -> None:
    """At the welcome, the answer or later: without a word in the log, and nothing is left to be said at the next start."""
    with pytest.raises(BrokenPipeError):
        chatting.chat(io.StringIO("help\nhelp\nhelp\n"), Closing(writes))
    assert not caplog.records
    assert "I am Midway" not in talk()


HEARS_CTRL_C = (
    sys.executable, "-c", "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])",
)
"""What a shell runs in the background, as tests may be, is deaf to it."""


@pytest.mark.parametrize("ends", [os.pipe, os.openpty])
def test_ctrl_c_ends_it_at_once(tmp_path: Path, real_data: Path, ends: Callable[[], tuple[int, int]]) -> None:
    """While it waits for a line that never comes, on a terminal or not."""
    own = data_folder(tmp_path / "data", real_data)
    one, other = ends()
    read, write = (one, other) if ends is os.pipe else (other, one)
    with subprocess.Popen([*HEARS_CTRL_C, MIDWAY, "chat"], stdin=read, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=own, env=environment(own)) as running:
        try:
            assert running.stdout and running.stdout.readline().startswith(b"Midway: ask") and running.stdout.readline()
            running.send_signal(signal.SIGINT)
            assert (running.wait(60), running.communicate()[1]) == (130, b"")
        finally:
            running.kill()
            os.close(read)
            os.close(write)


def test_nobody_reads_the_program(tmp_path: Path, real_data: Path) -> None:
    """Exit 1, and not a word."""
    own = data_folder(tmp_path / "data", real_data)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        ended = subprocess.run(
            [MIDWAY, "chat"], input=b"help\n", stdout=closed, stderr=subprocess.PIPE, cwd=own, env=environment(own), timeout=100, check=False
        )
    assert (ended.returncode, ended.stderr) == (1, b"")
