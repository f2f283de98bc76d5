"""The manifest that makes the Slack app: uploaded as it is, with no more permissions than are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.home import prompts
from adapters.slack.limits import AGENT_DESCRIPTION, DESCRIPTION

EVENTS_PATH = "/slack/events"
COMMAND = "/midway"

_DESCRIPTION = "Asks and answers about social media work: curated practices, with sources."
_AGENT = (
    "Midway knows curated best practice for social media work in large organizations. Ask how to launch a pilot, "
    "what to measure or how to win a sponsor; every answer names its sources."
)

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear a question in a channel",
    "assistant:write": "suggest questions in the messages tab",
    "channels:history": "hear follow-ups in a thread, and find an answer again before sending it twice",
    "channels:read": "hear that it was removed from a channel, or that a channel was archived or deleted",
    "chat:write": "answer, show that an answer is on its way, stream it",
    "commands": "answer /midway",
    "files:write": "show a chart as a picture",
    "groups:history": "the same as channels:history in private channels that invited the app",
    "groups:read": "the same as channels:read of private channels that invited the app",
    "im:history": "hear what is said in direct messages",
    "mpim:history": "the same as channels:history in direct messages of several people that the app is in",
    "users:read": "know the time zone of whoever sets a time, and hear that an account was switched off",
}
"""Each permission and what it is for (docs.slack.dev/reference/scopes)."""

EVENTS: Mapping[str, str] = {
    "app_home_opened": "show the home tab and suggest questions",
    "app_mention": "a question in a channel",
    "app_uninstalled": "stop sending",
    "channel_archive": "stop sending there",
    "channel_deleted": "stop sending there",
    "channel_left": "stop sending there: the app was removed from the channel",
    "group_archive": "stop sending there, of a private channel",
    "group_deleted": "stop sending there, of a private channel",
    "group_left": "stop sending there: the app was removed from the private channel",
    "message.channels": "a follow-up in a thread of a channel",
    "message.groups": "a follow-up in a thread of a private channel",
    "message.im": "a question in direct messages",
    "message.mpim": "a question or follow-up in direct messages of several people",
    "tokens_revoked": "stop sending",
    "user_change": "stop sending to whose account was switched off, and offer what was theirs to their team",
}
"""Each event and what it is for (docs.slack.dev/reference/events)."""

PEOPLE = "user_change"
"""Comes with every change of anybody's profile or status. Slack delivers 30,000 events an hour and drops the rest
(docs.slack.dev/reference/events/app_rate_limited), so in a very large workspace it would cost questions.
"""


class ManifestImpossible(ValueError):
    """A setting does not fit into the manifest; the message says which and what it must be."""


def manifest(
    public_url: str | None, socket_mode: bool, questions: Sequence[str] = (), *, people: bool = True
) -> dict[str, Any]:
    """What ``midway slack-manifest`` prints; without ``people``, changes of accounts are not heard.

    Without Socket Mode Slack must reach ``public_url``. Raises ``ManifestImpossible`` where it cannot.
    """
    if not socket_mode and not (public_url or "").startswith("https://"):
        raise ManifestImpossible("Set MIDWAY_PUBLIC_URL to the https address that Slack reaches, or use --socket.")
    url = None if socket_mode else f"{(public_url or '').rstrip('/')}{EVENTS_PATH}"
    return {
        "display_information": {
            "name": "Midway",
            "description": _DESCRIPTION[:DESCRIPTION],
            "background_color": "#1f3a5f",
        },
        "features": _features(url, questions),
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": _settings(url, socket_mode, [event for event in EVENTS if people or event != PEOPLE]),
    }


def _features(url: str | None, questions: Sequence[str]) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        "description": "Ask Midway; only you see the answer",
        "usage_hint": "How do we launch a pilot?",
        "should_escape": False,
    }
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "agent_view": {"agent_description": _AGENT[:AGENT_DESCRIPTION], "suggested_prompts": prompts(questions)},
        "bot_user": {"display_name": "Midway", "always_online": True},
        "slash_commands": [command | {"url": url} if url else command],
    }


def _settings(url: str | None, socket_mode: bool, events: Sequence[str]) -> dict[str, Any]:
    reached = {"request_url": url} if url else {}
    return {
        "event_subscriptions": {**reached, "bot_events": events},
        "interactivity": {"is_enabled": True, **reached},
        "org_deploy_enabled": False,
        "socket_mode_enabled": socket_mode,
        "token_rotation_enabled": False,
    }
