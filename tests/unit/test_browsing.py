"""`practices` and `topics`: the library for those who would rather look than ask."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot.browsing import Browse, Browsing, by_topic
from bot.replies import Link
from bot.storage.unit import Storage
from bot.tip_choice import topic_name
from knowledge.practice import TOPICS
from tests.fakes.answering import labels, shipped
from tests.fakes.trying import Asking
from tests.on_sqlite import database

__all__ = ["database"]


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


@pytest.mark.parametrize("said", [
    "practices", "Topics", "list all practices", "which practices are there?", "What practices do you have", "show me the library",
    "what's in the library?", "/midway practices", "list of topics",
])
def test_all_of_it_is_asked_for(said: str) -> None:
    assert Browsing(shipped, "").meant(said) == Browse("", "en")


@pytest.mark.parametrize(("said", "tongue"), [
    ("welche Praktiken gibt es?", "de"), ("Themen", "de"), ("quelles pratiques y a-t-il ?", "fr"), ("thèmes", "fr"), ("¿Qué prácticas hay?", "es"), ("temas", "es"),
])
async def test_it_is_asked_for_in_other_languages_and_answered_in_them(world: Asking, said: str, tongue: str) -> None:
    assert Browsing(shipped, "").meant(said) == Browse("", tongue)
    reply = await world.someone().says(said)
    assert str(len(shipped().practices)) in reply.text and "The library" not in reply.text and "Metrics" not in labels(reply)
    assert world.answering.asked == []


@pytest.mark.parametrize("said", ["our practices", "best practices for dealers", "which practices work best?", "how do we set topics for a chapter?"])
def test_a_question_stays_one(said: str) -> None:
    meant = Browsing(shipped, "").meant(said)
    assert meant is None or meant.words


async def test_a_topic_is_chosen_then_a_practice(world: Asking) -> None:
    """Every topic with all of its practices, each of which opens; nothing of it is a question."""
    who = world.someone()
    reply = await who.says("list all practices")
    assert labels(reply) == [topic_name(topic) for topic in TOPICS]
    metrics = await who.chooses(reply, "Metrics")
    listed = sorted((one for one in shipped().practices.values() if one.topic == "metrics"), key=lambda one: one.title.casefold())
    assert [(button.label, button.action, button.value) for button in metrics.buttons] == [(one.title, "more", f"-|{one.id}") for one in listed]
    assert world.answering.asked == []


@pytest.mark.parametrize("said", ["practices on crisis", "topic: Crisis", "practices about “crisis”"])
async def test_a_topic_is_named(world: Asking, said: str) -> None:
    assert (await world.someone().says(said)).text == "Crisis"


async def test_words_that_name_no_topic_are_a_question(world: Asking) -> None:
    await world.someone().says("practices for chapters that nobody answers")
    assert [question for question, _ in world.answering.asked] == ["practices for chapters that nobody answers"]


@pytest.mark.parametrize(("platform", "address", "link"), [
    ("slack", "", None), ("slack", "https://midway.example/", "https://midway.example/library?view=topics"), ("web", "", "/library?view=topics"),
])
async def test_the_page_is_named_where_there_is_one(world: Asking, platform: str, address: str, link: str | None) -> None:
    found = Browsing(shipped, address)._all(by_topic(shipped().practices), platform == "web", "en")
    assert [block.url for block in found.blocks if isinstance(block, Link)] == ([link] if link else [])


def test_every_shipped_practice_has_a_topic_of_the_list() -> None:
    assert set(by_topic(shipped().practices)) == set(TOPICS)
