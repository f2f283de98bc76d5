"""The page “Import” over HTTP: what is kept takes nobody's draft away, and what cannot be kept is not lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.storage.unit import Storage
from tests.fakes.office import CURATOR, OTHER_CURATOR, World
from tests.integration.desk_site import Visitor, grant, visitor

ADDITION = "---\nid: pilot-charter-addition\nadds_to: pilot-charter\n---\n"


@pytest.fixture
def database() -> str:
    """What is asked of the pages does not depend on it."""
    return "sqlite"


@pytest_asyncio.fixture
async def world(storage: Storage) -> AsyncIterator[World]:
    made = World(storage)
    await grant(made, CURATOR)
    yield made


@pytest_asyncio.fixture
async def curator(world: World) -> AsyncIterator[Visitor]:
    async with visitor(world) as somebody:
        await somebody.sign_in(CURATOR)
        yield somebody


async def test_keeping_a_draft_leaves_anothers_as_it_is(world: World, curator: Visitor) -> None:
    """It is kept beside it; pressed again, it is there already."""
    theirs = await world.office.curation.save(OTHER_CURATOR, "pilot-charter-addition", ADDITION + "Hours of work.\n", 0)
    for done, said in (("kept-beside", "Kept as a draft under another id"), ("kept-before", "was kept before")):
        answer = await curator.send("/import/drafts", page="/import", body=ADDITION + "Words.\n", name="a.html")
        assert answer.headers["location"] == f"/library/pilot-charter-addition-2/versions/1?done={done}"
        assert said in (await curator.get(answer.headers["location"])).text
    [mine, other] = await world.office.curation.open(CURATOR)
    assert (mine.version, mine.body) == (theirs, ADDITION + "Hours of work.\n")
    assert other.body == (ADDITION + "Words.\n").replace("id: pilot-charter-addition", "id: pilot-charter-addition-2", 1)
    [event] = await world.office.curation.history(CURATOR, "pilot-charter-addition-2")
    assert event.note == "imported from a.html"
