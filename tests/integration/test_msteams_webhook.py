"""The webhook over HTTP: what is refused, what is stored, what is answered within the request."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.msteams import parse
from adapters.msteams.adapter import NOT_STORED, PATH, MsTeamsAdapter
from adapters.msteams.required import MsTeamsNotConfigured
from bot.messages import Ending, Incoming
from tests.fakes import msteams as fake
from tests.fakes.service_urls import MemoryServiceUrls
from tests.harness import RecordingIntake
from tests.harness.msteams import MsTeamsHarness, harness


class FailingIntake(RecordingIntake):
    """The database is away."""

    async def accept(self, incoming: Incoming) -> bool:
        raise OSError("disk full")

    async def ended(self, ending: Ending) -> None:
        raise OSError("disk full")


FOREIGN = {"tenantId": "foreign", "id": fake.DIRECT, "conversationType": "personal"}


@pytest.mark.parametrize(
    ("claims", "activity", "status"),
    [
        ({"exp": 1}, {}, 401), ({"exp": None}, {}, 401), ({"iss": "https://evil.example"}, {}, 401), ({"aud": "other"}, {}, 401),
        ({"kid": "unknown"}, {}, 401), ({"signer": "stranger"}, {}, 401), ({"serviceurl": None}, {}, 403),
        ({"serviceurl": "https://evil.example/"}, {}, 403), ({}, {"serviceUrl": "https://evil.example/"}, 403),
        ({}, {"channelId": "webchat"}, 403), ({}, {"conversation": FOREIGN}, 403), ({}, {"serviceUrl": None}, 400),
        ({}, {"from": None}, 400), ({}, {"conversation": {"id": ""}}, 400), ({}, {"id": {"a": 1}}, 400), ({}, {"type": 7}, 400),
        ({}, {"id": "\ud800"}, 400), ({}, {"recipient": {"id": "a\x00b"}}, 400), ({}, {"id": "x" * 1001}, 400),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["message", "invoke"])
async def test_what_teams_did_not_send_is_refused_briefly(
    teams: MsTeamsHarness, caplog: pytest.LogCaptureFixture, kind: str, claims: dict[str, Any], activity: dict[str, Any], status: int
) -> None:
    """No handler, nothing sent, a short body, and a short log line without a word of the request."""
    signer = {"signer": fake.private_key("stranger")} if claims.get("signer") else {}
    token = teams.teams.token(**{**claims, **signer})
    body = {**(teams.press() if kind == "invoke" else teams.activity("message", text="secret words")), **activity}
    with caplog.at_level(logging.INFO, "adapters"):
        response = await teams.post(body, token=token)
    assert response.status_code == status
    assert len(response.content) < 100 and b"secret" not in response.content
    assert teams.untouched
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert 0 < len(logged.encode()) < 300
    assert "secret" not in logged and token[:10] not in logged


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {}, 400), (b"[]", {}, 400), (b"7", {}, 400), (b"\xff\xfe", {}, 400), (b"", {}, 400), (b'{"a":NaN}', {}, 400),
        (b"[" * 100_000, {}, 400), (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, {}, 400), (b"1" * 10_000, {}, 400),
        (b"x" * 1_100_000, {}, 413), (b"{}", {"content-type": "text/plain"}, 415), (b"{}", {"content-type": ""}, 415),
        (b"{", {"authorization": ""}, 401), (b"{}", {"authorization": "Bearer x.y.z"}, 401),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_body_that_is_no_activity_is_refused(teams: MsTeamsHarness, content: bytes, headers: dict[str, str], status: int) -> None:
    """And the token is looked at before the JSON is."""
    sent = {"authorization": f"Bearer {teams.teams.token()}", "content-type": "application/json", **headers}
    response = await teams.http.post(PATH, content=content, headers=sent)
    assert response.status_code == status
    assert teams.untouched


def test_forged_requests_never_reach_the_handler_nor_make_a_5xx() -> None:
    """Whatever the bytes, the token and the content type are."""
    with asyncio.Runner() as runner:
        made = harness(RecordingIntake())
        teams = runner.run(made.__aenter__())
        tokens = st.sampled_from(["", teams.teams.token(exp=1), teams.teams.token(kid="other")]) | st.text(max_size=60)
        kinds = st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", ""])

        @settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
        @given(st.binary(max_size=200), tokens, kinds)
        def forged(content: bytes, token: str, kind: str) -> None:
            headers = {b"authorization": f"Bearer {token}".encode(), b"content-type": kind.encode()}
            response = runner.run(teams.http.post(PATH, content=content, headers=headers))
            assert 400 <= response.status_code < 500

        forged()
        assert teams.untouched
        runner.run(made.__aexit__(None, None, None))


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "action", "data", "midway", "form", "inputs", "value", "reaction", "feedback", "tenant", "text", "mentioned"]), inner, max_size=3),
    max_leaves=10,
)
_NAMES = ["id", "name", "text", "value", "entities", "from", "recipient", "conversation", "channelData", "replyToId", "timestamp", "locale", "serviceUrl"]


def test_a_genuine_request_of_any_shape_never_makes_a_5xx() -> None:
    """Teams may send tomorrow what nobody thought of today."""
    with asyncio.Runner() as runner:
        made = harness(RecordingIntake())
        teams = runner.run(made.__aenter__())
        kinds = st.sampled_from(["message", "invoke", "conversationUpdate", "typing", "somethingNew"])

        @settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
        @given(kinds, st.sampled_from([parse.CARD_ACTION, parse.FEEDBACK, "task/fetch"]), st.dictionaries(st.sampled_from(_NAMES), _VALUE, max_size=3))
        def odd(kind: str, name: str, more: dict[str, Any]) -> None:
            activity = json.dumps({**teams.activity(kind, name=name), **more})
            headers = {"authorization": f"Bearer {teams.teams.token()}", "content-type": "application/json"}
            response = runner.run(teams.http.post(PATH, content=activity, headers=headers))
            assert response.status_code < 500

        odd()
        runner.run(made.__aexit__(None, None, None))


async def test_the_same_activity_is_stored_once_and_acknowledged_each_time(teams: MsTeamsHarness) -> None:
    """Teams delivers again after 15 seconds; the same activity id elsewhere is another event."""
    for _ in range(3):
        assert await teams.says("hello", event="e1") == 202
    assert await teams.says("hello", event="e1", place="channel") == 202
    assert len(teams.intake.accepted) == 2


async def test_a_bot_is_not_answered(teams: MsTeamsHarness) -> None:
    """Acknowledged, and left alone."""
    activity = {**teams.activity("message", text="hi"), "from": {"id": "28:another-bot"}}
    assert (await teams.post(activity)).status_code == 202
    assert teams.untouched


@pytest.mark.parametrize(
    "kinds",
    [
        ["installationUpdate", "conversationUpdate", "message"], ["conversationUpdate", "message", "installationUpdate"],
        ["message", "installationUpdate", "conversationUpdate"], ["messageReaction", "messageUpdate", "event", "somethingNew", "message"],
    ],
)
async def test_updates_in_any_order_are_acknowledged_and_only_words_are_stored(teams: MsTeamsHarness, kinds: list[str]) -> None:
    """Nothing depends on the order of installing, joining and speaking."""
    for number, kind in enumerate(kinds):
        activity = teams.activity(kind, id=f"e{number}", text="hello", action="add", membersAdded=[{"id": fake.BOT}])
        assert (await teams.post(activity)).status_code == 202
    assert [incoming.text for incoming in teams.intake.accepted] == ["hello"]  # type: ignore[union-attr]


async def test_a_message_that_cannot_be_stored_is_not_lost_in_silence() -> None:
    """The person is told; if even that fails, Teams is asked to deliver again."""
    async with harness(FailingIntake()) as teams:
        assert await teams.says("hello") == 202
        [shown] = await teams.shown()
        assert NOT_STORED in shown.text and "disk full" not in shown.text
        teams.fail_next("server-error")
        assert await teams.says("hello", event="e2") == 429


@pytest.mark.parametrize("empty", [{"app_id": ""}, {"app_id": " "}, {"app_password": ""}, {"tenants": ()}, {"tenants": ("",)}, {"service_urls": ()}])
async def test_an_empty_setting_keeps_it_from_starting(empty: dict[str, Any]) -> None:
    """An empty app id would mean no authentication at all."""
    async with fake.client() as http:
        good: dict[str, Any] = {"app_id": "a", "app_password": "b", "tenants": ("c",)}
        with pytest.raises(MsTeamsNotConfigured, match="MIDWAY_MSTEAMS__"):
            MsTeamsAdapter(
                intake=RecordingIntake(), clock=lambda: pytest.fail("not asked"), http=http, newest=MemoryServiceUrls(), **{**good, **empty}
            )


async def test_only_post_is_answered(teams: MsTeamsHarness) -> None:
    """Browsers get nothing to look at."""
    assert (await teams.http.get(PATH)).status_code == 405


def test_the_sdk_is_loaded_by_one_module_only() -> None:
    """The package command and the parser start without it."""
    code = (
        "import sys, adapters.msteams.package, adapters.msteams.parse, adapters.msteams.render, adapters.msteams.verify;"
        "print([name for name in sys.modules if name.split('.')[0] in {'botbuilder', 'botframework', 'msrest', 'msal'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_requests_from_outside_do_not_wait_for_a_slow_key_server(teams: MsTeamsHarness) -> None:
    """The fetch has the client's time-out and ends as a refusal."""

    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(late)) as slow, harness(RecordingIntake(), http=slow) as other:
        assert (await other.post(other.activity("message", text="x"))).status_code == 401


async def test_what_has_ended_is_noted_before_it_is_acknowledged(teams: MsTeamsHarness) -> None:
    """And delivered again where it could not be."""
    gone = teams.activity("installationUpdate", action="remove")
    assert (await teams.post(gone)).status_code == 202
    assert [ending.event_id for ending in teams.intake.endings] == [parse.event_id(gone)]
    assert teams.untouched
    async with harness(FailingIntake()) as failing:
        assert (await failing.post(failing.activity("installationUpdate", action="remove"))).status_code == 429


async def test_nothing_ends_by_what_teams_did_not_sign(teams: MsTeamsHarness) -> None:
    token = teams.teams.token(signer=fake.private_key("stranger"))
    refused = await teams.post(teams.activity("installationUpdate", action="remove"), token=token)
    assert (refused.status_code, teams.intake.endings) == (401, [])
