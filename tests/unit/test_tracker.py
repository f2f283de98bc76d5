"""The tracker keeps the count: under pseudonyms, per tenant, once per event."""

from __future__ import annotations

import pytest

from bot.errors import TeamUnknown
from bot.messages import Conversation, IncomingMessage, Sender
from bot.privacy import SecretKey
from bot.storage.curation_tables import Owed
from bot.storage.tables import Place, Question, QuestionPractice
from bot.storage.unit import Storage
from bot.tracked import UNTRACKED
from bot.tracker import LONGEST_KEPT, Tracker
from knowledge.answers import Answer, Near, Outcome
from tests.fakes.answering import START, answer_of
from tests.whole_database import rows

ANSWER = answer_of("pilot-charter", "sponsor-search")


def incoming(event: str = "e1", *, user: str = "U1", channel: str = "C1", thread: str = "T1", tenant: str = "W1") -> IncomingMessage:
    return IncomingMessage(event, Conversation("slack", tenant, channel, thread, "channel", "a"), Sender(user), START, "How?")


@pytest.fixture
def tracker(storage: Storage, secret: SecretKey) -> Tracker:
    return Tracker(storage, secret, lambda: START)


async def test_one_row_a_question_whatever_is_delivered_twice(tracker: Tracker, storage: Storage) -> None:
    """The same event gives the same id; its practices are counted once, in their order."""
    first, again = await tracker.asked(incoming(), "How?", ANSWER), await tracker.asked(incoming(), "How?", ANSWER)
    assert (first.id, first.first_here, again.first_here) == (again.id, True, False)
    counted = await rows(storage, QuestionPractice)
    assert [(row.practice_id, row.rank) for row in sorted(counted, key=lambda row: row.rank)] == [("pilot-charter", 1), ("sponsor-search", 2)]


async def test_nothing_stored_names_a_person_a_place_or_a_thread(tracker: Tracker, storage: Storage) -> None:
    """Nor can the words be read without the key."""
    await tracker.asked(incoming("ev-9", user="U0SECRET", channel="C0SECRET", thread="T0SECRET"), "zanzibar", ANSWER)
    stored = str([row.model_dump() for table in (Question, Place) for row in await rows(storage, table)])
    assert not [name for name in ("U0SECRET", "C0SECRET", "T0SECRET", "ev-9", "zanzibar") if name in stored]


async def test_what_another_desk_answers_is_no_gap_of_the_library(tracker: Tracker, storage: Storage) -> None:
    """It may name practices nearby, but nobody is to write one for it, and nobody is owed a word."""
    nearby = (Near("pilot-charter", "A title"),)
    for outcome in (Outcome.DECLINED, Outcome.ROUTED):
        await tracker.asked(incoming(outcome), "How?", Answer(outcome, "No.", nearest=nearby))
    kept = {row.outcome: row.nearest for row in await rows(storage, Question)}
    assert kept == {"declined": "pilot-charter", "routed": None}
    assert len(await rows(storage, Owed)) == 1


async def test_a_person_is_another_in_another_tenant(tracker: Tracker) -> None:
    assert tracker.person(incoming()) == tracker.person(incoming("e2", channel="C2"))
    assert tracker.person(incoming()) != tracker.person(incoming(tenant="W2"))


async def test_a_question_can_be_anothers_teams(tracker: Tracker, storage: Storage) -> None:
    """A team that is given wins over the person's, which wins over the channel's."""
    await tracker.bind_channel(incoming(), "Channel")
    await tracker.asked(incoming("e1"), "How?", ANSWER)
    await tracker.join(incoming(), "Person")
    await tracker.asked(incoming("e2"), "How?", ANSWER)
    given, _ = await tracker.join(incoming(user="U2"), "Given")
    await tracker.asked(incoming("e3"), "How?", ANSWER, team=given)
    async with storage.view() as unit:
        names = {team.id: team.name for team in await unit.teams.all("W1")}
    assert {names[row.team_id] for row in await rows(storage, Question)} == {"Channel", "Person", "Given"}


async def test_a_question_can_be_nobodys(tracker: Tracker, storage: Storage) -> None:
    """Though whoever asks it is in a team."""
    await tracker.join(incoming(), "Person")
    await tracker.asked(incoming(), "How?", ANSWER, assigned=False)
    assert [row.team_id for row in await rows(storage, Question)] == [None]


async def test_a_team_nobody_knows_is_an_error_with_the_remedy(tracker: Tracker) -> None:
    with pytest.raises(TeamUnknown, match="midway teams list"):
        await tracker.team_named("W1", "Nobody")


async def test_only_so_much_of_a_question_is_kept(tracker: Tracker, storage: Storage, secret: SecretKey) -> None:
    """Cleaned of what no database takes."""
    await tracker.asked(incoming(), "\x00\ud800" + "x" * 10_000, ANSWER)
    [question] = await rows(storage, Question)
    assert secret.unseal(question.text) == "x" * LONGEST_KEPT


async def test_without_words_there_is_no_context(tracker: Tracker, storage: Storage) -> None:
    """Past retention a thread's earlier questions are gone."""
    await tracker.asked(incoming(), "How?", ANSWER)
    async with storage.unit() as unit:
        await unit.questions.purge_texts(START.replace(year=2027))
    assert await tracker.before(incoming("e2")) == []


async def test_rating_and_handing_over_need_a_question(tracker: Tracker) -> None:
    """Of this tenant; a second time nothing is new."""
    asked = await tracker.asked(incoming(), "How?", ANSWER)
    assert [await tracker.rate(incoming("r"), asked.id, helpful=True) for _ in range(2)] == [True, False]
    foreign = incoming("y", tenant="W2")
    assert await tracker.rate(foreign, asked.id, helpful=True) is None


async def test_switched_off_it_keeps_nothing(storage: Storage, secret: SecretKey) -> None:
    off = Tracker(storage, secret, lambda: START, enabled=False)
    asked = await off.asked(incoming(), "How?", ANSWER)
    assert (asked.id, asked.first_here) == (UNTRACKED, False)
    assert [await rows(storage, table) for table in (Question, Place, QuestionPractice)] == [[], [], []]
    assert await off.before(incoming()) == []
