"""A question goes to an expert and comes back: two people, two channels, in Slack and in Teams; and what is for one alone."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.access import Role
from knowledge.answers import Answer, Near, Outcome
from tests.databases import MakeDatabase
from tests.dialogues.stage import BETWEEN_ACTS, Midway, words
from tests.fakes import msteams as fake_teams
from tests.fakes import slack_delivery as delivery
from tests.fakes import slack_rules as rules
from tests.fakes.answering import FakeAnswering, shipped
from tests.fakes.msteams_rules import walk
from tests.fakes.slack_delivery import COLLEAGUE, PERSON
from tests.harness import RecordingIntake, Shown
from tests.harness.msteams import MsTeamsHarness
from tests.harness.msteams import harness as teams_harness
from tests.harness.slack import SlackHarness
from tests.harness.slack import harness as slack_harness

COLLEAGUE_AAD = "c0000000-0000-4000-8000-000000000001"
QUESTION, ANSWER = "May we repost what customers write?", "Ask them first, in writing."
NEAR = Near("ugc-rights", shipped().practices["ugc-rights"].title)
HOW_TO_ANSWER = {
    "slack": "You have it. Your next message to me in this thread goes to the person who asked, as your answer. "
    "Begin with “note:” to talk among yourselves first.",
    "msteams": "You have it. Mention me when you answer: your next message in this thread that does goes to the person who "
    "asked, as your answer. What you say without mentioning me stays among yourselves.",
}
WAITS = timedelta(seconds=BETWEEN_ACTS)


class Slack:
    channel, direct, experts = delivery.CHANNEL, delivery.DIRECT, delivery.EXPERTS

    def __init__(self, harness: SlackHarness, midway: Midway) -> None:
        self.harness, self.midway = harness, midway
        self._numbers = itertools.count(1)

    async def say(self, text: str, channel: str, *, by: str = "person", thread: str = "", mention: bool = True) -> list[Shown]:
        user = {"person": PERSON, "colleague": COLLEAGUE}[by]
        ts = self.harness.slack.next_ts()
        said = delivery.message(f"<@{delivery.BOT}> {text}" if mention else text, ts, channel, thread or None, user=user)
        if mention and channel != self.direct:
            said |= {"type": "app_mention"}
        return await self._news(lambda: self.harness.deliver.event(said, f"Ev{next(self._numbers)}"))

    async def press(self, shown: Shown, label: str, *, by: str = "person") -> list[Shown]:
        user = {"person": PERSON, "colleague": COLLEAGUE}[by]
        message = self.harness._message(shown)
        element = next(button for button in rules.buttons(message) if button["text"]["text"] == label)
        payload = delivery.press(message, element, f"p{next(self._numbers)}") | {"user": {"id": user, "team_id": delivery.TEAM}}
        return await self._news(lambda: self.harness.deliver.interaction(payload))

    async def _news(self, act: Callable[[], Any]) -> list[Shown]:
        self.harness.slack.clock.now += WAITS
        before = len(self.harness.slack.messages)
        assert (await act()).status_code == 200
        await self.midway.work("slack", self.harness.messenger)
        return [rules.shown(message) for message in self.harness.slack.messages[before:]]


class Teams:
    channel, direct, experts = fake_teams.CHANNEL, fake_teams.DIRECT, fake_teams.EXPERTS

    def __init__(self, harness: MsTeamsHarness, midway: Midway) -> None:
        self.harness, self.midway = harness, midway
        self._numbers = itertools.count(1)

    async def say(self, text: str, channel: str, *, by: str = "person", thread: str = "", mention: bool = True) -> list[Shown]:
        """In a channel Teams delivers nothing that does not name the bot."""
        number = next(self._numbers)
        direct = channel == self.direct
        where = channel if direct else thread or f"{channel};messageid=17000000{number:05}"
        typed = html.escape(text, quote=False) if direct else f"<at>Midway</at> {html.escape(text, quote=False)}"
        named = [{"type": "mention", "text": "<at>Midway</at>", "mentioned": {"id": fake_teams.BOT, "name": "Midway"}}]
        activity = self._activity("message", by, where, id=f"e{number}", text=typed, textFormat="plain", entities=[] if direct else named)
        return await self._news(activity)

    async def press(self, shown: Shown, label: str, *, by: str = "person") -> list[Shown]:
        """What is pressed on the first message of a thread comes from that thread."""
        message = next(item for item in self.harness.teams.standing() if f'"{item.id}"' in shown.message_id)
        action = next(item for item in walk(message.body) if item.get("type") == "Action.Execute" and item["title"] == label)
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}, "trigger": "manual"}
        thread = message.conversation if ";" in message.conversation or message.conversation == self.direct else f"{message.conversation};messageid={message.id}"
        pressed = {"id": f"p{next(self._numbers)}", "name": "adaptiveCard/action", "value": value, "replyToId": message.id}
        return await self._news(self._activity("invoke", by, thread, **pressed))

    def _activity(self, kind: str, by: str, where: str, **more: Any) -> dict[str, Any]:
        place = "direct" if where == self.direct else "channel"
        activity = self.harness.activity(kind, place=cast(Any, place), thread=where, **more)
        if by == "colleague":
            activity["from"] = {"id": "29:1colleague", "name": "A colleague", "aadObjectId": COLLEAGUE_AAD}
        return activity

    async def _news(self, activity: dict[str, Any]) -> list[Shown]:
        self.harness.teams.clock.pass_(BETWEEN_ACTS)
        before = len(self.harness.teams.messages)
        response = await self.harness.post(activity)
        assert response.status_code < 300, response.text
        await self.midway.work("msteams", self.harness.messenger)
        news = [self.harness._shown(message) for message in self.harness.teams.messages[before:]]
        if activity["type"] == "invoke":
            news.append(Shown("", "", "", str(response.json().get("value", "")), (), (), only_for=activity["from"]["aadObjectId"]))
        return news


@asynccontextmanager
async def on(platform: str, url: str) -> AsyncIterator[Any]:
    """The platform with its adapter and all of the bot, which knows nothing near to what is asked."""
    answering = FakeAnswering()
    near = (NEAR,)
    answering.given = Answer(Outcome.DECLINED, message="I do not know that.", nearest=near, offer_expert=True, confidence=0.2)
    midway = Midway(url, answering, named={Role.ADMIN: [f"slack:{COLLEAGUE}", COLLEAGUE_AAD]})
    intake = cast(RecordingIntake, midway)
    if platform == "slack":
        async with slack_harness(intake, follows_up=lambda message: midway.parts.advisor.follows_up(message)) as slack:
            yield Slack(slack, midway)
    else:
        async with teams_harness(intake) as teams:
            yield Teams(teams, midway)
    await midway.storage.close()


def one(news: list[Shown], text: str) -> Shown:
    found = [shown for shown in news if words(text) in words(shown.text)]
    assert len(found) == 1, (text, [words(shown.text) for shown in news])
    return found[0]


@pytest.fixture(params=["slack", "msteams"])
def platform(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def url(platform: str, migrated_database: MakeDatabase, tmp_path: Path) -> str:
    """Slack's dialogue is held on PostgreSQL, the one in Teams on SQLite."""
    return migrated_database({"slack": "postgresql", "msteams": "sqlite"}[platform], tmp_path)


async def test_a_question_goes_to_an_expert_and_the_answer_comes_back(platform: str, url: str) -> None:
    """From a channel to the experts' channel, taken there, answered in its thread, told in the thread where it was asked."""
    async with on(platform, url) as people:
        [told] = await people.say("experts here", people.experts, by="colleague")
        assert "From now on questions for experts come to this channel." in words(told.text)
        [declined] = await people.say(QUESTION, people.channel)
        news = await people.press(declined, "Ask an expert")
        one(news, "Recorded: your question goes to the experts")
        card = one(news, "A question for our experts")
        assert card.channel == people.experts and QUESTION in words(card.text) and NEAR.title in words(card.text)
        assert card.thread in {"", people.experts}, "it begins a thread of its own"
        news = await people.press(card, "I'll take it", by="colleague")
        one(news, HOW_TO_ANSWER[platform])
        taken = one(news, "An expert has taken the question you sent on ")
        assert (taken.channel, taken.thread) == (people.channel, declined.thread)
        thread = thread_of(people, card)
        if platform == "slack":  # in Teams Midway hears of such words only where they mention it
            assert await people.say("note: who knows the law?", people.experts, by="colleague", thread=thread, mention=False) == []
        news = await people.say(ANSWER, people.experts, by="colleague", thread=thread, mention=False)
        answer = one(news, "An expert answers the question you sent on ")
        assert (answer.channel, answer.thread) == (people.channel, declined.thread) and ANSWER in words(answer.text)
        sent = one(news, "Sent to the person who asked, where they asked.")
        assert sent.channel == people.experts
        news = await people.press(sent, "Make it a draft", by="colleague")
        one(news, "Saved as the draft “draft-")
        [draft] = await drafts(people.midway)
        assert ANSWER in draft and QUESTION not in draft


async def test_two_questions_in_two_threads_reach_two_people(platform: str, url: str) -> None:
    """Whoever has taken both answers each in its own thread."""
    async with on(platform, url) as people:
        await people.say("experts here", people.experts, by="colleague")
        asked, cards = [], []
        for question in ("What about music?", "What about pictures?"):
            [declined] = await people.say(question, people.channel)
            card = one(await people.press(declined, "Ask an expert"), "A question for our experts")
            await people.press(card, "I'll take it", by="colleague")
            asked.append(declined.thread)
            cards.append(card)
        for place in (1, 0):
            news = await people.say(f"Answer {place}.", people.experts, by="colleague", thread=thread_of(people, cards[place]), mention=False)
            assert one(news, f"Answer {place}.").thread == asked[place]


async def test_only_an_admin_names_the_channel_and_only_an_expert_takes(platform: str, url: str) -> None:
    """Anybody else is told what is missing."""
    async with on(platform, url) as people:
        one(await people.say("experts here", people.experts), "That is for admins. An admin can make you one (MIDWAY_ADMINS).")
        one(await people.say("curators here", people.direct, by="colleague"), "Say that in the channel that it is about.")
        await people.say("experts here", people.experts, by="colleague")
        [declined] = await people.say(QUESTION, people.channel)
        one(await people.press(declined, "Ask an expert", by="colleague"), "Only the person who asked a question can send it to an expert.")
        card = one(await people.press(declined, "Ask an expert"), "A question for our experts")
        one(await people.press(card, "I'll take it"), "That is for experts. An admin can make you one (MIDWAY_EXPERTS).")
        news = await people.press(card, "Close without an answer", by="colleague")
        one(news, "An expert closed the question you sent on ")
        one(news, "Closed. Whoever asked has been told.")


async def test_a_way_in_is_given_in_a_direct_message(platform: str, url: str) -> None:
    """In a channel it is refused without a link; everybody of the platform is a member and gets one."""
    async with on(platform, url) as people:
        [refused] = await people.say("sign in", people.channel, by="colleague")
        assert "A link to sign in is for you alone: ask me for it in a direct message." in words(refused.text) and refused.links == ()
        [given] = await people.say("sign in", people.direct, by="colleague")
        assert "It works once, for 15 minutes" in words(given.text)
        [link] = given.links
        assert re.fullmatch(r"https://midway\.example/sign-in\?t=[\w-]{43}", link)
        [member] = await people.say("sign in", people.direct)
        assert "It works once, for 15 minutes" in words(member.text) and member.links != given.links


async def test_in_slack_an_answer_is_for_the_asker_alone_until_it_is_shared(migrated_database: MakeDatabase, tmp_path: Path) -> None:
    """Shared, it stands in the channel with the question."""
    async with on("slack", migrated_database("sqlite", tmp_path)) as people:
        [alone] = await people.say(f"privately {QUESTION}", people.channel)
        assert alone.only_for == PERSON and "Only you see this." in words(alone.text)
        [shared] = await people.press(alone, "Share with the channel")
        assert (shared.only_for, shared.channel) == (None, people.channel)
        assert f"Asked: “{QUESTION}”" in words(shared.text) and "You asked" not in words(shared.text)


async def test_what_was_asked_privately_is_not_told_in_the_channel(migrated_database: MakeDatabase, tmp_path: Path) -> None:
    """Neither that an expert took it nor the answer, nor that the gap is closed."""
    async with on("slack", migrated_database("sqlite", tmp_path)) as people:
        await people.say("experts here", people.experts, by="colleague")
        [alone] = await people.say(f"privately {QUESTION}", people.channel)
        card = one(await people.press(alone, "Ask an expert"), "A question for our experts")
        news = await people.press(card, "I'll take it", by="colleague")
        news += await people.say(ANSWER, people.experts, by="colleague", thread=thread_of(people, card), mention=False)
        for_asker = [shown for shown in news if shown.channel == people.direct]
        assert [ANSWER in words(shown.text) for shown in for_asker] == [False, True]
        assert people.channel not in {shown.channel for shown in news}


async def test_in_teams_a_private_question_in_a_channel_is_refused(migrated_database: MakeDatabase, tmp_path: Path) -> None:
    """Teams has no way to show something to one person there; nothing of it is answered before everybody."""
    async with on("msteams", migrated_database("sqlite", tmp_path)) as people:
        [refused] = await people.say(f"privately {QUESTION}", people.channel)
        assert words(refused.text) == "Everybody here would see my answer. Ask me in a direct message: there it is for you alone."
        [answered] = await people.say(f"privately {QUESTION}", people.direct)
        assert "I do not know that." in words(answered.text)


def thread_of(people: Any, card: Shown) -> str:
    """The thread that a message in a channel begins."""
    if isinstance(people, Slack):
        return card.message_id.split("/")[1]
    message = next(item for item in people.harness.teams.standing() if f'"{item.id}"' in card.message_id)
    return f"{message.conversation};messageid={message.id}"


async def drafts(midway: Midway) -> list[str]:
    async with midway.storage.view() as unit:
        return [version.body for version in await unit.versions.in_states(("draft",))]


