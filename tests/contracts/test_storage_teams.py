"""What teams are promised by storage: told once, left and withdrawn, merged with everything they own; on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import TeamChangeRefused
from bot.messages import Conversation
from bot.replies import Reply
from bot.storage.adoption_tables import CheckIn, Pilot
from bot.storage.adoptions import holder_of
from bot.storage.records import ERASED, ImportOutcome, QuestionRecord, TeamRow
from bot.storage.results import Figures
from bot.storage.tables import Question, QuestionPractice, Team
from bot.storage.teams import subject_of
from bot.storage.unit import Storage, Unit
from tests.whole_database import rows

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FIGURES = Figures("replies", 3, 9, "a week", "March", "a note")


async def two(unit: Unit) -> tuple[Team, Team]:
    first, _ = await unit.teams.get_or_make("T", "Chapter N.", "chapter")
    second, _ = await unit.teams.get_or_make("T", "Chapter North", "chapter")
    return first, second


def check_in(holder: str, practice: str, number: int, state: str, person: str = "p1") -> CheckIn:
    return CheckIn(
        tenant="T", holder=holder, practice_id=practice, number=number, person=person, state=state, due_at=NOW,
        address="sealed" if state in ("waiting", "asked") else None,
    )


async def owns_everything(unit: Unit, team: Team, person: str) -> None:
    """A row of every kind for a team, in the name of this person."""
    await unit.teams.bind_person("T", person, team.id, NOW)
    await unit.teams.bind_channel("T", "slack", f"C-{person}", team.id)
    await unit.adoptions.press("T", "pilot-charter", "trying", person, team.id, None, NOW)
    await unit.results.state("T", team.id, "pilot-charter", FIGURES, person, NOW, event_key=person)
    await unit.contacts.offer("T", team.id, "pilot-charter", person, "Ask us", NOW)
    await unit.questions.record(QuestionRecord(
        tenant="T", event_key=f"q-{person}", platform="slack", thread_key="t", person=person, asked_at=NOW, text="How?", lang="en",
        outcome="answered", confidence=0.9, team_id=team.id, practices=("pilot-charter",),
    ))
    unit.session.add(check_in(holder_of("", team.id), "pilot-charter", 1, "waiting", person))
    unit.session.add(Pilot(id=f"pilot-{person}", tenant="T", team_id=team.id, person=person, plan="x", created_at=NOW, changed_at=NOW))
    await unit.session.flush()


async def planned_for(unit: Unit, *team_ids: str) -> None:
    """Something to be said unasked to each."""
    for team_id in team_ids:
        where = Conversation("slack", "T", f"C-{team_id}", "t", "channel", "address")
        await unit.ledger.plan("T", f"check-in:{holder_of('', team_id)}:pilot-charter:1", where, Reply("How did it go?"), NOW, person="p1")


async def still_said(unit: Unit) -> list[str]:
    """In which channels."""
    found = []
    while taken := await unit.ledger.next_planned(("slack",), LATER, LATER + timedelta(days=1)):
        found.append(taken[0].conversation.channel)
    return found


async def merged(storage: Storage, source: str, target: str) -> None:
    async with storage.unit() as unit:
        await unit.team_merges.merge(*await unit.team_merges.locked("T", source, target))


async def test_an_imported_team_is_told_once_whoever_asks_at_the_same_time(storage: Storage) -> None:
    """One that registered itself never; nor one of another tenant."""
    async with storage.unit() as unit:
        await unit.team_imports.rows("T", [TeamRow("North")], "admin", NOW)
        north = await unit.teams.named("T", "North")
        own, _ = await unit.teams.get_or_make("T", "Own")
        assert north and not north.told and own.told
        assert [entry.what for entry in await unit.audits.about("T", subject_of(north.id))] == ["imported"]
        assert not await unit.teams.tell_once("U", north.id)
        assert not await unit.teams.tell_once("T", own.id)

    async def tell() -> bool:
        async with storage.unit() as unit:
            return await unit.teams.tell_once("T", north.id)

    assert sorted(await asyncio.gather(*(tell() for _ in range(10)))) == [False] * 9 + [True]


async def test_an_import_leaves_teams_alone_that_withdrew_or_were_merged(storage: Storage) -> None:
    """Their channels stay unbound, and the team that took a place keeps its own relationship."""
    file = [TeamRow("Chapter N.", relationship="dealer", channel="slack:C1", line=2), TeamRow("Gone", channel="slack:C2", line=3)]
    async with storage.unit() as unit:
        await unit.team_imports.rows("T", file, "admin", NOW)
        gone, first = await unit.teams.named("T", "Gone"), await unit.teams.named("T", "Chapter N.")
        north, _ = await unit.teams.get_or_make("T", "Chapter North", "chapter")
        assert gone and first
        await unit.team_exits.withdraw(gone)
    await merged(storage, first.id, north.id)
    async with storage.unit() as unit:
        assert await unit.team_imports.rows("T", file, "admin", NOW) == ImportOutcome(0, 0, 2, (
            "Line 2 was passed over: “Chapter N.” was merged into another team.", "Line 3 was passed over: “Gone” withdrew.",
        ))
        assert await unit.teams.of_channel("T", "slack", "C2") is None
        standing = await unit.teams.named("T", "Chapter N.")
        assert standing and (standing.name, standing.relationship) == ("Chapter North", "chapter")


async def test_whoever_leaves_is_in_no_team_and_is_asked_nothing_for_it(storage: Storage) -> None:
    """The other's offers and check-ins stay."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        await owns_everything(unit, first, "p1")
        unit.session.add(check_in(holder_of("", first.id), "sponsor", 1, "waiting", "p2"))
        await unit.contacts.offer("T", first.id, "pilot-charter", "p2", "Me too", NOW)
        assert not await unit.team_exits.leave("T", "p1", second.id)
        assert not await unit.team_exits.leave("U", "p1", first.id)
        await planned_for(unit, first.id)
        assert await unit.team_exits.leave("T", "p1", first.id)
        assert await still_said(unit) == []
        assert not await unit.team_exits.leave("T", "p1", first.id)
        assert await unit.teams.membership("T", "p1") is None
        assert [offer.person for offer in await unit.contacts.all("T")] == ["p2"]
    assert [row.person for row in await rows(storage, Pilot)] == [ERASED]
    asked = {row.person: (row.state, row.address) for row in await rows(storage, CheckIn)}
    assert asked == {"p1": ("cancelled", None), "p2": ("waiting", "sealed")}


async def test_a_withdrawn_team_speaks_nowhere_and_is_asked_nothing(storage: Storage) -> None:
    """What it stated stands; who is in it is known, so that they can take part again."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        for team, person in ((first, "p1"), (second, "p2")):
            await owns_everything(unit, team, person)
        await planned_for(unit, first.id, second.id)
        await unit.team_exits.withdraw(first)
        assert await still_said(unit) == [f"C-{second.id}"]
        assert await unit.teams.of("T", "p1", "slack", "C-p1") is None
        other = await unit.teams.of("T", "p2", "slack", "C-p1")
        assert other and other.id == second.id
        membership = await unit.teams.membership("T", "p1")
        assert membership and membership[0].id == first.id and first.left_at is not None
        assert [offer.person for offer in await unit.contacts.all("T")] == ["p2"]
        assert set(await unit.adoptions.states("T", holder_of("", first.id))) == {"pilot-charter"}
    assert {row.person: row.state for row in await rows(storage, CheckIn)} == {"p1": "cancelled", "p2": "waiting"}


async def test_what_was_planned_for_a_team_that_was_merged_ends_with_the_one_that_stays(storage: Storage) -> None:
    async with storage.unit() as unit:
        first, second = await two(unit)
        await planned_for(unit, first.id)
    await merged(storage, first.id, second.id)
    async with storage.unit() as unit:
        standing = await unit.teams.get("T", first.id)
        assert standing and standing.id == second.id
        await unit.team_exits.withdraw(standing)
        assert await still_said(unit) == []


@pytest.mark.parametrize("times", [1, 2])
async def test_all_that_was_a_teams_is_the_others(storage: Storage, times: int) -> None:
    """Twice is once: each row of every kind is there once and belongs to the team that stays."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        for team, person in ((first, "p1"), (second, "p2")):
            await owns_everything(unit, team, person)
    for _ in range(times):
        await merged(storage, first.id, second.id)
    for table, count in ((Question, 2), (QuestionPractice, 2), (Pilot, 2)):
        found = await rows(storage, table)
        assert {row.team_id for row in found} == {second.id} and len(found) == count, table
    async with storage.view() as unit:
        for person in ("p1", "p2"):
            own, of_channel = await unit.teams.of("T", person, "-", "-"), await unit.teams.of("T", "-", "slack", f"C-{person}")
            assert own and of_channel and own.id == of_channel.id == second.id
        assert [result.team_id for result in await unit.results.standing("T")] == [second.id] * 2
        assert {(offer.team_id, offer.person) for offer in await unit.contacts.all("T")} == {(second.id, "p1"), (second.id, "p2")}
        for found in (await unit.teams.get("T", first.id), await unit.teams.named("T", "chapter n.")):
            assert found and found.id == second.id
    waits = {(row.holder, row.number): row.state for row in await rows(storage, CheckIn)}
    assert waits == {(holder_of("", second.id), 1): "waiting", (holder_of("", second.id), 2): "cancelled"}


async def test_numbers_of_check_ins_go_on_after_the_others(storage: Storage) -> None:
    """What only the merged team waits for is still asked; what is over stays over."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        mine, theirs = holder_of("", first.id), holder_of("", second.id)
        for row in (
            check_in(mine, "sponsor", 1, "answered"), check_in(mine, "sponsor", 2, "waiting"), check_in(mine, "alone", 1, "asked"),
            check_in(theirs, "sponsor", 1, "silent"),
        ):
            unit.session.add(row)
    await merged(storage, first.id, second.id)
    found = {(row.practice_id, row.number): row.state for row in await rows(storage, CheckIn) if row.holder == theirs}
    assert found == {("sponsor", 1): "silent", ("sponsor", 2): "answered", ("sponsor", 3): "waiting", ("alone", 1): "asked"}


async def test_the_same_person_who_can_be_asked_in_both_is_asked_once(storage: Storage) -> None:
    """Under the name they gave in the team that stays."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        await unit.contacts.offer("T", first.id, "sponsor", "p1", "Old", NOW)
        await unit.contacts.offer("T", second.id, "sponsor", "p1", "New", NOW)
    await merged(storage, first.id, second.id)
    async with storage.view() as unit:
        assert [(offer.team_id, offer.name) for offer in await unit.contacts.all("T")] == [(second.id, "New")]


async def test_nobody_stands_above_themselves_after_a_merge(storage: Storage) -> None:
    """The team that stays may have stood somewhere under the other: who is between them moves up."""
    async with storage.unit() as unit:
        made = {}
        for name, parent in (("Top", ""), ("Source", "Top"), ("Between", "Source"), ("Target", "Between"), ("Beside", "Source")):
            team, _ = await unit.teams.get_or_make("T", name)
            team.parent_id = made[parent].id if parent else None
            made[name] = team
        await unit.session.flush()
    await merged(storage, made["Source"].id, made["Target"].id)
    async with storage.view() as unit:
        ids = {team.id: team.name for team in await unit.teams.all("T")}
        above = {team.name: ids.get(team.parent_id or "") for team in await unit.teams.all("T") if team.merged_into is None}
    assert above == {"Top": None, "Between": "Top", "Target": "Between", "Beside": "Target"}


async def test_ten_merges_at_once_end_as_one(storage: Storage) -> None:
    async with storage.unit() as unit:
        first, second = await two(unit)
        await owns_everything(unit, first, "p1")
    await asyncio.gather(*(merged(storage, first.id, second.id) for _ in range(10)))
    async with storage.view() as unit:
        states = await unit.adoptions.all("T")
        assert [(adoption.team_id, adoption.state) for adoption in states] == [(second.id, "trying")]
        assert len(await unit.adoptions.history("T", holder_of("", second.id), "pilot-charter")) == 1


async def test_a_name_belongs_to_one_team(storage: Storage) -> None:
    """Another's cannot be taken, nor that of a merged one; one's own may be written otherwise."""
    async with storage.unit() as unit:
        first, second = await two(unit)
        for name in ("chapter NORTH", " "):
            with pytest.raises(TeamChangeRefused):
                await unit.teams.rename(first, name)
        await unit.teams.rename(second, "CHAPTER North")
        again = await unit.teams.named("T", "chapter north")
        assert again and (again.id, again.name) == (second.id, "CHAPTER North")


async def test_joining_and_leaving_make_no_new_version(storage: Storage) -> None:
    """A form that was opened before somebody joined can still be sent."""
    async with storage.unit() as unit:
        first, _ = await two(unit)
        assert await unit.teams.version("T", first.id) == 0
        await unit.audits.write("T", "p1", "changed", subject_of(first.id), NOW)
        version = await unit.teams.version("T", first.id)
        for what in ("joined", "left"):
            await unit.audits.write("T", "p1", what, subject_of(first.id), NOW)
        assert version > 0 and await unit.teams.version("T", first.id) == version
        assert await unit.teams.version("U", first.id) == 0
