"""How long Midway knows at which service URL Teams wants to be spoken to: no longer than it may speak there."""

from __future__ import annotations

from sqlmodel import select

from bot.storage.platform_tables import Endpoint
from tests.dialogues.stage import Stage, words
from tests.dialogues.test_endings import removed


async def known(here: Stage) -> int:
    """Of how many conversations the service URL is known."""
    async with here.midway.storage.view() as unit:
        return len((await unit.session.exec(select(Endpoint))).all())


async def test_where_midway_was_removed_it_is_forgotten(here: Stage) -> None:
    """Of that conversation alone, however often it is told; whoever speaks there again makes it known again."""
    await here.say("help")
    await here.say("help", "channel")
    assert await known(here) == 2
    for _ in range(2):
        assert await removed(here) < 300
        assert await known(here) == 1
    await here.say("help")
    assert await known(here) == 2


async def test_it_goes_with_whoever_is_forgotten(here: Stage) -> None:
    """The channel's stays: it is nobody's. That they are forgotten is still said in their chat."""
    await here.say("How do we launch a pilot?")
    await here.say("help", "channel")
    await here.say("forget me")
    said = await here.press("Yes, forget me")
    assert any("you have been forgotten" in words(shown.text) for shown in said)
    assert await known(here) == 1
