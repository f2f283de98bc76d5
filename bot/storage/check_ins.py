"""When teams are asked how a try went: at most one question open for each holder and practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.privacy import SecretKey
from bot.storage.addresses import sealed, unsealed
from bot.storage.adoption_tables import CheckIn
from bot.storage.statements import insert_once

OPEN = ("waiting", "asked")
ANSWERABLE = (*OPEN, "silent")
_NOWHERE = {"address": None, "place": None}


class Key(NamedTuple):
    """Names one check-in."""

    tenant: str
    holder: str
    practice_id: str
    number: int


@dataclass(frozen=True, slots=True)
class StoredCheckIn:
    """A check-in as it stands. ``where`` is None once the address is not owed any more, or cannot be read."""

    key: Key
    person: str
    state: str
    due_at: datetime
    where: Conversation | None


class PlannedCheckIns:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def plan(
        self, tenant: str, holder: str, practice_id: str, person: str, where: Conversation, due_at: datetime
    ) -> bool:
        """Ask this person there, then; False if a question of this holder about this practice is open already."""
        row = {
            "person": person, "state": "waiting", "due_at": due_at,
            "address": sealed(self._secret, where),
            "place": self._secret.place_key(where.tenant, where.platform, where.channel),
        }
        return await self._insert(tenant, holder, practice_id, row)

    async def due(self, now: datetime, limit: int) -> list[Key]:
        """The longest due of every tenant."""
        mine = select(CheckIn).where(CheckIn.state == "waiting", col(CheckIn.due_at) <= now)
        rows = await self._session.exec(mine.order_by(col(CheckIn.due_at)).limit(limit))
        return [_key(row) for row in rows]

    async def take(self, key: Key) -> StoredCheckIn | None:
        """This one for us alone until the unit of work ends; None if it does not wait any more."""
        row = await self._session.get(CheckIn, key, with_for_update=True, populate_existing=True)
        return self._stored(row) if row and row.state == "waiting" else None

    async def latest(self, tenant: str, holder: str, practice_id: str) -> StoredCheckIn | None:
        """The newest of this holder about this practice, in any state."""
        mine = select(CheckIn).where(
            CheckIn.tenant == tenant, CheckIn.holder == holder, CheckIn.practice_id == practice_id
        )
        newest = mine.order_by(col(CheckIn.number).desc()).limit(1).execution_options(populate_existing=True)
        row = (await self._session.exec(newest)).first()
        return self._stored(row) if row else None

    async def postpone(self, key: Key, due_at: datetime) -> None:
        await self._change(_is(key), due_at=due_at)

    async def asked(self, key: Key, now: datetime) -> None:
        """It is being asked; where is forgotten, but for a mark by which an answer in words is known."""
        await self._change(_is(key), state="asked", asked_at=now, address=None)

    async def answer(self, tenant: str, holder: str, practice_id: str, answer: str, now: datetime) -> None:
        """The newest question of this holder about this practice is answered; also before it was asked, also late."""
        last = await self.latest(tenant, holder, practice_id)
        if last and last.state in ANSWERABLE:
            await self._change(_is(last.key), state="answered", answer=answer, ended_at=now, **_NOWHERE)

    async def cancel(
        self, tenant: str, now: datetime, *, holder: str | None = None, practice_id: str | None = None,
        person: str | None = None, place: str | None = None,
    ) -> int:
        """None of these is asked or waited for any more; how many were open. ``place`` is the key of one."""
        wanted = {
            CheckIn.holder: holder, CheckIn.practice_id: practice_id, CheckIn.person: person, CheckIn.place: place
        }
        narrowed = [col(column) == value for column, value in wanted.items() if value is not None]
        open_ = [col(CheckIn.tenant) == tenant, col(CheckIn.state).in_(OPEN), *narrowed]
        return await self._change(open_, state="cancelled", ended_at=now, **_NOWHERE)

    async def cancel_in(self, reach: Reach, now: datetime) -> None:
        """Nobody is asked there any more. In many places at once, what was asked already is left to fall silent: where
        it was asked is not kept but as a mark.
        """
        if reach.channel:
            place = self._secret.place_key(reach.tenant, reach.platform, reach.channel)
            await self.cancel(reach.tenant, now, place=place)
        else:
            await self._cancel_waiting(reach.covers, now, CheckIn.tenant == reach.tenant)

    async def cancel_direct(self, tenant: str, person: str, now: datetime) -> None:
        """This person is asked nothing in direct messages any more; what is asked in channels, others can answer."""
        mine = CheckIn.tenant == tenant, CheckIn.person == person
        await self._cancel_waiting(lambda where: where.kind == "direct", now, *mine)

    async def _cancel_waiting(self, there: Callable[[Conversation], bool], now: datetime, *mine: Any) -> None:
        for row in list(await self._session.exec(select(CheckIn).where(CheckIn.state == "waiting", *mine))):
            if (where := unsealed(self._secret, row.address)) and there(where):
                await self._change(_is(_key(row)), state="cancelled", ended_at=now, **_NOWHERE)

    async def fall_silent(self, before: datetime, now: datetime) -> int:
        """Those asked before then count as not replied to, which says nothing about the try; how many."""
        where = [col(CheckIn.state) == "asked", col(CheckIn.asked_at) < before]
        return await self._change(where, state="silent", ended_at=now, **_NOWHERE)

    async def awaited(self, tenant: str, person: str, where: Conversation) -> list[str]:
        """Practices about which this person was asked in this place and has not answered."""
        place = self._secret.place_key(where.tenant, where.platform, where.channel)
        mine = select(CheckIn.practice_id).where(
            CheckIn.tenant == tenant, CheckIn.person == person, CheckIn.state == "asked", CheckIn.place == place
        )
        return list(await self._session.exec(mine))

    async def shift(self, tenant: str, holder: str, by: timedelta, now: datetime) -> None:
        """What waits is asked so much later or earlier, but not before ``now``."""
        mine = select(CheckIn).where(
            CheckIn.tenant == tenant, CheckIn.holder == holder, CheckIn.state == "waiting"
        )
        for row in await self._session.exec(mine.with_for_update()):
            row.due_at = max(row.due_at + by, now)
        await self._session.flush()

    async def move(self, tenant: str, holder: str, to: str, now: datetime) -> None:
        """What is open of one holder becomes another's; where that one has an open question itself, it stands."""
        mine = select(CheckIn).where(
            CheckIn.tenant == tenant, CheckIn.holder == holder, col(CheckIn.state).in_(OPEN)
        )
        for row in list(await self._session.exec(mine.with_for_update())):
            carried = row.model_dump(include={"person", "state", "due_at", "asked_at", "address", "place"})
            await self._insert(tenant, to, row.practice_id, carried)
        await self.cancel(tenant, now, holder=holder)

    async def _insert(self, tenant: str, holder: str, practice_id: str, row: dict[str, Any]) -> bool:
        last = await self.latest(tenant, holder, practice_id)
        if last and last.state in OPEN:
            return False
        key = Key(tenant, holder, practice_id, last.key.number + 1 if last else 1)
        return await insert_once(self._session, CheckIn, {**key._asdict(), **row})

    async def _change(self, where: list[Any], **values: Any) -> int:
        done = await self._session.exec(update(CheckIn).where(*where).values(**values))
        return done.rowcount

    def _stored(self, row: CheckIn) -> StoredCheckIn:
        return StoredCheckIn(_key(row), row.person, row.state, row.due_at, unsealed(self._secret, row.address))


def _key(row: CheckIn) -> Key:
    return Key(row.tenant, row.holder, row.practice_id, row.number)


def _is(key: Key) -> list[Any]:
    return [col(getattr(CheckIn, name)) == value for name, value in key._asdict().items()]
