"""My data, forget me, stop tracking me: which words mean it, what is said, and what is written down or not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import my_data_views as views
from bot.my_data import SHORT
from bot.replies import Link, Paragraph, Reply
from bot.storage.unit import Storage
from tests.fakes.answering import PRACTICES, START, FakeAnswering, Someone, answer_of, facts_of, make_advisor
from tests.fakes.clock import Clock
from tests.fakes.erasures import MemoryErasureNotes
from tests.whole_database import all_rows

QUESTION = "How do we launch a pilot?"
UNTRACKED = "You switched tracking off"


@pytest.fixture
def notes() -> MemoryErasureNotes:
    return MemoryErasureNotes()


@pytest.fixture
def someone(storage: Storage) -> Someone:
    return Someone(make_advisor(storage, FakeAnswering()))


def texts(reply: Reply) -> str:
    return " ".join(block.text for block in reply.blocks if isinstance(block, Paragraph))


@pytest.mark.parametrize(("words", "begins"), [
    ("my data", views.NOTHING), ("/midway my data", views.NOTHING), ("What do you know about me?", views.NOTHING),
    ("show me my data!", views.NOTHING), ("Forget me.", "Shall I forget you?"), ("please delete my data", "Shall I forget you?"),
    ("midway, erase me", "Shall I forget you?"), ("Don’t track me", views.STOPPED), ("stop tracking", views.STOPPED),
    ("track me again", views.ALREADY_TRACKED), ("download  my\ndata", "All that I keep"),
])
async def test_short_words_mean_it(someone: Someone, words: str, begins: str) -> None:
    reply = await someone.says(words)
    assert reply.text.startswith(begins) and reply.audience == "sender"


@pytest.mark.parametrize("words", [
    "my data shows that nobody reads our posts", "what do you know about me measuring reach?", "forget me not: a campaign idea",
    "how do we stop tracking me and others on our site?", "who sees my questions", "is my data safe",
])
async def test_a_question_is_not_swallowed(storage: Storage, words: str) -> None:
    answering = FakeAnswering()
    await Someone(make_advisor(storage, answering)).says(words)
    assert [asked for asked, _ in answering.asked] == [words]


async def test_what_is_kept_is_counted_and_said(someone: Someone) -> None:
    """Kinds with counts, until when words are kept, for which team; nothing of what is not there."""
    answer = await someone.says(QUESTION)
    await someone.chooses(answer, "Helpful")
    await someone.chooses(answer, "Ask an expert")
    await someone.says("my team is Chapter North")
    await someone.chooses(answer, "We'll try it")
    reply = await someone.says("my data")
    assert facts_of(reply) == {
        "Questions you asked": "1, wording kept until 23 December 2026", "Answers you rated": "1", "Questions you handed to experts": "1",
        "Statements about practices": "1, for Chapter North", "Changes noted with your pseudonym": "2", "Check-ins about how a try went": "1",
    }
    assert "You speak for Chapter North. You are tracked." in texts(reply)
    assert [button.label for button in reply.buttons] == ["Download it", "Forget me", "Stop tracking me"]


async def test_all_of_it_is_handed_over_as_json(someone: Someone) -> None:
    """With the person's own words."""
    await someone.says(QUESTION)
    reply = await someone.chooses(await someone.says("my data"), "Download it")
    found = json.loads(next(block.text for block in reply.blocks if isinstance(block, Paragraph) and block.text.startswith("{")))
    assert found["questions"][0]["text"] == QUESTION and found["tracked"] is True and found["used_for"] == views.USED_FOR


@pytest.mark.parametrize(("public_url", "said"), [("https://midway.example/", views.ON_PAGE), ("", views.BY_ADMIN)])
async def test_what_is_long_stands_elsewhere(storage: Storage, public_url: str, said: str) -> None:
    """On the page, or with an admin where there is no address of pages."""
    someone = Someone(make_advisor(storage, FakeAnswering(), public_url=public_url))
    await someone.says("x" * SHORT)
    reply = await someone.says("download my data")
    assert said in reply.text and "xxx" not in texts(reply)
    assert [block.url for block in reply.blocks if isinstance(block, Link)] == ([f"{public_url}my-data"] if public_url else [])


@pytest.mark.parametrize("public_url", ["https://midway.example/", ""])
async def test_in_the_web_chat_what_is_long_is_a_file_of_the_same_pages(storage: Storage, public_url: str) -> None:
    """Whatever the address of pages is: the browser is signed in, or at the machine, where it is now."""
    someone = Someone(make_advisor(storage, FakeAnswering(), public_url=public_url))
    someone.where = replace(someone.where, platform="web")
    await someone.says("x" * SHORT)
    reply = await someone.says("download my data")
    assert views.AS_FILE in reply.text and "admin" not in reply.text
    assert [block.url for block in reply.blocks if isinstance(block, Link)] == ["/my-data/download"]


async def test_an_old_question_whether_to_forget_is_asked_again(storage: Storage, notes: MemoryErasureNotes) -> None:
    """A card of last year, or a value that was made up, forgets nobody at one press."""
    clock = Clock(START)
    someone = Someone(make_advisor(storage, FakeAnswering(), clock, notes=notes))
    await someone.says(QUESTION)
    card = await someone.says("forget me")
    clock.now += timedelta(days=1)
    assert (await someone.chooses(card, "Yes, forget me")).text.startswith("Shall I forget you?")
    for made_up in ("", "-", "2026-11-23T09:00:00"):
        assert (await someone.presses("forget-me-now", made_up)).text.startswith("Shall I forget you?")
    assert notes.noted == []
    fresh = await someone.says("forget me")
    assert (await someone.chooses(fresh, "Yes, forget me")).text == views.FORGOTTEN
    assert len(notes.noted) == 1


async def test_pressed_twice_it_is_done_once_and_said_twice(storage: Storage, notes: MemoryErasureNotes) -> None:
    someone = Someone(make_advisor(storage, FakeAnswering(), notes=notes))
    await someone.says(QUESTION)
    card = await someone.says("forget me")
    assert [(await someone.chooses(card, "Yes, forget me", "e")).text for _ in range(2)] == [views.FORGOTTEN] * 2
    assert len(notes.noted) == 1


async def test_of_who_is_not_tracked_nothing_is_written_down(storage: Storage, someone: Someone) -> None:
    """Neither question nor press nor rating, nor that a place was told; what was kept before stays, and others go on."""
    answer = await someone.says(QUESTION)
    assert (await someone.says("stop tracking me")).text.startswith(views.STOPPED)
    before = await all_rows(storage)
    reply = await someone.says("And how do we find a sponsor?")
    assert UNTRACKED in texts(reply) and reply.buttons == ()
    for label in ("We'll try it", "Helpful", "Ask an expert"):
        assert UNTRACKED in (await someone.chooses(answer, label)).text
    assert UNTRACKED in (await someone.fills("feedback", "helpful", {})).text
    assert await all_rows(storage) == before
    other = Someone(someone.advisor, "U2")
    assert UNTRACKED not in texts(await other.says(QUESTION))
    assert len((await all_rows(storage))["question"]) == 2


async def test_tracking_again_counts_again(storage: Storage, someone: Someone) -> None:
    """Each change once in the audit; saying it again says how it stands."""
    replies = [(await someone.says(words)).text for words in ("stop tracking me", "stop tracking me", "track me again", "track me again")]
    assert [reply.split(" Wh")[0].split(" To")[0] for reply in replies] == [views.STOPPED, views.ALREADY_STOPPED, views.AGAIN, "You are tracked, under your pseudonym."]
    assert "Helpful" in [button.label for button in (await someone.says(QUESTION)).buttons]
    async with storage.view() as unit:
        assert [entry.what for entry in await unit.audits.about("W1")] == ["tracking on", "tracking off"]


async def test_the_same_id_elsewhere_is_somebody_else(storage: Storage, someone: Someone) -> None:
    """Forgetting in one workspace leaves the other's person alone."""
    there = Someone(someone.advisor, tenant="W2")
    for each in (someone, there):
        await each.says(QUESTION)
    await someone.chooses(await someone.says("forget me"), "Yes, forget me")
    assert facts_of(await someone.says("my data")) == {}
    assert "Questions you asked" in facts_of(await there.says("my data"))


async def test_in_another_language_the_notice_is_in_it(storage: Storage) -> None:
    answering = FakeAnswering()
    someone = Someone(make_advisor(storage, answering))
    await someone.says("stop tracking me")
    answering.given = replace(answer_of(PRACTICES[0]), tongue="de")
    assert "Sie haben die Erfassung ausgeschaltet" in texts(await someone.says("Wie starten wir einen Piloten?"))

