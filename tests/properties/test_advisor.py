"""Whatever people type, press and fill in, on whatever platform: a reply with words, nothing raised, nothing in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.plain import as_text
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from knowledge.answers import Answer, Outcome
from tests.fakes.answering import PRACTICES, START, FakeAnswering, Someone, answer_of, make_advisor

any_text = st.text(st.characters(), max_size=120)  # lone surrogates, NUL and direction marks among them
commands = st.sampled_from(["my team is ", "team ", "/midway ", "midway team ", "help ", "our team is "])
said = st.one_of(any_text, st.tuples(commands, any_text).map("".join))
actions = st.sampled_from(["adopt", "feedback", "expert", "more", "ask", "question", "my-team", "channel-team"])
values = st.one_of(any_text, st.lists(st.one_of(any_text, st.sampled_from([*PRACTICES, "trying", "helpful"])), max_size=4).map("|".join))
acts = st.one_of(
    st.tuples(st.just("say"), said, st.none()),
    st.tuples(st.just("press"), st.one_of(actions, any_text), values),
    st.tuples(st.just("fill"), st.one_of(st.sampled_from(["team", "feedback"]), any_text), st.dictionaries(st.one_of(st.just("team"), any_text), any_text, max_size=2)),
)
answers = st.sampled_from([answer_of(PRACTICES[0]), answer_of(*PRACTICES), *(Answer(outcome, "So it is.") for outcome in Outcome)])


async def act(someone: Someone, what: tuple[str, str, object]) -> Reply:
    match what:
        case ("press", action, str(value)):
            return await someone.presses(action, value)
        case ("fill", form, dict(values)):
            return await someone.fills(form, "context", values)
    return await someone.says(what[1])


@pytest.fixture(scope="module")
def database(migrated_database: Callable[[str, Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all examples: what came before must not matter."""
    return migrated_database("sqlite", tmp_path_factory.mktemp("advisor"))


class Heard(logging.Handler):
    """Every record of the bot's loggers as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += record.getMessage() + "\n"


@settings(max_examples=80, deadline=None)
@given(st.lists(acts, min_size=1, max_size=6), answers, st.sampled_from(["direct", "channel"]))
def test_everything_gets_a_reply(database: str, what: list[tuple[str, str, object]], answer: Answer, kind: str) -> None:
    """A conversation of any acts, in any order."""
    heard = Heard()
    log = logging.getLogger("bot")
    log.addHandler(heard)
    try:
        replies = asyncio.run(_converse(database, what, answer, kind))
    finally:
        log.removeHandler(heard)
    assert all(reply.text.strip() and as_text(reply).strip() for reply in replies)
    assert heard.text == ""


async def _converse(url: str, what: list[tuple[str, str, object]], answer: Answer, kind: str) -> list[Reply]:
    answering = FakeAnswering()
    answering.given = answer
    storage = Storage(url, SecretKey(bytes(32)), lambda: START)
    someone = Someone(make_advisor(storage, answering), kind=kind)
    try:
        return [await act(someone, each) for each in what]
    finally:
        await storage.close()
