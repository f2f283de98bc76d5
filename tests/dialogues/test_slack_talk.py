"""Talk in a Slack channel as people hold it: in threads, in private, with buttons that are pressed twice."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.slack.home import home_view
from tests.dialogues.stage import Midway
from tests.fakes import slack_delivery as slack
from tests.fakes import slack_rules as rules
from tests.fakes.answering import FakeAnswering
from tests.fakes.slack_delivery import CHANNEL, COLLEAGUE, DIRECT, PERSON
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness
from tests.harness.slack import harness as slack_harness

Message = dict[str, Any]
PILOT = "How do we launch a pilot?"
STORED = "First answer here"


class Talk:
    """Every act returns the messages that are new or other than before."""

    def __init__(self, harness: SlackHarness, midway: Midway, answering: FakeAnswering) -> None:
        self.harness, self.midway, self.answering = harness, midway, answering
        self._numbers = itertools.count(1)
        self._seen: dict[tuple[str, str], str] = {}

    async def mentions(self, text: str, thread: str | None = None, user: str = PERSON) -> list[Message]:
        return await self._event(slack.mention(text, self._ts(), thread, user=user))

    async def says(self, text: str, thread: str | None, user: str = PERSON, channel: str = CHANNEL, **more: Any) -> list[Message]:
        return await self._event(slack.message(text, self._ts(), channel, thread, user=user, **more))

    async def commands(self, text: str) -> list[Message]:
        number = next(self._numbers)
        hook = f"{self.harness.slack.url}hooks/{CHANNEL}-x{number}"
        await self.harness.deliver.form(slack.command(text, f"t{number}", hook))
        return await self._news()

    async def presses(self, message: Message, label: str, *, times: int = 1) -> list[Message]:
        """So many times within one second, each a press of its own."""
        [button] = [button for button in rules.buttons(message) if button["text"]["text"] == label]
        hook = f"{self.harness.slack.url}hooks/{message['channel']}-{message['ts']}"
        for _ in range(times):
            pressed = slack.press(message, button, f"p{next(self._numbers)}", hook=hook)
            pressed["container"] |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
            await self.harness.deliver.interaction(pressed)
        return await self._news()

    async def _event(self, event: Message) -> list[Message]:
        await self.harness.deliver.event(event, f"Ev{next(self._numbers)}")
        return await self._news()

    async def _news(self) -> list[Message]:
        await self.midway.work("slack", self.harness.messenger)
        await self.harness.adapter.settled()
        self.harness.slack.clock.now += timedelta(seconds=10)
        now = {(message["channel"], message["ts"]): str(message) for message in self.harness.slack.messages}
        new = [name for name, drawn in now.items() if self._seen.get(name) != drawn]
        self._seen = now
        return [message for message in self.harness.slack.messages if (message["channel"], message["ts"]) in new]

    def _ts(self) -> str:
        return f"1772442{next(self._numbers):03d}.000100"


@asynccontextmanager
async def talk(url: str, *, tracking: bool = True) -> AsyncIterator[Talk]:
    answering = FakeAnswering()
    midway = Midway(url, answering, tracking=tracking)
    async with slack_harness(
        cast(RecordingIntake, midway), follows_up=lambda message: midway.parts.advisor.follows_up(message)
    ) as harness:
        yield Talk(harness, midway, answering)
    await midway.storage.close()


@pytest.fixture
def url(migrated_database: Callable[[str, Path], str], tmp_path: Path) -> str:
    return migrated_database("sqlite", tmp_path)


async def test_of_whoever_asked_not_to_be_tracked_it_is_not_known_who_was_answered(url: str) -> None:
    async with talk(url) as here:
        await here.mentions("stop tracking me")
        [answer] = await here.mentions(PILOT)
        assert await here.says("and who decides?", answer["thread_ts"]) == []
        assert len(await here.mentions("and who decides?", answer["thread_ts"])) == 1


@pytest.mark.parametrize("first", ["help", "my team is Chapter North"])
@pytest.mark.parametrize("tracking", [True, False])
async def test_whatever_was_answered_the_thread_goes_on_without_a_mention(url: str, first: str, tracking: bool) -> None:
    """Wherever nothing is counted, too; for whoever was answered and nobody else, and not for a colleague who only pressed a button."""
    async with talk(url, tracking=tracking) as here:
        [answer] = await here.mentions(first)
        root = answer["thread_ts"]
        assert await here.says("talk among ourselves", root, COLLEAGUE) == []
        [reply] = await here.says(PILOT, root)
        assert reply["thread_ts"] == root and [asked for asked, _ in here.answering.asked] == [PILOT]
        await here.mentions("help", root, COLLEAGUE)
        assert len(await here.says(PILOT, root, COLLEAGUE)) == 1




def drawn(message: Message) -> str:
    return str(message["blocks"])


async def test_the_channel_is_told_what_is_stored_although_one_person_was_told_alone(url: str) -> None:
    """Each once: the person with their first private answer there, the channel with its first one."""
    async with talk(url) as here:
        alone = [*await here.commands(PILOT), *await here.mentions(f"privately {PILOT}"), *await here.commands(PILOT)]
        open_ = [*await here.mentions(PILOT, user=COLLEAGUE), *await here.mentions(PILOT)]
        assert [STORED in drawn(answer) for answer in alone] == [True, False, False]
        assert [STORED in drawn(answer) for answer in open_] == [True, False]


@pytest.mark.parametrize("how", ["privately", "command", "suggestion"])
async def test_whatever_one_person_alone_is_answered_says_so_and_can_be_shared(url: str, how: str) -> None:
    async with talk(url) as here:
        if how == "privately":
            [answer] = await here.mentions(f"privately {PILOT}")
        elif how == "command":
            [answer] = await here.commands(PILOT)
        else:
            [help_] = await here.commands("")
            [answer] = await here.presses(help_, PILOT)
        assert answer["only_for"] == PERSON and "Only you see this." in drawn(answer)
        [shared] = await here.presses(answer, "Share with the channel")
        assert "only_for" not in shared and "Only you see this." not in drawn(shared)


@pytest.mark.parametrize("label", ["Share with the channel", "More"])
async def test_what_is_said_to_all_is_said_once_however_often_it_is_pressed(url: str, label: str) -> None:
    """At once or later; who presses again is told that it stands there."""
    async with talk(url) as here:
        [answer] = await here.mentions(PILOT if label == "More" else f"privately {PILOT}")
        shown = await here.presses(answer, label, times=2) + await here.presses(answer, label)
        assert len([message for message in shown if "only_for" not in message]) == 1
        told = [message["text"] for message in shown if "only_for" in message]
        assert told and all("already" in text for text in told)
        [other] = await here.mentions(PILOT if label == "More" else f"privately {PILOT}")
        assert len(await here.presses(other, label)) == 1


@pytest.mark.parametrize("how", ["privately", "command"])
async def test_below_what_was_shared_the_talk_goes_on(url: str, how: str) -> None:
    """In the thread of the question where it stands in the channel; worded for all, and with the question as context."""
    async with talk(url) as here:
        [answer] = await (here.mentions(f"privately {PILOT}") if how == "privately" else here.commands(PILOT))
        [shared] = await here.presses(answer, "Share with the channel")
        assert ("thread_ts" in shared) is (how == "privately")
        assert f"Asked: “{PILOT}”" in drawn(shared) and "You asked" not in drawn(shared)
        root = shared.get("thread_ts", shared["ts"])
        assert await here.says("and who decides?", root, COLLEAGUE) == []
        [reply] = await here.says("and who decides?", root)
        assert reply["thread_ts"] == root
        asked, before = here.answering.asked[-1]
        assert asked == "and who decides?" and PILOT in before


async def test_below_the_answer_to_a_suggestion_of_the_home_tab_the_question_is_known(url: str) -> None:
    async with talk(url) as here:
        view = home_view([PILOT], DIRECT)
        await here.harness.deliver.interaction(slack.home_press(view, rules.buttons(view)[0]))
        [answer] = await here._news()
        await here.says("and who decides?", answer["ts"], channel=DIRECT)
        assert here.answering.asked[-1] == ("and who decides?", [PILOT])
