"""The check of the small model leaves no stream half closed: its loop may end right after it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bench.small_model.check import settled

LEVELS = 7


async def stacked(level: int, closed: list[int]) -> AsyncIterator[int]:
    """Generators upon each other, none of which closes the one below it: as a stream of LangChain is made."""
    try:
        if level == LEVELS:
            while True:
                yield 1
        async for piece in stacked(level + 1, closed):
            yield piece
    finally:
        closed.append(level)


async def test_what_was_left_early_is_closed_to_the_innermost() -> None:
    """Of itself none is closed before the loop goes on."""
    closed: list[int] = []
    async for _ in stacked(1, closed):
        break
    assert closed == []
    await settled()
    assert closed == [*range(1, LEVELS + 1)]
