"""The champion's own words on the brief of a result; sealed, and gone with the result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.adoption_tables import Result

REMEMBERED = 20
"""How many of the last events are known again, so that one that comes twice changes nothing."""


@dataclass(frozen=True, slots=True)
class BriefWords:
    """Two sentences, the decision asked for, whom to credit. An empty line stands for Midway's own words; empty
    credit names nobody.
    """

    first: str = ""
    second: str = ""
    decision: str = ""
    credit: str = ""


class BriefWordings:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def get(self, tenant: str, result_id: str) -> BriefWords | None:
        """None where nobody has changed a word."""
        row = await self._session.get(Result, result_id)
        return self._read(row)[0] if row and row.tenant == tenant and row.brief else None

    async def keep(self, tenant: str, result_id: str, words: BriefWords, event_key: str) -> bool:
        """Whether they are other words than stood there. The same event again, or no such result, changes nothing."""
        mark = self._secret.mark("event", tenant, event_key)
        row = await self._session.get(Result, result_id, with_for_update=True)
        if row is None or row.tenant != tenant:
            return False
        standing, events = self._read(row) if row.brief else (None, ())
        if mark in events or words == standing:
            return False
        kept = [words.first, words.second, words.decision, words.credit]
        row.brief = self._secret.seal(json.dumps({"words": kept, "events": [*events, mark][-REMEMBERED:]}))
        await self._session.flush()
        return True

    async def standing(self, tenant: str, result_id: str) -> str | None:
        """The result that stands for this one: itself, or the last that corrected it. None for no such result."""
        seen = set[str]()
        row = await self._session.get(Result, result_id)
        while row and row.tenant == tenant and row.replaced_by and row.id not in seen:
            seen.add(row.id)
            row = await self._session.get(Result, row.replaced_by)
        return row.id if row and row.tenant == tenant else None

    async def tenant_of(self, result_id: str) -> str | None:
        """Whose result it is; for the local shell, which administers every tenant."""
        return (await self._session.exec(select(Result.tenant).where(col(Result.id) == result_id))).first()

    def _read(self, row: Result) -> tuple[BriefWords, Sequence[str]]:
        kept = json.loads(self._secret.unseal(row.brief or ""))
        return BriefWords(*kept["words"]), kept["events"]
