"""Asks teams that try something how it went, once for each try and when they chose to be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot import check_in_views as views
from bot.faults import held_apart
from bot.features import Stated
from bot.messages import Conversation
from bot.ports import Clock
from bot.storage.adoptions import holder_of
from bot.storage.check_ins import Key, StoredCheckIn
from bot.storage.tables import Team
from bot.storage.unit import Storage, Unit
from bot.titles import practice_told
from knowledge.library import Library
from knowledge.practice import Practice

DELIVERY = "check-in:"
"""How the keys of check-ins begin."""
DAYS = 14
"""After so many days of trying is asked whoever has no team that chose otherwise."""
SILENT_AFTER = timedelta(days=14)
WITHIN = timedelta(hours=4)
"""Nobody's time zone is known; but at the time of day at which they said that they would try it they were awake. So
they are asked at that time of day, at most this much later, or on the next day at that time.
"""
AT_ONCE = 200


class CheckIns:
    """``Follows`` what teams state. ``library`` gives the one in force; with ``enabled`` False nobody is asked.
    """

    def __init__(
        self, storage: Storage, clock: Clock, library: Callable[[], Library], *, enabled: bool = True
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._library = library
        self._enabled = enabled

    async def stated(self, unit: Unit, stated: Stated) -> None:
        tenant, holder = stated.incoming.conversation.tenant, holder_of_stated(stated)
        if stated.state != "trying":
            await unit.check_ins.cancel(tenant, stated.at, holder=holder, practice_id=stated.practice_id)
            return
        if not stated.asked_later:
            return
        days = stated.team.check_in_days if stated.team else DAYS
        where = stated.incoming.conversation
        await self.plan(unit, where, stated.person, holder, stated.practice_id, days, since=stated.at)

    async def joined(self, unit: Unit, tenant: str, person: str, team_id: str) -> None:
        """What the person was to be asked, the team is now; but not about what the team has settled itself."""
        holder, now = holder_of(person, team_id), self._clock()
        await unit.check_ins.move(tenant, holder_of(person, None), holder, now)
        for practice_id, adoption in (await unit.adoptions.states(tenant, holder)).items():
            if adoption.state != "trying":
                await unit.check_ins.cancel(tenant, now, holder=holder, practice_id=practice_id)

    async def plan(
        self, unit: Unit, where: Conversation, person: str, holder: str, practice_id: str, days: int, *, since: datetime
    ) -> datetime | None:
        """Have this person asked after so many days; when that will be, or None where nobody is asked or a question is
        open.
        """
        choice = await unit.choices.of(where.tenant, person)
        if not (days and self._enabled and choice.check_ins and choice.tracked):
            return None
        due_at = since + timedelta(days=days)
        planned = await unit.check_ins.plan(
            where.tenant, holder, practice_id, person, where.outside_threads(), due_at
        )
        return due_at if planned else None

    async def send_due(self) -> int:
        """Plan in the ledger what is due; how many. Any number of processes may do this at once."""
        now = self._clock()
        async with self._storage.unit() as unit:
            await unit.check_ins.fall_silent(now - SILENT_AFTER, now)
        async with self._storage.view() as unit:
            due = await unit.check_ins.due(now, AT_ONCE)
        asked = [await held_apart("A check-in could not be planned", self._ask(key)) for key in due]
        return sum(one is True for one in asked)

    async def _ask(self, key: Key) -> bool:
        now = self._clock()
        async with self._storage.unit() as unit:
            # In the order in which a press locks: first where the holder stands, then the question.
            states = await unit.adoptions.states(key.tenant, key.holder)
            trying = {name: one.since for name, one in states.items() if one.state == "trying"}
            found = await unit.check_ins.take(key)
            if found is None or await self._moved(unit, found, now):
                return False
            practice, cited = self._told(key.practice_id)
            if practice is None or practice.id not in trying or not await self._wanted(unit, found):
                await unit.check_ins.cancel(key.tenant, now, holder=key.holder, practice_id=key.practice_id)
                return False
            assert found.where is not None, "what is wanted has somewhere to be asked"
            if (later := next_time(found.due_at, now)) > now:
                await unit.check_ins.postpone(key, later)
                return False
            if cited:
                await unit.check_ins.asked(key, now)
                card = views.card(practice.title, practice.id, trying[practice.id])
            else:
                await unit.check_ins.cancel(key.tenant, now, holder=key.holder, practice_id=key.practice_id)
                card = views.withdrawn_card(practice.title, practice.id, trying[practice.id])
            name = f"{DELIVERY}{key.holder}:{key.practice_id}:{key.number}"
            return await unit.ledger.plan(key.tenant, name, found.where, card, now, person=found.person)

    def _told(self, practice_id: str) -> tuple[Practice | None, bool]:
        """The practice, also one that was withdrawn, and whether it is still cited."""
        library = self._library()
        return practice_told(library, practice_id), practice_id in library.practices

    async def _moved(self, unit: Unit, found: StoredCheckIn, now: datetime) -> bool:
        """Whether another team took the place of this one; then the question is that one's, from the next time on."""
        team = await _team_of(unit, found.key)
        if team is None or holder_of("", team.id) == found.key.holder:
            return False
        await unit.check_ins.move(found.key.tenant, found.key.holder, holder_of("", team.id), now)
        return True

    async def _wanted(self, unit: Unit, found: StoredCheckIn) -> bool:
        own = found.key.holder == holder_of(found.person, None)
        team = await _team_of(unit, found.key)
        if found.where is None or not self._enabled or not (own or team):
            return False
        return await may_be_asked(unit, found.person, found.where, team)


def holder_of_stated(stated: Stated) -> str:
    return holder_of(stated.person, stated.team.id if stated.team else None)


async def speaks_for(unit: Unit, person: str, where: Conversation) -> Team | None:
    """The team that this person speaks for in that place, or the team that took its place."""
    return await unit.teams.of(where.tenant, person, where.platform, where.channel)


async def may_be_asked(unit: Unit, person: str, where: Conversation, team: Team | None) -> bool:
    """Whether this person may be asked there, unasked, for this team (None: for themselves alone).

    Not if they switched that off or are not tracked; not for a team that withdrew, or that they no longer speak for.
    """
    choice = await unit.choices.of(where.tenant, person)
    if not (choice.check_ins and choice.tracked):
        return False
    if team is None:
        return True
    theirs = await speaks_for(unit, person, where)
    return team.left_at is None and theirs is not None and theirs.id == team.id


def next_time(due_at: datetime, now: datetime) -> datetime:
    """When it may be said: at once where this is its time of day, else on the next day at that time."""
    late = now - due_at
    if late % timedelta(days=1) <= WITHIN:
        return due_at
    return due_at + timedelta(days=late.days + 1)


async def _team_of(unit: Unit, key: Key) -> Team | None:
    kind, _, team_id = key.holder.partition(":")
    return await unit.teams.get(key.tenant, team_id) if kind == "team" else None
