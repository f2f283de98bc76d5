"""The app's own tabs: what Midway can do, and questions to start with."""

from __future__ import annotations

from adapters.slack.home import SMALL_PRINT
from bot.messages import ButtonPress
from tests.fakes import slack_rules as rules
from tests.fakes.slack_delivery import DIRECT, PERSON, home_press
from tests.harness import RecordingIntake
from tests.harness.slack import SlackHarness, harness

QUESTIONS = ("How do we launch a pilot?", "What should we measure?", "Who approves a post?", "How do we win a sponsor?", "What is a dealer page?")


async def opens(slack: SlackHarness, tab: str, **more: object) -> int:
    event = {"type": "app_home_opened", "user": PERSON, "channel": DIRECT, "tab": tab, "event_ts": "1772442000.000100", **more}
    status = (await slack.deliver.event(event)).status_code
    await slack.adapter.settled()
    return status


async def test_the_home_tab_says_what_midway_can_do_and_suggests_questions() -> None:
    """Every question is a button."""
    async with harness(RecordingIntake(), questions=QUESTIONS) as slack:
        assert await opens(slack, "home") == 200
        view = slack.slack.views[PERSON]
        assert [button["value"] for button in rules.buttons(view)] == list(QUESTIONS)
        assert SMALL_PRINT in rules.words(view)


async def test_the_home_tab_says_where_questions_go() -> None:
    """When a model is used; who looks at it before and after that is set is shown both."""
    for notice in ("", "A model helps here: questions go to openai (llm.example)."):
        async with harness(RecordingIntake(), questions=QUESTIONS, notice=notice) as slack:
            await opens(slack, "home")
            assert ("questions go to" in rules.words(slack.slack.views[PERSON])) is bool(notice)


async def test_the_home_tab_is_published_once_until_it_changes() -> None:
    """Opening it again costs no call."""
    async with harness(RecordingIntake(), questions=QUESTIONS) as slack:
        await opens(slack, "home")
        await opens(slack, "home", view=slack.slack.views[PERSON])
        await opens(slack, "home", view={"callback_id": "home-of-an-older-version"})
        assert len(slack.slack.called("views.publish")) == 2


async def test_a_suggested_question_is_asked_in_the_direct_channel() -> None:
    """A press in the home tab carries no channel, yet the answer knows where to go."""
    async with harness(RecordingIntake(), questions=QUESTIONS) as slack:
        await opens(slack, "home")
        view = slack.slack.views[PERSON]
        await slack.deliver.interaction(home_press(view, rules.buttons(view)[1]))
        [pressed] = slack.intake.accepted
        assert isinstance(pressed, ButtonPress)
        assert (pressed.action, pressed.value) == ("ask", "What should we measure?")
        assert (pressed.conversation.channel, pressed.message_id) == (DIRECT, None)


async def test_the_messages_tab_gets_at_most_four_prompts_without_a_thread() -> None:
    """With a thread the call would do nothing and say nothing."""
    async with harness(RecordingIntake(), questions=QUESTIONS) as slack:
        assert await opens(slack, "messages") == 200
        assert [prompt["message"] for prompt in slack.slack.prompts[DIRECT]] == list(QUESTIONS[:4])


async def test_nothing_is_suggested_where_there_is_nothing_to_suggest() -> None:
    """No questions, an unknown tab: acknowledged, no call."""
    async with harness(RecordingIntake()) as slack:
        assert await opens(slack, "messages") == 200
        assert await opens(slack, "about") == 200
        assert slack.slack.calls == []


async def test_a_home_tab_that_cannot_be_published_is_no_error_for_slack() -> None:
    """It is tried again when it is opened again."""
    async with harness(RecordingIntake(), questions=QUESTIONS) as slack:
        slack.slack.fail_next("server-error")
        assert await opens(slack, "home") == 200
        assert slack.slack.views == {}
        await opens(slack, "home")
        assert PERSON in slack.slack.views
