"""A champion gets the brief of a result and puts it into other words, on every platform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.results import Figures
from tests.dialogues.stage import PLATFORMS, Midway, stage
from tests.dialogues.transcript import play
from tests.fakes.answering import FakeAnswering
from tests.harness.msteams import MsTeamsHarness
from tests.harness.slack import SlackHarness

FIGURES = Figures(
    "Response time", 48, 61, "hours", "October 2026", "the service desk's sheet", lower_is_better=True, estimated=True, cost=1200,
    currency="EUR", credit="The service desk",
)
TRANSCRIPT = """
> make the brief
< Brief: Response time: 48 → 61 hours
< Chapter North tried “Write a one-page pilot charter”: Response time went from an estimated 48 to 61 hours (October 2026).
< but lower was wanted: it got worse. These figures are estimated, not measured.
< 27 % higher, which is worse
< 1,200 EUR
< Shall we stop “Write a one-page pilot charter”, or change how we do it and measure again?
< The service desk
< I do not send this to anyone
< [Change the words]
> [Change the words]
< The words of your brief
> {first: We were slower than before.}
< Saved.
< We were slower than before.
< 27 % higher, which is worse
<! went from an estimated
"""


async def stated(midway: Midway) -> None:
    """The one team there is has stated a result."""
    async with midway.storage.unit() as unit:
        [team] = await unit.teams.everywhere()
        await unit.results.state(team.tenant, team.id, "pilot-charter", FIGURES, "p1", datetime(2026, 11, 23, tzinfo=UTC), event_key="r1")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_brief_is_given_and_reworded(platform: str, migrated_database: Callable[[str, Path], str], tmp_path: Path) -> None:
    """What got worse stays worse whatever the words are; where the platform can, the picture stands there."""
    midway = Midway(migrated_database("sqlite", tmp_path), FakeAnswering())
    async with stage(platform, midway) as where:
        await where.say("my team is Chapter North")
        await stated(midway)
        await play(TRANSCRIPT, where)
        if isinstance(where.harness, SlackHarness):
            assert len(where.harness.slack.files) == 2 and all(file.complete for file in where.harness.slack.files.values())
        elif isinstance(where.harness, MsTeamsHarness):
            assert "data:image/png;base64," in str(where.harness.teams.standing())
        else:
            drawn = "░░ 48 (estimated)" if platform == "terminal" else "Response time (hours)"
            assert any(drawn in shown.text for shown in where.seen)
