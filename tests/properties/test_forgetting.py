"""After any history, who is forgotten stands nowhere, and nobody else and no team has lost anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.erasure import Erasure
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from tests.conftest import LendDatabase
from tests.fakes.answering import PRACTICES, FakeAnswering, Someone, answer_of, make_advisor
from tests.fakes.erasures import MemoryErasureNotes
from tests.whole_database import Rows, all_rows, places_of, rows_with

PEOPLE = ("U1", "U2", "U3")
ACTS = (
    "How do we launch a pilot, {user}-marked?", "my team is North", "my team is South", "stop tracking me", "track me again", "my data",
    "forget me", "[Helpful]", "[Not helpful]", "[Ask an expert]", "[We'll try it]", "[Already do]", "[Not for us]", "[Yes, forget me]",
)
acts = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS), st.sampled_from(["direct", "channel"]))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(acts, max_size=25))
def test_nothing_is_left_and_nobody_else_loses_anything(
    kind: str, history: list[tuple[str, str, str]], lent_database: LendDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also of somebody who was forgotten before, came back, is in a team, or left it."""
    with lent_database(kind, tmp_path_factory.mktemp("forgetting")) as url:
        asyncio.run(_play(url, history))


async def _play(url: str, history: list[tuple[str, str, str]]) -> None:
    storage = Storage(url, SecretKey(bytes(32)))
    try:
        await _live(storage, history)
        person, others = _pseudonym(storage, "U1"), [_pseudonym(storage, user) for user in PEOPLE[1:]]
        before = await all_rows(storage)
        await Erasure(storage, MemoryErasureNotes(), storage.clock).forget("W1", person)
        after = await all_rows(storage)
        assert set(places_of(after, person, "U1-marked")) <= {"person_choice.person"}
        questions = {row["id"] for row in before["question"] if row["person"] == person}
        for other in others:
            assert rows_with(after, other) == _without(rows_with(before, other), questions)
        assert _of_teams(after) == _of_teams(before)
    finally:
        await storage.close()


async def _live(storage: Storage, history: list[tuple[str, str, str]]) -> None:
    answering = FakeAnswering()
    answering.given = answer_of(PRACTICES[0])
    advisor = make_advisor(storage, answering, storage.clock)
    last: dict[str, Reply] = {}
    for user, act, kind in history:
        someone = Someone(advisor, user, channel=f"D-{user}" if kind == "direct" else "C1", thread=f"T-{user}", kind=kind)
        if not act.startswith("["):
            last[kind] = await someone.says(act.format(user=user))
        elif kind in last and act.strip("[]") in {button.label for button in last[kind].buttons}:
            # In a channel anybody may press what was answered to another.
            await someone.chooses(last[kind], act.strip("[]"))


def _pseudonym(storage: Storage, user: str) -> str:
    return storage.secret.pseudonym("W1", user)


def _without(rows: Rows, questions: set[Any]) -> Rows:
    """What is to be expected of other people's rows once these questions are gone."""
    feedback = [row for row in rows.get("feedback", []) if row["question_id"] not in questions]
    events = [row | {"question_id": None} if row["question_id"] in questions else row for row in rows.get("adoption_event", [])]
    expected = rows | {"feedback": feedback, "adoption_event": events}
    return {name: table for name, table in expected.items() if table}


def _of_teams(rows: Rows) -> list[Any]:
    return [rows["team"], [row for row in rows["adoption"] if row["team_id"]]]
