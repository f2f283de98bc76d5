"""The request's body: small, JSON, and shaped like an activity, or refused before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from adapters import guard
from adapters.msteams import limits
from adapters.msteams.verify import NotGenuine

_T = TypeVar("_T")
_IDENTIFIED = ("conversation", "from", "recipient")


async def read(request: Request) -> bytes:
    """The raw bytes of a JSON request."""
    if guard.media_type(request) != guard.JSON_TYPE:
        raise NotGenuine(415, "the content type is not JSON")
    return _or_refuse(await guard.read_body(request))


def activity(raw: bytes) -> Mapping[str, Any]:
    """The bytes as an activity with readable ids."""
    data = _or_refuse(guard.json_object(raw))
    if not _is_id(data.get("type")) or not _is_id(data.get("serviceUrl")):
        raise NotGenuine(400, "the body is not an activity")
    if not all(_has_id(data.get(name)) for name in _IDENTIFIED):
        raise NotGenuine(400, "the activity does not say who and where")
    if not all(data.get(name) is None or _is_id(data[name]) for name in ("id", "replyToId")):
        raise NotGenuine(400, "the activity's ids cannot be read")
    return data


def _or_refuse(value: _T | guard.Refused) -> _T:
    if isinstance(value, guard.Refused):
        raise NotGenuine(value.status, value.reason)
    return value


def _has_id(value: object) -> bool:
    return isinstance(value, dict) and _is_id(value.get("id"))


def _is_id(value: object) -> bool:
    """Ids end up in addresses of requests: printable, of sane length, no lone surrogates."""
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= limits.ID_CHARACTERS.value
