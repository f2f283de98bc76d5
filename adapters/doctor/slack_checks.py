"""Slack: whether it takes the tokens, what it permits, and how it reaches Midway."""

from __future__ import annotations

import asyncio

from adapters.doctor.finding import Finding
from adapters.doctor.looking import Check
from adapters.plain import one_line
from adapters.settings import Settings, Slack
from adapters.slack.api import DEFAULT_API_URL, Answer, Failure, Known, SlackApi
from adapters.slack.manifest import SCOPES
from adapters.slack.outcomes import FOR_NOW
from bot.ports import Unknown

PATIENCE = 4.0
"""Seconds; less than a check has, so that it says what it waited for."""
BOT, APP = "MIDWAY_SLACK__BOT_TOKEN", "MIDWAY_SLACK__APP_TOKEN"
REINSTALL = "Paste `midway slack-manifest` again under App Manifest, then reinstall the app."
AWAY = "See whether this machine reaches Slack: network, proxy, MIDWAY_SLACK__API_URL."


def token(slack: Slack) -> Finding:
    """Asks Slack once whose token it is; that answer tells the permissions, too."""
    if not slack.bot_token:
        said = f"{BOT} is empty, so Slack is off, though other settings of Slack are there."
        return Finding("slack-token", "wrong", said, f"Set {BOT} (docs/slack.md, step 3), then restart Midway.")
    if not slack.bot_token.get_secret_value().startswith("xoxb-"):
        said = f"{BOT} is not a bot token: those begin with xoxb-."
        return Finding("slack-token", "wrong", said, "Copy the Bot User OAuth Token (docs/slack.md, step 3).")
    known = asyncio.run(_known(slack.bot_token.get_secret_value(), slack.api_url or DEFAULT_API_URL))
    return _not_taken("slack-token", BOT, known) if isinstance(known, Failure) else _permitted(known)


def events(slack: Slack, public_url: str) -> Finding:
    """Socket Mode where there is an app token, as in `midway serve`; else HTTP."""
    if slack.app_token:
        return _socket(slack.app_token.get_secret_value(), slack.api_url or DEFAULT_API_URL)
    if not slack.signing_secret:
        said = f"{APP} and MIDWAY_SLACK__SIGNING_SECRET are empty: nothing comes in from Slack."
        return Finding("slack-events", "wrong", said, f"Set {APP} (docs/slack.md, step 4), then restart Midway.")
    if not public_url.startswith("https://"):
        said = "Slack is to call Midway over HTTP, and MIDWAY_PUBLIC_URL names no https address."
        return Finding("slack-events", "warning", said, "Set MIDWAY_PUBLIC_URL to the address that Slack calls.")
    said = "Slack calls Midway at MIDWAY_PUBLIC_URL; whether it gets through, only Slack can see."
    return Finding("slack-events", "ok", said)


def _permitted(known: Known) -> Finding:
    where = f"Slack takes the bot token (workspace {one_line(known.workspace) or 'without a name'})"
    if known.scopes is None:
        return Finding("slack-token", "warning", f"{where}, but does not say what it permits.", AWAY)
    if lacking := sorted(set(SCOPES) - known.scopes):
        said = f"{where}, but does not permit {len(lacking)} of {len(SCOPES)} things: {', '.join(lacking)}."
        return Finding("slack-token", "wrong", said, REINSTALL)
    return Finding("slack-token", "ok", f"{where} and permits all that the manifest asks for.")


def _socket(app_token: str, api_url: str) -> Finding:
    """Asks for an address to connect to and does not connect: that Slack gives one shows that it would."""
    if not app_token.startswith("xapp-"):
        said = f"{APP} is not an app-level token: those begin with xapp-."
        return Finding("slack-events", "wrong", said, "Generate one (docs/slack.md, step 4).")
    opened = asyncio.run(_opened(app_token, api_url))
    if isinstance(opened, Failure):
        return _not_taken("slack-events", APP, opened)
    return Finding("slack-events", "ok", "Slack takes the app token: what people say comes in over Socket Mode.")


def _not_taken(id_: str, setting: str, failure: Failure) -> Finding:
    """Slack's word is told as it is, for whoever looks it up."""
    unknown = f"Nothing is known of {setting}: {failure.outcome.reason}"
    if failure.code in FOR_NOW:
        return Finding(id_, "warning", unknown, "Run `midway doctor` again in a minute.")
    if not failure.code or isinstance(failure.outcome, Unknown):
        return Finding(id_, "wrong", unknown, AWAY)
    said = f"Slack does not take {setting} ({one_line(failure.code)})."
    return Finding(id_, "wrong", said, f"Compare {setting} with what Slack shows, then restart Midway.")


async def _known(bot_token: str, api_url: str) -> Known | Failure:
    api = SlackApi(bot_token, api_url, PATIENCE)
    try:
        return await api.known()
    finally:
        await api.close()


async def _opened(app_token: str, api_url: str) -> Answer | Failure:
    api = SlackApi(app_token, api_url, PATIENCE)
    try:
        return await api.call("apps.connections.open", {})
    finally:
        await api.close()


def checks(settings: Settings) -> list[Check]:
    return [
        Check("slack-token", "the bot token of Slack", lambda: token(settings.slack)),
        Check("slack-events", "how Slack reaches Midway", lambda: events(settings.slack, settings.public_url)),
    ]
