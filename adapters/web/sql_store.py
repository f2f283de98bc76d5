"""Web conversations in the database, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, update
from sqlalchemy import select as rows_of
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select

from adapters.web.session import TENANT
from adapters.web.store import MOST_TALKS, Author, Talk, WebEntry
from bot.storage.platform_tables import WebMessage
from bot.storage.statements import execute, table_of
from bot.storage.unit import Storage, Unit


class SqlWebConversations:
    """``WebConversations`` over ``bot.storage``, for any number of processes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def append(
        self, conversation: str, key: str, author: Author, body: str, at: datetime, *, place: str = "", user: str = "",
        tenant: str = TENANT,
    ) -> WebEntry:
        try:
            async with self._storage.unit() as unit:
                standing = await _with_key(unit, key)
                if standing is None:
                    standing = WebMessage(
                        tenant=TENANT,
                        conversation=conversation,
                        place=place or None,
                        key=key,
                        author=author,
                        person=unit.secret.pseudonym(tenant, user) if user else None,
                        message=unit.secret.seal(body),
                        at=at,
                    )
                    unit.session.add(standing)
                    await unit.session.flush()
                return _entry(unit, standing)
        except IntegrityError:
            # Another process wrote the same key between our look and our write: what it wrote is what stands.
            async with self._storage.view() as unit:
                standing = await _with_key(unit, key)
                if standing is None:
                    raise
                return _entry(unit, standing)

    async def list_since(self, conversation: str, since: datetime | None = None) -> list[WebEntry]:
        query = select(WebMessage).where(WebMessage.tenant == TENANT, WebMessage.conversation == conversation)
        if since is not None:
            query = query.where(or_(col(WebMessage.at) >= since, col(WebMessage.replaced_at) >= since))
        async with self._storage.view() as unit:
            rows = await unit.session.exec(query.order_by(col(WebMessage.id)))
            return [_entry(unit, row) for row in rows]

    async def find(self, conversation: str, key: str) -> WebEntry | None:
        async with self._storage.view() as unit:
            row = await _with_key(unit, key)
            return None if row is None or row.conversation != conversation else _entry(unit, row)

    async def get(self, entry_id: int) -> WebEntry | None:
        async with self._storage.view() as unit:
            row = await unit.session.get(WebMessage, entry_id)
            return None if row is None else _entry(unit, row)

    async def replace(self, entry_id: int, body: str, at: datetime) -> WebEntry | None:
        async with self._storage.unit() as unit:
            row = await unit.session.get(WebMessage, entry_id, with_for_update=True)
            if row is None or row.withdrawn:
                return None
            row.message, row.replaced_at = unit.secret.seal(body), at
            return _entry(unit, row)

    async def withdraw(self, entry_id: int, at: datetime) -> WebEntry | None:
        async with self._storage.unit() as unit:
            row = await unit.session.get(WebMessage, entry_id, with_for_update=True)
            if row is not None and not row.withdrawn:
                row.message, row.replaced_at, row.withdrawn = unit.secret.seal("{}"), at, True
            return None if row is None else _entry(unit, row)

    async def talks(self, place: str) -> list[Talk]:
        unseen = func.count().filter(_unseen())
        first = func.coalesce(func.min(WebMessage.id).filter(col(WebMessage.author) == "you"), func.min(WebMessage.id))
        latest = func.max(WebMessage.id)
        listed = rows_of(first, func.max(WebMessage.at), unseen).where(*_in(place), ~col(WebMessage.withdrawn))
        listed = listed.group_by(col(WebMessage.conversation)).order_by(latest.desc()).limit(MOST_TALKS)
        async with self._storage.view() as unit:
            found = {number: (last, count) for number, last, count in await execute(unit.session, listed)}
            rows = await unit.session.exec(select(WebMessage).where(col(WebMessage.id).in_(found)))
            entries = {row.id: _entry(unit, row) for row in rows}
        return [Talk(entries[number], last, count) for number, (last, count) in found.items() if number in entries]

    async def unseen(self, place: str, besides: str) -> list[int]:
        mine = rows_of(col(WebMessage.id)).where(*_in(place), _unseen(), col(WebMessage.conversation) != besides)
        async with self._storage.view() as unit:
            return [number for (number,) in await execute(unit.session, mine.order_by(col(WebMessage.id)))]

    async def see(self, conversation: str, at: datetime) -> None:
        here = col(WebMessage.tenant) == TENANT, col(WebMessage.conversation) == conversation
        async with self._storage.unit() as unit:
            seen = update(table_of(WebMessage)).where(*here, _unseen()).values(seen_at=at)
            await execute(unit.session, seen)


def _in(place: str) -> tuple[Any, Any]:
    return col(WebMessage.tenant) == TENANT, col(WebMessage.place) == place


def _unseen() -> Any:
    return (col(WebMessage.author) == "midway") & ~col(WebMessage.withdrawn) & col(WebMessage.seen_at).is_(None)


async def _with_key(unit: Unit, key: str) -> WebMessage | None:
    query = select(WebMessage).where(WebMessage.tenant == TENANT, WebMessage.key == key)
    return (await unit.session.exec(query)).first()


def _entry(unit: Unit, row: WebMessage) -> WebEntry:
    if row.id is None:
        raise ValueError("a message without an id was not stored")
    author: Literal["you", "midway"] = "you" if row.author == "you" else "midway"
    return WebEntry(
        row.id,
        row.conversation,
        row.key,
        author,
        unit.secret.unseal(row.message),
        row.at,
        row.replaced_at,
        row.withdrawn,
    )
