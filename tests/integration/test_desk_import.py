"""The page “Import” over HTTP: what is kept takes nobody's draft away, and what cannot be kept is not lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from markupsafe import escape

from adapters.web.desk.import_pages import AT_ONCE
from bot.errors import ChangedMeanwhile
from bot.storage.unit import Storage
from tests.fakes.office import CURATOR, OTHER_CURATOR, World
from tests.integration.desk_site import Visitor, signed_in, visitor, world_with
from tests.on_sqlite import database

__all__ = ["database"]

ADDITION = "---\nid: pilot-charter-addition\nadds_to: pilot-charter\n---\n"


@pytest_asyncio.fixture
async def world(storage: Storage) -> World:
    return await world_with(storage, CURATOR)


@pytest_asyncio.fixture
async def curator(world: World) -> AsyncIterator[Visitor]:
    async with signed_in(world, CURATOR) as somebody:
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


async def test_a_draft_that_cannot_be_kept_stands_there_to_be_mended(world: World, curator: Visitor) -> None:
    """With what is wrong, and what was typed as it was."""
    typed = "id: Wrong One\nHours & <hours>"
    answer = await curator.send("/import/drafts", page="/import", body=typed, name="a.html")
    assert answer.status_code == 422 and "The front matter needs an id" in answer.text
    assert "id: Wrong One\nHours &amp; &lt;hours&gt;</textarea>" in answer.text
    assert 'name="name" value="a.html"' in answer.text
    assert await world.office.curation.open(CURATOR) == []


async def test_who_is_overtaken_by_another_keeps_the_text(
    world: World, curator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken(*given: object) -> None:
        raise ChangedMeanwhile("Somebody else saved.")

    monkeypatch.setattr(world.office.curation, "keep_import", overtaken)
    answer = await curator.send("/import/drafts", page="/import", body=ADDITION, name="a.html")
    assert answer.status_code == 409 and AT_ONCE in answer.text and "adds_to: pilot-charter\n" in answer.text


async def upload(curator: Visitor, name: str, data: bytes) -> httpx.Response:
    token = (await curator.get("/import")).text.partition('name="csrf" value="')[2].partition('"')[0]
    return await curator.client.post("/import", data={"csrf": token}, files={"file": (name, data)})


@pytest.mark.parametrize(("name", "data"), [("a.txt", b""), ("a.pdf", b"%PDF-1.4 nothing")])
async def test_a_document_that_yields_nothing_is_set_aside(world: World, curator: Visitor, name: str, data: bytes) -> None:
    """With the reason that is shown, be it as empty as it may."""
    answer = await upload(curator, name, data)
    [(kept, called, why)] = world.set_aside
    assert answer.status_code == 422 and (kept, called) == (data, name) and why.startswith(name)
    assert str(escape(why)) in answer.text and "It was set aside with this reason" in answer.text


async def test_where_there_is_no_room_the_reason_is_said_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(data: bytes, name: str, why: str) -> None:
        raise OSError(28, "no space left", name)

    monkeypatch.setattr(world, "aside", full)
    async with visitor(world) as curator:
        await curator.sign_in(CURATOR)
        answer = await upload(curator, "a.txt", b"")
    assert answer.status_code == 422 and "a.txt yields no text" in answer.text and "set aside" not in answer.text
    assert "could not be set aside" in caplog.text and "a.txt" not in caplog.text


async def test_without_a_file_one_is_asked_for(world: World, curator: Visitor) -> None:
    token = (await curator.get("/import")).text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = await curator.client.post("/import", data={"csrf": token}, files={"file": ("", b"")})
    assert answer.status_code == 400 and "Choose a file first" in answer.text and world.set_aside == []


async def test_an_addition_says_what_to_do_with_it(world: World, curator: Visitor) -> None:
    """It leads to the practice's editor and offers no publishing; in the list its title stands without the remark."""
    body = ADDITION.replace("adds_to", 'title: "Ten \\"short\\" lessons"  # TODO: an imperative\nadds_to', 1)
    answer = await curator.send("/import/drafts", page="/import", body=body, name="a.html")
    page = (await curator.get(answer.headers["location"])).text
    title = escape(world.library.practices["pilot-charter"].title)
    assert f"It adds to “{title}”" in page and 'href="/library/pilot-charter/edit" target="_blank"' in page
    assert 'value="publish"' not in page and "then discard this draft" in page
    listed = (await curator.get("/library")).text
    assert "Ten &#34;short&#34; lessons</a>" in listed and "adds to pilot-charter" in listed and "imperative" not in listed
    gone = await curator.send("/library/pilot-charter-addition/versions/1", page="/import", then="discard")
    assert gone.status_code == 303
    assert "It adds to" not in (await curator.get("/library/pilot-charter-addition/versions/1")).text


async def test_any_other_draft_can_be_published(curator: Visitor) -> None:
    answer = await curator.send("/import/drafts", page="/import", body="---\nid: our-own\n---\n", name="a.html")
    page = (await curator.get(answer.headers["location"])).text
    assert 'value="publish"' in page and "It adds to" not in page
