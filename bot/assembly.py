"""The features beside answering, put together for the advisor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.adoption import Adopting
from bot.answering import Answering
from bot.colleagues import Colleagues
from bot.features import Feature
from bot.office import Office
from bot.pilots import PilotChat
from bot.storage.unit import Storage
from bot.team_care import TeamCare
from bot.team_changes import TeamChanges
from bot.tracker import Tracker
from bot.units import Units
from knowledge.library import Library


def features_over(
    storage: Storage, tracker: Tracker, library: Callable[[], Library], answering: Answering, office: Office,
    changes: TeamChanges, care: TeamCare, public_url: str,
) -> tuple[Feature, ...]:
    """In the order in which they are asked. ``library`` gives the one in force; ``public_url`` is where pages are."""

    async def find(words: str) -> str | None:
        found = await asyncio.to_thread(answering.nearest, words)
        return found[0] if found else None

    return (
        Adopting(storage, tracker, library),
        Colleagues(storage, tracker, library, find),
        office.briefs,
        PilotChat(office.pilots, tracker, public_url),
        Units(changes, care, office.access, public_url),
    )
