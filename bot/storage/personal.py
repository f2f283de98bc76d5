"""Where a person stands in the database, table by table, and what happens there when they are to be forgotten.

This is the one place that knows: a column that names a person and stands not in ``SPOTS`` fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.ports import Clock
from bot.storage.adoption_tables import Audit, CheckIn, Contact, PersonChoice, Pilot, Result
from bot.storage.adoptions import holder_of
from bot.storage.chats import in_chats_of
from bot.storage.curation_tables import Gap, Owed, Post, PracticeEvent, PracticeVersion, RoleGrant, SignInLink
from bot.storage.escalations import Escalations
from bot.storage.inbox import UNFINISHED, given_up
from bot.storage.pilots import Pilots
from bot.storage.platform_tables import Endpoint, WebMessage
from bot.storage.records import ERASED
from bot.storage.report_tables import Pulse
from bot.storage.statements import execute, table_of
from bot.storage.tables import (
    Adoption,
    AdoptionEvent,
    Delivery,
    Escalation,
    Feedback,
    InboxRow,
    Opening,
    PersonTeam,
    Question,
)
from bot.storage.tip_tables import Subscription
from bot.storage.versions import EVERYBODY

Then = Literal["row goes", "name goes", "by rule"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A column that names a person. ``then``: the row is theirs alone and goes; the row is somebody else's too and
    stays without the name; or a method of ``Personal`` decides row by row, before the rest.
    """

    model: type[SQLModel]
    column: str
    then: Then


SPOTS = (
    Spot(PersonTeam, "person", "row goes"),
    Spot(Feedback, "person", "row goes"),
    Spot(Owed, "person", "row goes"),
    Spot(Escalation, "person", "row goes"),
    Spot(Escalation, "taken_by", "by rule"),
    Spot(Question, "person", "row goes"),
    Spot(Opening, "person", "row goes"),
    Spot(Adoption, "person", "row goes"),
    Spot(Adoption, "holder", "row goes"),
    Spot(AdoptionEvent, "person", "by rule"),
    Spot(Result, "person", "by rule"),
    Spot(Contact, "person", "row goes"),
    Spot(CheckIn, "person", "row goes"),
    Spot(CheckIn, "holder", "row goes"),
    Spot(PersonChoice, "person", "by rule"),
    Spot(Pilot, "person", "by rule"),
    Spot(Audit, "by", "name goes"),
    Spot(PracticeVersion, "by", "name goes"),
    Spot(PracticeEvent, "by", "name goes"),
    Spot(RoleGrant, "person", "row goes"),
    Spot(RoleGrant, "by", "name goes"),
    Spot(SignInLink, "person", "row goes"),
    Spot(Post, "by", "name goes"),
    Spot(Gap, "by", "name goes"),
    Spot(InboxRow, "person", "by rule"),
    Spot(Delivery, "person", "row goes"),
    Spot(WebMessage, "person", "by rule"),
    Spot(Subscription, "person", "row goes"),
    Spot(Pulse, "by", "row goes"),
    Spot(Endpoint, "person", "row goes"),
)
WITHIN = ((Audit, "subject"), (Delivery, "key"))
"""Columns whose text may hold a person's pseudonym among other words."""


class Personal:
    """A person of a tenant, in all tables at once."""

    def __init__(self, session: AsyncSession, clock: Clock, pilots: Pilots, escalations: Escalations) -> None:
        self._session = session
        self._clock = clock
        self._pilots = pilots
        self._escalations = escalations

    async def forget(self, tenant: str, person: str) -> list[str]:
        """Everything of the person goes; the ids of the pilots that their teams keep without them.

        What a team stated stays the team's. A question that an expert took and did not answer is open again. That
        somebody does not want to be tracked stays, or they would be tracked again.
        """
        await self._leave_questions_taken(tenant, person)
        await self._leave_team_statements(tenant, person)
        pilots = await self._pilots.release(tenant, person)
        await self._keep_choice_alone(tenant, person)
        await self._empty_inbox(tenant, person)
        await self._delete_conversations(person)
        for spot in SPOTS:
            if spot.then != "by rule":
                await self._forget_in(spot, tenant, person)
        await self._forget_within(tenant, person)
        # What was read before in this unit of work is not what stands any more.
        self._session.expire_all()
        return pilots

    async def _forget_in(self, spot: Spot, tenant: str, person: str) -> None:
        table = table_of(spot.model)
        named = holder_of(person, None) if spot.column == "holder" else person
        # The library and roles on the web belong to all tenants; a pseudonym is of one.
        mine = table.c[spot.column] == named, table.c.tenant.in_((tenant, EVERYBODY))
        if spot.then == "row goes":
            await execute(self._session, delete(table).where(*mine))
        else:
            await execute(self._session, update(table).where(*mine).values({spot.column: ERASED}))

    async def _leave_questions_taken(self, tenant: str, person: str) -> None:
        await self._escalations.give_back(tenant, person)
        mine = col(Escalation.tenant) == tenant, col(Escalation.taken_by) == person
        taken = update(table_of(Escalation)).where(*mine)
        await execute(self._session, taken.values(taken_by=ERASED, thread=None, reply=None))

    async def _leave_team_statements(self, tenant: str, person: str) -> None:
        events = col(AdoptionEvent.tenant) == tenant, col(AdoptionEvent.person) == person
        teamless = col(AdoptionEvent.team_id).is_(None)
        await execute(self._session, delete(table_of(AdoptionEvent)).where(*events, teamless))
        await execute(self._session, update(table_of(AdoptionEvent)).where(*events).values(person=ERASED))
        results = col(Result.tenant) == tenant, col(Result.person) == person
        await execute(self._session, update(table_of(Result)).where(*results).values(person=ERASED, credit=None))

    async def _keep_choice_alone(self, tenant: str, person: str) -> None:
        table = table_of(PersonChoice)
        mine = col(PersonChoice.tenant) == tenant, col(PersonChoice.person) == person
        await execute(self._session, delete(table).where(*mine, col(PersonChoice.tracked).is_(True)))
        await execute(self._session, update(table).where(*mine).values(check_ins=True))

    async def _empty_inbox(self, tenant: str, person: str) -> None:
        """What waits, or was left by a process that died, is not answered any more; what is at work (asking to be
        forgotten is) ends without a name.
        """
        table = table_of(InboxRow)
        mine = col(InboxRow.tenant) == tenant, col(InboxRow.person) == person
        waits = or_(col(InboxRow.state) == "pending", col(InboxRow.due_at) <= self._clock())
        over = given_up(ERASED, col(InboxRow.received_at))
        unfinished = update(table).where(*mine, col(InboxRow.state).in_(UNFINISHED), waits)
        await execute(self._session, unfinished.values(**over))
        await execute(self._session, update(table).where(*mine).values(person=None, reply=None))

    async def _delete_conversations(self, person: str) -> None:
        """On the web, where people of every tenant talk: both sides, for nobody else is there."""
        # By their ids: which rows they are is known before the first of them goes.
        theirs = select(WebMessage.id).where(in_chats_of(person))
        await execute(self._session, delete(table_of(WebMessage)).where(col(WebMessage.id).in_(theirs)))

    async def _forget_within(self, tenant: str, person: str) -> None:
        subject = col(Audit.subject)
        mine = col(Audit.tenant).in_((tenant, EVERYBODY)), subject.contains(person, autoescape=True)
        renamed = func.replace(subject, person, ERASED)
        await execute(self._session, update(table_of(Audit)).where(*mine).values(subject=renamed))
        keyed = col(Delivery.tenant) == tenant, col(Delivery.key).contains(person, autoescape=True)
        await execute(self._session, delete(table_of(Delivery)).where(*keyed))
