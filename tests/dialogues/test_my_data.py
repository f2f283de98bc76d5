"""What is for one person alone, where others read along; and that confirming twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import MakeDatabase
from tests.dialogues.stage import PLATFORMS, WITH_CHANNELS, Midway, stage
from tests.fakes.answering import FakeAnswering
from tests.harness import Shown
from tests.whole_database import all_rows, places_of

KINDS = [*((platform, "sqlite") for platform in PLATFORMS), ("web", "postgresql"), ("msteams", "postgresql")]


def said(news: list[Shown]) -> str:
    return " ".join(" ".join(item.text for item in news).split())


@pytest.mark.parametrize("platform", WITH_CHANNELS)
@pytest.mark.parametrize("words", ["my data", "forget me", "stop tracking me", "download my data"])
async def test_in_a_channel_nobody_else_sees_it(platform: str, words: str, migrated_database: MakeDatabase, tmp_path: Path) -> None:
    """Shown to the person alone; where the platform cannot, and for all of it as JSON, a sentence says where to ask."""
    async with stage(platform, Midway(migrated_database("sqlite", tmp_path), FakeAnswering())) as where:
        news = await where.say(words, "channel")
        if platform == "slack" and words != "download my data":
            assert all(item.only_for for item in news) and news
        else:
            assert "Say that to me in a direct message." in said(news) and not any(item.buttons for item in news)


@pytest.mark.parametrize(("platform", "kind"), KINDS)
async def test_nothing_of_who_was_forgotten_is_left_anywhere(
    platform: str, kind: str, migrated_database: MakeDatabase, tmp_path: Path
) -> None:
    """Through the whole machinery: also what came in, what was sent, and the very press that asked for it."""
    midway = Midway(migrated_database(kind, tmp_path), FakeAnswering())
    async with stage(platform, midway) as where:
        await where.say("How do we launch a pilot, U-marked?")
        await where.press("Helpful")
        await where.press("Ask an expert")
        await where.say("my team is Chapter North")
        before = await all_rows(midway.storage)
        [person] = {row["person"] for row in before["question"]}
        assert "question.text" in places_of(before, "U-marked")
        await where.say("forget me")
        assert "Done: you have been forgotten." in said(await where.press("Yes, forget me"))
        assert places_of(await all_rows(midway.storage), person, "U-marked") == []


@pytest.mark.parametrize("platform", ["slack", "terminal"])
async def test_confirming_twice_is_once(platform: str, migrated_database: MakeDatabase, tmp_path: Path) -> None:
    midway = Midway(migrated_database("sqlite", tmp_path), FakeAnswering())
    async with stage(platform, midway) as where:
        await where.say("How do we launch a pilot?")
        await where.say("forget me")
        await where.press("Yes, forget me")
        await where.say("How do we launch a pilot?")
        async with midway.storage.view() as unit:
            tenants = await unit.teams.tenants()
            entries = [entry for tenant in tenants for entry in await unit.audits.about(tenant)]
        assert [entry.what for entry in entries] == ["forgot"]
