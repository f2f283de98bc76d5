"""What is said of Midway itself: answered as a command, and never by the library."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot import aside_views as views
from bot.access import Role
from bot.aside_words import Aside, aside_of
from bot.storage.adoptions import holder_of
from bot.storage.unit import Storage
from knowledge.answers import Answer, Outcome
from tests.fakes.answering import FakeAnswering, Someone, answer_of, labels, make_advisor, shipped
from tests.fakes.trying import TENANT, Asking

CHARTER = "pilot-charter"


@pytest_asyncio.fixture
async def world(storage: Storage) -> Asking:
    return Asking(storage)


@pytest.mark.parametrize(("said", "meant"), [
    ("can I talk to a human?", "human"), ("I want to speak to a person", "human"), ("human", "human"), ("Talk to someone please", "human"),
    ("Ask an expert", "human"), ("is there anyone I can talk to?", "human"), ("I'd like to chat with a real person", "human"),
    ("I pressed the wrong button", "undo"), ("change my answer", "undo"), ("undo", "undo"), ("Oops, wrong button!", "undo"),
    ("how do I change my answer?", "undo"), ("take it back", "undo"), ("that was a mistake", "undo"),
    ("stop", "stop"), ("STOP!", "stop"), ("please stop", "stop"), ("cancel", "stop"),
    ("where do I see the report?", "report"), ("which topics are asked most?", "report"), ("what do people ask most", "report"), ("who can see the report?", "report"),
    ("most asked questions", "report"),
    ("how do we talk to people who complain?", None), ("how do we talk to customers", None), ("we need people", None), ("should a human check AI posts?", None),
    ("how do we undo a bad post?", None), ("a reply was a mistake, what now?", None), ("how do we stop a shitstorm", None), ("stop the campaign?", None),
    ("where do I see the reach of a post", None), ("how do we report a fake account?", None), ("who sees my questions", None), ("what are the most asked questions by new volunteers", None),
])
def test_only_a_whole_message_is_meant(said: str, meant: Aside | None) -> None:
    assert aside_of(said) == meant


async def test_a_person_is_asked_for_with_the_last_question(world: Asking) -> None:
    """Of whoever asks for them: before any question they are told how; nobody's question is sent on by another."""
    await world.someone("U1").says("How do we launch a pilot?")
    who = world.someone("U2")
    reply = await who.says("can I talk to a human?")
    assert (labels(reply), reply.audience) == ([], "sender") and reply.text.endswith(views.ASK_FIRST)
    await who.says("May we repost photos?")
    reply = await who.says("I want to speak to a person")
    assert labels(reply) == ["Ask an expert"] and reply.text == f"{views.HUMAN_NOBODY} {views.SEND_LAST}"
    assert (await who.chooses(reply, "Ask an expert")).text.startswith("Kept, but nobody is an expert here yet")
    assert [question for question, _ in world.answering.asked] == ["How do we launch a pilot?", "May we repost photos?"]


async def test_a_wrong_press_is_told_and_taken_back(world: Asking) -> None:
    who = world.someone()
    await who.says("my team is Chapter North")
    await world.states(who, "considering")
    await world.states(who, "not for us")
    reply = await who.says("I pressed the wrong button")
    title = shipped().practices[CHARTER].title
    assert reply.text == f"The last thing you recorded: “{title}”: not for us, for Chapter North (23 November 2026)."
    assert labels(reply)[0] == "Take it back: for later" and {"We do it", "We stopped", "Report a result"} <= set(labels(reply))
    await who.chooses(reply, "Take it back: for later")
    assert await world.state(who, "Chapter North") == "considering"


async def test_a_first_press_can_be_changed(world: Asking) -> None:
    """Alone as well as for a team, and back from what a team has proven nothing is offered that cannot be stated."""
    who = world.someone()
    await world.states(who, "trying")
    reply = await who.says("undo")
    assert ", for you (" in reply.text and not [label for label in labels(reply) if label.startswith("Take it back")]
    await who.chooses(reply, "Not for us")
    assert await world.state(who) == "not for us"


async def test_a_rating_and_a_question_for_experts_are_undone_as_well(world: Asking) -> None:
    """Whatever came last."""
    who = world.someone()
    assert (await who.says("undo")).text == views.NOTHING_TO_UNDO
    answered = await who.says("How do we launch a pilot?")
    await who.chooses(answered, "Helpful")
    reply = await who.says("change my answer")
    assert "an answer was helpful" in reply.text and labels(reply) == ["Not helpful"]
    assert (await who.chooses(reply, "Not helpful")).text.startswith("Recorded: not helpful.")
    world.pass_(minutes=1)
    await who.chooses(answered, "Ask an expert")
    reply = await who.says("undo")
    assert labels(reply) == ["Take it back"]
    assert (await who.chooses(reply, "Take it back")).text == views.TAKEN_BACK
    assert (await who.chooses(reply, "Take it back")).text == views.NOT_THERE


async def test_stop_says_what_can_be_stopped_and_does_it(world: Asking) -> None:
    who = world.someone()
    reply = await who.says("stop")
    assert labels(reply) == ["End the weekly tips", "Stop tracking me", "Do not ask me again"]
    said = [(await who.chooses(reply, label)).text for label in labels(reply)]
    assert said[0].startswith("There are no weekly tips here") and said[1].startswith("From now on I record nothing")
    assert said[2].startswith("I will not ask you again") and world.answering.asked == []


async def test_the_report_is_explained_and_opened_by_who_may(storage: Storage) -> None:
    advisor = make_advisor(storage, FakeAnswering(), named={Role.SPONSOR: ("U9",)})
    anybody = await Someone(advisor).says("where do I see the report?")
    assert anybody.text == f"{views.REPORT} {views.WHO_OPENS}" and labels(anybody) == []
    sponsor = Someone(advisor, "U9")
    reply = await sponsor.says("which topics are asked most?")
    assert (await sponsor.chooses(reply, "Show the report")).text != reply.text


async def test_a_team_s_name_may_be_typed_where_the_form_asks_for_it(world: Asking) -> None:
    """Known or new, as the form would take it; it is no question."""
    who = world.someone()
    answered = await who.says("How do we launch a pilot?")
    assert "Which team is this for?" in (await who.chooses(answered, "We'll try it")).text
    reply = await who.says("Chapter North")
    assert reply.text.startswith("You speak for Chapter North now. I had no team of that name, so I made it.")
    assert await world.state(who, "Chapter North") == "trying" and len(world.answering.asked) == 1
    other = world.someone("U2", thread="T2")
    await other.chooses(await other.says("How do we find a sponsor?"), "Later")
    assert (await other.says("it's chapter north.")).text.startswith("You speak for Chapter North now.")
    async with world.storage.view() as unit:
        assert [team.name for team in await unit.teams.all(TENANT)] == ["Chapter North"]


async def test_words_without_a_capital_may_be_a_question_still(world: Asking) -> None:
    who = world.someone()
    await who.chooses(await who.says("How do we launch a pilot?"), "We'll try it")
    reply = await who.says("measuring reach")
    assert labels(reply) == ["New team “measuring reach”", "It was a question"]
    await who.chooses(reply, "It was a question")
    assert world.answering.asked[-1][0] == "measuring reach"


@pytest.mark.parametrize("said", ["How do we begin?", "thanks", "ok", "We are not sure yet", "A b c d e f g", "no team"])
async def test_what_is_no_name_is_no_team(world: Asking, said: str) -> None:
    who = world.someone()
    await who.chooses(await who.says("How do we launch a pilot?"), "We'll try it")
    await who.says(said)
    assert world.answering.asked[-1][0] == said
    async with world.storage.view() as unit:
        assert await unit.teams.all(TENANT) == []


@pytest.mark.parametrize("when", ["before", "late", "elsewhere", "another", "after a question", "in a team"])
async def test_where_no_form_waits_a_name_is_a_question(world: Asking, when: str) -> None:
    who = world.someone(kind="channel")
    answered = await who.says("How do we launch a pilot?")
    if when == "in a team":
        await who.says("my team is South")
    if when != "before":
        await who.chooses(answered, "We'll try it")
    if when == "late":
        world.pass_(minutes=31)
    if when == "after a question":
        await who.says("What should we measure?")
    speaker = {"elsewhere": world.someone(kind="channel", thread="T9"), "another": world.someone("U2", kind="channel")}.get(when, who)
    await speaker.says("Chapter North")
    assert world.answering.asked[-1][0] == "Chapter North"


async def test_a_typed_name_is_no_gap(world: Asking) -> None:
    """What would be declined as a question is none."""
    who = world.someone()
    await who.chooses(await who.says("How do we launch a pilot?"), "We'll try it")
    world.answering.given = Answer(Outcome.DECLINED, "I do not know.", nearest=answer_of(CHARTER).nearest)
    await who.says("Chapter North")
    async with world.storage.view() as unit:
        person = world.storage.secret.pseudonym(TENANT, "U1")
        assert await unit.adoptions.states(TENANT, holder_of(person, None)) == {}
        assert len(await unit.questions.thread(TENANT, who.where.thread_key, 9)) == 1
