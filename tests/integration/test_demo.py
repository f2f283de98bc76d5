"""The demo as it is made: what its reports tell, that it is apart from real data, and that every page says what it is."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from adapters.bootstrap import make_bot, make_secret, open_storage
from adapters.demo.folder import demo_settings, make
from adapters.demo.happenings import PLATFORMS
from adapters.demo.words import OTHER_TENANT, TEAMS
from adapters.process import Process
from adapters.server import Service
from adapters.settings import MsTeams, Settings, Slack
from adapters.terminal.parse import TENANT
from bot.curation import library_in_force
from bot.report import SECTIONS, Report
from bot.report_periods import Period, last_full_month
from bot.reports import Reports
from bot.storage.unit import Storage, Unit
from knowledge.index import IndexFolder
from knowledge.library import load_shipped
from knowledge.service import Knowledge
from tests.harness.web import Browser
from tests.integration.command_line import data_folder
from tests.integration.started import PILOT, answers, serving
from tests.knowledge_fixtures import real_data, real_models

__all__ = ["real_data", "real_models"]
pytestmark = pytest.mark.timeout(600)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LIBRARY = load_shipped()
STREAMS = {"/chat/events", "/chat/history", "/my-data/download"}
NEVER_A_PAGE = {"/healthz", "/readyz", "/static", "/audit/changes.csv"}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a data folder but for the demo."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and "demo" not in path.relative_to(folder).parts
    }


async def _something_real(settings: Settings) -> None:
    storage = await open_storage(settings, make_secret(settings))
    async with storage.unit() as unit:
        await unit.teams.get_or_make("T1", "A real team")
    await storage.close()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Settings:
    """A data folder with something real in it."""
    settings = Settings(
        _env_file=None, data_dir=data_folder(tmp_path_factory.mktemp("demo") / "data", real_data),  # type: ignore[call-arg]
        slack=Slack(bot_token=SecretStr("xoxb-1"), signing_secret=SecretStr("s")), msteams=MsTeams(app_id="A"),
    )
    asyncio.run(_something_real(settings))
    return settings


@pytest.fixture(scope="module")
def untouched(real: Settings) -> Iterator[dict[str, bytes]]:
    """What was there before the demo was made."""
    yield contents(real.data_dir)


@pytest.fixture(scope="module")
def demo(real: Settings, untouched: dict[str, bytes]) -> Settings:
    make(real, until=NOW)
    return demo_settings(real)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Storage]:
    storage = Storage(settings.database, make_secret(settings), lambda: NOW)
    yield storage
    await storage.close()


async def reports_of(settings: Settings, tenant: str, *periods: Period) -> list[Report]:
    async with opened(settings) as storage:
        library, _ = await library_in_force(storage, LIBRARY)
        reports = Reports(storage, lambda: NOW, lambda: library)
        return [await reports.of(tenant, period) for period in periods]


async def looked(settings: Settings, look: Callable[[Unit], Any]) -> Any:
    async with opened(settings) as storage, storage.view() as unit:
        return await look(unit)


async def test_real_data_stay_as_they_were(real: Settings, demo: Settings, untouched: dict[str, bytes]) -> None:
    """Byte for byte, when the demo was made and looked at."""
    await reports_of(demo, TENANT, last_full_month(NOW))
    assert contents(real.data_dir) == untouched
    assert (demo.data_dir / "secret.key").read_bytes() != untouched["secret.key"]


async def test_every_section_tells_something_and_little_is_held_back(demo: Settings) -> None:
    month = last_full_month(NOW)
    for report in await reports_of(demo, TENANT, month, month.before(), month.before().before()):
        assert all(report.sections[name] for name in SECTIONS)
        rows = [row for _, row in report.rows()]
        assert sum(row.suppressed for row in rows) <= 3, [row.label for row in rows if row.suppressed]
        assert report.value("asked") and report.value("teams.asked") and report.value("tips.delivered")


async def test_every_action_has_a_reason_in_the_last_month(demo: Settings) -> None:
    """Three are shown of each organization; together they are all that there are."""
    shown = {row.key for tenant in (TENANT, OTHER_TENANT)
             for report in await reports_of(demo, tenant, last_full_month(NOW)) for row in report.sections["actions"]}
    every = {f"action.{name}" for name in ("pilots", "gap", "spread", "untried", "unhelpful", "reviews")}
    assert shown == every


async def test_it_grows_and_spreads(demo: Settings) -> None:
    [report] = await reports_of(demo, TENANT, last_full_month(NOW))
    weeks = [value for _, value in report.trend if value is not None]
    assert len(weeks) > 20 and weeks[-1] > 4 * weeks[0]
    assert any(spreading.by_itself and len(spreading.teams) > 4 for spreading in report.spread)
    assert (report.value("results"), report.value("pilots.due")) == (7, 1)
    assert report.value("franchise.active") == 1


async def test_features_took_what_the_plan_says(demo: Settings) -> None:
    """Results belong to pilots, check-ins are answered or silent, nothing is left to be sent."""
    results = await looked(demo, lambda unit: unit.results.standing(TENANT))
    assert sum(one.pilot_id is not None for one in results) >= 1
    pilots = await looked(demo, lambda unit: unit.pilots.all(TENANT))
    assert {pilot.state for pilot in pilots} == {"draft", "running", "ended"}
    adoptions = await looked(demo, lambda unit: unit.adoptions.all(TENANT))
    states = {"considering", "trying", "adopted", "proven", "stopped", "not for us"}
    assert {one.state for one in adoptions} == states
    asked = [await looked(demo, lambda unit, one=one: unit.check_ins.latest(TENANT, one.holder, one.practice_id)) for one in adoptions]
    assert {"answered", "silent", "waiting"} <= {one.state for one in asked if one}
    async with opened(demo) as storage, storage.unit() as unit:
        assert await unit.ledger.next_planned(PLATFORMS, NOW, NOW) is None
        assert await unit.subscriptions.due(NOW, 10) == []


async def test_the_two_organizations_see_nothing_of_each_other(demo: Settings) -> None:
    month = last_full_month(NOW)
    [ours], [theirs] = await reports_of(demo, TENANT, month), await reports_of(demo, OTHER_TENANT, month)
    names = {tenant: {team.name for team in TEAMS if team.tenant == tenant} for tenant in (TENANT, OTHER_TENANT)}
    told = {report.tenant: " ".join(f"{row.label} {row.basis}" for _, row in report.rows()) for report in (ours, theirs)}
    assert not [name for name in names[OTHER_TENANT] if name in told[TENANT]]
    assert not [name for name in names[TENANT] if name in told[OTHER_TENANT]]
    assert theirs.value("results") == 0 and theirs.value("pilots.running") == 0


@asynccontextmanager
async def pages_of(settings: Settings) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """A process that is not started, as somebody at this machine sees it."""
    knowledge = Knowledge(LIBRARY, IndexFolder(settings.data_dir / "index"), reader=None)  # type: ignore[arg-type]  # never asked
    bot = await make_bot(settings, knowledge)
    process = Process(bot)
    transport = httpx.ASGITransport(Service(process).app(), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers={"accept": "text/html"}) as client:
        yield process, client
    await bot.storage.close()


async def test_every_page_says_that_it_is_the_demo(demo: Settings) -> None:
    """Each that there is, one of each kind, and refusals."""
    [pilot, *_] = await looked(demo, lambda unit: unit.pilots.all(TENANT))
    [team, *_] = await looked(demo, lambda unit: unit.teams.all(TENANT))
    [result, *_] = await looked(demo, lambda unit: unit.results.standing(TENANT))
    one_of_each = [f"/briefs/{result.id}", f"/pilots/{pilot.id}", f"/teams/{team.id}", "/library/x-account", "/pilots/none", "/sign-in?t=x"]
    async with pages_of(demo) as (process, client):
        paths = {getattr(route, "path", "") for route in process.platforms.routes if "POST" not in (getattr(route, "methods", None) or ())}
        plain = sorted(path for path in paths - STREAMS - NEVER_A_PAGE if "{" not in path)
        assert {"/", "/teams", "/pilots", "/audit", "/experts", "/gaps", "/my-data"} <= set(plain)
        for path in [*plain, *one_of_each]:
            page = (await client.get(path)).text
            assert 'class="demo"' in page and "(demo)" in page.partition("</title>")[0], path
            assert "midway demo" not in page, path


async def test_platforms_are_never_started_in_the_demo(real: Settings, demo: Settings) -> None:
    with_tokens = demo.model_copy(update={"slack": real.slack, "msteams": real.msteams})
    async with pages_of(with_tokens) as (process, _):
        assert set(process.platforms.messengers) == {"web"}


async def test_an_empty_installation_offers_the_demo(tmp_path: Path) -> None:
    empty = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    async with pages_of(empty) as (_, client):
        for path in ("/", "/teams", "/pilots", "/reports"):
            page = (await client.get(path)).text
            assert "midway serve --demo" in page and 'class="demo"' not in page, path
        storage = await open_storage(empty, make_secret(empty))
        async with storage.unit() as unit:
            await unit.teams.get_or_make(TENANT, "Chapter North")
        await storage.close()
        assert "midway serve --demo" not in (await client.get("/")).text


async def test_it_answers_and_keeps_that_to_itself(real: Settings, demo: Settings, untouched: dict[str, bytes]) -> None:
    """What is asked in it is written nowhere else. The last test of the demo, as it adds to it."""
    with serving(real.data_dir, "--demo") as (served, address):
        assert "a made-up organization" in served.greeting
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
            browser = Browser(client)
            await browser.open()
            assert (await browser.send("messages", id="one", text=PILOT)).status_code == 202
            [answer] = await answers(browser)
            assert "We'll try it" in answer
            assert "Chapter North" in (await client.get("/teams")).text
        served.end(signal.SIGTERM)
    assert contents(real.data_dir) == untouched
    with closing(sqlite3.connect(demo.data_dir / "midway.db")) as database:
        assert database.execute("select count(*) from question where platform = 'web'").fetchone() == (1,)
