"""The organization's own versions of practices, and what was done with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.storage.curation_tables import PracticeEvent, PracticeVersion
from bot.storage.statements import insert_once

EVERYBODY = "*"
"""The library and the roles on the web are the installation's, so these rows belong to every tenant."""
State = Literal["draft", "review", "published", "withdrawn", "replaced", "discarded"]
IN_FORCE = ("published", "withdrawn")
OPEN = ("draft", "review")
_MOVED = "renamed to"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a practice: ``body`` is its markdown, ``base`` the version in force that it was written over."""

    practice_id: str
    version: int
    state: str
    body: str
    base: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a practice's history."""

    practice_id: str
    version: int
    what: str
    note: str
    at: datetime
    by: str


class Versions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def stamp(self) -> int:
        """Grows with everything that is done; 0 for a library as shipped."""
        newest = select(func.max(PracticeEvent.id)).where(PracticeEvent.tenant == EVERYBODY)
        return (await self._session.exec(newest)).one() or 0

    async def in_states(self, states: Collection[str]) -> list[Version]:
        """All versions in these states, by id and version."""
        found = select(PracticeVersion).where(
            PracticeVersion.tenant == EVERYBODY, col(PracticeVersion.state).in_(states)
        )
        order = col(PracticeVersion.practice_id), col(PracticeVersion.version)
        return [_version(row) for row in await self._session.exec(found.order_by(*order))]

    async def get(self, practice_id: str, version: int) -> Version | None:
        row = await self._session.get(PracticeVersion, (EVERYBODY, practice_id, version))
        return _version(row) if row else None

    async def newest(self, practice_id: str) -> int:
        """The number of the last version written; 0 where only the shipped one is."""
        last = select(func.max(PracticeVersion.version)).where(*_of(practice_id))
        return (await self._session.exec(last)).one() or 0

    async def standing(self, practice_id: str, states: Collection[str]) -> Version | None:
        """The newest version in one of these states."""
        found = select(PracticeVersion).where(*_of(practice_id), col(PracticeVersion.state).in_(states))
        row = (await self._session.exec(found.order_by(col(PracticeVersion.version).desc()).limit(1))).first()
        return _version(row) if row else None

    async def ever(self, practice_id: str, body: str) -> bool:
        """Whether a version with exactly this text was ever written."""
        found = select(PracticeVersion.version).where(*_of(practice_id), PracticeVersion.body == body)
        return (await self._session.exec(found.limit(1))).first() is not None

    async def in_force(self, practice_id: str) -> int:
        """The number of the version in force; 0 for the shipped one, or for none."""
        now = await self.standing(practice_id, IN_FORCE)
        return now.version if now else 0

    async def add(self, practice_id: str, body: str, state: State, base: int, by: str, now: datetime) -> int | None:
        """A new version in the place of those of its kind (drafts, or what is in force); its number.

        None if somebody else wrote one at the same time.
        """
        number = await self.newest(practice_id) + 1
        values = {
            "tenant": EVERYBODY, "practice_id": practice_id, "version": number, "state": state, "body": body,
            "base": base, "at": now, "by": by,
        }
        if not await insert_once(self._session, PracticeVersion, values):
            return None
        await self._replace(practice_id, IN_FORCE if state in IN_FORCE else OPEN, number)
        return number

    async def move(self, practice_id: str, version: int, before: Collection[str], state: State) -> bool:
        """Change the state of a version that is in one of the states ``before``; True if it was."""
        wanted = select(PracticeVersion).where(*_of(practice_id), PracticeVersion.version == version)
        row = (await self._session.exec(wanted.with_for_update())).first()
        if row is None or row.state not in before:
            return False
        if state in IN_FORCE:
            await self._replace(practice_id, IN_FORCE, version)
        row.state = state
        await self._session.flush()
        return True

    async def rename(self, practice_id: str, name: str, by: str, now: datetime) -> None:
        """Call a practice by another id, which has to be free, with all its versions and its history; under the old id
        one line stays that leads to it.
        """
        version = await self.newest(practice_id)
        for table in (PracticeVersion, PracticeEvent):
            mine = col(table.tenant) == EVERYBODY, col(table.practice_id) == practice_id
            changed = update(table).where(*mine).values(practice_id=name)
            await self._session.exec(changed.execution_options(synchronize_session=False))
        await self.note(practice_id, version, _MOVED, by, now, name)
        await self.note(name, version, "renamed", by, now, f"before: {practice_id}")

    async def now_called(self, practice_id: str) -> str:
        """The id that a practice has after it was renamed; else this one."""
        while not await self.newest(practice_id):
            moved = select(PracticeEvent.note).where(
                PracticeEvent.tenant == EVERYBODY, PracticeEvent.practice_id == practice_id,
                PracticeEvent.what == _MOVED,
            )
            name = (await self._session.exec(moved.order_by(col(PracticeEvent.id).desc()).limit(1))).first()
            if name is None:
                break
            practice_id = name
        return practice_id

    async def note(self, practice_id: str, version: int, what: str, by: str, now: datetime, note: str = "") -> None:
        """One more line of its history."""
        self._session.add(PracticeEvent(
            tenant=EVERYBODY, practice_id=practice_id, version=version, what=what, note=note, at=now, by=by
        ))
        await self._session.flush()

    async def history(
        self, practice_id: str | None = None, limit: int | None = None, *, since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Event]:
        """What was done with one practice, or with all, from ``since`` on and before ``until``; newest first."""
        mine = select(PracticeEvent).where(
            PracticeEvent.tenant == EVERYBODY, *within(col(PracticeEvent.at), since, until)
        )
        if practice_id is not None:
            mine = mine.where(PracticeEvent.practice_id == practice_id)
        mine = mine.order_by(col(PracticeEvent.id).desc()).limit(limit)
        return [
            Event(row.practice_id, row.version, row.what, row.note, row.at, row.by)
            for row in await self._session.exec(mine)
        ]

    async def _replace(self, practice_id: str, states: Collection[str], by: int) -> None:
        standing = select(PracticeVersion).where(*_of(practice_id), PracticeVersion.version != by)
        for row in await self._session.exec(standing.where(col(PracticeVersion.state).in_(states))):
            row.state = "replaced"
        await self._session.flush()


def within(at: Any, since: datetime | None, until: datetime | None) -> list[Any]:
    """That the column ``at`` lies from one moment on and before another, as conditions."""
    return [*([at >= since] if since else []), *([at < until] if until else [])]


def _of(practice_id: str) -> tuple[bool, bool]:
    return PracticeVersion.tenant == EVERYBODY, PracticeVersion.practice_id == practice_id


def _version(row: PracticeVersion) -> Version:
    return Version(row.practice_id, row.version, row.state, row.body, row.base, row.at, row.by)
