"""What `midway adoption …` does: where teams stand, corrections with a reason, and history."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, TypeVar

from adapters.bootstrap import now, settings_of, storage_of
from adapters.json_output import print_json
from bot.access import SHELL
from bot.adoption_views import STATES, change_in_words
from bot.curation import library_in_force
from bot.errors import BotError
from bot.nearest import no_such
from bot.storage.adoptions import PROVEN, holder_of
from bot.storage.results import StatedResult
from bot.storage.tables import Adoption, Team
from bot.storage.teams import name_key
from bot.storage.unit import Storage, Unit
from bot.team_rules import By, needs_reason
from knowledge.library import Library, load_shipped

Row = dict[str, Any]
T = TypeVar("T")
NOTHING_YET = "No team has said anything yet. It does so with the buttons below an answer.\n"
NOTHING_OF_IT = "No team has said anything about that yet: `midway adoption list` shows what was said.\n"
SETTABLE = tuple(state for state in STATES if state != PROVEN)


class NotThere(BotError):
    """No team or practice is of this name."""


def show_list(team: str | None, practice: str | None, as_json: bool, *, demo: bool = False) -> int:
    rows = _run(lambda storage: _listed(storage, team, practice), demo=demo)
    if as_json:
        print_json(rows)
    elif not rows:
        sys.stdout.write(NOTHING_OF_IT if team or practice else NOTHING_YET)
    for row in [] if as_json else rows:
        came = f"  {row['result']['text']}" if row["result"] else ""
        gone = f" (withdrawn {row['withdrawn']})" if row["withdrawn"] else ""
        sys.stdout.write(f"{row['team']}: {row['practice']}{gone}: {row['state']} since {row['since'][:10]}.{came}\n")
    return 0


def set_state(team: str, practice: str, state: str, reason: str, tenant: str | None, as_json: bool = False) -> int:
    """A correction by an admin: it is written into the history with its reason. Raises TeamChangeRefused without."""
    row = _run(lambda storage: _set(storage, team, practice, state, reason, tenant))
    if as_json:
        print_json(row)
        return 0
    said = "was so already" if not row["changed"] else f"was {row['previous'] or 'not known'}"
    sys.stdout.write(f"{row['team']}: {practice}: {row['state']} ({said}).\n")
    return 0


def show_history(team: str, practice: str, tenant: str | None, as_json: bool, *, demo: bool = False) -> int:
    rows = _run(lambda storage: _history(storage, team, practice, tenant), demo=demo)
    if as_json:
        print_json(rows)
    elif not rows:
        sys.stdout.write(f"{team} has said nothing about {practice}.\n")
    for row in [] if as_json else rows:
        reason = f"  ({row['reason']})" if row["reason"] else ""
        results = "".join(f"  result {result}" for result in row["results"])
        sys.stdout.write(f"{row['at'][:16].replace('T', ' ')}  {row['state']}, by {row['by']}{reason}{results}\n")
    if not as_json and rows and rows[0]["withdrawn"]:
        sys.stdout.write(f"{practice} was withdrawn from the library on {rows[0]['withdrawn']}.\n")
    return 0


def _run(work: Callable[[Storage], Awaitable[T]], *, demo: bool = False) -> T:
    settings = settings_of(demo=demo)

    async def open_and_work() -> T:
        async with storage_of(settings) as storage:
            return await work(storage)

    return asyncio.run(open_and_work())


async def _listed(storage: Storage, team: str | None, practice: str | None) -> list[Row]:
    library = await _library(storage)
    async with storage.view() as unit:
        known = _known(library)
        teams = {one.id: one for one in await unit.teams.everywhere()}
        if team is not None and name_key(team) not in {one.name_key for one in teams.values()}:
            raise _no_team(team, teams.values())
        wanted = {one.id: one for one in teams.values() if team is None or one.name_key == name_key(team)}
        rows = []
        for tenant in sorted({one.tenant for one in teams.values()}):
            newest_last = reversed(await unit.results.standing(tenant))
            results = {(one.team_id, one.practice_id): one for one in newest_last}
            for adoption in await unit.adoptions.all(tenant):
                known.add(adoption.practice_id)
                own = wanted.get(adoption.team_id or "")
                if own and practice in {None, adoption.practice_id}:
                    result = results.get((own.id, adoption.practice_id))
                    rows.append(_row(own, adoption, library, result))
    if practice is not None:
        _require(practice, known)
    return rows


def _row(team: Team, adoption: Adoption, library: Library, stated: StatedResult | None) -> Row:
    name = adoption.practice_id
    gone = library.withdrawn.get(name)
    practice = gone.practice if gone else library.practices.get(name)
    return {
        "tenant": team.tenant, "team": team.name, "practice": name, "title": practice.title if practice else None,
        "withdrawn": _withdrawn(library, name), "state": adoption.state, "since": adoption.since.isoformat(),
        "result": _result(stated),
    }


def _withdrawn(library: Library, practice: str) -> str | None:
    """Since when it is no longer cited, as 2026-11-28; None where it is in force."""
    gone = library.withdrawn.get(practice)
    return str(gone.since) if gone else None


def _result(stated: StatedResult | None) -> Row | None:
    if stated is None:
        return None
    figures = stated.figures
    return {
        "id": stated.id, "metric": figures.metric, "before": figures.before, "after": figures.after,
        "unit": figures.unit, "period": figures.period, "estimated": figures.estimated,
        "text": change_in_words(figures),
    }


async def _set(storage: Storage, team: str, practice: str, state: str, reason: str, tenant: str | None) -> Row:
    needs_reason(By(SHELL, reason=reason))
    moment = now()
    library = await _library(storage)
    async with storage.unit() as unit:
        own = await _team(unit, team, tenant)
        _require(practice, _known(library) | await _stated(unit, own))
        outcome = await unit.adoptions.press(
            own.tenant, practice, state, SHELL.person, own.id, None, moment, reason=reason, correct=True
        )
        if outcome.changed:
            subject = f"adoption:{holder_of('', own.id)}:{practice}"
            await unit.audits.write(own.tenant, SHELL.person, state, subject, moment, reason)
    return {
        "tenant": own.tenant, "team": own.name, "practice": practice, "state": outcome.state,
        "changed": outcome.changed, "previous": outcome.previous,
    }


async def _history(storage: Storage, team: str, practice: str, tenant: str | None) -> list[Row]:
    """Every statement; beside the one that it is proven, the ids of the results that stand."""
    library = await _library(storage)
    async with storage.view() as unit:
        own = await _team(unit, team, tenant)
        _require(practice, _known(library) | await _stated(unit, own))
        events = await unit.adoptions.history(own.tenant, holder_of("", own.id), practice)
        standing = await unit.results.standing(own.tenant, team_id=own.id, practice_id=practice)
    results = [one.id for one in standing]
    return [
        {
            "state": event.state, "at": event.at.isoformat(), "reason": event.reason,
            "by": event.person if event.person == SHELL.person else event.person[:6],
            "results": results if event.state == PROVEN else [], "withdrawn": _withdrawn(library, practice),
        }
        for event in events
    ]


async def _library(storage: Storage) -> Library:
    library, _ = await library_in_force(storage, load_shipped())
    return library


def _known(library: Library) -> set[str]:
    """The ids of practices in force and of those that were."""
    return {*library.practices, *library.withdrawn}


def _require(practice: str, known: Collection[str]) -> None:
    if practice not in known:
        raise NotThere(no_such("practice", practice, known, "midway practices list"))


def _no_team(name: str, teams: Iterable[Team]) -> NotThere:
    return NotThere(no_such("team", name, (team.name for team in teams), "midway teams list"))


async def _stated(unit: Unit, team: Team) -> set[str]:
    return set(await unit.adoptions.states(team.tenant, holder_of("", team.id)))


async def _team(unit: Unit, name: str, tenant: str | None) -> Team:
    everywhere = await unit.teams.everywhere()
    found = [team for team in everywhere if team.name_key == name_key(name) and tenant in {None, team.tenant}]
    if not found:
        raise _no_team(name, everywhere)
    if len(found) > 1:
        tenants = ", ".join(team.tenant for team in found)
        raise NotThere(f"There are several teams “{name}”: say which with --tenant ({tenants}).")
    return found[0]
