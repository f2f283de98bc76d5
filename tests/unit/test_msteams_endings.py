"""What Teams says has ended, as values: Midway in a chat or a team, a channel, a team."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.msteams import parse
from adapters.msteams.parse import CHANNEL_DELETED, REMOVED, TEAM_DELETED, ended
from bot.messages import Reach

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
BOT, PERSON, AAD, TENANT = "28:bot", "29:person", "aad-object-id", "tenant-1"
TEAM, CHANNEL, CHAT, GROUP = "19:general@thread.tacv2", "19:253b@thread.tacv2", "a:1", "19:group@thread.v2"
PERSONAL = {"id": CHAT, "conversationType": "personal", "tenantId": TENANT}
GROUP_CHAT = {"id": GROUP, "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT}
IN_TEAM = {"id": TEAM, "conversationType": "channel", "isGroup": True, "tenantId": TENANT}


def activity(kind: str, where: dict[str, Any], team: str = "", **more: Any) -> dict[str, Any]:
    data = {"tenant": {"id": TENANT}, **({"team": {"id": team, "name": "North"}} if team else {}), **more.pop("data", {})}
    return {
        "type": kind, "id": "f:1", "timestamp": "2026-10-05T08:59:58.5Z", "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/", "from": {"id": PERSON, "aadObjectId": AAD},
        "recipient": {"id": BOT}, "conversation": where, "channelData": data, **more,
    }


def removed(where: dict[str, Any], team: str = "", action: str = "remove") -> dict[str, Any]:
    return activity("installationUpdate", where, team, action=action)


def left(where: dict[str, Any], team: str = "", who: str = BOT) -> dict[str, Any]:
    return activity("conversationUpdate", where, team, membersRemoved=[{"id": who}])


def event(name: str, **part: dict[str, str]) -> dict[str, Any]:
    return activity("conversationUpdate", IN_TEAM, TEAM, data={"eventType": name, **part})


ALL_CHANNELS, ONE = Reach("msteams", TENANT, within=TEAM), Reach("msteams", TENANT, CHANNEL)


@pytest.mark.parametrize(
    ("heard", "reach", "reason", "user"),
    [
        (removed(PERSONAL), Reach("msteams", TENANT, CHAT), REMOVED, AAD),
        (removed(PERSONAL, action="remove-upgrade"), Reach("msteams", TENANT, CHAT), REMOVED, AAD),
        (left(PERSONAL), Reach("msteams", TENANT, CHAT), REMOVED, AAD),
        (removed(GROUP_CHAT), Reach("msteams", TENANT, GROUP), REMOVED, ""),
        (left(GROUP_CHAT), Reach("msteams", TENANT, GROUP), REMOVED, ""),
        (removed(IN_TEAM, TEAM), ALL_CHANNELS, REMOVED, ""),
        (left(IN_TEAM, TEAM), ALL_CHANNELS, REMOVED, ""),
        (event("channelDeleted", channel={"id": CHANNEL, "name": "Plans"}), ONE, CHANNEL_DELETED, ""),
        (event("teamDeleted"), ALL_CHANNELS, TEAM_DELETED, ""),
    ],
    ids=range(9),
)
def test_what_is_over_says_where_and_why(heard: dict[str, Any], reach: Reach, reason: str, user: str) -> None:
    """Of a team all channels; whose chat it was only where it is one person's."""
    found = ended(heard, NOW)
    assert found and (found.reach, found.reason, found.user) == (reach, reason, user)
    assert found.event_id == parse.event_id(heard) and found.at == datetime(2026, 10, 5, 8, 59, 58, 500_000, UTC)


@pytest.mark.parametrize(
    "heard",
    [
        removed(PERSONAL, action="add"), removed(IN_TEAM, TEAM, "add-upgrade"), left(GROUP_CHAT, who=PERSON),
        activity("conversationUpdate", PERSONAL, membersRemoved={"id": BOT}), activity("conversationUpdate", PERSONAL, membersRemoved=[BOT]),
        event("channelDeleted"), event("channelDeleted", channel={"id": ""}), event("channelRenamed", channel={"id": CHANNEL}),
        activity("conversationUpdate", IN_TEAM, data={"eventType": "teamDeleted"}), activity("message", PERSONAL, membersRemoved=[{"id": BOT}]),
        {**event("teamDeleted"), "channelData": "teamDeleted"}, {**event("teamDeleted"), "type": "messageReaction"},
    ],
    ids=range(12),
)
def test_all_else_ends_nothing(heard: dict[str, Any]) -> None:
    """Somebody else who leaves, an installation, a new name, strange shapes."""
    assert ended(heard, NOW) is None


def test_a_channel_says_which_team_it_is_in() -> None:
    """So that it ends with the team; a chat is in none."""
    assert parse.conversation(activity("message", {**IN_TEAM, "id": f"{CHANNEL};messageid=17"}, TEAM)).within == TEAM
    assert parse.conversation(activity("message", PERSONAL)).within == ""
