"""What `midway teams show`, `invite` and `merge` do. The local shell counts as an admin of every tenant."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from adapters.address_note import pages_at
from adapters.bootstrap import make_secret, now, settings_of, storage_of
from adapters.json_output import print_json
from adapters.settings import Settings
from adapters.terminal.parse import TENANT
from bot.access import INVITATION_LASTS, SHELL, Access, Who
from bot.errors import TeamUnknown
from bot.nearest import no_such
from bot.storage.audits import Entry
from bot.storage.unit import Storage
from bot.team_care import Invitation, TeamCare
from bot.team_rules import By, Outcome, Recorded
from bot.tracker import Tracker


def show_one(name: str, as_json: bool, tenant: str | None, *, demo: bool = False) -> int:
    """Print one team and its history."""
    where, team, history = asyncio.run(_show(settings_of(demo=demo), name, tenant))
    if as_json:
        print_json(_as_json(where, team, history))
        return 0
    for label, value in _facts(where, team):
        sys.stdout.write(f"{label}: {value}\n")
    for entry in history:
        note = f": {entry.note}" if entry.note else ""
        sys.stdout.write(f"{entry.at:%Y-%m-%d} {entry.what}{note}  (by {entry.by[:15]})\n")
    return 0


def invite(name: str, relationship: str, parent: str | None, tenant: str | None) -> int:
    """Print a link for one person of a unit."""
    settings = Settings()
    invited = asyncio.run(_invite(settings, name, relationship, parent, tenant))
    made = "Recorded as a new team. " if invited.made else ""
    days = INVITATION_LASTS.days
    sys.stderr.write(f"{made}The link lets one person of {invited.team.name} in, once, within {days} days.\n")
    sys.stdout.write(f"{pages_at(settings)}/sign-in?t={invited.token}\n")
    return 0


def merge(source: str, target: str, reason: str, tenant: str | None) -> int:
    """Merge two teams and say what came of it."""
    outcome = asyncio.run(_merge(source, target, reason, tenant))
    did = "All that was its own is now of" if outcome.changed else "Nothing changed: it had been merged before into"
    sys.stdout.write(f"{did} {outcome.team.name} (visibility: {outcome.team.visibility}).\n")
    return 0


async def _show(settings: Settings, name: str, tenant: str | None) -> tuple[str, Recorded, list[Entry]]:
    async with _care(settings) as (storage, care):
        who = await _admin_where(storage, tenant, name)
        async with storage.view() as unit:
            team = await unit.teams.as_written(who.tenant, name)
            known = [one.name for one in await unit.teams.everywhere() if tenant in {None, one.tenant}]
        if team is None:
            raise TeamUnknown(no_such("team", name, known, "midway teams list"))
        return who.tenant, *await care.one(By(who), team.id)


async def _invite(
    settings: Settings, name: str, relationship: str, parent: str | None, tenant: str | None
) -> Invitation:
    async with _care(settings) as (storage, care):
        who = await _admin_where(storage, tenant, parent or name, name)
        event = f"shell:{secrets.token_urlsafe(16)}"
        return await care.invite(By(who), name, relationship, parent, event)


async def _merge(source: str, target: str, reason: str, tenant: str | None) -> Outcome:
    async with _care(Settings()) as (storage, care):
        who = await _admin_where(storage, tenant, source)
        return await care.merge(By(who, reason=reason), source, target)


async def _admin_where(storage: Storage, tenant: str | None, *names: str) -> Who:
    """An admin of the tenant given, else of the only one with a team of one of these names, else of the web.

    Raises TeamUnknown where several have one.
    """
    if tenant is not None:
        return replace(SHELL, tenant=tenant)
    async with storage.view() as unit:
        for name in names:
            found = [where for where in await unit.teams.tenants() if await unit.teams.as_written(where, name)]
            if len(found) > 1:
                raise TeamUnknown(f"Several have a team “{name}”: say which with --tenant ({', '.join(found)}).")
            if found:
                return replace(SHELL, tenant=found[0])
    return replace(SHELL, tenant=TENANT)


@asynccontextmanager
async def _care(settings: Settings) -> AsyncIterator[tuple[Storage, TeamCare]]:
    secret = make_secret(settings)
    async with storage_of(settings) as storage:
        yield storage, TeamCare(storage, Tracker(storage, secret, now), Access(storage, secret, now, {}))


def _facts(tenant: str, team: Recorded) -> list[tuple[str, str]]:
    found = [
        ("Team", team.name), ("Relationship", team.relationship), ("Parent", team.parent or "not known"),
        ("Visibility", team.visibility), ("Joining", "open" if team.joining_open else "closed"),
        ("Channels", str(team.channels)),
    ]
    if team.left_at:
        found.append(("Withdrew", f"{team.left_at:%Y-%m-%d}"))
    if team.merged_into:
        found.append(("Merged into", team.merged_into))
    return found if tenant == TENANT else [*found, ("Tenant", tenant)]


def _as_json(tenant: str, team: Recorded, history: list[Entry]) -> dict[str, Any]:
    return {
        "tenant": tenant, "team": team.name, "parent": team.parent, "relationship": team.relationship,
        "visibility": team.visibility, "joining_open": team.joining_open,
        "left_at": team.left_at.isoformat() if team.left_at else None, "merged_into": team.merged_into,
        "history": [
            {"at": entry.at.isoformat(), "by": entry.by, "what": entry.what, "note": entry.note} for entry in history
        ],
    }
