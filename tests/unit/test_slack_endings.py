"""What Slack says has ended, as values: the app, its place in a channel, a channel, somebody's account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.manifest import EVENTS
from adapters.slack.parse import ended
from bot.messages import PersonGone, PlacesClosed, Reach
from tests.fakes.slack_delivery import BOT, CHANNEL, PERSON, TEAM, event_payload

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THERE = Reach("slack", TEAM, CHANNEL)
OVER = [
    ({"type": "app_uninstalled"}, Reach("slack", TEAM), "The app was removed from the workspace."),
    (
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}, Reach("slack", TEAM),
        "The bot token was revoked; set a new MIDWAY_SLACK__BOT_TOKEN.",
    ),
    ({"type": "channel_archive", "channel": CHANNEL, "user": PERSON}, THERE, "The channel is archived."),
    ({"type": "group_archive", "channel": CHANNEL}, THERE, "The channel is archived."),
    ({"type": "channel_deleted", "channel": CHANNEL}, THERE, "The channel does not exist or the app cannot see it."),
    ({"type": "group_deleted", "channel": CHANNEL}, THERE, "The channel does not exist or the app cannot see it."),
    ({"type": "channel_left", "channel": CHANNEL, "actor_id": PERSON}, THERE, "The app is not in the channel; invite it."),
    ({"type": "group_left", "channel": CHANNEL}, THERE, "The app is not in the channel; invite it."),
]
SWITCHED_OFF = {"type": "user_change", "user": {"id": PERSON, "team_id": TEAM, "deleted": True, "name": "somebody"}}


@pytest.mark.parametrize(("event", "reach", "reason"), OVER, ids=[event["type"] for event, _, _ in OVER])
def test_what_is_over_says_where_and_why(event: dict[str, Any], reach: Reach, reason: str) -> None:
    """Nothing else of the payload travels on, and the manifest asks for the event."""
    found = ended(event_payload(event, "Ev7"), NOW)
    assert found == PlacesClosed(f"{TEAM}/event/Ev7", reach, NOW, reason)
    assert event["type"] in EVENTS


def test_an_account_that_is_switched_off_is_somebodys() -> None:
    found = ended(event_payload(SWITCHED_OFF, "Ev7"), NOW)
    assert found == PersonGone(f"{TEAM}/event/Ev7", "slack", TEAM, PERSON, NOW, "The person's account is switched off.")
    assert "user_change" in EVENTS


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change", "user": {"id": PERSON, "deleted": False}}, {"type": "user_change", "user": {"id": PERSON}},
        {"type": "user_change", "user": {"deleted": True}}, {"type": "user_change", "user": PERSON},
        {"type": "tokens_revoked", "tokens": {"oauth": [PERSON]}}, {"type": "tokens_revoked", "tokens": {"bot": []}},
        {"type": "tokens_revoked"}, {"type": "channel_archive"}, {"type": "channel_archive", "channel": {"id": CHANNEL}},
        {"type": "channel_archive", "channel": CHANNEL, "is_moved": 1}, {"type": "channel_unarchive", "channel": CHANNEL},
        {"type": "member_left_channel", "channel": CHANNEL, "user": PERSON}, {"type": "message", "channel": CHANNEL, "user": PERSON},
    ],
    ids=str,
)
def test_all_else_ends_nothing(event: dict[str, Any]) -> None:
    """A change of a profile, somebody's own token, a colleague who leaves, a channel that moved."""
    assert ended(event_payload(event), NOW) is None


def test_without_a_name_of_the_event_or_of_the_workspace_nothing_is_taken() -> None:
    payload = event_payload({"type": "app_uninstalled"})
    assert ended({**payload, "event_id": None}, NOW) is None
    assert ended({**payload, "authorizations": [], "team_id": ""}, NOW) is None


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (int(NOW.timestamp()) - 60, NOW - timedelta(seconds=59)), (int(NOW.timestamp()) + 60, NOW), (None, NOW), ("soon", NOW), (-1, NOW),
    ],
    ids=str,
)
def test_when_it_happened_is_what_slack_says_but_never_later_than_now(said: object, at: datetime) -> None:
    """In whole seconds: what was begun within that second was begun before."""
    found = ended(event_payload({"type": "app_uninstalled"}) | {"event_time": said}, NOW)
    assert found and found.at == at
