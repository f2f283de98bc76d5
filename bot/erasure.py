"""Forgetting a person at once and for good: also when an older copy of the database comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.access import book_of
from bot.ports import Clock
from bot.storage.records import ERASED
from bot.storage.unit import Storage, Unit

FORGOT = "forgot"
"""What the audit says where somebody was forgotten."""
OFFERED = "offered"
"""What the audit says where somebody's pilot became their team's to take up."""


@dataclass(frozen=True, slots=True)
class Erased:
    """That a person (a pseudonym in a tenant) was to be forgotten at this moment."""

    tenant: str
    person: str
    at: datetime


class ErasureNotes(Protocol):
    """Erasures written down outside the database, so that a backup of it does not bring a person back."""

    def note(self, erased: Erased) -> None:
        """When this returns, nothing can lose it. Raises a ``BotError`` where it cannot be kept."""
        ...

    def all(self) -> Sequence[Erased]:
        """Every one, in the order in which they were noted."""
        ...


class Erasure:
    """The note comes first, then the database: whatever dies in between, ``replay`` makes it whole."""

    def __init__(self, storage: Storage, notes: ErasureNotes, clock: Clock) -> None:
        self._storage = storage
        self._notes = notes
        self._clock = clock

    async def forget(self, tenant: str, person: str, by: str = ERASED) -> bool:
        """Everything of this person goes in one unit of work; False if there was nothing.

        ``by`` is who did it where it was not the person, who has no name any more.
        """
        async with self._storage.view() as unit:
            held = await unit.personal_records.everything(tenant, person)
            tracked = (await unit.choices.of(tenant, person)).tracked
        if not held.keys() - ({"choices"} if not tracked else set()):
            async with self._storage.unit() as unit:
                await self._forget(unit, tenant, person)
            return False
        erased = Erased(tenant, person, self._clock())
        await asyncio.to_thread(self._notes.note, erased)
        await self._carry_out(erased, by)
        return True

    async def replay(self) -> int:
        """Forget again everybody who was to be forgotten and is in this database all the same; how many.

        To be called at every start, and after a backup was restored.
        """
        newest: dict[tuple[str, str], Erased] = {}
        for erased in await asyncio.to_thread(self._notes.all):
            whose = erased.tenant, erased.person
            newest[whose] = max(newest.get(whose, erased), erased, key=lambda one: one.at)
        async with self._storage.view() as unit:
            missing = [erased for erased in newest.values() if not await _is_known(unit, erased)]
        for erased in missing:
            await self._carry_out(erased, ERASED)
        return len(missing)

    async def _carry_out(self, erased: Erased, by: str) -> None:
        async with self._storage.unit() as unit:
            pilots = await self._forget(unit, erased.tenant, erased.person)
            for pilot in pilots:
                await unit.audits.write(erased.tenant, ERASED, OFFERED, f"pilot:{pilot}", erased.at)
            await unit.audits.write(book_of(erased.tenant), by, FORGOT, _subject(unit, erased), erased.at)
        await self._storage.empty_log()

    async def _forget(self, unit: Unit, tenant: str, person: str) -> list[str]:
        """As ``Personal.forget``, and signed out wherever they were signed in."""
        await unit.people.end_sign_ins(tenant, person, self._clock())
        return await unit.personal.forget(tenant, person)


async def _is_known(unit: Unit, erased: Erased) -> bool:
    return bool(await unit.audits.about(erased.tenant, _subject(unit, erased), limit=1))


def _subject(unit: Unit, erased: Erased) -> str:
    """Names the erasure and nobody: only who has the note and the key can tell whose it was."""
    return f"erasure:{unit.secret.mark('erasure', erased.tenant, erased.person, erased.at.isoformat())}"
