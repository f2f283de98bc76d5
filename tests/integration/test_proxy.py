"""What `deploy/Caddyfile` lets through: every webhook and page, nothing else, and no page to a stranger."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from adapters.bootstrap import make_bot
from adapters.process import Process
from adapters.server import Service
from adapters.settings import MsTeams, Settings, Slack
from knowledge.index import IndexFolder
from knowledge.library import load_shipped
from knowledge.service import Knowledge
from tests.architecture.source import ROOT

Passed = dict[str, frozenset[str]]
"""Methods by path; a path may end in ``*``."""

CADDYFILE = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
PRIVATE = {"/healthz", "/readyz"}
WEBHOOKS = {"/slack/events", "/msteams/messages"}
OPEN = {"/sign-in", "/static/mark.svg"}
"""What anybody may look at; a wrong link lets nobody in."""
OUTSIDE = {"Host": "midway.example.org", "X-Forwarded-For": "203.0.113.7"}
"""What Caddy says of a request."""


def passed_by(caddyfile: str) -> Passed:
    """What its named matchers match, each of them handed to Midway."""
    found: Passed = {}
    for name, methods, paths in re.findall(r"@(\w+) \{\s+method ([A-Z ]+)\n\s+path ([^\n]+)\n\s+\}", caddyfile):
        handled = re.search(rf"handle @{name} \{{\n(.*?)\n\t\}}", caddyfile, re.DOTALL)
        assert handled and "reverse_proxy 127.0.0.1:8080" in handled[1]
        found |= dict.fromkeys(paths.split(), frozenset(methods.split()))
    return found


def lets_through(passed: Passed, method: str, path: str) -> bool:
    """As Caddy compares: the whole path, or its beginning where a star ends the pattern."""
    return any(
        method in methods and (path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern)
        for pattern, methods in passed.items()
    )


def addresses(app: Starlette) -> set[tuple[str, str]]:
    """Each route as a method and a path that leads there."""
    found: set[tuple[str, str]] = set()
    for route in app.routes:
        if isinstance(route, Mount):
            found |= {("GET", f"{route.path}/mark.svg")}
        elif isinstance(route, Route):
            path = re.sub(r"\{\w+(:\w+)?\}", "1", route.path)
            found |= {(method, path) for method in route.methods or ()}
    return found


@pytest_asyncio.fixture
async def app(tmp_path: Path) -> AsyncIterator[Starlette]:
    """With every platform switched on; nothing is sent."""
    settings = Settings(
        _env_file=None, data_dir=tmp_path, public_url="https://midway.example.org",
        slack=Slack(bot_token="xoxb-1", signing_secret="hush"),  # type: ignore[arg-type]  # as the environment gives them
        msteams=MsTeams(app_id="a", app_password="hush", tenant_id="t"),  # type: ignore[arg-type]
    )
    knowledge = Knowledge(load_shipped(), IndexFolder(tmp_path / "index"), reader=None)  # type: ignore[arg-type]  # never asked
    process = Process(await make_bot(settings, knowledge), works=False)
    await process.start()
    try:
        yield Service(process).app()
    finally:
        await process.stop()


async def test_every_address_but_those_about_health_goes_through(app: Starlette) -> None:
    passed = passed_by(CADDYFILE)
    there = addresses(app)
    kept_back = {path for method, path in there if not lets_through(passed, method, path)}
    assert kept_back == PRIVATE and {path for _, path in there} >= PRIVATE | WEBHOOKS | OPEN


async def test_every_path_that_goes_through_leads_somewhere(app: Starlette) -> None:
    there = addresses(app)
    assert [pattern for pattern, methods in passed_by(CADDYFILE).items()
            if not any(lets_through({pattern: methods}, *one) for one in there)] == []


async def test_what_goes_through_shows_a_stranger_nothing(app: Starlette) -> None:
    """Pages ask for a sign-in, webhooks for a signature, whatever the method."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=OUTSIDE) as stranger:
        for method, path in sorted(addresses(app)):
            if path in PRIVATE or (path in OPEN and method != "POST"):
                continue
            sent: dict[str, Any] = {"json": {}} if path in WEBHOOKS else {"data": {"t": "guessed"}} if method == "POST" else {}
            answer = await stranger.request(method, path, **sent)
            assert answer.status_code in {401, 403}, (method, path)
            assert not answer.cookies, (method, path)


def test_the_documentation_names_the_same_paths() -> None:
    """So that whoever takes another proxy passes on as much and no more."""
    text = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    pages = text.split("passes on the pages' paths:")[1].split("\n`/healthz`")[0]
    assert {*re.findall(r"`([^`]+)`", pages)} == {*passed_by(CADDYFILE)} - WEBHOOKS


@pytest.mark.parametrize(("path", "through"), [
    ("/", True), ("/x", False), ("/readyz", False), ("/reports", True), ("/reports/report.pdf", True), ("/gaps/1", False),
])
def test_paths_are_compared_as_caddy_does(path: str, through: bool) -> None:
    passed = {pattern: frozenset({"GET"}) for pattern in ("/", "/reports*", "/gaps")}
    assert lets_through(passed, "GET", path) is through and not lets_through(passed, "PUT", path)
