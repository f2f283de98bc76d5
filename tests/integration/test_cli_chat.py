"""`midway chat`: lines in, answers out, buttons by number, until the end of input."""

from __future__ import annotations

import io
import os
import sqlite3
from pathlib import Path

import pytest

from adapters import chatting
from knowledge.service import Knowledge
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def data(tmp_path: Path, real_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("MIDWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(chatting, "prepared", lambda settings: real_knowledge)
    return tmp_path / "data"


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
