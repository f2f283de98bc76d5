"""Who changed what and when, for admins."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from adapters.report_export import inert_cell
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen, person
from adapters.web.parse import Refused
from adapters.web.path_numbers import DIGITS
from bot.access import Role, Who
from bot.storage.audits import Entry, Wanted
from bot.storage.unit import Storage, Unit
from bot.storage.versions import OPEN
from bot.titles import practice_told
from bot.whole_numbers import whole_number
from knowledge.drafting import title_in
from knowledge.library import Library

HERE = "/audit"
ON_A_PAGE = 50
COLUMNS = ("when", "who", "what", "of what", "reason")
NO_DAY = "That is no day. Write it as 2026-11-28, or leave it empty."
_PRACTICE = "practice"
_KINDS = {
    "pilot": "a pilot", "result": "a result", "erasure": "somebody who was forgotten", "check-in": "a check-in",
    "contact": "a contact", "subscription": "a subscription to tips", "report": "an engagement report",
    "audit": "the audit",
}
FILTER = {
    _PRACTICE: "the library", "adoption": "what teams stated", "result": "results", "pilot": "pilots", "team": "teams",
    "person": "people and roles", "subscription": "weekly tips", "report": "reports", "erasure": "who was forgotten",
    "task": "channels with a task", "question": "questions for experts", "audit": "the audit",
}
"""What can be looked for, by how a subject begins."""
Title = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One change as it is shown."""

    at: datetime
    by: str
    what: str
    subject: str
    words: str
    note: str


class AuditPages:
    """``/audit``: the changes of a tenant, of the library and of roles on the web, or those of one subject."""

    def __init__(self, storage: Storage, library: Callable[[], Library], tenants: Tenants, screen: Screen) -> None:
        self._storage = storage
        self._library = library
        self._tenants = tenants
        self._screen = screen

    async def entries(self, request: Request, who: Who) -> Response:
        """A page of them, the newest first."""
        who.needs(Role.ADMIN)
        seen, tenants = await self._tenants.look(who, request.query_params.get("tenant", ""))
        wanted, page = _wanted(request), max(1, whole_number(request.query_params.get("page", ""), DIGITS) or 1)
        async with self._storage.view() as unit:
            found = await _newest(unit, seen.tenant, wanted, page * ON_A_PAGE + 1)
            lines = await self._lines(unit, seen.tenant, found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
        return self._screen.page(
            "desk/audit.html", who, HERE, lines=lines, subject=wanted.subject, kind=wanted.kind, kinds=FILTER,
            since=request.query_params.get("from", ""), until=request.query_params.get("to", ""), page=page,
            more=len(found) > page * ON_A_PAGE, asked=_asked(request, seen.tenant), tenants=tenants, tenant=seen.tenant,
        )

    async def download(self, request: Request, who: Who) -> Response:
        """All that the page would show, as CSV. Who took it is written down before they have it."""
        who.needs(Role.ADMIN)
        seen, _ = await self._tenants.look(who, request.query_params.get("tenant", ""))
        wanted = _wanted(request)
        async with self._storage.unit() as unit:
            lines = await self._lines(unit, seen.tenant, await _newest(unit, seen.tenant, wanted, None))
            await unit.audits.write(seen.tenant, seen.person, "audit exported", "audit", self._storage.clock())
        named = {"Content-Disposition": 'attachment; filename="midway-audit.csv"'}
        return Response(csv_of(lines), media_type="text/csv; charset=utf-8", headers=named)

    async def _lines(self, unit: Unit, tenant: str, entries: Sequence[Entry]) -> list[Line]:
        teams = {team.id: team.name for team in await unit.teams.all(tenant)}
        titles = {name: await self._title(unit, name) for name in {_practice_in(one.subject) for one in entries} - {""}}

        def title(practice_id: str) -> str:
            return titles.get(practice_id, practice_id)

        return [
            Line(one.at, one.by, one.what, one.subject, subject_in_words(one.subject, teams, title), one.note)
            for one in entries
        ]

    async def _title(self, unit: Unit, practice_id: str) -> str:
        """Of a practice in force or withdrawn, which it says; else that of the last draft, else its id."""
        if practice := practice_told(self._library(), practice_id):
            return practice.title
        draft = await unit.versions.standing(practice_id, (*OPEN, "discarded"))
        return title_in(draft.body) or practice_id if draft else practice_id


def csv_of(lines: Sequence[Line]) -> str:
    """``COLUMNS``, then a line for each change; people by the beginning of their pseudonym."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for one in lines:
        cells = (one.at.isoformat(timespec="seconds"), person(one.by), one.what, one.words, one.note)
        table.writerow([inert_cell(cell) for cell in cells])
    return written.getvalue()


async def _newest(unit: Unit, tenant: str, wanted: Wanted, most: int | None) -> list[Entry]:
    found = await unit.audits.listed(tenant, wanted, most) + await _done_to_practices(unit, wanted, most)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:most]


async def _done_to_practices(unit: Unit, wanted: Wanted, most: int | None) -> list[Entry]:
    """What curators did, from the histories of the practices: it is written down there and not a second time."""
    kind, _, practice = wanted.subject.partition(":")
    if {kind, wanted.kind} - {"", _PRACTICE}:
        return []
    events = await unit.versions.history(practice or None, most, since=wanted.since, until=wanted.until)
    return [
        Entry(one.at, one.by, f"{one.what} (version {one.version})", f"{_PRACTICE}:{one.practice_id}", one.note)
        for one in events
    ]


def _wanted(request: Request) -> Wanted:
    """Raises Refused for what is no day."""
    asked = request.query_params
    kind, until = asked.get("kind", ""), _day(asked.get("to", ""))
    return Wanted(
        asked.get("subject", ""), kind if kind in FILTER else "", _day(asked.get("from", "")),
        until + timedelta(days=1) if until else None,
    )


def _day(said: str) -> datetime | None:
    """When this day begins, in UTC."""
    if not said:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), time(), UTC)
    except ValueError:
        raise Refused(400, NO_DAY) from None


def _asked(request: Request, tenant: str) -> str:
    """What every address of this choice carries."""
    chosen = {name: request.query_params.get(name, "") for name in ("subject", "kind", "from", "to")}
    return urlencode({"tenant": tenant, **{name: value for name, value in chosen.items() if value}})


def _practice_in(subject: str) -> str:
    """The practice that a change was about; empty where it was about none."""
    match subject.split(":"):
        case ["adoption", _, _, practice] | ["practice", practice]:
            return practice
    return ""


def subject_in_words(subject: str, teams: Mapping[str, str], title: Title) -> str:
    """What a change was done to; people only by the beginning of their pseudonym."""
    match subject.split(":"):
        case ["adoption", "team", team, practice]:
            return f"“{title(practice)}” for {teams.get(team, 'a team')}"
        case ["team", team]:
            return f"the team {teams.get(team, team[:6])}"
        case ["person", person]:
            return f"the person {person[:6]}"
        case [kind, practice] if kind == _PRACTICE:
            return f"“{title(practice)}”"
        case [kind, *_] if kind in _KINDS:
            return _KINDS[kind]
    return subject.replace(":", " ")
