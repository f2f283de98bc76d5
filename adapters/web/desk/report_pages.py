"""Engagement reports on a page, for sponsors and admins: a period, all teams or one, to print and to download."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from adapters.charts import png
from adapters.documents import MEDIA_TYPES
from adapters.plain import chart_table
from adapters.report_files import PICTURES, files_of
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen
from adapters.web.parse import Refused
from bot.access import Role, Who
from bot.adoption_views import STATES
from bot.dates import long_date
from bot.replies import Chart
from bot.report import SECTIONS, TITLES, Lead, Report, Row
from bot.report_counts import OTHERS
from bot.report_map import spread_map
from bot.report_periods import Period, month_of, period_named, week_period
from bot.report_views import PRIVACY, SPREAD, charts, compared, figure, lines
from bot.reports import Reports
from bot.storage.tables import Team
from bot.storage.unit import Storage
from bot.who_else import is_named

HERE = "/reports"
FILES = {
    "pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8", "json": "application/json",
}
NO_TEAM = (
    "There is no such team to look at alone: it may have been renamed, merged or withdrawn, or chose not to be named. "
    "The page “Reports” has those there are."
)
MOST_LINES = 14
"""Of a section; the others are folded away."""
FOLDED = 3
"""So many figures of a section that are held back, or more, are folded away; not those that lead to a team."""
MONTHS = 12
"""How many months there are to choose from; an address may name any."""
WEEKS = 6
"""How many weeks there are to choose from; an address may name any."""


@dataclass(frozen=True)
class Line:
    """A figure as it is shown; ``team`` is the id of the team that it leads to, ``practice`` that of the practice
    in the map, empty for none. ``leads`` are words and addresses of pages that its reader may open.
    """

    label: str
    value: str
    held_back: bool
    change: str
    basis: str
    team: str = ""
    practice: str = ""
    leads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """``told`` are its lines; ``held`` those held back, where they are so many that they would hide the others."""

    name: str
    title: str
    told: tuple[Line, ...]
    held: tuple[Line, ...]


class ReportPages:
    """``/reports`` and its charts."""

    def __init__(self, reports: Reports, storage: Storage, tenants: Tenants, screen: Screen) -> None:
        self._reports = reports
        self._storage = storage
        self._tenants = tenants
        self._screen = screen

    async def page(self, request: Request, who: Who) -> Response:
        seen, tenants = await self._seen(request, who)
        report, teams, team_id = await self._report(request, seen.tenant)
        more = _more(report, seen.tenant, team_id, tenants)
        reader = _Reader(who, more, {one.practice_id for one in report.spread})
        sections = [
            _section(name, report.sections[name], reader) for name in SECTIONS if report.sections.get(name)
        ]
        return self._screen.page(
            "desk/report.html", who, HERE, report=report, periods=_periods(self._storage.clock(), report.period),
            teams=teams, team=team_id, tenants=tenants, tenant=seen.tenant, lines=lines(report),
            charts={name: (chart, chart_table(chart)) for name, chart in _charts(report).items()}, forms=FILES,
            most=MOST_LINES,
            sections=sections, first_leads=_first_leads(sections),
            spread=_spread(report), map=spread_map(report.spread), states=STATES, spread_title=SPREAD, privacy=PRIVACY,
            more=more,
        )

    async def chart(self, request: Request, who: Who) -> Response:
        """One of its charts as a picture."""
        seen, _ = await self._seen(request, who)
        report, _, _ = await self._report(request, seen.tenant)
        chart = _charts(report).get(request.path_params["name"])
        if chart is None:
            raise Refused(404, "There is no such picture in this report.")
        return Response(await asyncio.to_thread(png, chart), media_type=MEDIA_TYPES["png"])

    async def download(self, request: Request, who: Who) -> Response:
        """The report as a file. Who took it is written down before they have it."""
        seen, _ = await self._seen(request, who)
        form = request.path_params["form"]
        if form not in FILES:
            raise Refused(404, f"A report is to be had as {', '.join(FILES)}.")
        report, _, _ = await self._report(request, seen.tenant)
        now, note = self._storage.clock(), f"{report.period.name} {form}"
        async with self._storage.unit() as unit:
            await unit.audits.write(seen.tenant, seen.person, "report exported", "report", now, note)
        [content] = (await asyncio.to_thread(files_of, report, form)).values()
        named = {"Content-Disposition": f'attachment; filename="midway-report-{report.period.name}.{form}"'}
        return Response(content, media_type=FILES[form], headers=named)

    async def _seen(self, request: Request, who: Who) -> tuple[Who, list[str]]:
        who.needs(Role.SPONSOR)
        return await self._tenants.look(who, request.query_params.get("tenant", ""))

    async def _report(self, request: Request, tenant: str) -> tuple[Report, Sequence[Team], str]:
        """The report asked for, the teams to choose from, and the id of the one it is narrowed to. Raises
        PeriodUnknown, and Refused for a team that is none of these.
        """
        period = period_named(request.query_params.get("period", ""), self._storage.clock())
        async with self._storage.view() as unit:
            every = await unit.teams.all(tenant)
        named = [team for team in every if is_named(team)]
        wanted = request.query_params.get("team", "")
        if wanted and wanted not in {team.id for team in named}:
            raise Refused(404, NO_TEAM)
        return await self._reports.of(tenant, period, wanted or None), named, wanted


def _charts(report: Report) -> dict[str, Chart]:
    """By the name that a picture of it has."""
    return {name.removeprefix("-"): chart for name, chart in zip(PICTURES, charts(report), strict=False)}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks; ``more`` is what every address of the report carries, ``mapped`` the practices that its map has."""

    who: Who
    more: Mapping[str, str]
    mapped: Collection[str]

    def address(self, lead: Lead) -> str:
        """Where it leads this reader; empty where they may not go, or are."""
        match lead.kind:
            case "brief":
                return f"/briefs/{lead.id}"
            case "team":
                query = urlencode({**self.more, "team": lead.id})
                return f"{HERE}?{query}" if self.more.get("team") != lead.id else ""
            case "pilot":
                return f"/pilots/{lead.id}" if self.who.may(Role.ADMIN) else ""
            case "practice":
                return f"/library/{lead.id}" if self.who.may(Role.CURATOR) else ""
            case _:
                return f"/{lead.kind}" if self.who.may(Role.CURATOR) else ""


def _section(name: str, rows: Sequence[Row], reader: _Reader) -> Section:
    every = tuple(_line(row, reader) for row in rows)
    held = tuple(line for line in every if line.held_back and not line.team)
    if len(held) < FOLDED:
        return Section(name, TITLES[name], every, ())
    return Section(name, TITLES[name], tuple(line for line in every if line not in held), held)


def _first_leads(sections: Sequence[Section]) -> Sequence[tuple[str, str]]:
    """Where the action that stands in the short lines leads."""
    actions = next((section.told for section in sections if section.name == "actions"), ())
    return actions[0].leads if actions else ()


def _line(row: Row, reader: _Reader) -> Line:
    leads = tuple((lead.words, address) for lead in row.leads if (address := reader.address(lead)))
    kind, _, rest = row.key.partition(".")
    named = rest.partition(".")[0]
    team = named if kind == "team" and named != OTHERS else ""
    practice = named if kind == "practice" and named in reader.mapped else ""
    value = figure(row.value, suppressed=row.suppressed)
    return Line(row.label, value, row.suppressed, compared(row), row.basis, team, practice, leads)


def _spread(report: Report) -> Sequence[tuple[str, str, bool, Sequence[str], str]]:
    """Of each practice: id, title, whether it took hold by itself, each team with its dated state, how many more."""
    return [
        (
            one.practice_id, one.title, one.by_itself,
            [f"{item.team}: {STATES[item.state]} since {long_date(item.since)}" for item in one.teams],
            f"and {one.counted} more that are only counted" if one.counted else "",
        )
        for one in report.spread
    ]


def _periods(now: datetime, shown: Period) -> Sequence[Period]:
    """What can be chosen: months and weeks, the newest first, and the one that is shown."""
    found = [month_of(now.date())]
    while len(found) < MONTHS:
        found.append(found[-1].before())
    weeks = [week_period(now.date()).before()]
    while len(weeks) < WEEKS:
        weeks.append(weeks[-1].before())
    every = [*found, *weeks]
    return every if shown in every else [shown, *every]


def _more(report: Report, tenant: str, team_id: str, tenants: Sequence[str]) -> Mapping[str, str]:
    """What every address of this report carries."""
    chosen = {"period": report.period.name, "team": team_id, "tenant": tenant if len(tenants) > 1 else ""}
    return {name: value for name, value in chosen.items() if value}


