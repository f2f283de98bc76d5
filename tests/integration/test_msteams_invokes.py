"""Buttons, forms and thumbs: answered within the request, or acknowledged where they ask a question."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

import pytest

from adapters.msteams import parse, render
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.replies import Button, Buttons, Field, Form, Paragraph, Reply
from tests.contracts.test_adapters import EVERYTHING
from tests.harness import Place, RecordingIntake
from tests.harness.msteams import MsTeamsHarness, harness


class FailingIntake(RecordingIntake):
    """The database is away."""

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        raise OSError("disk full")


class SlowIntake(RecordingIntake):
    """Answers only when let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        await self.go.wait()
        return await super().answer_now(incoming)


@pytest.mark.parametrize("audience", ["conversation", "everyone"])
async def test_a_pressed_button_is_answered_within_the_request(teams: MsTeamsHarness, audience: Literal["conversation", "everyone"]) -> None:
    """The reply takes the pressed card's place for the person, and then for everyone."""
    await teams.says("hello")
    sent = await teams.messenger.send(teams.intake.accepted[0].conversation, EVERYTHING, "k")
    [shown] = await teams.shown()
    teams.intake.reply = Reply("North is trying it.", (Paragraph("North is trying it."),), audience, shown.message_id)
    assert await teams.presses(shown, "We'll try it") == 200
    [answer] = teams.answers
    assert (answer["statusCode"], answer["type"]) == (200, render.CARD_TYPE)
    assert "North is trying it." in json.dumps(answer["value"])
    [after] = await teams.shown()
    assert "North is trying it." in after.text and "We'll try it" not in after.text
    [press] = teams.intake.answered_now
    assert isinstance(press, ButtonPress)
    assert press.message_id == shown.message_id == sent.message_id  # type: ignore[union-attr]


async def test_a_reply_to_the_sender_alone_leaves_the_message_as_it_is(teams: MsTeamsHarness) -> None:
    """Only the person who pressed sees it."""
    await teams.says("hello")
    await teams.messenger.send(teams.intake.accepted[0].conversation, EVERYTHING, "k")
    [shown] = await teams.shown()
    teams.intake.reply = Reply("For you.", audience="sender", replaces=shown.message_id)
    await teams.presses(shown, "Later")
    assert teams.answers[0]["type"] == render.CARD_TYPE
    assert [item.text for item in await teams.shown()] == [shown.text]


async def test_a_press_delivered_twice_gets_the_same_answer_again(teams: MsTeamsHarness) -> None:
    """Recorded once."""
    teams.intake.reply = Reply("Recorded.")
    first, second = [(await teams.post(teams.press())).json() for _ in range(2)]
    assert first == second == render.invoke_text("Recorded.")
    assert len(teams.intake.answered_now) == 1


FORM = Form("team", "a1", "Your team", "Save", (Field("team", "Which team is this for?"),))


async def test_a_form_that_is_asked_for_leaves_the_pressed_card(teams: MsTeamsHarness) -> None:
    """It comes as a message of its own; within the request there is a sentence."""
    teams.intake.reply = Reply("Which team?", (FORM,), audience="sender")
    answer = (await teams.post(teams.press())).json()
    assert answer == render.invoke_text("Which team?")
    assert teams.intake.said_besides == [teams.intake.reply]


async def test_in_a_channel_a_form_for_one_person_is_shown_to_that_person(teams: MsTeamsHarness) -> None:
    """In place of the card, for them alone: a message would be everybody's."""
    teams.intake.reply = Reply("Which team?", (FORM,), audience="sender")
    answer = (await teams.post(teams.press(place="channel"))).json()
    assert answer["type"] == render.CARD_TYPE and teams.intake.said_besides == []
    assert "Which team is this for?" in json.dumps(answer["value"])


async def test_in_a_channel_what_everybody_may_see_is_said_besides(teams: MsTeamsHarness) -> None:
    teams.intake.reply = Reply("Recorded.", (Paragraph("Recorded."), Buttons((Button("Next", "next", "1"),))))
    assert (await teams.post(teams.press(place="channel"))).json() == render.invoke_text("Recorded.")
    assert teams.intake.said_besides == [teams.intake.reply]


async def test_in_a_channel_what_is_for_everyone_is_said_besides_however_short(teams: MsTeamsHarness) -> None:
    """The answer to an invoke is seen by the person who pressed; in a chat of two that is everyone."""
    teams.intake.reply = Reply("Tips are on.", audience="everyone")
    for place in ("channel", "direct"):
        assert (await teams.post(teams.press(place=place))).json() == render.invoke_text("Tips are on.")  # type: ignore[arg-type]
        assert teams.intake.said_besides == [teams.intake.reply]


async def test_a_button_of_an_older_client_arrives_as_a_message_and_is_stored(teams: MsTeamsHarness) -> None:
    """``Action.Submit`` has no answer within the request."""
    data = {"midway": {"form": "team", "context": "a1", "inputs": "f0."}, "f0.team": "North"}
    assert (await teams.post(teams.activity("message", value=data, replyToId="m9"))).status_code == 202
    [sent] = teams.intake.accepted
    assert isinstance(sent, FormSubmission)
    assert dict(sent.values) == {"team": "North"}


async def test_the_thumbs_get_the_empty_answer_they_need(teams: MsTeamsHarness) -> None:
    """Teams shows an error for anything else."""
    teams.intake.reply = Reply("Thank you.")
    value = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": "{}"}}
    response = await teams.post(teams.activity("invoke", name=parse.FEEDBACK, value=value, replyToId="m9"))
    assert (response.status_code, response.json()) == (200, {})
    assert len(teams.intake.answered_now) == 1


def asking(teams: MsTeamsHarness, event: str = "f:1", action: str = "ask", place: Place = "direct") -> dict[str, Any]:
    """A button pressed whose value is a question."""
    press = teams.press(place)
    press["value"]["action"]["data"] = {"midway": {"action": action, "value": "How do we launch a pilot?"}}
    return {**press, "id": event}


@pytest.mark.parametrize("place", ["direct", "channel"])
@pytest.mark.parametrize("action", ["ask", "question", "share"])
async def test_a_button_that_asks_is_stored_like_typed_words(teams: MsTeamsHarness, action: str, place: Place) -> None:
    """Nobody waits for the answer within the request, and the card stays."""
    teams.intake.reply = Reply("Never said within the request.")
    answer = (await teams.post(asking(teams, action=action, place=place))).json()
    assert answer == render.invoke_text(render.ASKED)
    assert teams.intake.answered_now == [] and teams.intake.said_besides == []
    [press] = teams.intake.accepted
    assert isinstance(press, ButtonPress) and (press.action, press.value) == (action, "How do we launch a pilot?")


async def test_a_button_that_asks_and_is_pressed_again_asks_once(teams: MsTeamsHarness) -> None:
    """Each press is an activity of its own; so is the press of an older client, which comes as a message."""
    said = [(await teams.post(asking(teams, event))).json() for event in ("f:1", "f:1", "f:2")]
    assert said == [render.invoke_text(render.ASKED), *[render.invoke_text(render.ASKED_BEFORE)] * 2]
    data = {"midway": {"action": "ask", "value": "How do we launch a pilot?"}}
    assert (await teams.post(teams.activity("message", id="3", value=data, replyToId="m9"))).status_code == 202
    assert len(teams.intake.accepted) == 1


async def test_a_button_that_asks_and_cannot_be_stored_may_be_pressed_again() -> None:
    """It is not said to be looked up, and the second press counts."""

    class Unwell(RecordingIntake):
        ill = True

        async def accept(self, incoming: Incoming) -> bool:
            if self.ill:
                raise OSError("disk full")
            return await super().accept(incoming)

    intake = Unwell()
    async with harness(intake) as teams:
        assert (await teams.post(asking(teams))).json() == render.invoke_text(render.FAILED)
        intake.ill = False
        assert (await teams.post(asking(teams, "f:2"))).json() == render.invoke_text(render.ASKED)
    assert len(intake.accepted) == 1


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "signin/verifyState", None, 7])
async def test_an_unknown_invoke_is_answered_with_nothing(teams: MsTeamsHarness, name: Any) -> None:
    """Not with the SDK's 501."""
    response = await teams.post(teams.activity("invoke", name=name, value={"a": 1}))
    assert (response.status_code, response.json()) == (200, {})
    assert teams.untouched


async def test_an_invoke_that_fails_says_one_sentence_and_keeps_the_card() -> None:
    """No 5xx, no trace in the room; the button can be pressed again."""
    async with harness(FailingIntake()) as teams:
        response = await teams.post(teams.press())
        assert response.status_code == 200
        assert response.json() == render.invoke_text(render.FAILED)


async def test_an_invoke_that_takes_too_long_is_answered_and_goes_on() -> None:
    """The work is not cut off: what was pressed is recorded, and the message changes when it is done."""
    intake = SlowIntake()
    async with harness(intake, invoke_seconds=0.01) as teams:
        await teams.says("hello")
        await teams.messenger.send(intake.accepted[0].conversation, EVERYTHING, "k")
        [shown] = await teams.shown()
        intake.reply = Reply("North is trying it.", replaces=shown.message_id)
        await teams.presses(shown, "Later")
        assert teams.answers == [render.invoke_text(render.SLOW)]
        intake.go.set()
        await teams.adapter.settled()
        assert "North is trying it." in (await teams.shown())[0].text
        assert len(intake.answered_now) == 1


async def test_an_invoke_that_fails_late_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The answer has been given; the trace goes to the log."""

    class Late(SlowIntake):
        async def answer_now(self, incoming: Incoming) -> Reply | None:
            await self.go.wait()
            raise OSError("disk full")

    intake = Late()
    async with harness(intake, invoke_seconds=0.01) as teams:
        assert (await teams.post(teams.press())).json() == render.invoke_text(render.SLOW)
        intake.go.set()
        await teams.adapter.settled()
        assert "msteams invoke failed late" in caplog.text
