"""Those who are only on the web, as admins look after them: a new link, another role, what is kept about them."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from bot.access import WEB, Access, Role, Who, book_of, is_guest, looked_after
from bot.erasure import Erasure
from bot.errors import BotError, NotAllowed
from bot.my_data import Kept, MyData
from bot.ports import Clock
from bot.storage.people import Grant
from bot.storage.unit import Storage, Unit

LOOKED_AT = "looked at"
EXPORTED = "exported"
"""What the audit says where an admin saw kinds and counts of somebody, or took all of it."""
NOBODY = "There is nobody like that on the web, or I keep nothing about them."
OWN_DATA = "That is you: your own data are on the page “My data”."
_BEGINNING = re.compile(r"(?=.{6})(?:g-)?[a-z2-7]{4,32}")
"""At least as much of a pseudonym as pages show."""
_WHOLE = re.compile(r"(?:g-)?[a-z2-7]{32}")
"""Of which no other word that stands for somebody is, such as that of the local shell or of who was forgotten."""


class PersonUnclear(BotError):
    """A pseudonym is nobody's on the web, or its beginning that of several people."""


@dataclass(frozen=True, slots=True)
class OnTheWeb:
    """Somebody who is only on the web: the roles they were given, and what is kept about them."""

    tenant: str
    person: str
    grants: tuple[Grant, ...]
    kept: Kept

    @property
    def label(self) -> str:
        """What an admin calls them; empty where they have no role any more."""
        return self.grants[0].label if self.grants else ""


class PeopleCare:
    """For admins alone: each call raises NotAllowed for others, and PersonUnclear where nobody on the web is meant."""

    def __init__(self, storage: Storage, access: Access, my_data: MyData, erasure: Erasure, clock: Clock) -> None:
        self._storage = storage
        self._access = access
        self._my_data = my_data
        self._erasure = erasure
        self._clock = clock

    async def look(self, by: Who, person: str) -> OnTheWeb:
        """Roles, and kinds and counts of what is kept. It is written down that somebody looked."""
        return await self._seen(by, person, LOOKED_AT)

    async def export(self, by: Who, person: str) -> str:
        """All that is kept about them as JSON, to be handed to them. It is written down, too."""
        return (await self._seen(by, person, EXPORTED)).kept.as_json(self._clock())

    async def erase(self, by: Who, person: str) -> None:
        """Forget them, as if they had said so themselves; not oneself."""
        found = await self._found(by, person)
        if (found.tenant, found.person) == (by.tenant, by.person):
            raise NotAllowed(OWN_DATA)
        await self._erasure.forget(found.tenant, found.person, by.person)

    async def link_again(self, by: Who, person: str) -> str:
        """The secret part of a new link for the same person."""
        found = await self._found(by, person)
        async with self._storage.unit() as unit:
            return await self._access.link_again(unit, by, found.tenant, found.person)

    async def give(self, by: Who, person: str, role: Role) -> bool:
        """One role more, for the same person; False if they have it. A guest of a team who was let go stays outside."""
        found = await self._found(by, person)
        if not found.grants and found.tenant != WEB:
            raise PersonUnclear(NOBODY)
        now = self._clock()
        async with self._storage.unit() as unit:
            new = await unit.people.grant(found.tenant, person, role.value, found.label or person[:6], by.person, now)
            if new:
                book = book_of(found.tenant)
                await unit.audits.write(book, by.person, "gave a role", f"person:{person}", now, role.value)
        return new

    async def _seen(self, by: Who, person: str, what: str) -> OnTheWeb:
        found = await self._found(by, person)
        async with self._storage.unit() as unit:
            await note(unit, by, what, found.tenant, found.person, self._clock)
        return found

    async def _found(self, by: Who, person: str) -> OnTheWeb:
        by.needs(Role.ADMIN)
        for tenant in looked_after(by):
            async with self._storage.view() as unit:
                grants = tuple(await unit.people.grants(tenant, person))
            if grants or is_on_the_web(tenant, person):
                kept = await self._my_data.kept(tenant, person)
                if grants or kept.records:
                    return OnTheWeb(tenant, person, grants, kept)
        raise PersonUnclear(NOBODY)


async def note(unit: Unit, by: Who, what: str, tenant: str, person: str, clock: Clock) -> None:
    """Write down that an admin saw what is kept about somebody, not what it was."""
    await unit.audits.write(book_of(tenant), by.person, what, f"person:{person}", clock())


def is_on_the_web(tenant: str, person: str) -> bool:
    """Whether no platform knows this person: they have no id that could be said."""
    return tenant == WEB or is_guest(person)


async def known_as(unit: Unit, said: str, tenants: Container[str] | None = None) -> tuple[str, str] | None:
    """Tenant and pseudonym of whoever on the web is known by this pseudonym or its beginning; None where nobody is.

    ``tenants`` are where to look; None is everywhere. Raises PersonUnclear where several are, or only people of a
    platform.
    """
    if not _BEGINNING.fullmatch(said):
        return None
    known = await unit.personal_records.beginning(said)
    everybody = sorted(
        (tenant, person) for tenant, person in known
        if _WHOLE.fullmatch(person) and (tenants is None or tenant in tenants)
    )
    found = [one for one in everybody if is_on_the_web(*one)]
    if len(found) > 1:
        raise PersonUnclear(f"Several people begin with {said}: write more of the pseudonym.")
    if not found and everybody:
        raise PersonUnclear(
            f"{said} is how somebody of {everybody[0][0]} appears in Midway. Say their id on the platform instead: "
            "only who is just on the web is found by a pseudonym."
        )
    return found[0] if found else None
