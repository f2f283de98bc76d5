"""What pilots are promised by storage, on both databases: one for each event, the second editor is told, names are sealed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import select

from bot.messages import Conversation
from bot.pilot_answers import Answers
from bot.storage.adoption_tables import Pilot
from bot.storage.pilots import KeptPilot
from bot.storage.records import ERASED
from bot.storage.unit import Storage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHERE = Conversation("slack", "T", "C1", "t1", "direct", '{"team":"T","channel":"C1","user":"U9"}')
ANSWERS = Answers(
    "More registrations", "Registrations a quarter", 8, starts_on=date(2026, 12, 7), hours=6.5, sponsor="Head of Courses",
    sponsor_agreed=date(2026, 11, 23), sponsor_listed=date(2026, 11, 24),
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


async def test_a_plan_that_cannot_be_read_keeps_nobody_else_from_being_told(storage: Storage) -> None:
    team_id = await team(storage)
    broken, kept = await made(storage, team_id), await made(storage, team_id, "e2")
    async with storage.unit() as unit:
        row = await unit.session.get(Pilot, broken.id)
        assert row
        row.plan = "broken"
        await unit.session.flush()
        assert await unit.pilots.due(REVIEW) == [kept]


async def test_who_planned_it_is_forgotten_and_the_teams_pilot_stays(storage: Storage) -> None:
    """Without its sponsor in the directory, and without a place to tell anybody; what has no team goes."""
    team_id = await team(storage)
    ours, mine = await made(storage, team_id), await made(storage, None, "e2")
    other = await made(storage, None, "e3", person="p2")
    async with storage.unit() as unit:
        assert {one.id for one in await unit.pilots.sponsored("T")} == {ours.id, mine.id, other.id}
        assert await unit.pilots.release("T", "p1") == [ours.id]
        assert await unit.pilots.release("T", "p1") == []
        left = replace(ours, person=ERASED, where=None, answers=replace(ANSWERS, sponsor_listed=None))
        assert await unit.pilots.get("T", ours.id) == left
        assert await unit.pilots.get("T", mine.id) is None and await unit.pilots.get("T", other.id) == other


async def test_who_leaves_one_team_looks_after_the_others_pilots(storage: Storage) -> None:
    north, south = await team(storage), await team(storage, "South")
    ours, theirs, mine = [await made(storage, each, f"e{at}") for at, each in enumerate((north, south, None))]
    async with storage.unit() as unit:
        assert await unit.pilots.release("T", "p1", north) == [ours.id]
        assert [one.person for one in await unit.pilots.all("T") if one.id != ours.id] == ["p1", "p1"]
        assert await unit.pilots.get("T", theirs.id) == theirs and await unit.pilots.get("T", mine.id) == mine


async def test_a_plan_that_cannot_be_read_is_released_all_the_same(storage: Storage) -> None:
    """Whoever is forgotten is forgotten, whatever was damaged."""
    kept = await made(storage, await team(storage))
    async with storage.unit() as unit:
        row = (await unit.session.exec(select(Pilot))).one()
        row.plan = "not sealed by us"
        await unit.session.flush()
        assert await unit.pilots.release("T", "p1") == [kept.id] and (row.person, row.plan) == (ERASED, "not sealed by us")


async def test_a_plan_from_before_sponsors_were_listed_is_read(storage: Storage) -> None:
    """Its sponsor agreed to be named, and to nothing more."""
    kept = await made(storage, await team(storage))
    async with storage.unit() as unit:
        row = (await unit.session.exec(select(Pilot))).one()
        held = json.loads(unit.secret.unseal(row.plan))
        del held["answers"]["sponsor_listed"]
        row.plan = unit.secret.seal(json.dumps(held))
        await unit.session.flush()
        assert await unit.pilots.get("T", kept.id) == replace(kept, answers=replace(ANSWERS, sponsor_listed=None))
        assert await unit.pilots.sponsored("T") == []


async def test_only_a_sponsor_who_agreed_to_that_is_in_the_directory(storage: Storage) -> None:
    """Of one tenant; not who agreed to be named alone, nor who stepped back."""
    team_id = await team(storage)
    listed, named, back = [await made(storage, team_id, f"e{at}") for at in range(3)]
    async with storage.unit() as unit:
        await unit.pilots.keep(replace(named, answers=replace(ANSWERS, sponsor_listed=None)), 1, NOW, "c1")
        await unit.pilots.keep(replace(back, answers=ANSWERS.without_sponsor()), 1, NOW, "c2")
        assert await unit.pilots.sponsored("T") == [listed]
        assert await unit.pilots.sponsored("U") == []
