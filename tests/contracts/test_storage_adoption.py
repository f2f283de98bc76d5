"""What adoption is promised by storage: results, contacts, choices, who changed what, on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.storage.adoption_tables import Contact, Result
from bot.storage.audits import LONGEST_NOTE, Wanted
from bot.storage.choices import Choice
from bot.storage.results import Figures
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIGURES = Figures("Time to the first answer", 26, 4.5, "hours", "October 2026", "desk-report.pdf", True, credit="Desk")


async def team(storage: Storage, name: str = "North", tenant: str = "T") -> str:
    async with storage.unit() as unit:
        made, _ = await unit.teams.get_or_make(tenant, name)
    return made.id


async def stated(storage: Storage, own: str, event: str = "e1", *, figures: Figures = FIGURES, replaces: str | None = None, tenant: str = "T") -> tuple[str, bool]:
    async with storage.unit() as unit:
        return await unit.results.state(tenant, own, "pilot-charter", figures, "p1", NOW, event_key=event, replaces=replaces)


async def standing(storage: Storage, tenant: str = "T") -> list[Figures]:
    async with storage.view() as unit:
        return [one.figures for one in await unit.results.standing(tenant)]


async def test_a_result_comes_back_as_it_was_stated(storage: Storage) -> None:
    own = await team(storage)
    result_id, new = await stated(storage, own)
    async with storage.view() as unit:
        kept = await unit.results.get("T", result_id)
    assert new and kept and (kept.figures, kept.team_id, kept.person, kept.at) == (FIGURES, own, "p1", NOW)


async def test_the_same_event_states_one_result(storage: Storage) -> None:
    """Also when it is delivered twice at once."""
    own = await team(storage)
    both = await asyncio.gather(stated(storage, own), stated(storage, own))
    assert both[0][0] == both[1][0] and sorted(new for _, new in both) == [False, True]
    assert await standing(storage) == [FIGURES]


async def test_a_correction_takes_the_place_of_what_it_corrects(storage: Storage) -> None:
    own = await team(storage)
    first, _ = await stated(storage, own)
    await stated(storage, own, "e2", figures=replace(FIGURES, after=6.0), replaces=first)
    assert [one.after for one in await standing(storage)] == [6.0]
    async with storage.view() as unit:
        assert len(list(await unit.session.exec(select(Result)))) == 2


async def test_no_team_corrects_anothers_result(storage: Storage) -> None:
    """Nor one of another tenant."""
    first, _ = await stated(storage, await team(storage))
    await stated(storage, await team(storage, "South"), "e2", replaces=first)
    await stated(storage, await team(storage, "North", "U"), "e3", replaces=first, tenant="U")
    assert len(await standing(storage)) == 2 and len(await standing(storage, "U")) == 1


async def test_notes_and_names_cannot_be_read_without_the_key(storage: Storage) -> None:
    own = await team(storage)
    await stated(storage, own)
    async with storage.unit() as unit:
        await unit.contacts.offer("T", own, "pilot-charter", "p1", "Volunteer desk", NOW)
    async with storage.view() as unit:
        rows = [*await unit.session.exec(select(Result)), *await unit.session.exec(select(Contact))]
    kept = str([row.model_dump() for row in rows])
    assert not [word for word in ("desk-report", "Desk", "Volunteer") if word in kept]


async def test_an_offer_is_one_a_person_and_practice(storage: Storage) -> None:
    """Offered again it has the new name; taken back it is gone, and only one's own."""
    own = await team(storage)
    async with storage.unit() as unit:
        for person, practice, name in (("p1", "a", "Desk"), ("p1", "a", "Front desk"), ("p1", "b", "Desk"), ("p2", "a", "Hall")):
            await unit.contacts.offer("T", own, practice, person, name, NOW)
        assert [(one.person, one.name) for one in await unit.contacts.all("T", "a")] == [("p1", "Front desk"), ("p2", "Hall")]
        assert await unit.contacts.withdraw("U", "p1") == 0
        assert await unit.contacts.withdraw("T", "p1", "b") == 1
        assert await unit.contacts.withdraw("T", "p1") == 1
        assert [one.person for one in await unit.contacts.all("T")] == ["p2"]


async def test_who_chose_nothing_is_tracked_and_asked(storage: Storage) -> None:
    """The two choices do not touch each other, nor other people."""
    async with storage.unit() as unit:
        assert await unit.choices.of("T", "p1") == Choice(tracked=True, check_ins=True)
        assert await unit.choices.track("T", "p1", False, NOW) is True
        assert await unit.choices.track("T", "p1", False, NOW) is False
        assert await unit.choices.check_in("T", "p1", False, NOW) is True
        assert await unit.choices.track("T", "p1", True, NOW) is True
    async with storage.view() as unit:
        assert await unit.choices.of("T", "p1") == Choice(tracked=True, check_ins=False)
        assert await unit.choices.of("U", "p1") == await unit.choices.of("T", "p2") == Choice()


async def test_changes_are_read_newest_first_and_by_subject(storage: Storage) -> None:
    async with storage.unit() as unit:
        for number, subject in enumerate(("team:a", "team:b", "team:a")):
            await unit.audits.write("T", "p1", f"change {number}", subject, NOW + timedelta(hours=number), "x" * 1000)
        assert [entry.what for entry in await unit.audits.about("T")] == ["change 2", "change 1", "change 0"]
        about = await unit.audits.about("T", "team:a", limit=1)
        assert [(entry.what, entry.by, len(entry.note)) for entry in about] == [("change 2", "p1", LONGEST_NOTE)]
        assert await unit.audits.about("U") == []


async def test_what_teams_did_next_is_counted_once_a_team(storage: Storage) -> None:
    """In the order in which they took practices up; one's own team does not count, nor another tenant's."""
    orders = {"North": ["a", "b"], "South": ["a", "a", "c", "b"], "West": ["b", "a"], "Own": ["a", "b"]}
    teams = {name: await team(storage, name) for name in orders}
    async with storage.unit() as unit:
        for name, order in orders.items():
            for practice in order:
                await unit.adoptions.press("T", practice, "trying", "p1", teams[name], None, NOW)
            await unit.adoptions.press("T", "d", "not for us", "p1", teams[name], None, NOW)
        assert await unit.adoptions.followed("T", "a", teams["Own"]) == Counter({"b": 1, "c": 1})
        assert await unit.adoptions.followed("U", "a", None) == Counter()


@pytest.mark.parametrize("state", ["trying", "adopted", "considering"])
async def test_what_is_proven_stays_until_it_is_corrected(storage: Storage, state: str) -> None:
    own = await team(storage)
    async with storage.unit() as unit:
        await unit.adoptions.press("T", "a", "proven", "p1", own, None, NOW)
        kept = await unit.adoptions.press("T", "a", state, "p2", own, None, NOW)
        assert (kept.changed, kept.state) == (False, "proven")
        corrected = await unit.adoptions.press("T", "a", state, "p2", own, None, NOW, correct=True, reason="by mistake")
        assert (corrected.changed, corrected.state, corrected.previous) == (True, state, "proven")
        assert [event.reason for event in await unit.adoptions.history("T", f"team:{own}", "a")] == [None, "by mistake"]


async def test_results_of_a_pilot_are_found(storage: Storage) -> None:
    """Those that stand, and no other pilot's."""
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("T", "North")
        kept = {}
        for at, (pilot, replaces) in enumerate((("a", None), ("b", None), (None, None), ("a", "0"))):
            kept[str(at)], _ = await unit.results.state(
                "T", team.id, "pilot-charter", FIGURES, "p1", NOW, event_key=f"e{at}", pilot_id=pilot, replaces=kept.get(replaces or "")
            )
        assert [(one.id, one.pilot_id) for one in await unit.results.standing("T", pilot_id="a")] == [(kept["3"], "a")]
        assert len(await unit.results.standing("T")) == 3 and await unit.results.standing("U", pilot_id="a") == []


async def test_changes_are_looked_for_by_kind_and_time(storage: Storage) -> None:
    """Newest first; never what a person stated for themselves alone."""
    subjects = ("team:a", "adoption:team:a:p", "adoption:person:x:p", "report", "teams-else:1")
    async with storage.unit() as unit:
        for number, subject in enumerate(subjects):
            await unit.audits.write("T", "p1", f"change {number}", subject, NOW + timedelta(days=number))

        async def found(wanted: Wanted, most: int | None = None) -> list[str]:
            return [entry.what[-1] for entry in await unit.audits.listed("T", wanted, most)]

        assert await found(Wanted()) == ["4", "3", "1", "0"]
        assert await found(Wanted(), 2) == ["4", "3"]
        assert await found(Wanted(kind="team")) == ["0"]
        assert await found(Wanted(kind="report")) == ["3"]
        assert await found(Wanted(kind="adoption")) == ["1"]
        assert await found(Wanted("adoption:person:x:p")) == []
        assert await found(Wanted(since=NOW + timedelta(days=1), until=NOW + timedelta(days=4))) == ["3", "1"]
        assert await unit.audits.listed("U", Wanted()) == []
