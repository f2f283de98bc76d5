"""`midway tips`: what it lists, shows and sends, between a database and a stand-in for Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.bootstrap import make_secret, now, open_storage
from adapters.settings import Settings
from adapters.slack.address import Place
from adapters.terminal.parse import conversation
from bot.messages import Conversation
from bot.storage.subscriptions import KeptSubscription, Wish
from bot.subscription_keeping import Change, SubscriptionKeeping
from bot.tip_times import Rhythm
from tests.fakes import slack as fake_slack
from tests.fakes.slack_delivery import CHANNEL, TEAM, TOKEN
from tests.integration.command_line import Shell
from tests.integration.test_wiring import RealClock

WHERE = Place(TEAM, CHANNEL).conversation(CHANNEL)
DIRECT = conversation("s1")


@pytest.fixture(autouse=True)
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    yield Shell(tmp_path / "data", capsys, monkeypatch)


def at_noon() -> tuple[Rhythm, datetime]:
    """Weekly at noon in a zone where it is that hour now, and the moment."""
    moment = now().replace(minute=0, second=0, microsecond=0)
    ahead = 12 - moment.astimezone(UTC).hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
    return Rhythm((moment + timedelta(hours=ahead)).isoweekday(), 12, zone), moment


async def _subscribed(where: Conversation) -> KeptSubscription:
    settings = Settings()
    storage = await open_storage(settings, make_secret(settings))
    rhythm, due = at_noon()
    keeping = SubscriptionKeeping(storage, lambda: due - timedelta(minutes=1))
    kept, _ = await keeping.save(Change(where, "p1"), Wish(rhythm))
    await storage.close()
    return kept


def subscribed(where: Conversation = WHERE) -> KeptSubscription:
    """A place whose tip is due."""
    kept = asyncio.run(_subscribed(where))
    assert kept.due and kept.due[1] <= now()
    return kept


def test_without_a_subscription_it_says_how_to_subscribe(shell: Shell) -> None:
    assert shell.run("tips", "list") == (0, "Nobody has subscribed yet. Say `subscribe` to Midway in a chat.\n", "")
    assert json.loads(shell.run("tips", "list", "--json")[1]) == []
    assert shell.run("tips", "preview")[1] == "No subscription is active, so nothing would be sent.\n"
    assert shell.run("tips", "send-due")[1] == "0 tips planned, 0 sent.\n"


def test_subscriptions_are_listed(shell: Shell) -> None:
    """A table for people, a contract for programs; nobody's direct messages are named."""
    channel, direct = subscribed(), subscribed(DIRECT)
    table = shell.run("tips", "list")[1]
    for words in (channel.id, f"{CHANNEL} (Slack)", "somebody's direct messages (terminal)", "12:00"):
        assert words in table, words
    rows = {row["id"]: row for row in json.loads(shell.run("tips", "list", "--json")[1])}
    row, due = rows[channel.id], channel.due
    assert due and set(rows) == {channel.id, direct.id}
    assert set(row) == {"id", "tenant", "platform", "kind", "team", "state", "reason", "paused_until", "weekday", "hour", "zone", "topics", "audience", "next", "last"}
    assert (row["tenant"], row["platform"], row["kind"], row["state"], row["last"]) == (TEAM, "slack", "channel", "active", None)
    assert datetime.fromisoformat(row["next"]) == due[1] and row["next"].endswith("+00:00")
    assert "s1" not in json.dumps(rows[direct.id])


def test_what_a_place_would_get_is_shown(shell: Shell) -> None:
    channel, direct = subscribed(), subscribed(DIRECT)
    one = shell.run("tips", "preview", channel.id)[1]
    assert "Tip of the week" in one and "You get this tip because" in one and direct.id not in one
    every = json.loads(shell.run("tips", "preview", "--json")[1])
    texts = {each["id"]: each["text"] for each in every}
    assert set(texts) == {channel.id, direct.id}
    assert "Tip of the week" in texts[direct.id] and "You get this tip because" not in texts[direct.id]


def test_an_unknown_id_is_one_sentence(shell: Shell) -> None:
    assert shell.run("tips", "preview", "nonsense") == (1, "", "There is no such subscription: `midway tips list` shows them all.\n")


def test_without_its_platform_a_tip_is_planned_and_it_says_who_sends_it(shell: Shell) -> None:
    kept = subscribed()
    for planned in ("1 tip", "0 tips"):
        code, said, _ = shell.run("tips", "send-due")
        assert code == 0 and said.startswith(f"{planned} planned, 0 sent.\n1 tip planned and not sent:") and "midway worker" in said
    [row] = json.loads(shell.run("tips", "list", "--json")[1])
    assert kept.due and (row["last"]["week"], row["last"]["state"], row["last"]["delivery"]) == (kept.due[0], "planned", "planned")


def test_what_is_due_is_sent_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed()

    async def sent() -> list[str]:
        async with fake_slack.running(RealClock()) as slack:
            monkeypatch.setenv("MIDWAY_SLACK__BOT_TOKEN", TOKEN)
            monkeypatch.setenv("MIDWAY_SLACK__API_URL", f"{slack.url}api/")
            said = [(await asyncio.to_thread(shell.run, "tips", "send-due"))[1] for _ in range(2)]
            [tip] = slack.visible(CHANNEL)
            assert "Tip of the week" in tip.text and "We'll try it" in tip.buttons
            return said

    assert asyncio.run(sent()) == ["1 tip planned, 1 sent.\n", "0 tips planned, 0 sent.\n"]
    [row] = json.loads(shell.run("tips", "list", "--json")[1])
    assert row["last"]["delivery"] == "sent" and "sent" in shell.run("tips", "list")[1]
