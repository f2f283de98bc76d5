"""What `midway sign-in` does: a one-time link for the pages, made at the shell of the machine that Midway runs on."""

from __future__ import annotations

import asyncio
import sys

from adapters.address_note import pages_at
from adapters.bootstrap import make_secret, now, storage_of
from adapters.settings import Settings
from bot.access import SHELL, Access, Role


def make_link(role: str, label: str) -> int:
    """Print a link that lets somebody in once, within three days, with this role."""
    settings = Settings()
    sys.stderr.write("The local shell counts as an admin.\n")
    token = asyncio.run(_token(settings, Role(role), label))
    sys.stdout.write(f"{pages_at(settings)}/sign-in?t={token}\n")
    return 0


async def _token(settings: Settings, role: Role, label: str) -> str:
    secret = make_secret(settings)
    async with storage_of(settings) as storage:
        return await Access(storage, secret, now, {}).invite(SHELL, role, label)
