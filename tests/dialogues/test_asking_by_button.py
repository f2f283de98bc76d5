"""Questions asked by a button in Teams: acknowledged at once, answered once by whoever works, whatever dies in between."""

from __future__ import annotations

import pytest
from sqlmodel import select

from adapters.msteams import render
from bot.help_views import SUGGESTIONS
from bot.messages import Incoming
from bot.ports import Draft
from bot.replies import Reply
from bot.storage.tables import Question
from tests.dialogues.stage import Stage, words
from tests.fakes.answering import FakeAnswering
from tests.harness import Place, Shown

PILOT, SPONSOR, _ = SUGGESTIONS
BELOW = "the person who pressed"


def asked(here: Stage) -> list[str]:
    answering = here.midway._answering
    assert isinstance(answering, FakeAnswering)
    return [question for question, _ in answering.asked]


async def recorded(here: Stage) -> int:
    async with here.midway.storage.view() as unit:
        return len((await unit.session.exec(select(Question))).all())


async def posts(here: Stage, card: Shown, label: str) -> str:
    """Presses, and lets nobody work yet; what Teams shows below the card."""
    assert await here.harness.presses(card, label, event=here._event()) == 200
    said: str = here.harness.answers[-1]["value"]  # type: ignore[attr-defined]
    return said


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_a_suggestion_is_acknowledged_and_its_answer_is_a_message(here: Stage, place: Place) -> None:
    """In the conversation of the card, which stays and can be pressed on."""
    [card] = await here.say("help", place)
    below, answer = await here.press(PILOT)
    assert (below.text, below.only_for) == (render.ASKED, BELOW)
    assert "One page is enough" in words(answer.text) and f"You asked: “{PILOT}”" in words(answer.text)
    assert (answer.only_for, answer.channel, answer.thread) == (None, card.channel, card.thread)
    assert "We'll try it" in answer.buttons and "Helpful" in answer.buttons
    assert card in await here._standing()
    await here.press(SPONSOR)
    assert asked(here) == [PILOT, SPONSOR]


async def test_pressed_twice_it_is_answered_once(here: Stage) -> None:
    """Before the answer and after it; recorded once, too."""
    [card] = await here.say("help")
    before = await here._standing()
    assert [await posts(here, card, PILOT) for _ in range(2)] == [render.ASKED, render.ASKED_BEFORE]
    [answer] = await here._news(before)
    assert "One page is enough" in words(answer.text)
    assert await posts(here, card, PILOT) == render.ASKED_BEFORE
    assert await here._news(await here._standing()) == []
    assert asked(here) == [PILOT] and await recorded(here) == 1


async def test_what_was_acknowledged_is_answered_after_a_crash(here: Stage) -> None:
    """Nothing but the database is left of the process that acknowledged it."""
    [card] = await here.say("help")
    before = await here._standing()
    assert await posts(here, card, PILOT) == render.ASKED
    assert asked(here) == []
    await here.midway.restart()
    [answer] = await here._news(before)
    assert "One page is enough" in words(answer.text) and asked(here) == [PILOT]


async def test_an_answer_that_takes_long_keeps_no_press_waiting(here: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is acknowledged does not depend on it at all."""

    async def never(incoming: Incoming, draft: Draft) -> Reply | None:
        raise AssertionError("nobody is to answer within the request")

    [card] = await here.say("help")
    monkeypatch.setattr(here.midway._intake, "_handler", never)
    assert await posts(here, card, PILOT) == render.ASKED


async def test_it_was_a_question_is_answered_the_same_way(here: Stage) -> None:
    """Below a team that is not known."""
    await here.say("team pilot charter")
    below, answer = await here.press("It was a question")
    assert below.text == render.ASKED and "One page is enough" in words(answer.text)
