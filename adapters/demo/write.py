"""Writes the plan of the demo through the repositories and features, with a clock that is told the time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from adapters.demo import words
from adapters.demo.acting import Acting
from adapters.demo.happenings import Asked, DemoTeam, Handed, Happening, Joined, Offered, Tipped
from adapters.demo.names import OFFICE, Names, place_of
from adapters.demo.telling import tell
from bot.access import Role, Who
from bot.report_counting import Counting
from bot.storage.records import QuestionRecord
from bot.storage.teams import subject_of
from bot.storage.unit import Storage, Unit
from bot.team_rules import By, Wish, apply, as_note, write
from knowledge.library import Library, shipped_text

WORDS_KEPT = timedelta(days=29)
"""Wording older than this has been deleted, as it would be."""
OWN_VERSION = "x-account"
"""The practice that the organization worded itself, and whose review is overdue."""
OVERDUE = timedelta(days=20)
TOGETHER = (Joined, Asked, Handed, Tipped, Offered)
"""What is written many at a time, in one unit of work."""


class Moment:
    """A clock that stands where it was set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Writer:
    """``storage`` has this ``clock``. What is written in the end is as of ``until``."""

    def __init__(self, storage: Storage, clock: Moment, library: Library, until: datetime) -> None:
        self._storage = storage
        self._clock = clock
        self._until = until
        self._names = Names(storage.secret)
        self._library = library
        self._acting = Acting(storage, clock, library, self._names)

    async def write(self, found: Iterable[Happening], begins: datetime) -> None:
        """All of it, then the counts of its weeks."""
        self._clock.now = begins
        async with self._storage.unit() as unit:
            for team in words.TEAMS:
                await self._register(unit, team)
            await self._office(unit, begins)
        for together, group in groupby(found, lambda one: isinstance(one, TOGETHER)):
            write_all = self._all_at_once if together else self._one_by_one
            await write_all(group)
        self._clock.now = self._until
        await Counting(self._storage, self._clock).count()

    async def _all_at_once(self, group: Iterable[Happening]) -> None:
        async with self._storage.unit() as unit:
            for one in group:
                self._clock.now = one.at
                await self._in(unit, one)

    async def _one_by_one(self, group: Iterable[Happening]) -> None:
        for one in group:
            self._clock.now = one.at
            await self._acting.act(one)

    async def _in(self, unit: Unit, one: Happening) -> None:
        match one:
            case Joined(at, who):
                team, person = self._names.team(who), self._names.person(who)
                assert team is not None, "whoever joins joins a team"
                await unit.teams.bind_person(who.tenant, person, team.id, at)
                await unit.audits.write(who.tenant, person, "joined", subject_of(team.id), at)
            case Asked():
                await self._asked(unit, one)
            case Handed():
                await self._handed(unit, one)
            case Tipped():
                await tell(unit, self._names, self._library, one)
            case Offered(at, who, practice, called):
                team = self._names.team(who)
                assert team is not None, "only teams are asked"
                await unit.contacts.offer(who.tenant, team.id, practice, self._names.person(who), called, at)

    async def _asked(self, unit: Unit, asked: Asked) -> None:
        who, team, person = asked.who, self._names.team(asked.who), self._names.person(asked.who)
        text = asked.words if asked.at > self._until - WORDS_KEPT else None
        place = place_of(who)
        record = QuestionRecord(
            who.tenant, asked.key, place.platform, f"{place.channel}:{asked.key}", person, asked.at, text, "en",
            asked.outcome, 0.9 if asked.practices else 0.3, team.id if team else None, asked.route, asked.practices,
            asked.nearest,
        )
        self._names.below[asked.key] = question_id = await unit.questions.record(record)
        if asked.helpful is not None:
            await unit.feedback.rate(who.tenant, question_id, person, asked.helpful, asked.at + timedelta(minutes=3))

    async def _handed(self, unit: Unit, handed: Handed) -> None:
        asked, tenant = handed.asked, handed.asked.who.tenant
        question_id, expert = self._names.below[asked.key], self._names.office(tenant)
        kept = asked.at > self._until - WORDS_KEPT
        person = self._names.person(asked.who)
        await unit.escalations.open(tenant, question_id, person, asked.words if kept else None, handed.at)
        if handed.ended is None:
            return
        at, state = handed.ended
        await unit.escalations.take(tenant, question_id, expert, f"direct-{OFFICE}", at)
        if state != "taken":
            await unit.escalations.finish(tenant, question_id, state, words.EXPERT_REPLY if kept else None, at)

    async def _register(self, unit: Unit, team: DemoTeam) -> None:
        by = By(Who(team.tenant, self._names.office(team.tenant), frozenset({Role.ADMIN})))
        made, _ = await unit.teams.get_or_make(team.tenant, team.name, team.relationship)
        await apply(unit, made, Wish(visibility=team.visibility, parent=team.parent))
        await unit.teams.bind_channel(team.tenant, team.platform, team.channel, made.id)
        await write(unit, by, "registered", made, as_note(made))
        self._names.teams[team.tenant, team.name] = made

    async def _office(self, unit: Unit, begins: datetime) -> None:
        """Who looks after the library, and what they worded themselves."""
        tenant = words.TEAMS[0].tenant
        office = self._names.office(tenant)
        for role in (Role.CURATOR, Role.EXPERT):
            await unit.people.grant(tenant, office, role.value, "Social media office", office, begins)
        overdue = (self._until - OVERDUE).date()
        body = re.sub(r"(?m)^review_by: .*$", f"review_by: {overdue}", shipped_text(OWN_VERSION) or "", count=1)
        version = await unit.versions.add(OWN_VERSION, body, "published", 0, office, begins)
        assert version is not None, "nobody else writes it"
        await unit.versions.note(OWN_VERSION, version, "published", office, begins, "to be reviewed every six months")
