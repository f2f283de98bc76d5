"""What a form of the pages sends: never a part of a text."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.types import Message

from adapters.web.desk.posted import MOST_TEXT, TOO_LONG, read_form
from adapters.web.parse import Refused


def request(**fields: str) -> Request:
    body = urlencode(fields).encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", str(len(body)).encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}, receive)


async def test_a_text_of_full_length_is_taken_whole() -> None:
    """However its lines end."""
    text = "line\r\n" * (MOST_TEXT // 5)
    assert (await read_form(request(body=text)))["body"] == text.replace("\r\n", "\n")


async def test_a_longer_one_is_refused_and_not_cut() -> None:
    with pytest.raises(Refused) as refused:
        await read_form(request(note="short", body="x" * (MOST_TEXT + 1)))
    assert (refused.value.status, refused.value.sentence) == (413, TOO_LONG)
    assert "200,000" in TOO_LONG and "Nothing was saved" in TOO_LONG
