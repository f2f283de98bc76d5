"""The features beside answering, put together for the advisor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.adoption import Adopting
from bot.answering import Answering
from bot.colleagues import Colleagues
from bot.features import Feature
from bot.storage.unit import Storage
from bot.tracker import Tracker
from knowledge.library import Library


def features_over(
    storage: Storage, tracker: Tracker, library: Callable[[], Library], answering: Answering
) -> tuple[Feature, ...]:
    """In the order in which they are asked; ``library`` gives the one in force."""

    async def find(words: str) -> str | None:
        found = await asyncio.to_thread(answering.nearest, words)
        return found[0] if found else None

    return Adopting(storage, tracker, library), Colleagues(storage, tracker, library, find)
