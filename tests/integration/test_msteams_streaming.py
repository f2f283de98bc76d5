"""Answers being written: what a person sees of them in Teams, and how they end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.msteams.address import MessageAddress
from bot.ports import Rejected, Sent
from bot.replies import Reply
from bot.views import answer_reply
from knowledge.llm import Writer
from tests.contracts.test_adapters import EVERYTHING
from tests.fakes import msteams as fake
from tests.fakes.openai_server import KEY, MODEL, Said, fake_models
from tests.harness.msteams import MsTeamsHarness
from tests.paraphrases import PARAPHRASES, Paraphrase, composed

HELLO = Reply("hello there")


def _streams(teams: MsTeamsHarness) -> list[tuple[str, str | None, int | None, str]]:
    """Type, stream id, sequence and text of every stream activity posted."""
    found = []
    for body in teams.teams.posted:
        for entity in body.get("entities") or []:
            if entity["type"] == "streaminfo":
                found.append((entity["streamType"], entity.get("streamId"), entity.get("streamSequence"), body["text"]))
    return found


async def test_an_answer_is_streamed_in_a_one_to_one_chat(teams: MsTeamsHarness) -> None:
    """Sequence from one, the id from the first answer, a pause between updates, and a final message with the card."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "")
    await teams.messenger.draft(where, "k", "Start")
    await teams.messenger.draft(where, "k", "Start with")
    teams.teams.clock.pass_(1.5)
    await teams.messenger.draft(where, "k", "Start with one")
    sent = await teams.messenger.send(where, EVERYTHING, "k")
    assert [body["type"] for body in teams.teams.posted] == ["typing", "typing", "typing", "message"]
    assert _streams(teams) == [
        ("streaming", None, 1, "Start"), ("streaming", "s2", 2, "Start with one"), ("final", "s2", None, "Start with one project [1]."),
    ]
    assert isinstance(sent, Sent) and MessageAddress.unpack(sent.message_id).activity == "s2"
    [shown] = await teams.shown()
    assert "Name the owner." in shown.text
    assert isinstance(await teams.messenger.replace(sent.message_id, HELLO), Sent)


async def test_two_answers_are_two_streams(teams: MsTeamsHarness) -> None:
    """Each key has its own, and a finished one begins anew."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "one", "hello")
    await teams.messenger.draft(where, "two", "hello")
    for key in ("two", "one"):
        assert isinstance(await teams.messenger.send(where, HELLO, key), Sent)
    assert [(kind, name) for kind, name, *_ in _streams(teams)] == [
        ("streaming", None), ("streaming", None), ("final", "s2"), ("final", "s1"),
    ]


async def test_a_channel_sees_only_the_typing_sign(teams: MsTeamsHarness) -> None:
    """Teams streams in one-to-one chats only; the answer comes whole."""
    where = teams.conversation("channel")
    await teams.messenger.draft(where, "k", "")
    await teams.messenger.draft(where, "k", "Start")
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert [body["type"] for body in teams.teams.posted] == ["typing", "message"]
    assert _streams(teams) == []


@pytest.mark.parametrize("fault", ["stream-refused", "bad-request", "not-found"])
async def test_a_stopped_stream_ends_in_an_ordinary_message(teams: MsTeamsHarness, fault: str) -> None:
    """The person pressed stop, or it took too long, or Teams says something else: the answer still comes, once."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "Start")
    teams.teams.faults.append(fault)
    sent = await teams.messenger.send(where, EVERYTHING, "k")
    assert isinstance(sent, Sent)
    [shown] = await teams.shown()
    assert shown.message_id == sent.message_id
    assert "Name the owner." in shown.text
    assert set(teams.teams.streams) == teams.teams.ended


async def test_a_draft_that_was_thrown_away_is_put_away(teams: MsTeamsHarness) -> None:
    """The final answer says something else, which Teams takes in no stream: it comes as a message of its own."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "Made up")
    sent = await teams.messenger.send(where, EVERYTHING, "k")
    assert isinstance(sent, Sent)
    [shown] = await teams.shown()
    assert shown.message_id == sent.message_id
    assert "Made up" not in shown.text
    assert set(teams.teams.streams) == teams.teams.ended


async def test_a_draft_that_cannot_be_put_away_costs_no_answer(teams: MsTeamsHarness) -> None:
    """The answer is said first."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "Made up")
    teams.teams.gone.add(fake.DIRECT)
    assert isinstance(await teams.messenger.send(where, EVERYTHING, "k"), Rejected)
    teams.teams.gone.clear()
    assert isinstance(await teams.messenger.send(where, EVERYTHING, "k"), Sent)
    assert len(await teams.shown()) == 1


@pytest.mark.parametrize("paraphrase", PARAPHRASES[:6], ids=lambda paraphrase: paraphrase.practice)
async def test_what_a_model_writes_is_streamed_and_becomes_the_answer(teams: MsTeamsHarness, paraphrase: Paraphrase) -> None:
    """Draft by draft: the one message that stands is the stream's."""
    drafts, where = list[str](), teams.conversation("direct")

    async def drafted(text: str) -> None:
        drafts.append(text)

    async with fake_models() as models:
        models.script = [Said(paraphrase.text)]
        writer = Writer(f"openai:{MODEL}", api_key=KEY, base_url=models.v1, timeout=20)
        answer = await writer.write(paraphrase.question, (), composed(paraphrase.practice), drafted)
    assert answer
    for text in drafts:
        await teams.messenger.draft(where, "k", text)
        teams.teams.clock.pass_(0.8)
    sent = await teams.messenger.send(where, answer_reply(answer, "a1"), "k")
    assert isinstance(sent, Sent)
    assert MessageAddress.unpack(sent.message_id).activity in teams.teams.streams
    assert len(await teams.shown()) == 1


@pytest.mark.parametrize("written", [PARAPHRASES[0].text, ""])
async def test_what_is_said_before_an_answer_is_streamed_first(teams: MsTeamsHarness, written: str) -> None:
    """So that the stream becomes the answer, also where the model fails and the composed one stands."""
    pilot, where = PARAPHRASES[0], teams.conversation("direct")
    found = replace(composed(pilot.practice), message="Here is the nearest:")

    async def drafted(text: str) -> None:
        await teams.messenger.draft(where, "k", text)
        teams.teams.clock.pass_(0.8)

    async with fake_models() as models:
        models.script = [Said(written)]
        writer = Writer(f"openai:{MODEL}", api_key=KEY, base_url=models.v1, timeout=20)
        answer = await writer.write(pilot.question, (), found, drafted)
    assert (answer is None) is not written
    sent = await teams.messenger.send(where, answer_reply(answer or found, "a1"), "k")
    assert isinstance(sent, Sent) and MessageAddress.unpack(sent.message_id).activity in teams.teams.streams
    [message] = teams.teams.messages
    assert message.body["text"].startswith("Here is the nearest:") and not message.deleted


async def test_what_was_streamed_is_not_unsaid(teams: MsTeamsHarness) -> None:
    """Steps come with the card, marks with the answer, other words not at all."""
    where = teams.conversation("direct")
    for text in ("One", "Another beginning", "One and two [3] and", "One and two [3] and three\n1. Step"):
        await teams.messenger.draft(where, "k", text)
        teams.teams.clock.pass_(1.6)
    assert [text for *_, text in _streams(teams)] == ["One", "One and two"]


async def test_a_stream_over_its_time_is_not_continued(teams: MsTeamsHarness) -> None:
    """Teams ends it after two minutes; the final version is an ordinary message."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "Start")
    teams.teams.clock.pass_(111)
    await teams.messenger.draft(where, "k", "Start with")
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert [kind for kind, *_ in _streams(teams)] == ["streaming"]


@pytest.mark.parametrize("fault", ["server-error", "time-out", "rate-limit", "gone", "unauthorized", "odd"])
async def test_a_failed_draft_is_silent_and_the_answer_comes(teams: MsTeamsHarness, fault: str) -> None:
    """No second try, no exception."""
    where = teams.conversation("direct")
    teams.teams.faults += [fault, fault] if fault == "unauthorized" else [fault]
    await teams.messenger.draft(where, "k", "Start")
    teams.teams.clock.pass_(2)
    await teams.messenger.draft(where, "k", "Start with")
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert _streams(teams) == []
    assert len(await teams.shown()) == 1


async def test_a_stream_that_breaks_half_way_is_still_ended(teams: MsTeamsHarness) -> None:
    """No further updates, but the final message takes the draft's place."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "hello")
    teams.teams.clock.pass_(2)
    teams.teams.faults.append("server-error")
    await teams.messenger.draft(where, "k", "hello the")
    teams.teams.clock.pass_(2)
    await teams.messenger.draft(where, "k", "hello there")
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert [(kind, name) for kind, name, *_ in _streams(teams)] == [("streaming", None), ("final", "s1")]


async def test_a_rejected_final_message_is_rejected(teams: MsTeamsHarness) -> None:
    """Only a refused stream is said afresh; a throttled one is tried again by the ledger and ends the same stream."""
    where = teams.conversation("direct")
    await teams.messenger.draft(where, "k", "hello")
    teams.teams.faults.append("rate-limit")
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Rejected)
    assert isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert [(kind, name) for kind, name, *_ in _streams(teams)] == [("streaming", None), ("final", "s1")]


async def test_what_a_draft_says_links_nowhere(teams: MsTeamsHarness) -> None:
    """Words of a model are words."""
    await teams.messenger.draft(teams.conversation("direct"), "k", "see https://evil.example and www.evil.example")
    [body] = teams.teams.posted
    assert body["textFormat"] == "plain"
    assert "https://evil" not in body["text"] and "www.evil" not in body["text"]
