"""What the tracker is promised by storage, on both databases."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.errors import TeamFileInvalid
from bot.storage.adoptions import holder_of
from bot.storage.openings import Opened
from bot.storage.records import ImportOutcome, QuestionRecord, TeamRow
from bot.storage.retention import purge
from bot.storage.tables import AdoptionEvent, Question, QuestionPractice
from bot.storage.unit import Storage
from tests.whole_database import all_rows

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ROWS = (
    TeamRow("Chapter Rhine-Main", parent="Region West", relationship="chapter", channel="slack:C1"),
    TeamRow("Region West", relationship="region", channel="19:abc@thread.tacv2"),
    TeamRow("Service desk"),
)


def question(event: str = "e1", *, at: datetime = NOW, thread: str = "t1", person: str = "p1", tenant: str = "T") -> QuestionRecord:
    return QuestionRecord(
        tenant=tenant, event_key=event, platform="slack", thread_key=thread, person=person, asked_at=at,
        text="How do we launch a pilot?", lang="en", outcome="answered", confidence=0.8, practices=("pilot-charter", "sponsor"),
    )


async def test_a_team_is_made_once_whatever_its_capitals(storage: Storage) -> None:
    """The name as first written stands; other spellings of it find the same team, in this tenant only."""
    async with storage.unit() as unit:
        team, made = await unit.teams.get_or_make("T", "  Chapter   Köln ", "chapter")
        again, made_again = await unit.teams.get_or_make("T", "CHAPTER KÖLN")
        assert (made, made_again, team.id) == (True, False, again.id)
        assert (again.name, again.relationship, again.visibility) == ("Chapter Köln", "chapter", "named")
        assert await unit.teams.named("U", "Chapter Köln") is None
        assert await unit.teams.get("U", team.id) is None


async def test_ten_at_once_make_one_team(storage: Storage) -> None:
    """Everybody gets the same team; one of them made it."""

    async def make() -> tuple[str, bool]:
        async with storage.unit() as unit:
            team, made = await unit.teams.get_or_make("T", "North")
            return team.id, made

    results = await asyncio.gather(*(make() for _ in range(10)))
    assert len({team for team, _ in results}) == 1
    assert [made for _, made in results].count(True) == 1


async def test_a_persons_own_team_goes_before_the_channels(storage: Storage) -> None:
    """What the person said last counts, else the channel's team, else nothing."""
    async with storage.unit() as unit:
        north, _ = await unit.teams.get_or_make("T", "North")
        south, _ = await unit.teams.get_or_make("T", "South")
        assert await unit.teams.of("T", "p1", "slack", "C1") is None
        assert await unit.teams.bind_channel("T", "slack", "C1", north.id) is True
        assert await unit.teams.bind_channel("T", "slack", "C1", north.id) is False
    async with storage.unit() as unit:
        of_channel = await unit.teams.of("T", "p1", "slack", "C1")
        assert await unit.teams.bind_person("T", "p1", south.id, NOW) is True
        of_person = await unit.teams.of("T", "p1", "slack", "C1")
        assert of_channel and of_person and (of_channel.id, of_person.id) == (north.id, south.id)
        assert await unit.teams.of("U", "p1", "slack", "C1") is None


async def test_importing_twice_changes_nothing(storage: Storage) -> None:
    """Parents may come later in the file; the second import reports no change."""
    async with storage.unit() as unit:
        assert await unit.team_imports.rows("T", ROWS, "admin", NOW) == ImportOutcome(3, 0, 0)
    async with storage.unit() as unit:
        assert await unit.team_imports.rows("T", ROWS, "admin", NOW) == ImportOutcome(0, 0, 3)
        chapter, region = await unit.teams.named("T", "chapter rhine-main"), await unit.teams.named("T", "region west")
        assert chapter and region and chapter.parent_id == region.id and chapter.relationship == "chapter"
        by_platform = await unit.teams.of("T", "p1", "slack", "C1")
        by_id_alone = await unit.teams.of("T", "p1", "msteams", "19:abc@thread.tacv2")
        assert by_platform and by_id_alone and (by_platform.id, by_id_alone.id) == (chapter.id, region.id)
        assert [team.name for team in await unit.teams.all("T")] == ["Chapter Rhine-Main", "Region West", "Service desk"]
        assert len(await unit.teams.channels("T")) == 2


async def test_an_import_changes_what_differs(storage: Storage) -> None:
    """A new relationship, parent or channel is taken over and counted; an empty cell says nothing."""
    async with storage.unit() as unit:
        await unit.team_imports.rows("T", ROWS, "admin", NOW)
    async with storage.unit() as unit:
        changed = (TeamRow("Service desk", parent="Region West", relationship="dealer"), TeamRow("Region West"))
        assert await unit.team_imports.rows("T", changed, "admin", NOW) == ImportOutcome(0, 1, 1)
        region = await unit.teams.named("T", "Region West")
        assert region and region.relationship == "region"


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ((TeamRow("  "),), "no team"),
        ((TeamRow("A", relationship="friend"),), "relationship"),
        ((TeamRow("A", parent="Nobody"),), "Nobody"),
        ((TeamRow("A", parent="B"), TeamRow("B", parent="A")), "above itself"),
        ((TeamRow("A", parent="a"),), "above itself"),
    ],
)
async def test_a_broken_team_file_changes_nothing(storage: Storage, rows: tuple[TeamRow, ...], word: str) -> None:
    """The sentence names what is wrong and no team is left behind."""
    with pytest.raises(TeamFileInvalid, match=word):
        async with storage.unit() as unit:
            await unit.team_imports.rows("T", (TeamRow("First"), *rows), "admin", NOW)
    async with storage.view() as unit:
        assert await unit.teams.all("T") == []


async def test_a_question_is_recorded_once(storage: Storage) -> None:
    """A repeat of the event returns the first id and counts no practice twice, even ten at once."""

    async def record() -> str:
        async with storage.unit() as unit:
            return await unit.questions.record(question())

    ids = set(await asyncio.gather(*(record() for _ in range(10))))
    assert len(ids) == 1
    async with storage.view() as unit:
        rows = list(await unit.session.exec(select(QuestionPractice)))
        assert sorted((row.rank, row.practice_id, row.week) for row in rows) == [(1, "pilot-charter", 202647), (2, "sponsor", 202647)]
        turn = await unit.questions.get("T", ids.pop())
        assert turn and turn.text == "How do we launch a pilot?" and turn.practices == ("pilot-charter", "sponsor")


async def test_nothing_stored_gives_away_words_or_ids(storage: Storage) -> None:
    """Text is sealed; the platform's ids of event and thread are marks."""
    async with storage.unit() as unit:
        await unit.questions.record(question("U123-event", thread="D-of-U123"))
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Question))).one()
        assert not any("U123" in value or "pilot?" in value for value in (row.event_key, row.thread_key, row.text or ""))


async def test_a_thread_is_remembered_newest_last(storage: Storage) -> None:
    """Only this thread, only as many as asked for, and who asked last."""
    async with storage.unit() as unit:
        for number in range(4):
            await unit.questions.record(question(f"e{number}", at=NOW + timedelta(minutes=number), person=f"p{number}"))
        await unit.questions.record(question("other", thread="t2", at=NOW + timedelta(hours=1)))
        await unit.questions.record(question("foreign", tenant="U", at=NOW + timedelta(hours=1)))
        turns = await unit.questions.thread("T", "t1", 3)
        assert [turn.person for turn in turns] == ["p1", "p2", "p3"]
        assert await unit.questions.last_asker("T", "t1") == "p3"
        assert await unit.questions.last_asker("T", "t3") is None
        assert await unit.questions.get("U", turns[0].id) is None


async def test_what_was_opened_is_kept_for_its_thread_as_long_as_words(storage: Storage) -> None:
    """Once for each press, the last ones, oldest first; neither thread nor press can be read in it."""
    async with storage.unit() as unit:
        for number, event in enumerate(("e0", "e1", "e1", "e2", "e3")):
            await unit.openings.record(Opened("T", event, "t1", "p1", f"practice {number}", NOW + timedelta(minutes=number)))
        await unit.openings.record(Opened("T", "other", "t2", "p1", "elsewhere", NOW))
        await unit.openings.record(Opened("U", "e3", "t1", "p1", "foreign", NOW))
        assert [name for _, name in await unit.openings.thread("T", "t1", 3)] == ["practice 1", "practice 3", "practice 4"]
    assert not {"t1", "e3"} & {value for row in (await all_rows(storage))["opening"] for value in row.values()}
    await purge(storage, NOW + timedelta(days=30, minutes=2), 30)
    async with storage.view() as unit:
        assert [name for _, name in await unit.openings.thread("T", "t1", 3)] == ["practice 3", "practice 4"]


async def test_words_are_blanked_after_their_time(storage: Storage) -> None:
    """Older words go, younger stay, the count stays."""
    async with storage.unit() as unit:
        old = await unit.questions.record(question("old", at=NOW - timedelta(days=31)))
        new = await unit.questions.record(question("new", at=NOW))
    async with storage.unit() as unit:
        assert await unit.questions.purge_texts(NOW - timedelta(days=30)) == 1
        assert await unit.questions.purge_texts(NOW - timedelta(days=30)) == 0
    async with storage.view() as unit:
        first, second = await unit.questions.get("T", old), await unit.questions.get("T", new)
        assert first and second and (first.text, second.text) == (None, "How do we launch a pilot?")


async def _press(storage: Storage, state: str, *, person: str = "p1", team: str | None = None, at: datetime = NOW, event: str | None = None) -> bool:
    async with storage.unit() as unit:
        outcome = await unit.adoptions.press("T", "pilot-charter", state, person, team, None, at, event_key=event)
        assert outcome.state == state or not outcome.changed
        return outcome.changed


async def _events(storage: Storage) -> list[tuple[str, str | None]]:
    async with storage.view() as unit:
        rows = await unit.session.exec(select(AdoptionEvent).order_by(AdoptionEvent.id))  # type: ignore[arg-type]
        return [(row.state, row.team_id) for row in rows]


async def test_pressing_together_counts_once(storage: Storage) -> None:
    """Ten at once for one team: one row, one event, one who changed it."""
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
    changed = await asyncio.gather(*(_press(storage, "trying", person=f"p{n}", team=team.id) for n in range(10)))
    assert changed.count(True) == 1
    assert await _events(storage) == [("trying", team.id)]


async def test_different_presses_at_once_are_ordered(storage: Storage) -> None:
    """Two states at once: both happened, and what stands is the last event."""
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
    await asyncio.gather(*(_press(storage, state, team=team.id) for state in ("trying", "adopted") * 5))
    async with storage.view() as unit:
        states = await unit.adoptions.states("T", holder_of("p1", team.id))
        history = await unit.adoptions.history("T", holder_of("p1", team.id), "pilot-charter")
        assert states["pilot-charter"].state == history[-1].state
        assert all(one.state != two.state for one, two in itertools.pairwise(history))


async def test_a_press_says_what_stood_before(storage: Storage) -> None:
    """First nothing, then the state before; a repeat changes nothing and keeps the date."""
    later = NOW + timedelta(days=7)
    async with storage.unit() as unit:
        first = await unit.adoptions.press("T", "pilot-charter", "trying", "p1", None, "no-such-question", NOW)
        repeat = await unit.adoptions.press("T", "pilot-charter", "trying", "p1", None, None, later)
        second = await unit.adoptions.press("T", "pilot-charter", "adopted", "p1", None, None, later)
    assert (first.changed, first.previous) == (True, None)
    assert (repeat.changed, repeat.previous, repeat.since) == (False, "trying", NOW)
    assert (second.changed, second.previous, second.since) == (True, "trying", later)


async def test_a_repeated_event_changes_nothing_later(storage: Storage) -> None:
    """A platform's retry of an old press does not undo a newer one."""
    assert await _press(storage, "trying", event="e1")
    assert await _press(storage, "adopted", event="e2")
    assert not await _press(storage, "trying", event="e1")
    async with storage.view() as unit:
        assert (await unit.adoptions.states("T", "person:p1"))["pilot-charter"].state == "adopted"


async def test_a_persons_statements_become_the_teams(storage: Storage) -> None:
    """What was said before the team was known moves to it, with its date; nothing is left at the person."""
    await _press(storage, "trying")
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
        assert await unit.adoptions.attach_person("T", "p1", team.id, NOW + timedelta(days=1)) == 1
        assert await unit.adoptions.attach_person("T", "p1", team.id, NOW + timedelta(days=1)) == 0
    async with storage.view() as unit:
        assert await unit.adoptions.states("T", "person:p1") == {}
        adoption = (await unit.adoptions.states("T", f"team:{team.id}"))["pilot-charter"]
        assert (adoption.state, adoption.since, adoption.person) == ("trying", NOW, None)
    assert await _events(storage) == [("trying", team.id)]


@pytest.mark.parametrize("person_first", [True, False])
async def test_merging_keeps_the_later_statement(storage: Storage, person_first: bool) -> None:
    """The team and the person both spoke: what was said later stands, with its date."""
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
    early, late = NOW, NOW + timedelta(days=1)
    await _press(storage, "trying", team=None if person_first else team.id, at=early)
    await _press(storage, "stopped", team=team.id if person_first else None, at=late)
    async with storage.unit() as unit:
        await unit.adoptions.attach_person("T", "p1", team.id, late)
    async with storage.view() as unit:
        adoption = (await unit.adoptions.states("T", f"team:{team.id}"))["pilot-charter"]
        assert (adoption.state, adoption.since) == ("stopped", late)
        assert len(await unit.adoptions.all("T")) == 1


async def test_the_last_word_on_an_answer_counts(storage: Storage) -> None:
    """New or other is a change, the same again is not; unknown or foreign questions take none."""
    async with storage.unit() as unit:
        asked = await unit.questions.record(question())
    for helpful, changed in ((True, True), (True, False), (False, True)):
        async with storage.unit() as unit:
            assert await unit.feedback.rate("T", asked, "p1", helpful, NOW) is changed
    async with storage.unit() as unit:
        assert await unit.feedback.rate("U", asked, "p1", True, NOW) is False
        assert await unit.feedback.rate("T", "nothing", "p1", True, NOW) is False


async def test_a_question_goes_to_an_expert_once(storage: Storage) -> None:
    """Whoever asks again, it is open already."""
    async with storage.unit() as unit:
        asked = await unit.questions.record(question())
        assert await unit.escalations.open("T", asked, "p1", "words", NOW) is True
        assert await unit.escalations.open("T", asked, "p2", "words", NOW) is False
        assert await unit.escalations.open("U", asked, "p1", "words", NOW) is False


async def test_a_place_is_new_once(storage: Storage) -> None:
    """Of ten at once exactly one is told that it is the first time."""

    async def first() -> bool:
        async with storage.unit() as unit:
            return await unit.places.first_time("T", "place")

    assert (await asyncio.gather(*(first() for _ in range(10)))).count(True) == 1
    async with storage.unit() as unit:
        assert await unit.places.first_time("U", "place") is True


async def test_all_or_nothing(storage: Storage) -> None:
    """An error inside a unit undoes what was done in it, and leaves as it was."""
    with pytest.raises(ZeroDivisionError):
        async with storage.unit() as unit:
            await unit.questions.record(question())
            _ = 1 / 0
    async with storage.view() as unit:
        assert await unit.questions.thread("T", "t1", 5) == []
