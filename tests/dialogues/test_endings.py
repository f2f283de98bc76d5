"""Midway is removed from where it spoke: nothing comes any more, and nothing old when it is back. In Slack and in Teams.

Where only its credentials are refused, nothing ends.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import MakeDatabase
from tests.dialogues.stage import Midway, Stage, stage, words
from tests.fakes.answering import FakeAnswering
from tests.harness.msteams import MsTeamsHarness
from tests.harness.slack import SlackHarness

TIP, WEEK = "Tip of the week:", 7
FILLED = {"weekday": "2", "hour": "9", "zone": "Europe/Berlin"}


async def subscribe(here: Stage) -> None:
    await here.say("subscribe")
    assert any("You get a tip every week." in words(shown.text) for shown in await here.fill(FILLED))


async def removed(here: Stage) -> int:
    """The platform says that Midway was removed; the HTTP status."""
    at = here.midway.clock()
    if isinstance(here.harness, SlackHarness):
        here.harness.slack.clock.now = at
        gone = await here.harness.deliver.event({"type": "app_uninstalled"}, "Ev9", event_time=int(at.timestamp()))
        return gone.status_code
    assert isinstance(here.harness, MsTeamsHarness)
    activity = here.harness.activity("installationUpdate", action="remove", id="f:9", timestamp=at.isoformat())
    return (await here.harness.post(activity)).status_code


@pytest.mark.parametrize(("platform", "database"), [("slack", "postgresql"), ("msteams", "sqlite")])
async def test_who_was_removed_is_silent_and_begins_anew(
    platform: str, database: str, migrated_database: MakeDatabase, tmp_path: Path
) -> None:
    """Whoever wishes tips again gets the next one, and none of those that were missed."""
    async with stage(platform, Midway(migrated_database(database, tmp_path), FakeAnswering())) as here:
        await subscribe(here)
        [tip] = await here.wait(1)
        assert TIP in words(tip.text)
        for _ in range(2):
            assert await removed(here) < 300
        assert await here.wait(WEEK) == [] and await here.wait(WEEK) == []
        await subscribe(here)
        tips = [shown for shown in await here.wait(WEEK) if TIP in words(shown.text)]
        assert len(tips) == 1


async def test_a_client_secret_that_expired_costs_no_tip_and_no_answer(
    migrated_database: MakeDatabase, tmp_path: Path
) -> None:
    """In Teams; what was due goes out within a quarter of an hour after it was renewed."""
    async with stage("msteams", Midway(migrated_database("sqlite", tmp_path), FakeAnswering())) as here:
        await subscribe(here)
        assert isinstance(here.harness, MsTeamsHarness)
        teams = here.harness.teams
        teams.tokens.clear()
        teams.login_answers = (401, {"error": "invalid_client"})
        assert await here.wait(1) == [] and await here.say("How do we launch a pilot?") == []
        teams.login_answers = None
        here.midway.clock.now += timedelta(minutes=20)
        said = [words(shown.text) for shown in await here.wait(0)]
        assert [TIP in text for text in said].count(True) == 1 and any("One page is enough" in text for text in said)
        assert any(TIP in words(shown.text) for shown in await here.wait(WEEK))
