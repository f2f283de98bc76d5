"""The guard: only what Slack signed gets through, and nothing that is sent makes it raise, write or repeat words."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from adapters.guard import MAX_BODY_BYTES, MAX_DEPTH, Refused, SlackGuard, json_object, read_body, slack_signature
from tests.fakes.slack_delivery import SECRET, FakeClock, signed

CLOCK = FakeClock()
NOW = str(int(CLOCK().timestamp()))
GUARD = SlackGuard(SECRET, CLOCK)
EVENT = b'{"type": "event_callback", "event": {"type": "message"}}'


def request(body: bytes, headers: dict[str, str], chunk: int = 1_000_000) -> Request:
    """A request as a server hands it over, in chunks; header values may be any Latin-1."""
    parts = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    raw = [(name.lower().encode("latin-1"), value.encode("latin-1", "ignore")) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}, receive)


def admit(body: bytes, headers: dict[str, str], kind: str = "application/json") -> dict[str, object] | Refused:
    return asyncio.run(GUARD.admit(request(body, {"content-type": kind} | headers)))


def status(answer: dict[str, object] | Refused) -> int:
    return answer.status if isinstance(answer, Refused) else 200


def test_a_genuine_event_gets_through() -> None:
    """What Slack signed comes out as the object it is."""
    assert admit(EVENT, signed(EVENT, NOW)) == json.loads(EVENT)


def test_an_interaction_is_unwrapped_and_a_command_kept() -> None:
    """The form field ``payload`` is the payload; a command is its fields, whatever words it has."""
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    press = urlencode({"payload": '{"type": "block_actions"}'}).encode()
    assert admit(press, signed(press, NOW), kind) == {"type": "block_actions"}
    command = urlencode({"command": "/midway", "text": "what is a payload?"}).encode()
    assert admit(command, signed(command, NOW), kind) == {"command": "/midway", "text": "what is a payload?"}


def test_our_signature_is_slacks() -> None:
    """The example of Slack's own documentation comes out as documented."""
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
        b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert slack_signature(secret, "1531420618", body) == expected


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b'"x"', b"", b"NaN", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 100 + b"1" + b"}" * 100])
def test_signed_rubbish_is_refused_with_400(body: bytes) -> None:
    """Bad JSON, bad UTF-8, a list, deep nesting: no parser behind the guard sees it."""
    assert status(admit(body, signed(body, NOW))) == 400


@pytest.mark.parametrize("body", [b"\xff", b"a=b", b"payload=%5B1%5D", b"payload={", b"&".join(b"a%d=1" % n for n in range(200))])
def test_signed_rubbish_in_a_form_is_refused_with_400(body: bytes) -> None:
    """A form that is neither an interaction nor a command."""
    assert status(admit(body, signed(body, NOW), "application/x-www-form-urlencoded")) == 400


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 401),
        ({"x-slack-request-timestamp": NOW}, 401),
        ({"x-slack-signature": "v0=00"}, 401),
        (signed(b"other", NOW), 401),
        (signed(EVENT, NOW, "another secret"), 401),
        (signed(EVENT, NOW) | {"x-slack-signature": "v0=\xe9\xff"}, 401),
        (signed(EVENT, NOW) | {"x-slack-request-timestamp": "abc"}, 401),
        (signed(EVENT, NOW) | {"x-slack-request-timestamp": "\xb2\xb3"}, 401),
        (signed(EVENT, NOW) | {"x-slack-request-timestamp": "9" * 5_000}, 401),
        (signed(EVENT, str(int(NOW) - 301)), 403),
        (signed(EVENT, str(int(NOW) + 301)), 403),
        (signed(EVENT, str(int(NOW) - 299)), 200),
    ],
)
def test_what_is_not_signed_now_is_refused(headers: dict[str, str], expected: int) -> None:
    """Missing, wrong, strange and old signatures."""
    assert status(admit(EVENT, headers)) == expected


def test_another_content_type_is_refused_before_the_signature_is_looked_at() -> None:
    """Neither JSON nor a form: 415."""
    assert status(admit(EVENT, signed(EVENT, NOW), "text/xml")) == 415


def test_a_large_body_is_refused_as_soon_as_that_is_known() -> None:
    """By its announced length, and by its real one where that was a lie."""
    body = b"x" * (MAX_BODY_BYTES + 1)
    honest = asyncio.run(read_body(request(b"", {"content-length": str(len(body))})))
    lying = asyncio.run(read_body(request(body, {"content-length": "1"}, chunk=1_000)))
    assert (status(honest), status(lying)) == (413, 413)  # type: ignore[arg-type]  # only refusals are looked at


def test_a_sender_that_goes_away_is_refused() -> None:
    """A connection that breaks within the body is no error of ours."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    broken = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert status(asyncio.run(read_body(broken))) == 400  # type: ignore[arg-type]


def test_depth_is_counted_not_recursed() -> None:
    """The deepest allowed passes, one more does not."""
    deepest = "[" * (MAX_DEPTH - 2) + "]" * (MAX_DEPTH - 2)
    assert not isinstance(json_object(f'{{"a": {deepest}}}'), Refused)
    assert isinstance(json_object(f'{{"a": [[{deepest}]]}}'), Refused)


def test_a_guard_without_a_secret_cannot_be_made() -> None:
    """An empty secret would let anybody sign."""
    with pytest.raises(ValueError, match="MIDWAY_SLACK__SIGNING_SECRET"):
        SlackGuard("", CLOCK)


def test_a_refusal_is_logged_in_one_short_line_without_words_of_the_request(caplog: pytest.LogCaptureFixture) -> None:
    """Under 300 bytes, and nothing that was sent."""
    with caplog.at_level(logging.DEBUG):
        admit(b'{"text": "a secret question"}', {"x-slack-signature": "v0=leak", "x-slack-request-timestamp": NOW})
    assert len(caplog.text.encode()) < 300
    assert "secret" not in caplog.text
    assert "leak" not in caplog.text


_header = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=60)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(body=st.binary(max_size=400), timestamp=_header, signature=_header, kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x", ""]))
def test_unsigned_noise_is_always_refused(body: bytes, timestamp: str, signature: str, kind: str) -> None:
    """Random bytes and headers: a 4xx, never an exception, never through."""
    noise = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}
    assert status(admit(body, noise, kind)) in {401, 403, 415}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


@settings(max_examples=200, deadline=None)
@given(value=_json | st.binary(max_size=200))
def test_signed_noise_is_an_object_or_refused(value: object) -> None:
    """Whatever is signed: an object comes through, all else is a 400."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    answer = admit(body, signed(body, NOW))
    assert isinstance(answer, dict) or answer.status == 400


