"""Pilots of teams: what they answered, how far they are, what was decided."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import delete
from sqlalchemy import select as rows_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.pilot_answers import Answers
from bot.privacy import SealBroken, SecretKey
from bot.storage.adoption_tables import Pilot
from bot.storage.codec import dump_conversation, load_conversation
from bot.storage.records import ERASED
from bot.storage.statements import execute, insert_once, table_of

State = Literal["draft", "running", "ended"]
Decision = Literal["go", "adapt", "stop"]
_log = logging.getLogger(__name__)
_DATES = ("starts_on", "sponsor_agreed", "sponsor_listed")


@dataclass(frozen=True, slots=True)
class KeptPilot:
    """A pilot as it stands. ``person`` looks after it, ``ERASED`` where nobody does.

    ``done`` says when each milestone was ticked off. ``where`` is the place in which its people are told of the review;
    None once they were, or if there is none.
    ``version`` counts its changes; ``event`` marks the last one.
    """

    id: str
    tenant: str
    team_id: str | None
    person: str
    answers: Answers
    practices: tuple[str, ...]
    review_on: date
    created_at: datetime
    changed_at: datetime
    state: State = "draft"
    decision: Decision | None = None
    note: str = ""
    done: Mapping[str, date] = field(default_factory=dict)
    where: Conversation | None = None
    version: int = 1
    event: str = ""

    @property
    def is_free(self) -> bool:
        """Whether its team may take it up, for nobody looks after it and it has not ended."""
        return self.person == ERASED and self.state != "ended"


@dataclass(frozen=True, slots=True)
class PilotOutline:
    """How far a pilot is, without a word of its plan."""

    id: str
    team_id: str | None
    state: State
    review_on: date | None
    decision: Decision | None


class Pilots:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def make(self, pilot: KeptPilot, event_key: str) -> tuple[KeptPilot, bool]:
        """Keep a new pilot under an id of its own; the pilot, and whether it is new: the same event makes one."""
        mark = self.event(pilot.tenant, event_key)
        new = replace(pilot, id=uuid.uuid4().hex, version=1, event=mark)
        place = {"id": new.id, "tenant": new.tenant, "event_key": mark, "created_at": new.created_at}
        row = {**place, **self._columns(new)}
        if await insert_once(self._session, Pilot, row):
            return new, True
        same = select(Pilot).where(Pilot.tenant == pilot.tenant, Pilot.event_key == mark)
        return self._kept((await self._session.exec(same)).one()), False

    async def get(self, tenant: str, pilot_id: str, *, to_change: bool = False) -> KeptPilot | None:
        """With ``to_change`` nobody else changes it until this unit of work ends."""
        row = await self._row(tenant, pilot_id, to_change)
        return self._kept(row) if row else None

    async def anywhere(self, pilot_id: str) -> KeptPilot | None:
        """Of whichever tenant; for the local shell, which administers them all."""
        row = await self._session.get(Pilot, pilot_id)
        return self._kept(row) if row else None

    async def keep(self, pilot: KeptPilot, seen: int, now: datetime, event_key: str) -> KeptPilot | None:
        """Keep a changed pilot; None if its version is no longer the one that was seen."""
        row = await self._row(pilot.tenant, pilot.id, to_change=True)
        if row is None or row.version != seen:
            return None
        event = self.event(pilot.tenant, event_key)
        kept = replace(pilot, version=seen + 1, changed_at=now, event=event)
        for name, value in self._columns(kept).items():
            setattr(row, name, value)
        await self._session.flush()
        return kept

    def event(self, tenant: str, event_key: str) -> str:
        """How an event is remembered with the change that it made."""
        return self._secret.mark("event", tenant, event_key)

    async def all(self, tenant: str) -> list[KeptPilot]:
        """Every pilot of a tenant, newest first."""
        return await self._listed(Pilot.tenant == tenant)

    async def outlines(self, tenant: str, team_id: str | None = None) -> list[PilotOutline]:
        """Every pilot of a tenant, or of one team."""
        told = col(Pilot.id), col(Pilot.team_id), col(Pilot.state), col(Pilot.review_on), col(Pilot.decision)
        mine = rows_of(*told).where(col(Pilot.tenant) == tenant).order_by(col(Pilot.review_on), col(Pilot.id))
        if team_id is not None:
            mine = mine.where(col(Pilot.team_id) == team_id)
        rows = await execute(self._session, mine)
        return [
            PilotOutline(name, team, cast(State, state), day, cast("Decision | None", what))
            for name, team, state, day, what in rows
        ]

    async def everywhere(self) -> list[KeptPilot]:
        """Every pilot of every tenant, newest first; for the local shell."""
        return await self._listed()

    async def of(self, tenant: str, team_ids: Collection[str], person: str) -> list[KeptPilot]:
        """Those of these teams, and those that this person planned without a team; newest first."""
        own = (col(Pilot.team_id).is_(None)) & (col(Pilot.person) == person)
        return await self._listed(Pilot.tenant == tenant, col(Pilot.team_id).in_(team_ids) | own)

    async def due(self, on: date) -> list[KeptPilot]:
        """Of every tenant: not ended, to be reviewed by this day, and somebody is still to be told.

        Without those that cannot be read any more.
        """
        rows = await self._rows(Pilot.state != "ended", col(Pilot.review_on) <= on)
        return [pilot for row in rows if (pilot := self._readable(row)) and pilot.where is not None]

    async def told(self, pilot: KeptPilot) -> None:
        """Forget where its people are told: they were."""
        row = await self._row(pilot.tenant, pilot.id, to_change=True)
        if row is not None:
            row.plan = self._sealed(replace(self._kept(row), where=None))
            await self._session.flush()

    async def sponsored(self, tenant: str) -> list[KeptPilot]:
        """Those whose sponsor may stand in the directory, newest first."""
        found = await self._listed(Pilot.tenant == tenant, col(Pilot.sponsor_agreed).is_not(None))
        return [pilot for pilot in found if pilot.answers.sponsor and pilot.answers.sponsor_listed]

    async def release(self, tenant: str, person: str, team_id: str | None = None) -> list[str]:
        """This person looks after no pilot any more, of one team or at all; the ids of those that teams keep.

        What has no team goes. The sponsor of one that nobody looks after leaves the directory: there is nobody whom
        they could tell that they step back.
        """
        mine = [col(Pilot.tenant) == tenant, col(Pilot.person) == person]
        if team_id is None:
            gone = delete(table_of(Pilot)).where(*mine, col(Pilot.team_id).is_(None))
            await execute(self._session, gone)
        else:
            mine.append(col(Pilot.team_id) == team_id)
        return await self._freed(*mine)

    async def offer(self, tenant: str, person: str) -> list[str]:
        """The pilots of teams that this person looks after, and that have not ended, are for their teams to take up;
        their ids.
        """
        of_teams = col(Pilot.team_id).is_not(None), col(Pilot.state) != "ended"
        return await self._freed(col(Pilot.tenant) == tenant, col(Pilot.person) == person, *of_teams)

    async def forget_places(self, reach: Reach) -> None:
        """Nobody is told of a review there."""
        for row in await self._rows(Pilot.tenant == reach.tenant, Pilot.state != "ended"):
            pilot = self._readable(row)
            if pilot and pilot.where and reach.covers(pilot.where):
                await self.told(pilot)

    async def _freed(self, *mine: Any) -> list[str]:
        rows = list(await self._session.exec(select(Pilot).where(*mine).order_by(col(Pilot.id)).with_for_update()))
        for row in rows:
            row.person = ERASED
            with suppress(SealBroken):  # what cannot be read tells nobody anything
                pilot = self._kept(row)
                answers = replace(pilot.answers, sponsor_listed=None)
                row.plan = self._sealed(replace(pilot, answers=answers, where=None))
        await self._session.flush()
        return [row.id for row in rows]

    async def _listed(self, *conditions: Any) -> list[KeptPilot]:
        return [self._kept(row) for row in await self._rows(*conditions)]

    async def _rows(self, *conditions: Any) -> list[Pilot]:
        order = col(Pilot.created_at).desc(), col(Pilot.id)
        return list(await self._session.exec(select(Pilot).where(*conditions).order_by(*order)))

    async def _row(self, tenant: str, pilot_id: str, to_change: bool) -> Pilot | None:
        row = await self._session.get(
            Pilot, pilot_id, with_for_update=to_change or None, populate_existing=to_change
        )
        return row if row and row.tenant == tenant else None

    def _columns(self, pilot: KeptPilot) -> dict[str, Any]:
        return {
            "team_id": pilot.team_id, "person": pilot.person, "state": pilot.state, "plan": self._sealed(pilot),
            "practices": list(pilot.practices), "version": pilot.version, "decision": pilot.decision,
            "sponsor_agreed": pilot.answers.sponsor_agreed, "starts_on": pilot.answers.starts_on,
            "review_on": pilot.review_on, "changed_at": pilot.changed_at,
        }

    def _sealed(self, pilot: KeptPilot) -> str:
        said = asdict(pilot.answers)
        said |= {name: said[name].isoformat() for name in _DATES if said[name]}
        where = dump_conversation(pilot.where) if pilot.where else None
        done = {key: str(day) for key, day in pilot.done.items()}
        return self._secret.seal(json.dumps(
            {"answers": said, "done": done, "note": pilot.note, "where": where, "event": pilot.event}
        ))

    def _readable(self, row: Pilot) -> KeptPilot | None:
        try:
            return self._kept(row)
        except SealBroken:
            _log.error("Pilot %s cannot be read, so nobody is told of its review.", row.id)
            return None

    def _kept(self, row: Pilot) -> KeptPilot:
        held = json.loads(self._secret.unseal(row.plan))
        said = held["answers"]
        dates = {name: date.fromisoformat(said[name]) if said.get(name) else None for name in _DATES}
        assert row.review_on is not None, "every pilot is kept with its date of review"
        return KeptPilot(
            row.id, row.tenant, row.team_id, row.person, Answers(**{**said, **dates}), tuple(row.practices),
            row.review_on, row.created_at, row.changed_at,
            row.state, row.decision,  # type: ignore[arg-type]  # only this class writes them
            held["note"], {key: date.fromisoformat(day) for key, day in held["done"].items()},
            load_conversation(held["where"]) if held["where"] else None, row.version, held["event"],
        )
