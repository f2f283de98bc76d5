"""How practices are kept true: drafts, review, publishing, "still true", withdrawing, and what is then in force."""

from __future__ import annotations

import pytest

from bot.access import Who
from bot.curation import library_in_force
from bot.draft_ids import with_id
from bot.errors import ChangedMeanwhile, FieldWrong, NotAllowed, NotPublishable
from bot.storage.unit import Storage
from tests.fakes.answering import shipped
from tests.fakes.office import ADMIN, CURATOR, CURATORS, EXPERT, MEMBER, OTHER_CURATOR, World, markdown
from tests.on_sqlite import database

__all__ = ["database"]

ID = "pilot-charter"
TITLE = shipped().practices[ID].title


def retitled(title: str, practice_id: str = ID) -> str:
    body = markdown(practice_id)
    [line] = [line for line in body.splitlines() if line.startswith("title:")]
    return body.replace(line, f"title: {title}")


async def draft(world: World, title: str = "Put the pilot on a page", by: Who = CURATOR, practice_id: str = ID) -> int:
    seen = (await world.office.curation.text(practice_id)).seen
    return await world.office.curation.save(by, practice_id, retitled(title), seen)


def in_force(world: World) -> str:
    return world.library.practices[ID].title


async def history(world: World) -> list[tuple[int, str, str]]:
    return [(event.version, event.what, event.by) for event in await world.office.curation.history(CURATOR, ID)]


async def test_an_editor_begins_with_what_is_in_force(world: World) -> None:
    """The shipped text, then the newest draft, then what was published; nothing for a practice that never was."""
    curation = world.office.curation
    assert (await curation.text(ID)).body == markdown()
    version = await draft(world, "First")
    assert (await curation.text(ID)).body == retitled("First")
    await curation.discard(CURATOR, ID, version)
    assert (await curation.text(ID)).body == markdown()
    await curation.publish(CURATOR, ID, await draft(world, "Second"))
    assert (await curation.text(ID)).body == retitled("Second")
    assert (await curation.text("no-such-practice")).body == ""


async def test_a_draft_changes_nothing_until_it_is_published(world: World) -> None:
    curation = world.office.curation
    version = await draft(world)
    await curation.submit(CURATOR, ID, version)
    await world.look()
    assert in_force(world) == TITLE
    await curation.publish(OTHER_CURATOR, ID, version)
    assert in_force(world) == "Put the pilot on a page"
    assert await history(world) == [
        (1, "published", OTHER_CURATOR.person), (1, "sent to review", CURATOR.person), (1, "saved", CURATOR.person),
    ]


async def test_the_second_editor_is_told_of_the_firsts_change(world: World) -> None:
    """Nothing of the first's is lost: the second reads it and saves over it knowingly."""
    curation = world.office.curation
    mine, theirs = await curation.text(ID), await curation.text(ID)
    await curation.save(CURATOR, ID, retitled("Mine"), mine.seen)
    with pytest.raises(ChangedMeanwhile, match="Yours is not lost: compare, then save"):
        await curation.save(OTHER_CURATOR, ID, retitled("Theirs"), theirs.seen)
    seen = await curation.text(ID)
    assert seen.body == retitled("Mine")
    await curation.save(OTHER_CURATOR, ID, retitled("Both"), seen.seen)
    assert (await curation.text(ID)).body == retitled("Both")


async def test_publishing_needs_its_checks(world: World) -> None:
    """What is wrong is said in sentences, and nothing changes."""
    version = await draft(world)
    world.findings = ("step 1 does not start with a bold imperative", "the figure 40 % has no source")
    with pytest.raises(NotPublishable) as refused:
        await world.office.curation.publish(CURATOR, ID, version)
    assert refused.value.findings == world.findings
    assert "step 1" in str(refused.value) and "40 %" in str(refused.value)
    await world.look()
    assert in_force(world) == TITLE
    assert [event for event in await history(world) if event[1] == "published"] == []


async def test_a_text_that_is_no_practice_is_not_even_checked(world: World) -> None:
    curation = world.office.curation
    version = await curation.save(CURATOR, ID, "Just some words", 0)
    with pytest.raises(NotPublishable, match="front matter"):
        await curation.publish(CURATOR, ID, version)
    assert world.examined == []


async def test_a_practice_whose_id_is_another_is_not_published(world: World) -> None:
    """Else the shipped one would stand beside it, or another be replaced."""
    curation = world.office.curation
    version = await curation.save(CURATOR, ID, markdown("sponsor-search"), 0)
    with pytest.raises(NotPublishable, match="its id is sponsor-search and not pilot-charter"):
        await curation.publish(CURATOR, ID, version)


async def test_a_draft_that_waits_for_review_is_told_in_the_curators_channel(world: World) -> None:
    """Once, with its title; where no channel is set, nobody is told."""
    curation = world.office.curation
    await curation.submit(CURATOR, ID, await draft(world, "Not told"))
    await world.office.posts.name(ADMIN, "curators", CURATORS)
    version = await draft(world, "Put the pilot on a page")
    await curation.submit(CURATOR, ID, version)
    [(key, where, words)] = await world.said()
    assert (key, where) == (f"to-review:{ID}:{version}", CURATORS) and "waits for review: “Put the pilot on a page”" in words
    with pytest.raises(ChangedMeanwhile):
        await curation.submit(OTHER_CURATOR, ID, version)
    assert await world.said() == []


async def test_a_draft_takes_the_id_that_its_text_names(world: World) -> None:
    """Not one that another has, and not once it was published: then it stays, and that is found at every save."""
    curation = world.office.curation
    body = retitled("Ours").replace(f"id: {ID}", "id: draft-1", 1)
    await curation.save(CURATOR, "draft-1", body, 0)
    await curation.save(CURATOR, "draft-1", with_id(body, "ours"), 1)
    assert (await curation.now_called("draft-1"), [one.practice_id for one in await curation.open(CURATOR)]) == ("ours", ["ours"])
    assert [event.what for event in await curation.history(CURATOR, "ours")] == ["saved", "renamed", "saved"]
    await curation.save(CURATOR, "ours", with_id(body, ID), 2)
    assert await curation.now_called("ours") == "ours"
    assert f"its id is {ID} and not ours" in " ".join(await curation.findings("ours", with_id(body, ID)))
    await curation.publish(CURATOR, "ours", await curation.save(CURATOR, "ours", with_id(body, "ours"), 3))
    await curation.save(CURATOR, "ours", with_id(body, "else"), 4)
    assert await curation.now_called("ours") == "ours" and "ours" in world.library.practices


async def test_a_draft_that_was_renamed_is_not_kept_a_second_time(world: World) -> None:
    """The same document again, or the same expert's reply, leads to it."""
    curation = world.office.curation
    body = with_id(retitled("Ours"), "imported")
    await curation.keep_import(CURATOR, "imported", body, "note")
    await curation.save(CURATOR, "imported", with_id(body, "ours"), 1)
    kept = await curation.keep_import(CURATOR, "imported", body, "note")
    assert (kept.practice_id, kept.version, kept.before) == ("ours", 2, True)


@pytest.mark.parametrize(("title", "proposed"), [
    ("Ask before you repost", "ask-before-you-repost"), ("“Größe”: don’t rush it!", "grosse-dont-rush-it"), ("TODO: a title", ""), ("日本", ""),
    ("word " * 30, "-".join(["word"] * 12)),
])
async def test_an_id_is_proposed_from_the_title(world: World, title: str, proposed: str) -> None:
    body = with_id(retitled(f'"{title}"'), "draft-1")
    version = await world.office.curation.save(CURATOR, "draft-1", body, 0)
    found = await world.office.curation.version(CURATOR, "draft-1", version)
    assert found and await world.office.curation.proposed_id(CURATOR, found) == proposed


async def test_where_something_is_to_be_written_is_told_by_line(world: World) -> None:
    body = retitled('"TODO: a title"')
    [number] = [number for number, line in enumerate(body.splitlines(), start=1) if "TODO" in line]
    found = await world.office.curation.findings(ID, body, thorough=True)
    assert found == (f"there is still a TODO in it: line {number}",) and world.examined == []


async def test_a_draft_written_over_an_older_version_is_not_published(world: World) -> None:
    """Somebody confirmed the practice meanwhile: the draft is kept, edited anew and then published."""
    curation = world.office.curation
    version = await draft(world, "My work")
    world.pass_(days=800)
    await curation.still_true(OTHER_CURATOR, world.library.practices[ID])
    with pytest.raises(ChangedMeanwhile, match="read it, then edit again"):
        await curation.publish(CURATOR, ID, version)
    text = await curation.text(ID)
    assert text.body == retitled("My work")
    await curation.publish(CURATOR, ID, await curation.save(CURATOR, ID, text.body, text.seen))
    assert in_force(world) == "My work"


@pytest.mark.parametrize("before", ["published", "discarded", "replaced"])
async def test_what_is_no_draft_any_more_is_neither_published_nor_discarded(world: World, before: str) -> None:
    curation = world.office.curation
    version = await draft(world)
    if before == "published":
        await curation.publish(CURATOR, ID, version)
    elif before == "discarded":
        await curation.discard(CURATOR, ID, version)
    else:
        await draft(world, "Another")
    for act in (curation.publish, curation.discard, curation.submit):
        with pytest.raises(ChangedMeanwhile, match="no longer a draft"):
            await act(OTHER_CURATOR, ID, version)


async def test_still_true_moves_the_date_in_the_file_and_nothing_else(world: World) -> None:
    """For a year, or half of one where law or a platform's features are behind it."""
    curation = world.office.curation
    world.pass_(days=800)
    day = world.now.date()
    slow = next(one for one in world.library.practices.values() if not one.ages_fast)
    fast = next(one for one in world.library.practices.values() if one.ages_fast)
    for practice, days in ((slow, 365), (fast, 182)):
        before = (await curation.text(practice.id)).body
        until = await curation.still_true(CURATOR, practice)
        assert (until - day).days == days
        assert world.library.practices[practice.id].review_by == until
        changed = [(old, new) for old, new in zip(before.splitlines(), (await curation.text(practice.id)).body.splitlines(), strict=True) if old != new]
        assert changed == [(f"review_by: {practice.review_by}", f"review_by: {until}")]


async def test_still_true_pressed_twice_is_one_line_of_history(world: World) -> None:
    """And a review that is further off than that stays where it is."""
    world.pass_(days=800)
    curation = world.office.curation
    first = await curation.still_true(CURATOR, world.library.practices[ID])
    assert await curation.still_true(OTHER_CURATOR, world.library.practices[ID]) == first
    assert len(await history(world)) == 1


async def test_still_true_throws_no_draft_away(world: World) -> None:
    curation = world.office.curation
    await draft(world, "My work")
    world.pass_(days=800)
    await curation.still_true(OTHER_CURATOR, world.library.practices[ID])
    assert in_force(world) == TITLE
    assert [(one.practice_id, one.body) for one in await curation.open(CURATOR)] == [(ID, retitled("My work"))]
    assert (await curation.text(ID)).body == retitled("My work")


async def test_what_was_withdrawn_is_no_longer_in_the_library(world: World, storage: Storage) -> None:
    """Of a shipped practice and of an own version alike; it can be edited and published again."""
    curation = world.office.curation
    await curation.publish(CURATOR, ID, await draft(world, "Ours"))
    await draft(world, "Not published yet")
    await curation.withdraw(CURATOR, ID, "the law changed")
    assert ID not in world.library.practices
    library, stamp = await library_in_force(storage, shipped())
    assert ID not in library.practices and len(library.practices) == len(shipped().practices) - 1 and stamp > 0
    [event, *_] = await curation.history(CURATOR, ID)
    assert (event.what, event.note) == ("withdrawn", "the law changed")
    withdrawn = await curation.version(CURATOR, ID, event.version)
    assert withdrawn and withdrawn.body == retitled("Ours")
    await curation.publish(CURATOR, ID, await draft(world, "Back again"))
    assert in_force(world) == "Back again"


@pytest.mark.parametrize("why", ["", "  \n"])
async def test_a_withdrawal_without_a_reason_is_refused(world: World, why: str) -> None:
    with pytest.raises(FieldWrong, match="Say why"):
        await world.office.curation.withdraw(CURATOR, ID, why)
    assert await history(world) == []


async def test_what_was_withdrawn_meanwhile_is_not_brought_back_by_still_true(world: World) -> None:
    """A reminder's button may be pressed where the withdrawal was not noticed yet."""
    practice = world.library.practices[ID]
    await world.office.curation.withdraw(CURATOR, ID, "the law changed")
    world.pass_(days=800)
    with pytest.raises(ChangedMeanwhile, match="withdrawn"):
        await world.office.curation.still_true(OTHER_CURATOR, practice)
    await world.look()
    assert ID not in world.library.practices


async def test_a_new_practice_stands_beside_the_shipped_ones(world: World) -> None:
    body = markdown().replace(f"id: {ID}", "id: our-own-charter", 1)
    curation = world.office.curation
    await curation.publish(CURATOR, "our-own-charter", await curation.save(CURATOR, "our-own-charter", body, 0))
    assert {ID, "our-own-charter"} <= set(world.library.practices)


async def test_a_version_that_cannot_be_read_leaves_the_shipped_one(
    world: World, storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    """It was published under other rules; what else the organization published is in force."""
    curation = world.office.curation
    other = "pilot-baseline"
    await curation.publish(CURATOR, other, await curation.save(CURATOR, other, retitled("Ours", other), 0))
    async with storage.unit() as unit:
        [line] = [line for line in markdown().splitlines() if line.startswith("stage:")]
        number = await unit.versions.add(ID, markdown().replace(line, "stage: later"), "published", 0, "x", world.now)
        assert number
        await unit.versions.note(ID, number, "published", "x", world.now)
    library, _ = await library_in_force(storage, shipped())
    assert (library.practices[ID].title, library.practices[other].title) == (TITLE, "Ours")
    assert f"of {ID} is left out" in caplog.text


async def test_a_library_as_shipped_has_stamp_0(storage: Storage) -> None:
    library, stamp = await library_in_force(storage, shipped())
    assert (library.content_hash, stamp) == (shipped().content_hash, 0)


@pytest.mark.parametrize("who", [MEMBER, EXPERT], ids=["member", "expert"])
async def test_all_of_it_is_for_curators(world: World, who: Who) -> None:
    """Whatever is tried, it is refused in a sentence and nothing changes."""
    curation = world.office.curation
    version = await draft(world)
    practice = world.library.practices[ID]
    for tried in (
        curation.save(who, ID, "words", 1), curation.submit(who, ID, version), curation.discard(who, ID, version),
        curation.publish(who, ID, version), curation.withdraw(who, ID, "why"), curation.still_true(who, practice),
        curation.keep_import(who, ID, "words", "note"), curation.open(who), curation.version(who, ID, version), curation.history(who, ID),
    ):
        with pytest.raises(NotAllowed, match="That is for curators"):
            await tried
    assert await history(world) == [(1, "saved", CURATOR.person)]
    assert await curation.history(ADMIN, ID) != []


async def test_withdrawn_practices_are_listed_and_can_be_published_again(world: World) -> None:
    curation = world.office.curation
    await curation.withdraw(CURATOR, ID, "no longer our way")
    assert [gone.practice_id for gone in await curation.withdrawn(CURATOR)] == [ID]
    await curation.publish(CURATOR, ID, await draft(world, "Back again"))
    assert await curation.withdrawn(CURATOR) == []
    assert in_force(world) == "Back again"
