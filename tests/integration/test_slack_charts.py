"""A chart in Slack: uploaded and shown as a picture; as a table where that fails."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.api import Failure, SlackApi
from bot.messages import Conversation
from bot.ports import Sent
from bot.replies import Chart, Paragraph, Reply, Series
from tests.fakes import slack_rules as rules
from tests.fakes.slack_delivery import TOKEN
from tests.harness.slack import SlackHarness

CHART = Chart("Response time", "It fell from 48 to 12 hours.", ("Before", "After"), (Series("Response time", (48, 12)),), "hours")
REPLY = Reply("It fell.", (Paragraph("Look:"), CHART))


async def asked(slack: SlackHarness) -> Conversation:
    await slack.says("How?", place="channel")
    return slack.intake.accepted[-1].conversation


async def sent(slack: SlackHarness, reply: Reply = REPLY) -> list[dict[str, object]]:
    """The blocks of what stands there after it was sent."""
    assert isinstance(await slack.messenger.send(await asked(slack), reply, "k1"), Sent)
    blocks: list[dict[str, object]] = slack.slack.messages[-1]["blocks"]
    return blocks


def images(blocks: list[dict[str, object]]) -> list[dict[str, object]]:
    return [block for block in blocks if block["type"] == "image"]


async def test_a_chart_is_uploaded_and_shown_as_a_picture(slack: SlackHarness) -> None:
    """With its summary for those who do not see it; the file itself is shared with nobody."""
    [image] = images(await sent(slack))
    assert image["slack_file"] == {"id": "F1"} and image["alt_text"] == CHART.summary
    [place], [done] = slack.slack.called("files.getUploadURLExternal"), slack.slack.called("files.completeUploadExternal")
    assert place["length"] == len(slack.slack.files["F1"].data) and place["alt_txt"] == CHART.summary
    assert done == {"files": [{"id": "F1", "title": "Response time"}]}
    [shown] = await slack.shown("channel")
    assert "It fell from 48 to 12 hours." in shown.text and "Before" not in shown.text


async def test_a_reply_without_charts_uploads_nothing(slack: SlackHarness) -> None:
    await sent(slack, Reply("x", (Paragraph("x"),)))
    assert slack.slack.files == {}


async def test_without_the_permission_the_figures_are_said_in_a_table(slack: SlackHarness) -> None:
    """An app that was installed before the permission was asked for still says all of it."""
    slack.slack.scopes = set()
    assert images(await sent(slack)) == []
    [shown] = await slack.shown("channel")
    assert "Before" in shown.text and "48 hours" in shown.text
    assert [method for method, _ in slack.slack.calls if method.startswith("files.")] == ["files.getUploadURLExternal"]


@pytest.mark.parametrize("how", ["server-error", "rate-limit", "disconnect", "no-json"])
async def test_an_upload_that_fails_costs_the_picture_and_not_the_message(slack: SlackHarness, how: rules.Failing) -> None:
    where = await asked(slack)
    slack.slack.fail_next(how)
    assert isinstance(await slack.messenger.send(where, REPLY, "k1"), Sent)
    [shown] = await slack.shown("channel")
    assert "48 hours" in shown.text and images(slack.slack.messages[-1]["blocks"]) == []


@pytest.mark.parametrize(("slow", "pictures"), [(1, 1), (2, 0)])
async def test_a_picture_that_slack_has_not_finished_is_waited_for_once(slack: SlackHarness, monkeypatch: pytest.MonkeyPatch, slow: int, pictures: int) -> None:
    """Then its figures are said; either way there is one message."""
    take = rules.File.take

    def taken(file: rules.File, data: bytes) -> bool:
        file.slow = slow
        return take(file, data)

    monkeypatch.setattr(rules.File, "take", taken)
    assert len(images(await sent(slack))) == pictures
    assert len(await slack.shown("channel")) == 1


async def test_a_picture_in_place_of_a_card_is_uploaded_as_well(slack: SlackHarness) -> None:
    where = await asked(slack)
    first = await slack.messenger.send(where, Reply("x", (Paragraph("x"),)), "k1")
    assert isinstance(first, Sent)
    assert isinstance(await slack.messenger.replace(first.message_id, REPLY), Sent)
    assert len(images(slack.slack.messages[-1]["blocks"])) == 1


async def test_a_picture_goes_through_the_proxy_like_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a proxy leads outside, nothing is asked of any other host."""
    asked: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode().split()[1])
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        api = SlackApi(TOKEN)
        assert isinstance(await api.call("chat.postMessage", {}), Failure)
        assert isinstance(await api.upload("https://files.slack.com/upload/v1/x", b"x"), Failure)
        await api.close()
    assert asked == ["slack.com:443", "files.slack.com:443"]
