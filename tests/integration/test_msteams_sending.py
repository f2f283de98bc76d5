"""Speaking on Teams over HTTP: outcomes told apart, the token, streams, and the newest address."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.msteams.address import Address
from adapters.msteams.messenger import MsTeamsMessenger
from adapters.msteams.tokens import token_url
from bot.messages import Conversation
from bot.ports import Messenger, Rejected, Sent, Unknown, Unsupported
from bot.replies import Button, Buttons, Paragraph, Reply
from tests.contracts.test_adapters import EVERYTHING
from tests.fakes import msteams as fake
from tests.harness import Place, RecordingIntake
from tests.harness.msteams import MsTeamsHarness, harness
from tests.ports import bound, port_of

HELLO = Reply("hello there")
RATED = Buttons((Button("Helpful", "feedback", "a1|helpful"),))


def _elsewhere(conversation: Conversation, service_url: str) -> Conversation:
    place = Address.unpack(conversation.address)
    return replace(conversation, address=replace(place, service_url=service_url).pack())


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_a_stored_address_is_enough_to_speak_months_later(teams: MsTeamsHarness, place: Place) -> None:
    """From a fresh process, into the very thread; no real host is ever asked."""
    where = teams.conversation(place)
    async with harness(RecordingIntake()) as later:
        stored = _elsewhere(where, later.teams.service_url)
        later.teams.clock.pass_(200 * 86_400)
        assert isinstance(await later.messenger.send(stored, HELLO, "tip:1"), Sent)
        [shown] = await later.shown(place)
        assert (shown.thread, "hello there" in shown.text) == (where.thread, True)


async def test_what_rides_along_reaches_teams(teams: MsTeamsHarness) -> None:
    """The SDK's own entity would have dropped label and citations."""
    await teams.messenger.send(teams.conversation("direct"), replace(EVERYTHING, blocks=(*EVERYTHING.blocks, RATED), ai_generated=True), "k")
    [body] = teams.teams.posted
    [entity] = body["entities"]
    assert entity["additionalType"] == ["AIGeneratedContent"]
    assert entity["citation"][0]["appearance"]["name"] == "Digital Plan"
    assert body["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert "replyToId" not in body


@pytest.mark.parametrize("fault", ["rate-limit", "precondition"])
async def test_throttling_is_not_permanent_and_is_spread(fault: str) -> None:
    """At least as long as Teams asks, and not everybody at once."""
    async with harness(RecordingIntake()) as teams:
        teams.teams.faults += [fault] * 6
        delays = set()
        for number in range(6):
            outcome = await teams.messenger.send(teams.conversation("direct"), HELLO, f"k{number}")
            assert isinstance(outcome, Rejected) and not outcome.permanent
            assert outcome.retry_after is not None
            delays.add(outcome.retry_after)
        least = 3.0 if fault == "rate-limit" else 2.0
        assert least <= min(delays) and max(delays) <= least * 1.5 and len(delays) > 1


async def test_the_throttle_of_a_conversation_is_met_by_a_rejection(teams: MsTeamsHarness) -> None:
    """Seven a second; the eighth is told to wait."""
    where = teams.conversation("direct")
    outcomes = [await teams.messenger.send(where, HELLO, f"k{number}") for number in range(8)]
    assert [type(outcome) for outcome in outcomes] == [Sent] * 7 + [Rejected]


@pytest.mark.parametrize("fault", ["gone", "not-found"])
async def test_blocked_or_removed_is_permanent(teams: MsTeamsHarness, fault: str) -> None:
    """With Teams' own name for it."""
    teams.teams.faults.append(fault)
    outcome = await teams.messenger.send(teams.conversation("direct"), HELLO, "k")
    assert isinstance(outcome, Rejected) and outcome.permanent
    assert {"gone": "MessageWritesBlocked", "not-found": "ConversationNotFound"}[fault] in outcome.reason


@pytest.mark.parametrize("fault", ["server-error", "time-out"])
async def test_a_5xx_or_no_answer_is_unknown(teams: MsTeamsHarness, fault: str) -> None:
    """It may stand there."""
    teams.teams.faults.append(fault)
    assert isinstance(await teams.messenger.send(teams.conversation("direct"), HELLO, "k"), Unknown)


async def test_an_answer_without_an_id_is_unknown(teams: MsTeamsHarness) -> None:
    """It stands there, but could never be replaced: better shown than counted as failed."""
    teams.teams.faults.append("odd")
    assert isinstance(await teams.messenger.send(teams.conversation("direct"), HELLO, "k"), Unknown)


async def test_a_refused_connection_is_certainly_not_sent() -> None:
    """Worth trying again."""
    with bound() as taken:
        closed = f"http://127.0.0.1:{port_of(taken)}/"
        async with harness(RecordingIntake(), service_urls=(closed,)) as teams:
            outcome = await teams.messenger.send(_elsewhere(teams.conversation("direct"), closed), HELLO, "k")
    assert isinstance(outcome, Rejected) and not outcome.permanent and outcome.retry_after


@pytest.mark.parametrize("url", ["https://evil.example/", "http://127.0.0.1:1/", "x"])
async def test_the_token_never_goes_to_a_host_off_the_list(teams: MsTeamsHarness, url: str) -> None:
    """Whatever a stored address says."""
    outcome = await teams.messenger.send(_elsewhere(teams.conversation("direct"), url), HELLO, "k")
    assert isinstance(outcome, Rejected) and outcome.permanent
    assert teams.teams.requests == []


@pytest.mark.parametrize("address", ["", "{}", "null", "[1]"])
async def test_an_unreadable_address_is_a_permanent_rejection(teams: MsTeamsHarness, address: str) -> None:
    """Also for replacing and withdrawing; a draft stays silent."""
    where = replace(teams.conversation("direct"), address=address)
    for outcome in (
        await teams.messenger.send(where, HELLO, "k"),
        await teams.messenger.replace(address, HELLO),
        await teams.messenger.withdraw(address),
    ):
        assert isinstance(outcome, Rejected) and outcome.permanent
    await teams.messenger.draft(where, "k", "text")


async def test_what_was_withdrawn_by_hand_cannot_be_replaced(teams: MsTeamsHarness) -> None:
    """A message that is gone is a permanent rejection, not an error."""
    sent = await teams.messenger.send(teams.conversation("direct"), HELLO, "k")
    assert isinstance(sent, Sent)
    assert isinstance(await teams.messenger.withdraw(sent.message_id), Sent)
    again = await teams.messenger.replace(sent.message_id, HELLO)
    assert isinstance(again, Rejected) and again.permanent


async def test_teams_cannot_be_asked_what_stands_there(teams: MsTeamsHarness) -> None:
    """Said as a value."""
    outcome = await teams.messenger.find(teams.conversation("direct"), "k")
    assert isinstance(outcome, Unsupported) and outcome.reason


async def test_one_token_serves_until_it_is_about_to_expire(teams: MsTeamsHarness) -> None:
    """And is renewed before it does."""
    where = teams.conversation("direct")
    for number in range(3):
        await teams.messenger.send(where, HELLO, f"k{number}")
    assert teams.teams.requests.count(("POST", "/token")) == 1
    teams.teams.clock.pass_(3_301)
    assert isinstance(await teams.messenger.send(where, HELLO, "k9"), Sent)
    assert teams.teams.requests.count(("POST", "/token")) == 2


async def test_a_revoked_token_is_renewed_once_and_then_said(teams: MsTeamsHarness) -> None:
    """A 401 is certainly not done, so it is tried once more with a new token."""
    where = teams.conversation("direct")
    teams.teams.faults += ["unauthorized"]
    assert isinstance(await teams.messenger.send(where, HELLO, "k1"), Sent)
    teams.teams.faults += ["unauthorized", "unauthorized"]
    outcome = await teams.messenger.send(where, HELLO, "k2")
    assert isinstance(outcome, Rejected) and outcome.everywhere and "401" in outcome.reason


@pytest.mark.parametrize(
    ("status", "body", "everywhere"),
    [(401, {"error": "invalid_client"}, True), (400, {"error": "unauthorized_client"}, True), (200, {"access_token": "x"}, True), (200, {}, True),
     (500, {}, False), (429, {}, False)],
)
async def test_credentials_refused_are_a_refusal_everywhere_and_a_login_service_away_is_not(
    teams: MsTeamsHarness, status: int, body: dict[str, Any], everywhere: bool
) -> None:
    """In either case nothing was sent, it is tried again, and the password is in no reason."""
    teams.teams.login_answers = (status, body)
    outcome = await teams.messenger.send(teams.conversation("direct"), HELLO, "k")
    assert isinstance(outcome, Rejected) and (outcome.permanent, outcome.everywhere) == (False, everywhere)
    assert outcome.retry_after and fake.PASSWORD not in outcome.reason
    assert ("MIDWAY_MSTEAMS__APP_PASSWORD" in outcome.reason) is everywhere
    assert teams.teams.posted == []


async def test_many_messages_at_once_buy_one_token(teams: MsTeamsHarness) -> None:
    """Nobody fetches while somebody fetches."""
    where = teams.conversation("direct")
    await asyncio.gather(*(teams.messenger.send(where, HELLO, f"k{number}") for number in range(5)))
    assert teams.teams.requests.count(("POST", "/token")) == 1


async def test_the_newest_service_url_wins(teams: MsTeamsHarness) -> None:
    """Teams moves conversations between regions; what was seen last is where to speak, for stored messages too."""
    old = teams.conversation("direct")
    sent = await teams.messenger.send(old, HELLO, "k1")
    assert isinstance(sent, Sent)
    moved = f"{teams.teams.root}/emea/"
    update = teams.activity("conversationUpdate", serviceUrl=moved)
    assert (await teams.post(update, token=teams.teams.token(serviceurl=moved))).status_code == 202
    assert isinstance(await teams.messenger.send(old, HELLO, "k2"), Sent)
    assert isinstance(await teams.messenger.replace(sent.message_id, Reply("second")), Sent)
    assert [path.split("/")[1] for method, path in teams.teams.requests if path != "/token"] == ["amer", "emea", "emea"]


async def test_a_message_of_any_language_arrives_whole(teams: MsTeamsHarness) -> None:
    """Through the SDK's serializer and back."""
    words = "Größe, 測試, مرحبا, 🙂 & <b>"
    await teams.messenger.send(teams.conversation("direct"), Reply(words, (Paragraph(words),)), "k")
    assert words in (await teams.shown())[0].text
    assert json.dumps(teams.teams.posted[0])


def test_the_messenger_is_one_by_type(teams: MsTeamsHarness) -> None:
    """Checked by mypy: the port is implemented as it is written."""
    messenger: Messenger = teams.messenger
    assert isinstance(messenger, MsTeamsMessenger)


def test_the_token_is_bought_at_the_login_service_of_the_tenant() -> None:
    """Unless another address is set."""
    assert token_url("t1") == "https://login.microsoftonline.com/t1/oauth2/v2.0/token"


async def test_a_test_that_reaches_out_fails() -> None:
    """The harness's client opens no connection but to 127.0.0.1."""
    async with fake.client() as http:
        with pytest.raises(AssertionError, match=r"login\.microsoftonline\.com"):
            await http.get("https://login.microsoftonline.com/")
