"""Drafts of documents: kept beside what is there, once, and published only where they are a practice of their own."""

from __future__ import annotations

import pytest

from bot.access import Who
from bot.curation import Kept
from bot.errors import NotPublishable
from tests.fakes.office import CURATOR, OTHER_CURATOR, World
from tests.on_sqlite import database

__all__ = ["database"]

ID = "pilot-charter"


async def test_an_addition_is_not_published_by_itself(world: World) -> None:
    """One sentence says where it belongs, instead of all that a practice would need."""
    curation = world.office.curation
    version = (await kept(world, f"---\nid: x-addition\nadds_to: {ID}\n---\n", practice_id="x-addition")).version
    with pytest.raises(NotPublishable) as refused:
        await curation.publish(CURATOR, "x-addition", version)
    assert refused.value.findings == (f"it adds to {ID}: what is new in it belongs in that practice",)


async def test_importing_again_keeps_what_somebody_wrote_into_a_draft(world: World) -> None:
    """It is said where it stands. Given up, it is kept anew: no draft has the id any more."""
    first = await kept(world, "id: from-page\nAs imported")
    assert first == Kept("from-page", 1)
    completed = await world.office.curation.save(CURATOR, "from-page", "id: from-page\nCompleted", first.version)
    assert await kept(world, "id: from-page\nAs imported") == Kept("from-page", completed, before=True)
    assert (await world.office.curation.text("from-page")).body == "id: from-page\nCompleted"
    await world.office.curation.discard(CURATOR, "from-page", completed)
    assert await kept(world, "id: from-page\nAs imported") == Kept("from-page", 3)


async def test_a_draft_of_a_document_never_takes_the_place_of_another(world: World) -> None:
    """Nor of a practice, shipped or of one's own: it gets the next free id, in its text, too, and is found there again."""
    curation = world.office.curation
    await kept(world, "id: from-page\nOne document")
    assert await kept(world, "id: from-page\nAnother", OTHER_CURATOR) == Kept("from-page-2", 1)
    assert await kept(world, "id: from-page\nA third\nid: left alone") == Kept("from-page-3", 1)
    assert await kept(world, "id: from-page\nAnother") == Kept("from-page-2", 1, before=True)
    assert (await curation.text("from-page")).body == "id: from-page\nOne document"
    assert (await curation.text("from-page-3")).body == "id: from-page-3\nA third\nid: left alone"
    assert await kept(world, f"id: {ID}\nWords", practice_id=ID) == Kept(f"{ID}-2", 1)
    assert await curation.history(CURATOR, ID) == []


async def test_the_free_id_of_a_long_one_is_no_longer_than_ids_are(world: World) -> None:
    long = "a" * 58 + "-b"
    await kept(world, "One", practice_id=long)
    assert await kept(world, "Another", practice_id=long) == Kept("a" * 58 + "-2", 1)


async def kept(world: World, body: str, by: Who = CURATOR, practice_id: str = "from-page") -> Kept:
    return await world.office.curation.keep_import(by, practice_id, body, "imported from page.html")
