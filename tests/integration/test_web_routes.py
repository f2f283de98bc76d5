"""The routes of the web chat over HTTP: what is taken, what is refused and with which words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from bot.messages import IncomingMessage
from tests.harness.web import ADDRESS, WebHarness, error_of

JSON = {"Content-Type": "application/json"}


# Access


async def test_styles_are_for_everybody_as_the_way_in_needs_them(web: WebHarness) -> None:
    """They say nothing about anybody."""
    answer = await web.browser.client.get("/static/chat.css", headers={"X-Forwarded-For": "10.0.0.1"})
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/chat/history"), ("GET", "/chat/events"), ("POST", "/chat/messages"), ("POST", "/chat/press"),
     ("POST", "/chat/forms"), ("POST", "/chat/new")],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}])
async def test_every_route_is_for_this_machine_only(web: WebHarness, method: str, path: str, headers: dict[str, str]) -> None:
    """A proxy's or a foreign name's request gets one sentence and no page, and comes no further."""
    answer = await web.browser.client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert "only on the machine it runs on" in error_of(answer)
    assert web.intake.everything == [] and web.store.entries == []


async def test_every_answer_keeps_the_page_to_itself(web: WebHarness) -> None:
    """Headers stand on pages, errors, refusals and files alike; pages are not kept by caches."""
    client = web.browser.client
    answers = [await client.get("/"), await client.get("/static/chat.js"), await client.post("/chat/new"), await client.get("/", headers={"Via": "x"})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store", "no-cache", "no-store", "no-store"]


async def test_the_page_loads_nothing_from_elsewhere_and_nothing_inline(web: WebHarness) -> None:
    """Every file is ours and there; no script, style or handler stands in the page."""
    page = (await web.browser.client.get("/")).text
    assert "<style" not in page and " style=" not in page and " onclick" not in page and "http://" not in page and "https://" not in page
    for path in ("chat.js", "chat.css", "mark.svg", "log.js", "outbox.js", "stream.js"):
        assert (await web.browser.client.get(f"/static/{path}")).status_code == 200
    assert (await web.browser.client.get("/static/../adapter.py")).status_code == 404


# Tokens, types, sizes


async def test_a_state_change_needs_the_session_s_token(web: WebHarness) -> None:
    """Without it, with another's, without a session, or from another site, nothing is taken."""
    client, browser = web.browser.client, web.browser
    body = {"id": "e1", "text": "hi", "conversation": browser.conversation}
    good = {"X-CSRF-Token": browser.csrf}
    refused = [
        await client.post("/chat/messages", json=body),
        await client.post("/chat/messages", json=body, headers={"X-CSRF-Token": "0" * 32}),
        await client.post("/chat/messages", json=body, headers=good | {"Origin": "https://evil.example"}),
        await client.post("/chat/messages", json=body, headers=good | {"Sec-Fetch-Site": "cross-site"}),
        await client.post("/chat/new", json={}),
    ]
    client.cookies.clear()
    refused.append(await client.post("/chat/messages", json=body, headers=good))
    assert [answer.status_code for answer in refused] == [403] * 6
    assert all(error_of(answer) for answer in refused)
    assert web.intake.everything == [] and web.store.entries == []


async def test_the_page_s_own_origin_is_fine(web: WebHarness) -> None:
    headers = {"X-CSRF-Token": web.browser.csrf, "Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
    body = {"id": "e1", "text": "hi", "conversation": web.browser.conversation}
    assert (await web.browser.client.post("/chat/messages", json=body, headers=headers)).status_code == 202


async def test_a_forged_cookie_begins_a_new_session(web: WebHarness) -> None:
    """What stood in the old one is not shown."""
    await web.says("secret question")
    [name] = web.browser.client.cookies.keys()
    web.browser.client.cookies.set(name, web.browser.client.cookies[name][:-2] + "xx", domain="127.0.0.1")
    answer = await web.browser.client.get("/", headers={"Cookie": f"{name}=forged"})
    assert "secret question" not in answer.text
    assert (await web.browser.client.get("/chat/history", headers={"Cookie": f"{name}=forged"})).status_code == 403


async def test_other_types_are_refused(web: WebHarness) -> None:
    for kind in ("text/plain", "multipart/form-data; boundary=x", "", "application/xml"):
        answer = await web.browser.client.post("/chat/messages", content=b"{}", headers={"Content-Type": kind, "X-CSRF-Token": web.browser.csrf})
        assert (answer.status_code, error_of(answer)) == (415, "Send this as application/json.")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 60_000, b"null", b'{"id": NaN'])
async def test_what_cannot_be_read_is_said_so(web: WebHarness, body: bytes) -> None:
    answer = await web.browser.client.post("/chat/messages", content=body, headers=JSON | {"X-CSRF-Token": web.browser.csrf})
    assert answer.status_code == 400
    assert error_of(answer)


async def test_too_much_is_refused_before_it_is_read_whole(web: WebHarness) -> None:
    """64 KB fit, a byte more does not, with or without a declared length."""
    room = 64 * 1024 - len(json.dumps({"conversation": web.browser.conversation, "id": "e1", "text": ""}, separators=(",", ":")))
    assert (await web.browser.send("messages", id="e1", text="a" * room)).status_code == 202
    answer = await web.browser.send("messages", id="e2", text="a" * (room + 1))
    assert (answer.status_code, "64 KB" in error_of(answer)) == (413, True)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"a" * 4096

    answer = await web.browser.client.post("/chat/messages", content=endless(), headers=JSON | {"X-CSRF-Token": web.browser.csrf})
    assert answer.status_code == 413


@pytest.mark.parametrize("fields", [{"id": "e1", "text": ""}, {"id": "e1", "text": " \n\u200b "}, {"id": "e1"}, {"id": "e1", "text": 7}, {"text": "hi"}, {"id": "", "text": "hi"},
                                    {"id": "a b", "text": "hi"}, {"id": "x" * 65, "text": "hi"}, {"id": ["x"], "text": "hi"}])  # fmt: skip
async def test_a_message_needs_words_and_an_id(web: WebHarness, fields: dict[str, object]) -> None:
    answer = await web.browser.send("messages", **fields)
    assert answer.status_code == 400
    assert error_of(answer)
    assert web.intake.everything == []


async def test_hostile_words_arrive_fit_for_every_database(web: WebHarness) -> None:
    """NUL, lone surrogates and direction marks go; the rest is as typed, and shown inert."""
    raw = b'{"id": "e1", "conversation": "%s", "text": "a\\u0000b \\ud800 \\u202e<script>alert(1)</script> \\u05e9"}' % web.browser.conversation.encode()
    answer = await web.browser.client.post("/chat/messages", content=raw, headers=JSON | {"X-CSRF-Token": web.browser.csrf})
    assert answer.status_code == 202
    [incoming] = web.intake.accepted
    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "ab  <script>alert(1)</script> \u05e9"
    page = (await web.browser.client.get("/")).text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
