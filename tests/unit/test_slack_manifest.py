"""The manifest: uploadable as it is, reachable where it must be, with no permission that nothing needs."""

from __future__ import annotations

import json

import pytest

from adapters.slack.manifest import EVENTS, PEOPLE, SCOPES, ManifestImpossible, manifest

QUESTIONS = [f"Question {n}?" for n in range(9)]

SCOPE_OF_EVENT = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "tokens_revoked": None,
    "user_change": "users:read",
}
"""docs.slack.dev/reference/events, each event's page."""

SCOPES_OF_METHODS = {"chat:write", "assistant:write", "channels:history", "groups:history", "im:history", "files:write", "users:read"}
"""docs.slack.dev/reference/methods, each method we call; views.publish needs none."""


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    """Events, methods and the command, nothing else."""
    needed = {scope for scope in SCOPE_OF_EVENT.values() if scope} | SCOPES_OF_METHODS | {"commands"}
    assert set(SCOPES) == needed
    assert set(EVENTS) == set(SCOPE_OF_EVENT)
    made = manifest("https://midway.example", False)
    assert set(made["oauth_config"]["scopes"]) == {"bot"}
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)


def test_a_very_large_workspace_need_not_hear_of_every_change_of_a_profile() -> None:
    """All other events are asked for as ever, and no permission less: the time zone needs it."""
    heard, less = ({**manifest(None, True, people=people)} for people in (True, False))
    events = heard["settings"]["event_subscriptions"]["bot_events"]
    assert events == list(EVENTS) and PEOPLE in events
    assert less["settings"]["event_subscriptions"]["bot_events"] == [event for event in events if event != PEOPLE]
    assert less["oauth_config"] == heard["oauth_config"]


def test_over_http_every_address_is_the_one_path() -> None:
    """Events, buttons and the command arrive at the same place, whether the setting ends in a slash or not."""
    for public_url in ("https://midway.example", "https://midway.example/"):
        made = manifest(public_url, False)
        path = "https://midway.example/slack/events"
        assert made["settings"]["event_subscriptions"]["request_url"] == path
        assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": path}
        assert made["features"]["slash_commands"][0]["url"] == path
        assert made["settings"]["socket_mode_enabled"] is False


def test_over_socket_mode_no_address_is_needed() -> None:
    """Nor given."""
    made = manifest(None, True)
    assert "url" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize("public_url", [None, "", "http://midway.example", "midway.example"])
def test_an_address_slack_cannot_use_is_refused_with_the_remedy(public_url: str | None) -> None:
    """Slack posts to https only."""
    with pytest.raises(ManifestImpossible, match="MIDWAY_PUBLIC_URL"):
        manifest(public_url, False)


def test_the_app_is_an_agent_with_both_tabs() -> None:
    """`agent_view`, not the older `assistant_view`; at most four prompts; people may write to it."""
    features = manifest(None, True, QUESTIONS)["features"]
    assert "assistant_view" not in features
    assert set(features["agent_view"]) == {"agent_description", "suggested_prompts"}
    assert features["agent_view"]["suggested_prompts"] == [{"title": q, "message": q} for q in QUESTIONS[:4]]
    assert features["app_home"] == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}


def test_lengths_and_names_are_as_slack_wants_them() -> None:
    """docs.slack.dev/reference/app-manifest."""
    made = manifest("https://midway.example", False, QUESTIONS)
    assert set(made) == {"display_information", "features", "oauth_config", "settings"}
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["agent_view"]["agent_description"]) <= 300
    [command] = made["features"]["slash_commands"]
    assert command["command"] == "/midway"
    assert len(command["description"]) <= 2_000
    assert command["should_escape"] is False
