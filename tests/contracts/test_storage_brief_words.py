"""The champion's words on a brief as they are kept, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import select

from bot.storage.adoption_tables import Result
from bot.storage.brief_words import BriefWords
from bot.storage.results import Figures
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FIGURES = Figures("Response time", 48, 12, "hours", "October 2026", "sheet", lower_is_better=True)
WORDS = BriefWords("First.", "Second.", "Go on?", "The service desk")


async def stated(storage: Storage, event: str = "e1", replaces: str | None = None) -> str:
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
        made, _ = await unit.results.state("T", team.id, "pilot-charter", FIGURES, "p1", NOW, event_key=event, replaces=replaces)
        return made


async def test_words_are_kept_sealed(storage: Storage) -> None:
    """And are another tenant's nowhere."""
    result = await stated(storage)
    async with storage.unit() as unit:
        assert await unit.brief_words.get("T", result) is None
        assert await unit.brief_words.keep("T", result, WORDS, "e2") is True
    async with storage.view() as unit:
        assert await unit.brief_words.get("T", result) == WORDS
        assert await unit.brief_words.get("U", result) is None
        [kept] = await unit.session.exec(select(Result.brief))
        assert kept and "First" not in kept


async def test_the_same_event_twice_changes_nothing_the_second_time(storage: Storage) -> None:
    """Even when other words were written in between; nor does saying what stands there."""
    result, later = await stated(storage), replace(WORDS, first="Later.")
    for words, event, changed in ((WORDS, "e2", True), (later, "e3", True), (WORDS, "e2", False), (later, "e4", False)):
        async with storage.unit() as unit:
            assert await unit.brief_words.keep("T", result, words, event) is changed
    async with storage.view() as unit:
        assert await unit.brief_words.get("T", result) == later


async def test_no_result_has_no_words(storage: Storage) -> None:
    result = await stated(storage)
    async with storage.unit() as unit:
        assert await unit.brief_words.keep("T", "no such result", WORDS, "e2") is False
        assert await unit.brief_words.keep("U", result, WORDS, "e2") is False
        assert await unit.brief_words.get("T", result) is None


async def test_what_stands_for_a_corrected_result_is_its_last_correction(storage: Storage) -> None:
    first = await stated(storage)
    second = await stated(storage, "e2", replaces=first)
    third = await stated(storage, "e3", replaces=second)
    async with storage.view() as unit:
        assert [await unit.brief_words.standing("T", each) for each in (first, second, third)] == [third] * 3
        assert await unit.brief_words.standing("U", first) is None and await unit.brief_words.standing("T", "none") is None
        assert (await unit.brief_words.tenant_of(first), await unit.brief_words.tenant_of("none")) == ("T", None)
