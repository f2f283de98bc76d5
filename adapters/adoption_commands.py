"""What `midway adoption …` does: where teams stand, corrections with a reason, and history."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from adapters.bootstrap import make_secret, now, open_storage, settings_of
from bot.access import SHELL
from bot.adoption_views import STATES, change_in_words
from bot.errors import BotError
from bot.storage.adoptions import PROVEN, holder_of
from bot.storage.results import Figures
from bot.storage.tables import Team
from bot.storage.teams import name_key
from bot.storage.unit import Storage, Unit
from knowledge.library import load_shipped

Row = dict[str, Any]
T = TypeVar("T")
SETTABLE = tuple(state for state in STATES if state != PROVEN)


class NothingToCorrect(BotError):
    """The correction names something that is not there."""


def show_list(team: str | None, practice: str | None, as_json: bool, *, demo: bool = False) -> int:
    rows = _run(lambda storage: _listed(storage, team, practice), demo=demo)
    if as_json:
        _print_json(rows)
    elif not rows:
        sys.stdout.write("No team has said anything yet. It does so with the buttons below an answer.\n")
    for row in [] if as_json else rows:
        came = f"  {row['result']['text']}" if row["result"] else ""
        sys.stdout.write(f"{row['team']}: {row['practice']}: {row['state']} since {row['since'][:10]}.{came}\n")
    return 0


def set_state(team: str, practice: str, state: str, reason: str, tenant: str | None) -> int:
    """A correction by an admin: it is written into the history with its reason."""
    row = _run(lambda storage: _set(storage, team, practice, state, reason, tenant))
    said = "was so already" if not row["changed"] else f"was {row['previous'] or 'not known'}"
    sys.stdout.write(f"{row['team']}: {practice}: {row['state']} ({said}).\n")
    return 0


def show_history(team: str, practice: str, tenant: str | None, as_json: bool, *, demo: bool = False) -> int:
    rows = _run(lambda storage: _history(storage, team, practice, tenant), demo=demo)
    if as_json:
        _print_json(rows)
    elif not rows:
        sys.stdout.write(f"{team} has said nothing about {practice}.\n")
    for row in [] if as_json else rows:
        reason = f"  ({row['reason']})" if row["reason"] else ""
        sys.stdout.write(f"{row['at'][:16].replace('T', ' ')}  {row['state']}, by {row['by']}{reason}\n")
    return 0


def _run(work: Callable[[Storage], Awaitable[T]], *, demo: bool = False) -> T:
    settings = settings_of(demo=demo)

    async def open_and_work() -> T:
        storage = await open_storage(settings, make_secret(settings))
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(open_and_work())


async def _listed(storage: Storage, team: str | None, practice: str | None) -> list[Row]:
    titles = {name: one.title for name, one in load_shipped().practices.items()}
    async with storage.view() as unit:
        teams = {one.id: one for one in await unit.teams.everywhere()}
        rows = []
        for tenant in sorted({one.tenant for one in teams.values()}):
            results = {(one.team_id, one.practice_id): one.figures for one in await unit.results.standing(tenant)}
            for adoption in await unit.adoptions.all(tenant):
                own = teams.get(adoption.team_id or "")
                other = practice is not None and adoption.practice_id != practice
                if own is None or other or (team is not None and own.name_key != name_key(team)):
                    continue
                rows.append({
                    "tenant": tenant, "team": own.name, "practice": adoption.practice_id,
                    "title": titles.get(adoption.practice_id), "state": adoption.state,
                    "since": adoption.since.isoformat(),
                    "result": _result(results.get((own.id, adoption.practice_id))),
                })
    return rows


def _result(figures: Figures | None) -> Row | None:
    if figures is None:
        return None
    return {
        "metric": figures.metric, "before": figures.before, "after": figures.after, "unit": figures.unit,
        "period": figures.period, "estimated": figures.estimated, "text": change_in_words(figures),
    }


async def _set(storage: Storage, team: str, practice: str, state: str, reason: str, tenant: str | None) -> Row:
    moment = now()
    async with storage.unit() as unit:
        own = await _team(unit, team, tenant)
        if practice not in load_shipped().practices and practice not in await _stated(unit, own):
            raise NothingToCorrect(f"There is no practice “{practice}”: `midway practices list` shows those there are.")
        outcome = await unit.adoptions.press(
            own.tenant, practice, state, SHELL.person, own.id, None, moment, reason=reason, correct=True
        )
        if outcome.changed:
            subject = f"adoption:{holder_of('', own.id)}:{practice}"
            await unit.audits.write(own.tenant, SHELL.person, state, subject, moment, reason)
    return {"team": own.name, "state": outcome.state, "changed": outcome.changed, "previous": outcome.previous}


async def _history(storage: Storage, team: str, practice: str, tenant: str | None) -> list[Row]:
    async with storage.view() as unit:
        own = await _team(unit, team, tenant)
        events = await unit.adoptions.history(own.tenant, holder_of("", own.id), practice)
    return [
        {
            "state": event.state, "at": event.at.isoformat(), "reason": event.reason,
            "by": event.person if event.person == SHELL.person else event.person[:6],
        }
        for event in events
    ]


async def _stated(unit: Unit, team: Team) -> set[str]:
    return set(await unit.adoptions.states(team.tenant, holder_of("", team.id)))


async def _team(unit: Unit, name: str, tenant: str | None) -> Team:
    everywhere = await unit.teams.everywhere()
    found = [team for team in everywhere if team.name_key == name_key(name) and tenant in {None, team.tenant}]
    if not found:
        raise NothingToCorrect(f"There is no team “{name}”: `midway teams list` shows those there are.")
    if len(found) > 1:
        tenants = ", ".join(team.tenant for team in found)
        raise NothingToCorrect(f"There are several teams “{name}”: say which with --tenant ({tenants}).")
    return found[0]


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
