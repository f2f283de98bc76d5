"""One contract for every adapter: what comes in is what was said, what goes out is what is shown."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import ButtonPress, FormSubmission, IncomingMessage, Sender
from bot.ports import NotFound, Rejected, Sent, Unknown, Unsupported
from bot.replies import (
    Button,
    Buttons,
    Chart,
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Paragraph,
    Reply,
    Series,
    SourceLink,
    Sources,
    Step,
    Steps,
    Table,
)
from tests.harness import Harness, Place, RecordingIntake, Shown

ROOT = Path(__file__).parents[2]
ADAPTERS = sorted(
    folder.name for folder in (ROOT / "adapters").iterdir() if (folder / "adapter.py").exists()
)

EVERYTHING = Reply(
    text="Start with one project.",
    blocks=(
        Heading("Launching a pilot"),
        Paragraph("Start with one project [1]."),
        Steps((Step("Name the owner.", "One person."), Step("Fix the end date."))),
        Facts((("Stage", "pilot"),)),
        Table(("Team", "State"), (("North", "trying"),)),
        Chart("Adoption", "Two teams are trying.", ("October", "November"), (Series("trying", (1, 2)),), "teams"),
        Paragraph("Kept for 30 days.", quiet=True),
        Sources((SourceLink(1, "Digital Plan", "US National Archives", 2016, "https://example.org/plan"),)),
        Link("Open Midway's pages", "https://midway.example/library"),
        Buttons((Button("We'll try it", "adopt", "a1|pilot-charter|trying", primary=True), Button("Later", "adopt", "a1|pilot-charter|considering"))),
        Form("team", "a1", "Your team", "Save", (Field("team", "Which team is this for?"),)),
    ),
)
HOSTILE = "<!channel> <@U1> <script>alert(1)</script> [x](https://evil.example) @everyone *b* _i_ `c` & \u202e\u200b <at>x</at>"


def test_every_adapter_folder_has_a_harness() -> None:
    """A new adapter cannot be left out of the suite."""
    harnesses = sorted(path.stem for path in (ROOT / "tests" / "harness").glob("*.py") if path.stem != "__init__")
    assert harnesses == ADAPTERS


@pytest_asyncio.fixture(params=ADAPTERS)
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    module = importlib.import_module(f"tests.harness.{request.param}")
    async with module.harness(RecordingIntake()) as made:
        yield made


async def _say_and_send(harness: Harness, reply: Reply, key: str = "reply:e1") -> Shown:
    await harness.says("hello")
    sent = await harness.messenger.send(harness.intake.accepted[0].conversation, reply, key)
    assert isinstance(sent, Sent)
    return (await harness.shown())[-1]


async def test_words_arrive_as_said(harness: Harness) -> None:
    """The text, the true channel and the event id arrive; mentions of the bot are gone."""
    await harness.says("How do we launch a pilot?", event="e7")
    [incoming] = harness.intake.accepted
    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "How do we launch a pilot?"
    assert incoming.conversation.platform == harness.platform
    assert incoming.conversation.channel == harness.true_channel("direct")
    assert incoming.conversation.kind == "direct"


async def test_a_channel_is_known_as_one(harness: Harness) -> None:
    """A mention in a channel arrives with the channel's own id, or the platform has direct talk only."""
    status = await harness.says("How do we launch a pilot?", place="channel")
    if status == 501:
        assert harness.platform in {"terminal", "web"}
        return
    [incoming] = harness.intake.accepted
    assert isinstance(incoming, IncomingMessage)
    assert incoming.text == "How do we launch a pilot?"
    assert incoming.conversation.channel == harness.true_channel("channel")
    assert incoming.conversation.kind == "channel"


async def test_who_acts_comes_with_what_the_platform_knows_of_them(harness: Harness) -> None:
    """The same with words, a press and a form: one person, their name and their time zone."""
    shown = await _say_and_send(harness, EVERYTHING)
    await harness.presses(shown, "Later")
    await harness.submits(shown, {"team": "North"})
    senders = {incoming.sender for incoming in harness.intake.everything}
    [sender] = {replace(sender, locale=None) for sender in senders}
    assert (sender.name, sender.zone) == (harness.name, harness.zone)


CHANGED = {"slack": "Changed by <@U0PERSON>", "msteams": "Changed by A person"}


async def test_in_a_channel_others_are_told_who_changed_something(harness: Harness) -> None:
    """As the platform names people; where one talks alone with Midway nobody is told."""
    place: Place = "channel" if harness.platform in CHANGED else "direct"
    await harness.says("tips off", place=place)
    asked = harness.intake.accepted[0]
    await harness.messenger.send(asked.conversation, Reply("Tips are off.", (Paragraph("Tips are off."),), by=asked.sender), "k1")
    said = (await harness.shown(place))[-1].text
    assert "Tips are off." in said
    assert CHANGED.get(harness.platform, "") in said
    assert said.count("Changed by") == (harness.platform in CHANGED)


async def test_a_repeat_is_accepted_once(harness: Harness) -> None:
    """The platform delivers the same event twice; both are acknowledged, one is kept."""
    assert await harness.says("hello", event="e1") < 300
    assert await harness.says("hello", event="e1") < 300
    assert len(harness.intake.everything) == 1


async def test_follow_up_has_the_same_thread(harness: Harness) -> None:
    """Two messages of one conversation share the thread key."""
    await harness.says("one", event="e1")
    first = harness.intake.accepted[0].conversation
    await harness.says("two", event="e2", thread=first.thread)
    assert harness.intake.accepted[1].conversation.thread == first.thread


async def test_a_reply_shows_every_block(harness: Harness) -> None:
    """Nothing of a reply is lost on any platform: what cannot be drawn is said in words."""
    shown = await _say_and_send(harness, EVERYTHING)
    for words in (
        "Launching a pilot", "Start with one project", "Name the owner.", "One person.", "Fix the end date.", "Stage", "pilot",
        "Team", "North", "trying", "Two teams are trying.", "Kept for 30 days.", "Digital Plan", "US National Archives", "2016",
        "Which team is this for?",
    ):
        assert words in shown.text, words
    assert {"We'll try it", "Later"} <= set(shown.buttons)
    assert shown.links == ("https://example.org/plan", "https://midway.example/library")


async def test_a_hostile_name_is_inert(harness: Harness) -> None:
    """Whoever calls themselves by markup is called by words."""
    by = Sender(HOSTILE, name=HOSTILE)
    shown = await _say_and_send(harness, Reply("Tips are off.", (Paragraph("Tips are off."),), by=by))
    assert "Tips are off." in shown.text
    assert shown.links == ()


async def test_hostile_text_is_inert(harness: Harness) -> None:
    """Markup, mentions and links in words stay words, in every kind of block."""
    reply = Reply(HOSTILE, (Heading(HOSTILE), Paragraph(HOSTILE), Steps((Step(HOSTILE, HOSTILE),)), Facts(((HOSTILE, HOSTILE),)),
                            Table((HOSTILE,), ((HOSTILE,),)), Buttons((Button(HOSTILE, "adopt", "v"),)),
                            Sources((SourceLink(1, HOSTILE, HOSTILE, 2020, "https://example.org/a"),))))
    shown = await _say_and_send(harness, reply)
    assert set(shown.links) == {"https://example.org/a"}
    assert "alert(1)" in shown.text


async def test_a_long_reply_is_not_refused(harness: Harness) -> None:
    """A reply far over the platform's limits is shortened and says so; it is never rejected."""
    many = tuple(Paragraph("word " * 900) for _ in range(70))
    shown = await _say_and_send(harness, Reply("long", many))
    assert "word" in shown.text


async def test_a_button_press_brings_back_what_the_button_was_made_with(harness: Harness) -> None:
    """Action, value and the message pressed come back."""
    shown = await _say_and_send(harness, EVERYTHING)
    assert await harness.presses(shown, "We'll try it") < 300
    press = harness.intake.everything[-1]
    assert isinstance(press, ButtonPress)
    assert (press.action, press.value) == ("adopt", "a1|pilot-charter|trying")
    assert press.conversation.channel == harness.true_channel("direct")


async def test_a_form_brings_back_its_values(harness: Harness) -> None:
    """Form id, context and values come back."""
    shown = await _say_and_send(harness, EVERYTHING)
    assert await harness.submits(shown, {"team": "Chapter Rhine-Main"}) < 300
    sent = harness.intake.everything[-1]
    assert isinstance(sent, FormSubmission)
    assert (sent.form, sent.context, dict(sent.values)) == ("team", "a1", {"team": "Chapter Rhine-Main"})


TOPICS = Form("topics", "a1", "What are tips to be about?", "Save", (
    Field("topics", "Topics", "The more you choose, the wider.", "pilots,figures", required=False, several=True,
          options=(("pilots", "Pilots, from first to last"), ("sponsors", "Sponsors"), ("figures", "Figures"))),
    Field("note", "Note", required=False),
))


@pytest.mark.parametrize("chosen", ["pilots,sponsors", "figures", ""])
async def test_of_several_options_any_number_is_chosen(harness: Harness, chosen: str) -> None:
    """Every option is shown; the chosen ones come back with commas between them, none as nothing, whatever stood there."""
    shown = await _say_and_send(harness, Reply("topics", (TOPICS,)))
    for words in ("Topics", "The more you choose, the wider.", "Pilots, from first to last", "Sponsors", "Figures"):
        assert words in shown.text, words
    assert await harness.submits(shown, {"topics": chosen, "note": "soon"}) < 300
    sent = harness.intake.everything[-1]
    assert isinstance(sent, FormSubmission)
    assert dict(sent.values) == {"topics": chosen, "note": "soon"}


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_what_is_for_everyone_is_seen_by_all(harness: Harness, place: Place) -> None:
    """Where the question stands, with nothing added; hidden from nobody."""
    if await harness.says("hello", place=place) == 501:
        return
    where = harness.intake.accepted[0].conversation
    assert isinstance(await harness.messenger.send(where, Reply("For all.", audience="everyone"), "k1"), Sent)
    shown = (await harness.shown(place))[-1]
    assert (shown.only_for, shown.channel) == (None, harness.true_channel(place))
    assert "For all." in shown.text and "only you" not in shown.text


async def test_what_was_sent_can_be_found_or_is_said_to_be_unfindable(harness: Harness) -> None:
    """`find` tells sent from not sent, or says that the platform cannot tell."""
    await _say_and_send(harness, Reply("hello there"), key="reply:k1")
    where = harness.intake.accepted[0].conversation
    found, missing = await harness.messenger.find(where, "reply:k1"), await harness.messenger.find(where, "reply:other")
    if isinstance(found, Unsupported):
        assert isinstance(missing, Unsupported)
        assert found.reason
    else:
        assert isinstance(found, Sent)
        assert isinstance(missing, NotFound)


async def test_a_message_can_be_replaced_and_withdrawn(harness: Harness) -> None:
    """After `replace` only the new words stand there, after `withdraw` none; or the platform says it cannot."""
    shown = await _say_and_send(harness, Reply("first words", (Paragraph("first words"),)))
    replaced = await harness.messenger.replace(shown.message_id, Reply("second words", (Paragraph("second words"),)))
    if not isinstance(replaced, Unsupported):
        texts = " ".join(item.text for item in await harness.shown())
        assert "second words" in texts and "first words" not in texts
    withdrawn = await harness.messenger.withdraw(shown.message_id)
    if not isinstance(withdrawn, Unsupported):
        assert all("second words" not in item.text for item in await harness.shown())


async def test_failures_are_told_apart(harness: Harness) -> None:
    """Rate limits are rejections with a delay, refusals are permanent, 5xx and time-outs are unknown; none raises."""
    await harness.says("hello")
    where = harness.intake.accepted[0].conversation
    # The rate limit last: after it everything else waits.
    expected = {"gone": (Rejected, True), "server-error": (Unknown, None), "time-out": (Unknown, None), "rate-limit": (Rejected, False)}
    for how, (kind, permanent) in expected.items():
        harness.fail_next(how)  # type: ignore[arg-type]  # the keys are the literals
        outcome = await harness.messenger.send(where, Reply("x"), f"reply:{how}")
        if harness.platform in {"terminal", "web"} and isinstance(outcome, Sent):
            continue
        assert isinstance(outcome, kind), how
        if isinstance(outcome, Rejected):
            assert outcome.permanent is permanent
            assert permanent or outcome.retry_after


async def test_drafting_never_raises(harness: Harness) -> None:
    """A draft is best effort: whatever the platform says, the answer goes on."""
    await harness.says("hello")
    where = harness.intake.accepted[0].conversation
    harness.fail_next("server-error")
    await harness.messenger.draft(where, "reply:e1", "")
    await harness.messenger.draft(where, "reply:e1", "Start with")
