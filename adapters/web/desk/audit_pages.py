"""Who changed what and when, for admins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen
from bot.access import Role, Who
from bot.storage.audits import Entry
from bot.storage.unit import Storage, Unit
from knowledge.library import Library

MOST = 200
_PRACTICE = "practice"
_KINDS = {
    "pilot": "a pilot", "result": "a result", "erasure": "somebody who was forgotten", "check-in": "a check-in",
    "contact": "a contact", "subscription": "a subscription to tips", "report": "an engagement report",
}


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
    """``/audit``: the last changes of a tenant, of the library and of roles on the web, or those of one subject."""

    def __init__(self, storage: Storage, library: Callable[[], Library], tenants: Tenants, screen: Screen) -> None:
        self._storage = storage
        self._library = library
        self._tenants = tenants
        self._screen = screen

    async def entries(self, request: Request, who: Who) -> Response:
        who.needs(Role.ADMIN)
        seen, tenants = await self._tenants.look(who, request.query_params.get("tenant", ""))
        subject = request.query_params.get("subject", "") or None
        async with self._storage.view() as unit:
            found = await unit.audits.about(seen.tenant, subject, MOST)
            found += await _done_to_practices(unit, subject)
            teams = {team.id: team.name for team in await unit.teams.all(seen.tenant)}
        newest = sorted(found, key=lambda entry: entry.at, reverse=True)[:MOST]
        lines = [self._line(entry, teams) for entry in newest]
        return self._screen.page(
            "desk/audit.html", who, "/audit", lines=lines, subject=subject, most=MOST, tenants=tenants,
            tenant=seen.tenant,
        )

    def _line(self, entry: Entry, teams: Mapping[str, str]) -> Line:
        words = subject_in_words(entry.subject, teams, self._title)
        return Line(entry.at, entry.by, entry.what, entry.subject, words, entry.note)

    def _title(self, practice_id: str) -> str:
        practice = self._library().practices.get(practice_id)
        return practice.title if practice else practice_id


async def _done_to_practices(unit: Unit, subject: str | None) -> list[Entry]:
    """What curators did, from the histories of the practices: it is written down there and not a second time."""
    kind, _, practice = (subject or "").partition(":")
    if subject and kind != _PRACTICE:
        return []
    events = await unit.versions.history(practice or None, MOST)
    return [
        Entry(one.at, one.by, f"{one.what} (version {one.version})", f"{_PRACTICE}:{one.practice_id}", one.note)
        for one in events
    ]


def subject_in_words(subject: str, teams: Mapping[str, str], title: Callable[[str], str]) -> str:
    """What a change was done to; people only by the beginning of their pseudonym."""
    match subject.split(":"):
        case ["adoption", "team", team, practice]:
            return f"“{title(practice)}” for {teams.get(team, 'a team')}"
        case ["adoption", "person", person, practice]:
            return f"“{title(practice)}” for {person[:6]} alone"
        case ["team", team]:
            return f"the team {teams.get(team, team[:6])}"
        case ["person", person]:
            return f"the person {person[:6]}"
        case [kind, practice] if kind == _PRACTICE:
            return f"“{title(practice)}”"
        case [kind, *_] if kind in _KINDS:
            return _KINDS[kind]
    return subject.replace(":", " ")
