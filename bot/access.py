"""Who may do what. Roles come from the settings (ids of the platform) or were given to a person on a page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import NotAllowed
from bot.messages import Incoming
from bot.ports import Clock
from bot.privacy import SecretKey
from bot.storage.people import Grant
from bot.storage.unit import Storage, Unit
from bot.storage.versions import EVERYBODY

LINK_LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=3)
WEB = "web"
OWN_ROLE = (
    "You cannot take your own role away: you would be locked out at once, and maybe nobody could let you in again. "
    "Another admin can do it."
)
NO_ROLE = "They have no role any more, so a link would not let them in. Give them one first."
_GUEST = "g-"
"""Begins the pseudonym of somebody whom no platform vouches for, in whichever tenant they were invited to."""


class Role(StrEnum):
    """What somebody is to Midway. An admin may do what curators, experts and sponsors may; everybody who is let in is a
    member.
    """

    MEMBER = "member"
    CURATOR = "curator"
    EXPERT = "expert"
    SPONSOR = "sponsor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at a page or in a chat, as a pseudonym in a tenant, with what they may do."""

    tenant: str
    person: str
    roles: frozenset[Role]

    def may(self, role: Role) -> bool:
        return role in self.roles or Role.ADMIN in self.roles or (role is Role.MEMBER and self.welcome)

    @property
    def welcome(self) -> bool:
        """Whether pages open: a platform vouches for its people, on the web only a role does."""
        return bool(self.roles) or not (self.tenant == WEB or self.is_guest)

    @property
    def is_guest(self) -> bool:
        return is_guest(self.person)

    def needs(self, role: Role, here: str = "") -> None:
        """Raises NotAllowed, naming the role and where it is given; to somebody of no platform also ``here``: where it
        is on the machine that Midway runs on, whose user is an admin on pages and at the shell.
        """
        if not self.may(role):
            other = f" On the machine that I run on: {here}." if here and self.tenant == WEB else ""
            by_page = self.tenant == WEB or self.is_guest
            how = " on the page “People”" if by_page else f" (MIDWAY_{role.value.upper()}S)"
            raise NotAllowed(f"That is for {role.value}s. An admin can make you one{how}.{other}")


SHELL = Who(WEB, "the local shell", frozenset({Role.ADMIN}))
"""Whoever sits at the machine that Midway runs on counts as an admin."""


class Access:
    """``named`` are the platform ids (``U123`` or ``slack:U123``) that the settings list for each role; ``everybody``
    is what everybody is.
    """

    def __init__(
        self, storage: Storage, secret: SecretKey, clock: Clock, named: Mapping[Role, Sequence[str]],
        everybody: frozenset[Role] = frozenset(),
    ) -> None:
        self._storage = storage
        self._secret = secret
        self._clock = clock
        self._named = named
        self._everybody = everybody

    async def of(self, incoming: Incoming) -> Who:
        """The roles of whoever sent this."""
        where = incoming.conversation
        return await self.of_person(where.tenant, self._secret.pseudonym(where.tenant, incoming.sender.user))

    async def of_person(self, tenant: str, person: str) -> Who:
        """The roles that a pseudonym has now: one that was taken away is gone at once."""
        async with self._storage.view() as unit:
            return await self._now(unit, tenant, person)

    async def _now(self, unit: Unit, tenant: str, person: str) -> Who:
        given = {Role(grant.role) for grant in await unit.people.grants(tenant, person)}
        named = {
            role
            for role, users in self._named.items()
            if any(self._secret.pseudonym(tenant, user) == person for named in users for user in _ids(named))
        }
        return Who(tenant, person, self._everybody | named | given)

    def named(self, by: Who) -> list[tuple[Role, str]]:
        """Each role that the settings give, with the platform's id of whoever has it. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        return [(role, user) for role, users in self._named.items() for user in users]

    def is_signed_in(self, incoming: Incoming) -> bool:
        """Whether whoever sent this on the web came by a link."""
        return self._secret.person_known(incoming.conversation.tenant, incoming.sender.user) is not None

    async def anybody(self, unit: Unit, tenant: str, role: Role) -> bool:
        """Whether anybody of this tenant has the role itself."""
        if role in self._everybody or self._named.get(role):
            return True
        return any(grant.role == role.value for grant in await unit.people.grants(tenant))

    def now(self) -> datetime:
        return self._clock()

    async def of_sign_in(self, tenant: str, person: str, since: datetime) -> Who | None:
        """As ``of_person``, for somebody who signed in at this moment; None where that sign-in no longer counts."""
        async with self._storage.view() as unit:
            counts = await unit.people.counts(tenant, person, since)
            return await self._now(unit, tenant, person) if counts else None

    async def sign_out(self, who: Who) -> None:
        """End every sign-in of this person, in every browser."""
        async with self._storage.unit() as unit:
            await unit.people.end_sign_ins(who.tenant, who.person, self._clock())

    async def link_for(self, who: Who) -> str:
        """The secret part of a one-time link for a member. Raises NotAllowed."""
        if not who.welcome:
            raise NotAllowed("Pages are open to those who were invited: ask an admin for a link. Asking needs none.")
        return await self._link(who.tenant, who.person, LINK_LASTS)

    async def link_again(self, unit: Unit, by: Who, tenant: str, person: str) -> str:
        """The secret part of a new link for somebody who is only on the web and stays the same person.

        Of the links made for them before, none lets in any more. Whether ``by`` may is for the caller to know. Raises
        NotAllowed where they have no role any more.
        """
        if not await unit.people.grants(tenant, person):
            raise NotAllowed(NO_ROLE)
        token, now = secrets.token_urlsafe(32), self._clock()
        await unit.people.drop_links(tenant, person)
        await unit.people.link(token, tenant, person, now + INVITATION_LASTS)
        await unit.audits.write(book_of(tenant), by.person, "made a new link", f"person:{person}", now)
        return token

    async def invite(self, by: Who, role: Role, label: str, event_key: str = "") -> str:
        """A link for somebody new on the web with this role. Raises NotAllowed.

        The same event again, if it has a key, gives the same link and nobody a role: what was taken away meanwhile
        stays taken away.
        """
        by.needs(Role.ADMIN)
        person, token = self._invited(event_key or secrets.token_urlsafe(16))
        async with self._storage.unit() as unit:
            await unit.people.forget_links(self._clock() - INVITATION_LASTS)
            await self._let_in(unit, by, Grant(WEB, person, role.value, label, self._clock()), token)
        return token

    async def invitation(self, by: Who, event_key: str) -> str | None:
        """The secret part of the link that was made for this event, as long as it lets in. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        _, token = self._invited(event_key)
        async with self._storage.view() as unit:
            return token if await unit.people.opens(token, self._clock()) else None

    async def invite_guest(self, unit: Unit, by: Who, tenant: str, label: str, event_key: str) -> tuple[str, str, bool]:
        """Somebody new on the web as a member of this tenant: their pseudonym, the secret part of their link, and
        whether this event invited nobody before.

        Whether ``by`` may is for the caller to know. The same event again changes nothing.
        """
        person = _GUEST + self._secret.mark("guest", tenant, event_key)
        token = self._secret.mark("guest's link", tenant, event_key)
        given = Grant(tenant, person, Role.MEMBER.value, label, self._clock())
        return person, token, await self._let_in(unit, by, given, token)

    async def enter(self, token: str) -> Who | None:
        """The person the link was made for, once; None if it has been used or is too old."""
        async with self._storage.view() as unit:
            # Anybody may send anything here: what opens nothing takes no turn from those who write.
            if not await unit.people.waits(token, self._clock()):
                return None
        async with self._storage.unit() as unit:
            found = await unit.people.redeem(token, self._clock())
            if found is None:
                return None
            who = await self._now(unit, *found)
            if who.welcome:
                subject = f"person:{who.person}"
                await unit.audits.write(book_of(who.tenant), who.person, "signed in", subject, self._clock())
        return who

    async def given(self, by: Who) -> list[Grant]:
        """Roles that were given on the web, and to guests of this admin's tenant. Raises NotAllowed."""
        by.needs(Role.ADMIN)
        async with self._storage.view() as unit:
            return [grant for tenant in looked_after(by) for grant in await unit.people.grants(tenant)]

    async def revoke(self, by: Who, person: str) -> bool:
        """Take away the roles of somebody whom ``given`` lists; True if there were any. Raises NotAllowed, also for
        one's own.
        """
        by.needs(Role.ADMIN)
        if person == by.person:
            raise NotAllowed(OWN_ROLE)
        subject, taken, now = f"person:{person}", False, self._clock()
        async with self._storage.unit() as unit:
            for tenant in looked_after(by):
                note = ", ".join(sorted(grant.role for grant in await unit.people.grants(tenant, person)))
                if await unit.people.revoke(tenant, person):
                    await unit.audits.write(book_of(tenant), by.person, "took a role away", subject, now, note)
                    taken = True
        return taken

    async def _let_in(self, unit: Unit, by: Who, given: Grant, token: str) -> bool:
        """Give somebody new this role and a link; False where they were given one before, even if it is gone."""
        subject, book = f"person:{given.person}", book_of(given.tenant)
        if await unit.audits.about(book, subject, limit=1):  # it is kept for longer than the link
            return False
        if not await unit.people.link(token, given.tenant, given.person, given.at + INVITATION_LASTS):
            return False
        await unit.people.grant(given.tenant, given.person, given.role, given.label, by.person, given.at)
        await unit.audits.write(book, by.person, "gave a role", subject, given.at, given.role)
        return True

    def _invited(self, event: str) -> tuple[str, str]:
        """Whom this event invites on the web: their pseudonym, and the secret part of their link."""
        return self._secret.mark("invited", WEB, event), self._secret.mark("invited's link", WEB, event)

    async def _link(self, tenant: str, person: str, lasts: timedelta) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        async with self._storage.unit() as unit:
            await unit.people.forget_links(now - INVITATION_LASTS)
            await unit.people.link(token, tenant, person, now + lasts)
        return token


def is_guest(person: str) -> bool:
    """Whether somebody came by a link to a team, into a tenant whose platform does not know them."""
    return person.startswith(_GUEST)


def looked_after(by: Who) -> list[str]:
    """In which tenants an admin sees and takes away what was given."""
    return sorted({WEB, by.tenant})


def book_of(tenant: str) -> str:
    """In whose audit it stands what happens to somebody of this tenant: roles on the web are every admin's to give."""
    return EVERYBODY if tenant == WEB else tenant


def _ids(named: str) -> tuple[str, str]:
    """What the settings name, with and without a platform before it; ids of some platforms have a colon themselves."""
    return named, named.partition(":")[2]
