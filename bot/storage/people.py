"""Who may do what: roles that were given, one-time links to sign in, and until when a sign-in counts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeGuard

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.privacy import SecretKey
from bot.storage.addresses import sealed, unsealed
from bot.storage.curation_tables import Post, RoleGrant, SignInLink, SignOut
from bot.storage.statements import execute, insert_once, table_of, upsert

SIGN_IN_LASTS = timedelta(days=180)
"""However often it is used: a pilot's length, as long as the web chat knows a browser."""
SIGN_IN_UNUSED = timedelta(days=35)
"""Without any use: whoever comes back for the report of each month stays signed in."""
Task = Literal["experts", "curators", "admins"]
"""Whom a channel is for."""
EXPERTS: Final = "experts"
"""Questions for experts come there."""
CURATORS: Final = "curators"
"""Reminders of reviews come there."""
ADMINS: Final = "admins"
"""What ended or was given up by itself is said there."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that an admin gave; ``label`` is what the admin calls this person."""

    tenant: str
    person: str
    role: str
    label: str
    at: datetime


class People:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def grants(self, tenant: str, person: str | None = None) -> list[Grant]:
        """What was given in this tenant, or to one person there; oldest first."""
        found = select(RoleGrant).where(RoleGrant.tenant == tenant)
        if person is not None:
            found = found.where(RoleGrant.person == person)
        rows = await self._session.exec(found.order_by(col(RoleGrant.at)))
        return [Grant(row.tenant, row.person, row.role, row.label, row.at) for row in rows]

    async def grant(self, tenant: str, person: str, role: str, label: str, by: str, now: datetime) -> bool:
        """True if the person did not have the role yet."""
        row = {"tenant": tenant, "person": person, "role": role, "label": label, "at": now, "by": by}
        return await insert_once(self._session, RoleGrant, row)

    async def revoke(self, tenant: str, person: str) -> int:
        """Take every given role away; how many there were."""
        mine = delete(table_of(RoleGrant)).where(col(RoleGrant.tenant) == tenant, col(RoleGrant.person) == person)
        return (await execute(self._session, mine)).rowcount

    async def link(self, token: str, tenant: str, person: str, expires_at: datetime) -> bool:
        """Remember a link by a mark of its secret part; False if it is known, which stays as it is."""
        row = {"mark": self._mark(token), "tenant": tenant, "person": person, "expires_at": expires_at}
        return await insert_once(self._session, SignInLink, row)

    async def opens(self, token: str, now: datetime) -> bool:
        """Whether the link still lets somebody in: ``waits`` for them, and a role stands behind it."""
        row = await self._session.get(SignInLink, self._mark(token))
        return _waits(row, now) and bool(await self.grants(row.tenant, row.person))

    async def waits(self, token: str, now: datetime) -> bool:
        """Whether the link is known, not used and not too old."""
        return _waits(await self._session.get(SignInLink, self._mark(token)), now)

    async def redeem(self, token: str, now: datetime) -> tuple[str, str] | None:
        """The tenant and person that the link was made for, exactly once; None if it is unknown, used or too old."""
        wanted = select(SignInLink).where(SignInLink.mark == self._mark(token)).with_for_update()
        row = (await self._session.exec(wanted)).first()
        if not _waits(row, now):
            return None
        row.used_at = now
        await self._session.flush()
        return row.tenant, row.person

    async def drop_links(self, tenant: str, person: str) -> None:
        """No link that was made for this person and is not used yet lets anybody in any more."""
        table = table_of(SignInLink)
        theirs = col(SignInLink.tenant) == tenant, col(SignInLink.person) == person, col(SignInLink.used_at).is_(None)
        await execute(self._session, delete(table).where(*theirs))

    async def forget_links(self, before: datetime) -> None:
        """Delete links that ran out before this moment."""
        await execute(self._session, delete(table_of(SignInLink)).where(col(SignInLink.expires_at) < before))

    async def end_sign_ins(self, tenant: str, person: str, now: datetime) -> None:
        """No sign-in of this person until now counts any more, in whichever browser, nor with a copy of its cookie."""
        # Twice as old, none is left that would count, whichever machine's clock is slow.
        over = col(SignOut.at) < now - 2 * SIGN_IN_LASTS
        await execute(self._session, delete(table_of(SignOut)).where(over))
        row = {"tenant": tenant, "mark": self._whose(tenant, person), "at": now}
        await upsert(self._session, SignOut, row, change="at")

    async def counts(self, tenant: str, person: str, since: datetime) -> bool:
        """Whether somebody who signed in at this moment still is."""
        ended = await self._session.get(SignOut, (tenant, self._whose(tenant, person)))
        return ended is None or ended.at < since

    async def post(self, tenant: str, task: Task) -> Conversation | None:
        """The channel with this task; None if none was named, or if it cannot be read any more."""
        row = await self._session.get(Post, (tenant, task))
        return self._where(row) if row else None

    async def posts(self, task: Task) -> list[Conversation]:
        """The channel of each tenant that named one for the task; without those that cannot be read any more."""
        rows = await self._session.exec(select(Post).where(Post.task == task))
        return [where for row in rows if (where := self._where(row)) is not None]

    async def assign(self, tenant: str, task: Task, where: Conversation, by: str, now: datetime) -> None:
        """This channel has the task from now on."""
        row = await self._session.get(Post, (tenant, task)) or Post(tenant=tenant, task=task, address="", at=now, by=by)
        row.address, row.at, row.by = sealed(self._secret, where), now, by
        self._session.add(row)
        await self._session.flush()

    def _where(self, row: Post) -> Conversation | None:
        where = unsealed(self._secret, row.address)
        if where is None:
            _log.error("A channel cannot be read any more: name it anew with “%s here”.", row.task)
        return where

    async def unassign(self, reach: Reach) -> list[str]:
        """These channels have no task any more; those that they had."""
        rows = list(await self._session.exec(select(Post).where(Post.tenant == reach.tenant).order_by(col(Post.task))))
        gone = [row for row in rows if (named := self._where(row)) and reach.covers(named)]
        for row in gone:
            await self._session.delete(row)
        await self._session.flush()
        return [row.task for row in gone]

    def _mark(self, token: str) -> str:
        return self._secret.mark("sign-in", token)

    def _whose(self, tenant: str, person: str) -> str:
        return self._secret.mark("signed out", tenant, person)


def _waits(row: SignInLink | None, now: datetime) -> TypeGuard[SignInLink]:
    return row is not None and row.used_at is None and row.expires_at > now
