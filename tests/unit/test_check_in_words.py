"""Words about check-ins, and questions that only look like them."""

from __future__ import annotations

import pytest

from bot.check_in_views import EARLY, FAILED, WORKED
from bot.check_in_words import AskAfter, AskMe, HowItWent, Wish, wish_of


@pytest.mark.parametrize(("text", "wish"), [
    ("it worked", HowItWent(WORKED)), ("It worked!", HowItWent(WORKED)), ("Worked well", HowItWent(WORKED)),
    ("yes, it worked for us.", HowItWent(WORKED)), ("it went well", HowItWent(WORKED)), ("it has worked", HowItWent(WORKED)),
    ("it did not work", HowItWent(FAILED)), ("It didn’t work.", HowItWent(FAILED)), ("it did not", HowItWent(FAILED)),
    ("no, it did not work for us", HowItWent(FAILED)), ("it failed", HowItWent(FAILED)),
    ("it did not work because nobody had time", HowItWent(FAILED, "nobody had time")),
    ("too early", HowItWent(EARLY)), ("It's too early to say", HowItWent(EARLY)), ("too soon to tell", HowItWent(EARLY)),
    ("check in after 3 weeks", AskAfter(21)), ("Check in after 10 days.", AskAfter(10)), ("/midway check in after 1 day", AskAfter(1)),
    ("ask us after three weeks", AskAfter(21)), ("ask us in a month", AskAfter(30)), ("check in with us in 2 weeks", AskAfter(14)),
    ("check in after 0 days", AskAfter(None)), ("check in after 13 months", AskAfter(None)), ("ask us after 400 days", AskAfter(None)),
    ("never ask us", AskAfter(0)), ("ask us never", AskAfter(0)), ("check in never", AskAfter(0)), ("don't ask us again", AskAfter(0)),
    ("Don’t ask me again", AskMe(wanted=False)), ("never ask me", AskMe(wanted=False)), ("stop asking me", AskMe(wanted=False)),
    ("ask me again", AskMe(wanted=True)),
])
def test_what_is_meant(text: str, wish: Wish) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize("text", [
    "it worked?", "Why did it not work?", "it worked for the chapter in the north, what now", "What worked for others?",
    "how do we know that it worked", "did it work", "it went", "when is it too early to measure", "too early to launch a pilot",
    "is it too early", "it did not work because of what?", "check in after the pilot", "ask us anything", "never mind",
    "who did not", "no", "yes", "worked example of a plan", "", f"it did not work because {'x' * 501}",
])
def test_what_is_a_message_like_any_other(text: str) -> None:
    """Questions above all; and what is too long to be a reason."""
    assert wish_of(text) is None
