"""What `midway sign-in` does: a one-time link for the pages, made at the shell of the machine that Midway runs on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from adapters.address_note import pages_at
from adapters.bootstrap import make_secret, now, storage_of
from adapters.settings import Settings
from bot.access import SHELL, Access, Role
from bot.people_care import NOBODY, PersonUnclear, known_as
from bot.storage.unit import Storage

Make = Callable[[Storage, Access], Awaitable[str]]


def make_link(role: str, label: str) -> int:
    """Print a link that lets somebody in once, within three days, with this role."""
    return _print(lambda storage, access: access.invite(SHELL, Role(role), label))


def make_link_again(person: str) -> int:
    """Print one for somebody who was let in before; ``person`` is their pseudonym, or how it begins."""
    return _print(lambda storage, access: _again(storage, access, person))


def _print(make: Make) -> int:
    settings = Settings()
    sys.stderr.write("The local shell counts as an admin.\n")
    token = asyncio.run(_token(settings, make))
    sys.stdout.write(f"{pages_at(settings)}/sign-in?t={token}\n")
    return 0


async def _token(settings: Settings, make: Make) -> str:
    secret = make_secret(settings)
    async with storage_of(settings) as storage:
        return await make(storage, Access(storage, secret, now, {}))


async def _again(storage: Storage, access: Access, said: str) -> str:
    """Raises PersonUnclear where nobody on the web is meant, NotAllowed where they have no role any more."""
    async with storage.unit() as unit:
        known = await known_as(unit, said)
        if known is None:
            raise PersonUnclear(f"{NOBODY} `midway sign-in` without --person invites somebody new.")
        return await access.link_again(unit, SHELL, *known)
