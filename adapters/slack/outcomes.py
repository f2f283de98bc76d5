"""What a failed call to Slack means: certainly not shown, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.ports import Rejected, Unknown

FAILURES = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)
"""Everything a call to Slack raises when Slack or the way there fails."""

RETRY_SECONDS = 30.0
"""Ours, where Slack names no delay; docs.slack.dev/apis/web-api/rate-limits shows 30 in its example."""

MAYBE_SHOWN = frozenset(
    # docs.slack.dev/reference/methods/chat.postMessage, "Errors": beside fatal_error and internal_error stands that
    # something may have succeeded all the same. service_unavailable is unconfirmed and treated with the same care.
    {"fatal_error", "internal_error", "service_unavailable"}
)

FOR_NOW = frozenset(
    # Same page: refused at this moment, to be tried again (message_limit_exceeded is unconfirmed). request_timeout
    # means that the request arrived cut off.
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "accesslimited",
        "team_added_to_org",
        "org_login_required",
        "ekm_access_denied",
        "request_timeout",
    }
)

CUT_OFF = frozenset(
    # Same page: about the token and the rights of the app, so every place is refused until somebody puts them in order.
    {
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "missing_scope",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)

UNDRAWABLE = frozenset(
    # The blocks were refused, so the same words without them may pass: slackapi/bolt-js issue 2509 and the same page;
    # invalid_blocks_format and block_mismatch are unconfirmed.
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "block_mismatch"}
)

GONE = frozenset({"message_not_found", "thread_not_found", "message_deleted"})
"""The message does not stand there (any more); message_deleted is unconfirmed."""

_NOT_A_MEMBER = (
    "I am not a member of this channel, so only you see this. "
    "Invite me with /invite @Midway, or nothing can be posted here."
)
_NO_MESSAGES = "This channel takes no messages from me, so only you see this."

CLOSED: Mapping[str, str] = {
    # The app cannot say it to all in the channel, so it says it to the one who asked, and this with it.
    "not_in_channel": _NOT_A_MEMBER,
    "channel_not_found": _NOT_A_MEMBER,
    "is_archived": _NO_MESSAGES,
    "restricted_action": _NO_MESSAGES,
    "restricted_action_read_only_channel": _NO_MESSAGES,
}

UNINVITED = frozenset({"not_in_channel", "channel_not_found"})
"""The app is not where it is to speak, or that does not exist; user_not_in_channel is about the person."""

BESIDES = (
    "This is for a channel that I am not a member of, so only you see it. "
    "Invite me there with /invite @Midway."
)

REASONS: Mapping[str, str] = {
    # Codes worth a better sentence than their name, from the methods' pages and not each confirmed: a code that is in
    # none of these tables is a permanent refusal just the same.
    "account_inactive": "The app was removed from the workspace.",
    "app_uninstalled": "The app was removed from the workspace.",
    "token_revoked": "The bot token was revoked; set a new MIDWAY_SLACK__BOT_TOKEN.",
    "token_expired": "The bot token has expired; set a new MIDWAY_SLACK__BOT_TOKEN.",
    "invalid_auth": "Slack does not know the bot token; check MIDWAY_SLACK__BOT_TOKEN.",
    "not_authed": "No bot token was sent; set MIDWAY_SLACK__BOT_TOKEN.",
    "missing_scope": "The app lacks a permission; install it again with the current manifest.",
    "no_permission": "The workspace does not allow the app to do this.",
    "restricted_action": "The workspace does not allow the app to post here.",
    "channel_not_found": "The channel does not exist or the app cannot see it.",
    "is_archived": "The channel is archived.",
    "not_in_channel": "The app is not in the channel; invite it.",
    "user_not_found": "The person does not exist any more.",
    "user_not_in_channel": "The person is not in the channel any more.",
    "user_disabled": "The person's account is switched off.",
    "cannot_dm_bot": "Slack lets no app write to this account.",
    "message_not_found": "The message is no longer there.",
    "thread_not_found": "The thread does not exist any more.",
    "cant_update_message": "Slack does not let the app change this message.",
    "cant_delete_message": "Slack does not let the app delete this message.",
    "edit_window_closed": "Slack does not let old messages be changed here.",
    "expired_url": "Slack's way back to the person has expired.",
    "used_url": "Slack's way back to the person has been used up.",
}


def outcome(problem: BaseException) -> Rejected | Unknown:
    """The meaning of one of ``FAILURES``. Reasons never repeat what was sent."""
    if isinstance(problem, SlackApiError):
        return answered(_status(problem), error_code(problem), _headers(problem))
    if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        # No connection came about, so nothing was sent.
        return Rejected("Slack cannot be reached.", permanent=False, retry_after=RETRY_SECONDS)
    return Unknown(f"The connection to Slack failed ({type(problem).__name__}).")


def answered(status: int, code: str, headers: Mapping[str, str]) -> Rejected | Unknown:
    """The meaning of an answer of Slack that is no success."""
    if status == 429 or code in FOR_NOW:
        return Rejected("Slack wants fewer messages for a while.", False, _seconds(headers))
    if status >= 500 or code in MAYBE_SHOWN or not code:
        return Unknown(f"Slack answered with {status} {code}".strip())
    reason = REASONS.get(code, f"Slack refused it ({code}).")
    if code in CUT_OFF:
        return Rejected.cut_off(reason)
    return Rejected(reason, permanent=True)


def error_code(problem: SlackApiError) -> str:
    """Slack's word for what was wrong, empty where it said none."""
    data: Any = getattr(problem.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def _status(problem: SlackApiError) -> int:
    # slack_sdk hands over the bare HTTP response where the body is not JSON; its status has another name.
    status = getattr(problem.response, "status_code", None) or getattr(problem.response, "status", None)
    return status if isinstance(status, int) else 0


def _headers(problem: SlackApiError) -> Mapping[str, str]:
    headers = getattr(problem.response, "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _seconds(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if said.isascii() and said.isdecimal() and int(said) > 0 else RETRY_SECONDS
