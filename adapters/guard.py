"""Refuses what is not genuine before anything parses it, and logs a refusal without a word of the request.

The platform-neutral part reads a body within a limit and turns JSON into an object; the Slack part checks the
signature over the raw bytes. The order never changes: size, content type, signature, time, only then JSON and shape.
Nothing here raises for a bad request: the answer is a ``Refused`` with a 4xx status.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.ports import Clock

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

MAX_BODY_BYTES = 1_048_576
"""Ours: the largest payload seen carries a message of 50 blocks, well under a tenth of this."""

MAX_DEPTH = 64
"""Ours: the deepest payload in the documentation has fifteen levels; parsers behind us recurse."""

MAX_FORM_FIELDS = 100
"""Ours: a slash command has about fifteen fields."""

SIGNATURE_WINDOW_SECONDS = 300
"""docs.slack.dev/authentication/verifying-requests-from-slack: five minutes, in both directions."""

Status = Literal[400, 401, 403, 413, 415]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """``reason`` is ours alone: it never repeats anything of the request."""

    status: Status
    reason: str


def refused(platform: str, refusal: Refused) -> Refused:
    """Logs the refusal in one short line and hands it back."""
    _log.warning("%s: refused a request with %d: %s", platform, refusal.status, refusal.reason)
    return refusal


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes | Refused:
    """The raw body, or a refusal as soon as it is known to be longer than ``limit`` bytes."""
    if _announced_length(request) > limit:
        return Refused(413, "the body is too large")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return Refused(413, "the body is too large")
    except ClientDisconnect:
        return Refused(400, "the sender went away before the body ended")
    return bytes(body)


def media_type(request: Request) -> str:
    """The content type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def json_object(body: bytes | str) -> dict[str, Any] | Refused:
    """The JSON object in ``body``; anything else, also one nested too deeply, is refused with 400."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Refused(400, "the body is not JSON")
    if not isinstance(value, dict):
        return Refused(400, "the body is not a JSON object")
    if _too_deep(value):
        return Refused(400, "the body is nested too deeply")
    return value


def slack_signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack sends as ``x-slack-signature`` for these raw bytes at this time."""
    signed = b"v0:" + timestamp.encode("ascii") + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class SlackGuard:
    """Lets through what Slack signed with ``secret`` within the last five minutes by ``clock``.

    Replays within the window pass: the intake knows every event by its id and takes it once.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        if not secret:
            # An empty secret would make anyone able to sign.
            raise ValueError("The Slack signing secret is empty; set MIDWAY_SLACK__SIGNING_SECRET.")
        self._secret = secret
        self._clock = clock

    async def admit(self, request: Request) -> dict[str, Any] | Refused:
        """The payload of a genuine request (of an interaction the inner one), or the refusal, already logged."""
        admitted = await self._admitted(request)
        return refused("slack", admitted) if isinstance(admitted, Refused) else admitted

    async def _admitted(self, request: Request) -> dict[str, Any] | Refused:
        body = await read_body(request)
        if isinstance(body, Refused):
            return body
        kind = media_type(request)
        if kind not in (JSON_TYPE, FORM_TYPE):
            return Refused(415, "the content type is neither JSON nor a form")
        return self._not_signed(request.headers, body) or _payload(kind, body)

    def _not_signed(self, headers: Mapping[str, str], body: bytes) -> Refused | None:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not (timestamp and signature):
            return Refused(401, "the request is not signed")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            return Refused(401, "the timestamp is not a number of seconds")
        # Compared as bytes: comparing text that is not ASCII raises.
        if not hmac.compare_digest(slack_signature(self._secret, timestamp, body).encode(), signature.encode("utf-8")):
            return Refused(401, "the signature is wrong")
        if abs(self._clock().timestamp() - int(timestamp)) > SIGNATURE_WINDOW_SECONDS:
            return Refused(403, "the request is too old or from the future")
        return None


def _payload(kind: str, body: bytes) -> dict[str, Any] | Refused:
    if kind == JSON_TYPE:
        return json_object(body)
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
    except ValueError:
        return Refused(400, "the form cannot be read")
    if "payload" in fields:
        return json_object(fields["payload"])
    return dict(fields) if "command" in fields else Refused(400, "the form is neither an interaction nor a command")


def _announced_length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() and len(length) <= 18 else 0


def _no_constant(name: str) -> NoReturn:
    # NaN and Infinity are no JSON, and nothing behind us can store them.
    raise ValueError("not a JSON constant")


def _too_deep(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
