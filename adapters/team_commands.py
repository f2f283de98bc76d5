"""What `midway teams …` does."""

from __future__ import annotations

import asyncio
import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.bootstrap import PLATFORMS, now, settings_of, storage_of
from adapters.json_output import print_json
from adapters.settings import Settings
from adapters.terminal.parse import TENANT
from bot.access import SHELL
from bot.commands import LONGEST_TEAM_NAME
from bot.errors import TeamFileInvalid
from bot.privacy import clean_text
from bot.storage.records import RELATIONSHIPS, ImportOutcome, TeamRow
from bot.storage.team_imports import names_a_channel, platform_and_channel
from bot.storage.teams import ANY_PLATFORM
from knowledge.practice import relationship_of

HEADER = ["team", "parent", "relationship", "channel"]
LONGEST_CELL = 200


def show_list(as_json: bool, *, demo: bool = False) -> int:
    rows = asyncio.run(_rows(settings_of(demo=demo)))
    if as_json:
        print_json(rows)
    elif not rows:
        sys.stdout.write(
            "No team yet. Import some with `midway teams import FILE.csv`, or say `my team is NAME` in chat.\n"
        )
    for row in [] if as_json else rows:
        under = f", under {row['parent']}" if row["parent"] else ""
        closed = "" if row["joining_open"] else ", joining closed"
        over = ", withdrew" if row["left_at"] else f", merged into {row['merged_into']}" if row["merged_into"] else ""
        channels = f"  {' '.join(row['channels'])}" if row["channels"] else ""
        where = "" if row["tenant"] == TENANT else f"  [{row['tenant']}]"
        kind = f"{row['relationship']}{under}, {row['visibility']}{closed}{over}"
        sys.stdout.write(f"{row['team']} ({kind}){channels}{where}\n")
    return 0


def import_file(file: Path, tenant: str | None, as_json: bool = False) -> int:
    """Read the whole file first: a broken line changes nothing."""
    rows = read_rows(file)
    outcomes = asyncio.run(_import(Settings(), rows, tenant))
    if as_json:
        found = [{"tenant": where, **asdict(outcome)} for where, outcome in outcomes.items()]
        print_json(found)
    for where, outcome in () if as_json else outcomes.items():
        counts = f"{outcome.made} teams made, {outcome.changed} changed, {outcome.unchanged} as they were"
        sys.stdout.write("".join(f"{where}: {said}\n" for said in (counts, *outcome.notes)))
    return 0


def read_rows(file: Path) -> list[TeamRow]:
    """The rows of a team file. Raises TeamFileInvalid, naming the line."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as source:
            reader = csv.reader(source)
            header = next(reader, [])
            if [name.strip().lower() for name in header] != HEADER:
                raise TeamFileInvalid(f"{file}: line 1 must be the header {','.join(HEADER)}")
            return [_row(file, reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TeamFileInvalid(f"{file}: it cannot be read as CSV in UTF-8; save it so and try again") from error


def _row(file: Path, number: int, cells: list[str]) -> TeamRow:
    if len(cells) != len(HEADER):
        raise TeamFileInvalid(f"{file}: line {number} has {len(cells)} cells; there are {len(HEADER)} columns")
    team, parent, relationship, channel = (clean_text(cell, LONGEST_CELL).strip() for cell in cells)
    relationship = relationship_of(relationship)
    if not team:
        raise TeamFileInvalid(f"{file}: line {number} has no team; write its name in the first column")
    if len(team) > LONGEST_TEAM_NAME:
        wrong = f"{file}: line {number}: “{team[:40]}…” is too long for a name"
        raise TeamFileInvalid(f"{wrong}; write one of at most {LONGEST_TEAM_NAME} characters")
    if relationship and relationship not in RELATIONSHIPS:
        allowed = ", ".join(RELATIONSHIPS)
        raise TeamFileInvalid(f"{file}: line {number}: “{relationship}” is not a relationship; use one of {allowed}")
    platform, _ = platform_and_channel(channel)
    if platform not in {ANY_PLATFORM, *PLATFORMS}:
        allowed = ", ".join(PLATFORMS)
        raise TeamFileInvalid(f"{file}: line {number}: “{platform}” is not a platform; use one of {allowed}")
    if channel and not names_a_channel(channel):
        wrong = f"{file}: line {number}: “{channel}” is not a channel id of Slack or Teams"
        raise TeamFileInvalid(f"{wrong}; write the platform before it, as in slack:C0123456789")
    return TeamRow(team, parent, relationship, channel, number)


async def _import(settings: Settings, rows: list[TeamRow], tenant: str | None) -> dict[str, ImportOutcome]:
    """Into the tenant given; else into the web's, those configured and those that have asked, all or none."""
    async with storage_of(settings) as storage, storage.unit() as unit:
        everyone = dict.fromkeys([TENANT, *settings.msteams.tenant_id, *await unit.teams.tenants()])
        return {
            where: await unit.team_imports.rows(where, rows, SHELL.person, now())
            for where in ([tenant] if tenant else everyone)
        }


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    async with storage_of(settings) as storage, storage.view() as unit:
        teams = await unit.teams.everywhere()
        names = {team.id: team.name for team in teams}
        channels: dict[str, list[str]] = {}
        for tenant in {team.tenant for team in teams}:
            for bound in await unit.teams.channels(tenant):
                shown = f"{bound.platform}:{bound.channel}" if bound.platform else bound.channel
                channels.setdefault(bound.team_id, []).append(shown)
        return [
            {
                "tenant": team.tenant,
                "team": team.name,
                "parent": names.get(team.parent_id or ""),
                "relationship": team.relationship,
                "visibility": team.visibility,
                "channels": channels.get(team.id, []),
                "joining_open": team.joining_open,
                "left_at": team.left_at.isoformat() if team.left_at else None,
                "merged_into": names.get(team.merged_into or ""),
            }
            for team in teams
        ]
