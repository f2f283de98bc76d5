"""The database as the bot sees it: units of work, each with its repositories."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property

from anyio import CancelScope
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import StorageUnavailable
from bot.ports import Clock
from bot.privacy import SecretKey
from bot.storage.adoptions import Adoptions
from bot.storage.audits import Audits
from bot.storage.brief_words import BriefWordings
from bot.storage.check_ins import PlannedCheckIns
from bot.storage.choices import Choices
from bot.storage.contacts import Contacts
from bot.storage.endpoints import Endpoints
from bot.storage.engine import NO_TRANSACTION, PATIENCE_SECONDS, READS_ONLY, make_async_engine
from bot.storage.escalations import Escalations
from bot.storage.failures import BUSY, sentences
from bot.storage.gaps import Gaps
from bot.storage.health import Health
from bot.storage.inbox import Inbox
from bot.storage.last_acts import LastActs
from bot.storage.ledger import Ledger
from bot.storage.marks import Feedbacks, Places
from bot.storage.openings import Openings
from bot.storage.people import People
from bot.storage.personal import Personal
from bot.storage.personal_records import PersonalRecords
from bot.storage.pilots import Pilots
from bot.storage.place_exits import PlaceExits
from bot.storage.pulses import Pulses
from bot.storage.questions import Questions
from bot.storage.results import Results
from bot.storage.spread import Spread
from bot.storage.subscriptions import Subscriptions
from bot.storage.tallies import Tallies
from bot.storage.team_exits import TeamExits
from bot.storage.team_imports import TeamImports
from bot.storage.team_merges import TeamMerges
from bot.storage.teams import Teams
from bot.storage.tip_facts import TipFacts
from bot.storage.versions import Versions

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Unit:
    """One unit of work: all of what is done through it happens, or none."""

    def __init__(self, session: AsyncSession, secret: SecretKey, clock: Clock) -> None:
        self.session = session
        self.secret = secret
        self.clock = clock

    @cached_property
    def teams(self) -> Teams:
        return Teams(self.session, self.clock)

    @cached_property
    def team_imports(self) -> TeamImports:
        return TeamImports(self.session, self.teams, self.audits)

    @cached_property
    def team_exits(self) -> TeamExits:
        return TeamExits(self.session, self.clock, self.teams, self.pilots, self.ledger)

    @cached_property
    def team_merges(self) -> TeamMerges:
        return TeamMerges(self.session, self.teams, self.adoptions, self.team_exits)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self.session, self.secret)

    @cached_property
    def openings(self) -> Openings:
        return Openings(self.session, self.secret)

    @cached_property
    def adoptions(self) -> Adoptions:
        return Adoptions(self.session, self.secret)

    @cached_property
    def last_acts(self) -> LastActs:
        return LastActs(self.session)

    @cached_property
    def audits(self) -> Audits:
        return Audits(self.session)

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.session)

    @cached_property
    def personal(self) -> Personal:
        return Personal(self.session, self.clock, self.pilots, self.escalations)

    @cached_property
    def personal_records(self) -> PersonalRecords:
        return PersonalRecords(self.session, self.secret)

    @cached_property
    def results(self) -> Results:
        return Results(self.session, self.secret)

    @cached_property
    def brief_words(self) -> BriefWordings:
        return BriefWordings(self.session, self.secret)

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.session, self.secret)

    @cached_property
    def pilots(self) -> Pilots:
        return Pilots(self.session, self.secret)

    @cached_property
    def check_ins(self) -> PlannedCheckIns:
        return PlannedCheckIns(self.session, self.secret)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.session, self.secret)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self.session)

    @cached_property
    def pulses(self) -> Pulses:
        return Pulses(self.session, self.secret)

    @cached_property
    def spread(self) -> Spread:
        return Spread(self.session)

    @cached_property
    def tip_facts(self) -> TipFacts:
        return TipFacts(self.session)

    @cached_property
    def places(self) -> Places:
        return Places(self.session, self.clock)

    @cached_property
    def feedback(self) -> Feedbacks:
        return Feedbacks(self.session)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(self.session, self.secret)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.session, self.secret)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.session, self.secret)

    @cached_property
    def health(self) -> Health:
        return Health(self.session, self.secret)

    @cached_property
    def endpoints(self) -> Endpoints:
        return Endpoints(self.session, self.secret)

    @cached_property
    def place_exits(self) -> PlaceExits:
        return PlaceExits(self.session, self.secret)

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.session)

    @cached_property
    def gaps(self) -> Gaps:
        return Gaps(self.session)

    @cached_property
    def people(self) -> People:
        return People(self.session, self.secret)


class Storage:
    """The database behind an address: ``sqlite:///PATH`` or ``postgresql://…``. Opens nothing until first used.

    ``patience`` is how many seconds a locked database is waited for. Where it ``reads_only``, nothing can be changed
    through it, and only ``view`` is of use.
    """

    def __init__(
        self, url: str, secret: SecretKey, clock: Clock = utc_now, patience: float = PATIENCE_SECONDS, *,
        reads_only: bool = False,
    ) -> None:
        self.url = url
        self.secret = secret
        self.clock = clock
        self._patience = patience
        self._engine = make_async_engine(url, patience, reads_only=reads_only)
        # SQLite lets one write at a time and wakes those who wait in no order; here they queue in theirs.
        self._writing = asyncio.Lock() if self._engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """Read and write; committed at the end, rolled back on any error. Never open one inside another.

        ``StorageUnavailable`` if the database is locked, full, damaged or away.
        """
        async with self._turn(), self._session(self._engine) as unit:
            yield unit

    @asynccontextmanager
    async def view(self) -> AsyncIterator[Unit]:
        """Read only: does not wait for writers and does not make them wait."""
        async with self._session(self._engine.execution_options(**{READS_ONLY: True})) as unit:
            yield unit

    async def empty_log(self) -> bool:
        """Take out of the file beside an SQLite database what was deleted: it keeps every row as it was written, until
        it is written over. After each deletion of somebody's words; whether it is empty.

        Not while somebody reads what was there before: then the next purge does it.
        """
        if self._writing is None:
            return True
        try:
            async with self._turn(), self._engine.execution_options(**{NO_TRANSACTION: True}).connect() as connection:
                with sentences():
                    busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar_one()
        except StorageUnavailable as error:
            busy = error
        if busy:
            log.warning("what was deleted stands in the database's log until the next purge: others are at work")
        return not busy

    async def close(self) -> None:
        """Give back every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[Unit]:
        # When somebody leaves, the web server cancels anew at every step, also while what was begun is rolled back:
        # the lock would be nobody's. What is begun here ends here; there is nothing long in it.
        with sentences(), CancelScope(shield=True):
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                await _begun(session)
                yield Unit(session, self.secret, self.clock)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._writing is None:
            yield
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._writing.acquire()
        except TimeoutError:
            raise BUSY.error() from None
        try:
            yield
        finally:
            self._writing.release()


async def _begun(session: AsyncSession) -> None:
    """Connect and begin, whole or not at all: a begin cut in the middle would leave a lock that nobody releases."""
    begun = asyncio.ensure_future(session.connection())
    try:
        await asyncio.shield(begun)
    except asyncio.CancelledError:
        await asyncio.wait({begun})
        raise
