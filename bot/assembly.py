"""The bot put together, for a program and for tests alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Role
from bot.adoption import Adopting
from bot.advisor import Advisor
from bot.answering import Answering
from bot.asides import Asides
from bot.browsing import Browsing
from bot.check_in_answers import CheckInAnswers
from bot.check_ins import CheckIns
from bot.colleagues import Colleagues
from bot.curation import Changed, Examine
from bot.erasure import Erasure, ErasureNotes
from bot.my_data import MyData
from bot.office import Office
from bot.people_care import PeopleCare
from bot.pilots import PilotChat
from bot.ports import Clock
from bot.reporting import Reporting
from bot.storage.unit import Storage
from bot.subscribing import Subscribing, ZoneFor
from bot.team_care import TeamCare
from bot.team_changes import TeamChanges
from bot.tip_threads import TipThreads
from bot.tracker import Tracker
from bot.units import Units
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Terms:
    """What an installation is set to. ``named`` are people by role, ``public_url`` is where pages are.

    ``whispers`` are the platforms that can show something in a channel to one person alone, ``by_mention`` those where
    nothing is heard in a channel that does not mention the bot. ``everybody`` is what everybody is; ``made_up`` is
    whether this is the demo. ``models_at`` is where questions go, if models are used.
    """

    named: Mapping[Role, Sequence[str]]
    public_url: str
    retention_days: int
    tracking: bool = True
    models_at: tuple[str, ...] = ()
    whispers: frozenset[str] = frozenset()
    by_mention: frozenset[str] = frozenset()
    everybody: frozenset[Role] = frozenset()
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What comes from outside. ``library`` gives the one in force; ``examine`` tries a practice before it is published,
    ``changed`` is called when one was; ``zone_for`` finds out where somebody's clock stands.
    """

    answering: Answering
    library: Callable[[], Library]
    examine: Examine
    changed: Changed
    notes: ErasureNotes
    zone_for: ZoneFor


@dataclass(frozen=True)
class Parts:
    """What chats and pages call."""

    tracker: Tracker
    office: Office
    changes: TeamChanges
    care: TeamCare
    people: PeopleCare
    erasure: Erasure
    my_data: MyData
    check_ins: CheckIns
    advisor: Advisor
    reporting: Reporting


def assemble(storage: Storage, clock: Clock, outside: Outside, terms: Terms) -> Parts:
    """Every part, each handed what it needs."""
    practice = outside.answering.practice
    check_ins = CheckIns(storage, clock, outside.library, enabled=terms.tracking)
    tracker = Tracker(
        storage, storage.secret, clock, enabled=terms.tracking, follows=(check_ins,), practice=practice,
    )
    office = Office.over(
        storage, clock, outside.library, outside.examine, outside.changed, named=terms.named,
        public_url=terms.public_url, everybody=terms.everybody, made_up=terms.made_up,
        by_mention=terms.by_mention,
    )
    changes, care = TeamChanges(storage, tracker), TeamCare(storage, tracker, office.access)
    erasure = Erasure(storage, outside.notes, clock)
    my_data = MyData(
        storage, erasure, clock, words_days=terms.retention_days, public_url=terms.public_url, whispers=terms.whispers
    )
    people = PeopleCare(storage, office.access, my_data, erasure, clock)

    async def find(words: str) -> str | None:
        found = await asyncio.to_thread(outside.answering.nearest, words)
        return found[0] if found else None

    reporting = Reporting(
        storage, clock, office.reports, office.access, terms.public_url, outside.zone_for, terms.whispers
    )
    # In the order in which they are asked.
    features = (
        my_data,
        CheckInAnswers(storage, clock, tracker, check_ins, outside.library),
        Adopting(storage, tracker, outside.library),
        Browsing(outside.library, terms.public_url),
        Colleagues(storage, tracker, outside.library, find),
        office.briefs,
        PilotChat(office.pilots, tracker, terms.public_url),
        Subscribing(office.subscriptions, office.tips, storage.secret, outside.library, outside.zone_for),
        Units(changes, care, office.access, terms.public_url),
        reporting,
        Asides(storage, tracker, office.experts, office.access, outside.library),
    )
    advisor = Advisor(
        outside.answering, tracker, office.experts, office.role_chat, TipThreads(storage, practice),
        retention_days=terms.retention_days,
        models_at=terms.models_at, whispers=terms.whispers, features=features,
    )
    return Parts(tracker, office, changes, care, people, erasure, my_data, check_ins, advisor, reporting)
