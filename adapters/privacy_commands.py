"""What `midway privacy …` does, for an admin at the shell; each look is written down, without what was seen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.bootstrap import WHISPERS, make_erasure, now, storage_of
from adapters.settings import Settings
from bot.access import SHELL, WEB
from bot.errors import BotError
from bot.my_data import Kept, MyData
from bot.my_data_views import NOTHING, THEY, facts_of, where_you_are
from bot.people_care import EXPORTED, LOOKED_AT, known_as, note
from bot.storage.unit import Storage

_ON_THE_WEB = {"web", "terminal"}
_NOTHING = f"{NOTHING.replace(' you', ' this person')}\n"


class TenantUnclear(BotError):
    """The same id is known in several tenants."""


@dataclass(frozen=True)
class Asked:
    """Whom it is about: the platform's id of a person, or the pseudonym of one who is only on the web, whole or its
    beginning; and where to look; None is everywhere.
    """

    user: str
    tenant: str | None
    platform: str | None


@dataclass(frozen=True)
class Found:
    """Somebody of whom something is stored."""

    tenant: str
    person: str
    kept: Kept


Work = Callable[[Storage, MyData, Found], Awaitable[None]]


def show(asked: Asked) -> int:
    """Kinds and counts."""

    async def work(storage: Storage, my_data: MyData, found: Found) -> None:
        await _note(storage, found, LOOKED_AT)
        for label, count in facts_of(found.kept.records, my_data.words_days, THEY):
            sys.stdout.write(f"{label}: {count}\n")
        sys.stdout.write(f"{where_you_are(found.kept.team, found.kept.tracked, THEY)}\n")

    return asyncio.run(_with(asked, work))


def export(asked: Asked) -> int:
    """All of it as JSON, to be handed to that person; also where that is nothing, as it goes into a file."""

    async def work(storage: Storage, my_data: MyData, found: Found) -> None:
        await _note(storage, found, EXPORTED)
        sys.stderr.write("This is for that person alone.\n")
        _print_json(found.kept)

    def nothing() -> None:
        sys.stderr.write(_NOTHING)
        _print_json(Kept({}, None, tracked=True))

    return asyncio.run(_with(asked, work, nothing))


def erase(asked: Asked, sure: Callable[[str], bool]) -> int:
    """Forget this person, after asking."""

    async def work(storage: Storage, my_data: MyData, found: Found) -> None:
        kinds = len(facts_of(found.kept.records, my_data.words_days))
        if not sure(f"Forget this person of {found.tenant} ({kinds} kinds of records)? It cannot be undone"):
            sys.stdout.write("Nothing was changed.\n")
            return
        await make_erasure(Settings(), storage).forget(found.tenant, found.person, SHELL.person)
        sys.stdout.write("Done. What teams stated stays theirs, without this person.\n")

    return asyncio.run(_with(asked, work))


def _print_json(kept: Kept) -> None:
    sys.stdout.write(kept.as_json(now()) + "\n")


def _say_nothing() -> None:
    sys.stdout.write(_NOTHING)


async def _with(asked: Asked, work: Work, nothing: Callable[[], None] = _say_nothing) -> int:
    settings = Settings()
    sys.stderr.write("The local shell counts as an admin.\n")
    async with storage_of(settings) as storage:
        my_data = MyData(
            storage, make_erasure(settings, storage), now, words_days=settings.retention.questions_days,
            public_url=settings.public_url, whispers=WHISPERS,
        )
        found = await _find(storage, my_data, asked)
        if found is None:
            nothing()
        else:
            await work(storage, my_data, found)
        return 0


async def _find(storage: Storage, my_data: MyData, asked: Asked) -> Found | None:
    """Raises TenantUnclear where something is stored of that id in several tenants, PersonUnclear where a pseudonym
    is not that of one person on the web.
    """
    found, tenants = [], [asked.tenant] if asked.tenant else await _tenants(storage, asked.platform)
    for tenant in tenants:
        person = storage.secret.pseudonym(tenant, asked.user)
        kept = await my_data.kept(tenant, person)
        if kept.records:
            found.append(Found(tenant, person, kept))
    if len(found) > 1:
        raise TenantUnclear(f"Known in {', '.join(one.tenant for one in found)}: say which with --tenant.")
    if found:
        return found[0]
    async with storage.view() as unit:
        known = await known_as(unit, asked.user, tenants)
    return Found(*known, await my_data.kept(*known)) if known else None


async def _tenants(storage: Storage, platform: str | None) -> list[str]:
    """Where people of this platform may be known; without one, wherever anybody is."""
    if platform in _ON_THE_WEB:
        return [WEB]
    async with storage.view() as unit:
        everywhere = await unit.personal_records.tenants()
    return sorted(everywhere if platform is None else everywhere - {WEB})


async def _note(storage: Storage, found: Found, what: str) -> None:
    async with storage.unit() as unit:
        await note(unit, SHELL, what, found.tenant, found.person, now)
