"""What pilots are promised by storage, on both databases: one for each event, the second editor is told, names are sealed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import select

from bot.messages import Conversation
from bot.pilot_answers import Answers
from bot.storage.adoption_tables import Pilot
from bot.storage.pilots import KeptPilot
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHERE = Conversation("slack", "T", "C1", "t1", "direct", '{"team":"T","channel":"C1","user":"U9"}')
ANSWERS = Answers(
    "More registrations", "Registrations a quarter", 8, starts_on=date(2026, 12, 7), hours=6.5, sponsor="Head of Courses",
    sponsor_agreed=date(2026, 11, 23),
)
REVIEW = date(2027, 2, 5)


async def team(storage: Storage, name: str = "North", tenant: str = "T") -> str:
    async with storage.unit() as unit:
        return (await unit.teams.get_or_make(tenant, name))[0].id


def pilot_of(team_id: str | None, tenant: str = "T", person: str = "p1") -> KeptPilot:
    return KeptPilot("", tenant, team_id, person, ANSWERS, ("pilot-charter",), REVIEW, NOW, NOW, where=WHERE)


async def made(storage: Storage, team_id: str | None = None, event: str = "e1", **how: str) -> KeptPilot:
    async with storage.unit() as unit:
        return (await unit.pilots.make(pilot_of(team_id, **how), event))[0]


async def test_what_is_kept_comes_back_as_it_was(storage: Storage) -> None:
    """Every answer, every date; to its own tenant only."""
    team_id = await team(storage)
    kept = await made(storage, team_id)
    async with storage.view() as unit:
        assert await unit.pilots.get("T", kept.id) == kept
        assert replace(kept, id="", event="") == pilot_of(team_id)
        assert await unit.pilots.get("U", kept.id) is None and await unit.pilots.get("T", "no such pilot") is None
        assert (await unit.pilots.all("T"), await unit.pilots.all("U")) == ([kept], [])


async def test_of_ten_times_the_same_form_one_pilot_is_made(storage: Storage) -> None:
    """At once or later; each time it is the same one."""
    team_id = await team(storage)

    async def make() -> tuple[str, bool]:
        async with storage.unit() as unit:
            kept, is_new = await unit.pilots.make(pilot_of(team_id), "e1")
            return kept.id, is_new

    done = await asyncio.gather(*(make() for _ in range(10)))
    assert len({pilot_id for pilot_id, _ in done}) == 1 and [is_new for _, is_new in done].count(True) == 1
    assert await make() == (done[0][0], False)
    assert (await made(storage, team_id, "e2")).id != done[0][0]
    assert (await made(storage, await team(storage, tenant="U"), tenant="U")).id != done[0][0]


async def test_of_ten_editors_one_is_first(storage: Storage) -> None:
    """The others saw a version that stands no longer."""
    kept = await made(storage, await team(storage))

    async def keep(number: int) -> bool:
        async with storage.unit() as unit:
            pilot = await unit.pilots.get("T", kept.id)
            assert pilot
            changed = replace(pilot, answers=replace(pilot.answers, who=f"editor {number}"))
            return await unit.pilots.keep(changed, 1, NOW, f"c{number}") is not None

    done = await asyncio.gather(*(keep(number) for number in range(10)))
    assert done.count(True) == 1
    async with storage.view() as unit:
        stands = await unit.pilots.get("T", kept.id)
        assert stands and (stands.version, stands.answers.who) == (2, f"editor {done.index(True)}")


async def test_a_team_sees_its_own_and_a_person_what_they_planned_without_one(storage: Storage) -> None:
    north, south = await team(storage), await team(storage, "South")
    ours, theirs, mine = [await made(storage, each, f"e{at}") for at, each in enumerate((north, south, None))]
    async with storage.view() as unit:
        assert {one.id for one in await unit.pilots.of("T", [north], "p1")} == {ours.id, mine.id}
        assert {one.id for one in await unit.pilots.of("T", [south], "p2")} == {theirs.id}
        assert await unit.pilots.of("U", [north, south], "p1") == []
        assert len(await unit.pilots.everywhere()) == 3


async def test_names_goals_and_places_do_not_stand_in_the_clear(storage: Storage) -> None:
    kept = await made(storage, await team(storage))
    async with storage.unit() as unit:
        await unit.pilots.keep(replace(kept, note="It worked", done={"start": REVIEW}), 1, NOW, "c1")
    async with storage.view() as unit:
        row = (await unit.session.exec(select(Pilot))).one()
        assert not [word for word in ("Head of", "registrations", "worked", '"user"') if word.lower() in repr(row).lower()]
        assert (row.sponsor_agreed, row.starts_on, row.review_on, row.practices) == (
            ANSWERS.sponsor_agreed, ANSWERS.starts_on, REVIEW, ["pilot-charter"],
        )


async def test_a_review_is_due_on_its_day_until_its_people_were_told(storage: Storage) -> None:
    """Not a day earlier, not after it ended; where they are is forgotten then, and the rest stays."""
    team_id = await team(storage)
    kept, ended = await made(storage, team_id), await made(storage, team_id, "e2")
    async with storage.unit() as unit:
        await unit.pilots.keep(replace(ended, state="ended", decision="stop"), 1, NOW, "c1")
        assert await unit.pilots.due(date(2027, 2, 4)) == []
        assert await unit.pilots.due(REVIEW) == [kept]
        await unit.pilots.told(kept)
        assert await unit.pilots.due(REVIEW) == []
        assert await unit.pilots.get("T", kept.id) == replace(kept, where=None)


async def test_who_planned_it_is_forgotten_and_the_teams_pilot_stays(storage: Storage) -> None:
    team_id = await team(storage)
    ours, mine = await made(storage, team_id), await made(storage, None, "e2")
    other = await made(storage, None, "e3", person="p2")
    async with storage.unit() as unit:
        assert await unit.pilots.forget("T", "p1") == 2
        assert await unit.pilots.forget("T", "p1") == 0
        assert await unit.pilots.get("T", ours.id) == replace(ours, person="", where=None)
        assert await unit.pilots.get("T", mine.id) is None and await unit.pilots.get("T", other.id) == other
