"""Time zones: names that exist, from the machine, and from Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio

from adapters.slack import zones as slack_zones
from adapters.terminal.person import local_zone
from adapters.web.parse import Posted, parse_zone
from adapters.zones import known_zone
from tests.fakes.slack_delivery import COLLEAGUE, PERSON
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness, harness


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/UTC", "UTC"])
def test_a_zone_that_exists_is_known(name: str) -> None:
    assert known_zone(name) == name
    assert parse_zone(Posted({"zone": name}, plain=False)) == name


@pytest.mark.parametrize("name", ["", "europe/berlin", "Europe/Nowhere", "/etc/passwd", "../UTC", "CET-1CEST", None, 1, ["UTC"]])
def test_anything_else_is_not(name: object) -> None:
    """Not guessed at, and never opened as a file."""
    assert known_zone(name) is None
    assert parse_zone(Posted({"zone": name}, plain=False)) is None


@pytest.mark.parametrize(("link", "environment", "zone"), [
    ("/usr/share/zoneinfo/Europe/Lisbon", {}, "Europe/Lisbon"),
    ("../usr/share/zoneinfo/UTC", {}, "UTC"),
    ("/var/db/timezone/zoneinfo/Asia/Tokyo", {"TZ": ""}, "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Europe/Lisbon", {"TZ": "Asia/Tokyo"}, "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Europe/Lisbon", {"TZ": ":Asia/Tokyo"}, "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Europe/Lisbon", {"TZ": ":/usr/share/zoneinfo/Asia/Tokyo"}, "Asia/Tokyo"),
    ("/usr/share/zoneinfo/Europe/Lisbon", {"TZ": "JST-9"}, None),
    ("/somewhere/else", {}, None),
    (None, {}, None),
])  # fmt: skip
def test_the_zone_of_a_machine(tmp_path: Path, link: str | None, environment: dict[str, str], zone: str | None) -> None:
    """What is set for the session counts; a rule without a name is none, and so is a copied file."""
    localtime = tmp_path / "localtime"
    if link:
        localtime.symlink_to(link)
    else:
        localtime.write_bytes(b"TZif")
    assert local_zone(environment, localtime) == zone
    assert local_zone(environment, tmp_path / "missing") == (zone if environment.get("TZ") else None)


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackHarness]:
    async with harness(RecordingIntake()) as made:
        yield made


async def test_slack_is_asked_once_a_day(slack: SlackHarness) -> None:
    """For each person; then again, for people move."""
    assert [await slack.adapter.zone_of(PERSON) for _ in range(3)] == ["Europe/Berlin"] * 3
    assert slack.slack.called("users.info") == [{"user": PERSON}]
    slack.slack.profiles[PERSON] = {"tz": "Asia/Tokyo"}
    slack.slack.clock.now += timedelta(hours=23)
    assert await slack.adapter.zone_of(PERSON) == "Europe/Berlin"
    slack.slack.clock.now += timedelta(hours=1)
    assert await slack.adapter.zone_of(PERSON) == "Asia/Tokyo"


@pytest.mark.parametrize("profile", [{}, {"tz": None}, {"tz": "Nowhere/Land"}])
async def test_a_profile_without_a_zone_is_not_asked_for_again(slack: SlackHarness, profile: dict[str, str]) -> None:
    slack.slack.profiles[COLLEAGUE] = profile
    assert [await slack.adapter.zone_of(COLLEAGUE) for _ in range(2)] == [None, None]
    assert len(slack.slack.called("users.info")) == 1


@pytest.mark.parametrize("how", ["rate-limit", "server-error", "no-json", "gone", "fatal"])
async def test_a_failure_is_no_zone_and_the_next_time_is_another(
    slack: SlackHarness, how: Literal["rate-limit", "server-error", "no-json", "gone", "fatal"]
) -> None:
    slack.slack.fail_next(how)
    assert await slack.adapter.zone_of(PERSON) is None
    assert await slack.adapter.zone_of(PERSON) == "Europe/Berlin"


async def test_without_the_permission_or_the_person_there_is_no_zone(slack: SlackHarness) -> None:
    """An app that was installed with an older manifest lacks it."""
    assert await slack.adapter.zone_of("U0NOBODY") is None
    slack.slack.scopes.clear()
    assert await slack.adapter.zone_of(PERSON) is None


async def test_slack_is_not_waited_for_long(slack: SlackHarness) -> None:
    slack.slack.fail_next("time-out")
    zones = slack_zones.Zones(slack.adapter._api, slack.slack.clock, patience_seconds=0.05)
    assert await zones.of(PERSON) is None
    assert slack_zones.PATIENCE_SECONDS == 1.5


async def test_not_everybody_is_remembered_for_ever(slack: SlackHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go; they are asked for again."""
    monkeypatch.setattr(slack_zones, "_MOST_KEPT", 1)
    for user in (PERSON, COLLEAGUE, PERSON):
        await slack.adapter.zone_of(user)
    assert len(slack.slack.called("users.info")) == 3
