"""What a team did, for its page: where it stands with practices, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.adoption_views import STATES, change_in_words, in_order
from bot.storage.adoptions import holder_of
from bot.storage.unit import Unit
from bot.titles import title_told
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Stands:
    """A practice by its title, and where the team stands with it since when."""

    title: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """A result that stands: its id, which is that of its brief, the practice by its title, and the change in words."""

    id: str
    title: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """Both newest first."""

    practices: Sequence[Stands]
    results: Sequence[Came]


async def team_record(unit: Unit, library: Library, tenant: str, team_id: str) -> TeamRecord:
    """Whether somebody may see it is for the caller to know."""
    states = await unit.adoptions.states(tenant, holder_of("", team_id))
    results = await unit.results.standing(tenant, team_id=team_id)
    newest = in_order(states.values())
    return TeamRecord(
        [Stands(title_told(library, one.practice_id), STATES[one.state], one.since) for one in newest],
        [Came(one.id, title_told(library, one.practice_id), change_in_words(one.figures), one.at) for one in results],
    )
