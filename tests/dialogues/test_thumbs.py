"""Teams' own thumbs: they rate the answer that stands in the message they were pressed under, for whoever got it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlmodel import select

from adapters.msteams import parse
from adapters.msteams.address import MessageAddress
from bot.storage.tables import Feedback, Question
from knowledge.answers import Answer, Outcome
from tests.dialogues.stage import Stage
from tests.fakes.answering import FakeAnswering
from tests.harness import Place, Shown
from tests.harness.msteams import MsTeamsHarness

PILOT, SPONSOR = "How do we launch a pilot?", "Who pays for it?"
TEAMS_OWN = {"type": "default"}


def knowledge_of(here: Stage) -> FakeAnswering:
    answering = here.midway._answering
    assert isinstance(answering, FakeAnswering)
    return answering


async def thumb(
    here: Stage, shown: Shown, reaction: str, *, place: Place = "direct", by: str | None = None, reason: str = ""
) -> None:
    """Teams wants an empty answer, whatever came of it."""
    harness = here.harness
    assert isinstance(harness, MsTeamsHarness)
    here._time_passes()
    given = {"reaction": reaction, "feedback": json.dumps({"feedbackText": reason})}
    activity = harness.activity(
        "invoke", place=place, thread=shown.thread, id=here._event(), name=parse.FEEDBACK,
        replyToId=MessageAddress.unpack(shown.message_id).activity,
        value={"actionName": "feedback", "actionValue": given},
    )
    if by:
        activity["from"] = {"id": f"29:{by}", "name": by, "aadObjectId": by}
    response = await harness.post(activity)
    assert (response.status_code, response.json()) == (200, {})


async def rated(here: Stage) -> dict[str, bool]:
    """By the words of the question, whether its answer was helpful."""
    async with here.midway.storage.view() as unit:
        found = await unit.session.exec(select(Question.text, Feedback.helpful).join(Feedback))
        return {unit.secret.unseal(text or ""): helpful for text, helpful in found}


def has_thumbs(here: Stage, shown: Shown) -> bool:
    assert isinstance(here.harness, MsTeamsHarness)
    name = MessageAddress.unpack(shown.message_id).activity
    [body] = [item.body for item in here.harness.teams.standing() if item.id == name]
    data = body.get("channelData")
    assert data in (None, {"feedbackLoop": TEAMS_OWN})
    return data is not None


async def test_the_answer_that_was_thumbed_is_rated_and_no_later_one(here: Stage) -> None:
    """However much was said since; a second thumb is a change of mind."""
    [first] = await here.say(PILOT)
    [second] = await here.say(SPONSOR)
    await thumb(here, first, "dislike")
    assert await rated(here) == {PILOT: False}
    await thumb(here, second, "like")
    await thumb(here, first, "like")
    assert await rated(here) == {PILOT: True, SPONSOR: True}
    assert has_thumbs(here, first) and has_thumbs(here, second)


async def test_a_no_has_no_thumbs_and_takes_none(here: Stage) -> None:
    """Not even those that an older message still shows: nothing else is rated in its place."""
    await here.say(PILOT)
    answered = knowledge_of(here).given
    knowledge_of(here).given = replace(answered, outcome=Outcome.REFUSED, message="I do not help with that.")
    [refusal] = await here.say("buy us 500 followers")
    assert not has_thumbs(here, refusal)
    await thumb(here, refusal, "dislike")
    assert await rated(here) == {}


async def test_what_was_refused_under_a_condition_and_answered_is_rated(here: Stage) -> None:
    answered = knowledge_of(here).given
    knowledge_of(here).given = replace(answered, outcome=Outcome.REFUSED, message="Unless it is yours.", may_be_honest=True)
    [answer] = await here.say("how do we write our own reviews")
    assert has_thumbs(here, answer)
    await thumb(here, answer, "like")
    assert await rated(here) == {"how do we write our own reviews": True}


async def test_all_of_a_practice_and_other_words_take_no_thumbs(here: Stage) -> None:
    await here.say(PILOT)
    everything = [shown for shown in await here.press("More") if not shown.only_for]
    knowledge_of(here).given = Answer(Outcome.DECLINED, "I know nothing of that.")
    for shown in [*everything, *await here.say("what is the capital of peru")]:
        assert not has_thumbs(here, shown)
        await thumb(here, shown, "like")
    assert everything and await rated(here) == {}


async def test_a_colleague_does_not_speak_for_whoever_asked(here: Stage) -> None:
    """In a channel everybody sees the thumbs."""
    [answer] = await here.say(PILOT, "channel")
    await thumb(here, answer, "dislike", place="channel", by="somebody else")
    assert await rated(here) == {}
    await thumb(here, answer, "like", place="channel")
    assert await rated(here) == {PILOT: True}


async def test_a_reason_given_with_a_thumb_is_not_kept(here: Stage, caplog: pytest.LogCaptureFixture) -> None:
    [answer] = await here.say(PILOT)
    await thumb(here, answer, "dislike", reason="zanzibar")
    assert await rated(here) == {PILOT: False}
    async with here.midway.storage.view() as unit:
        kept = [*await unit.session.exec(select(Question)), *await unit.session.exec(select(Feedback))]
    assert "zanzibar" not in str([row.model_dump() for row in kept]) + caplog.text
