"""The newest service URL of a conversation: heard by one process, spoken to by every other, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.msteams.address import Address
from adapters.msteams.service_urls import StoredServiceUrls
from adapters.settings import MsTeams, Slack
from bot.errors import StorageUnavailable
from bot.ports import Sent
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from tests.fakes import msteams as fake
from tests.harness import Place, RecordingIntake
from tests.harness.msteams import MsTeamsHarness, harness
from tests.integration.test_wiring import serving

HELLO = Reply("hello there")


@pytest_asyncio.fixture
async def teams(storage: Storage) -> AsyncIterator[MsTeamsHarness]:
    async with harness(RecordingIntake(), newest=StoredServiceUrls(storage)) as made:
        yield made


@asynccontextmanager
async def another_process(teams: MsTeamsHarness, url: str, secret: SecretKey) -> AsyncIterator[MsTeamsHarness]:
    """Over the same database, towards the same Teams, with nothing else in common."""
    storage = Storage(url, secret)
    towards = {"login_url": f"{teams.teams.root}/token", "service_urls": (f"{teams.teams.root}/",)}
    async with harness(RecordingIntake(), newest=StoredServiceUrls(storage), **towards) as made:
        yield made
    await storage.close()


async def moves(teams: MsTeamsHarness, place: Place = "direct", region: str = "emea", kind: str = "conversationUpdate", **more: Any) -> int:
    """Teams speaks of the conversation from another address; the HTTP status."""
    moved = f"{teams.teams.root}/{region}/"
    activity = teams.activity(kind, place=place, serviceUrl=moved, **more)
    return (await teams.post(activity, token=teams.teams.token(serviceurl=moved))).status_code


async def stored(storage: Storage, teams: MsTeamsHarness, place: Place = "direct") -> str | None:
    """The region under which the conversation is stored."""
    async with storage.view() as unit:
        url = await unit.endpoints.newest(fake.TENANT, "msteams", teams.true_channel(place))
    return url.rstrip("/").rsplit("/", 1)[1] if url else None


def regions(teams: MsTeamsHarness) -> list[str]:
    """Where something was sent to, in this order."""
    return [path.split("/")[1] for _, path in teams.teams.requests if path != "/token"]


@pytest.mark.parametrize("place", ["direct", "channel"])
async def test_after_a_restart_and_in_a_worker_the_newest_wins(
    teams: MsTeamsHarness, storage: Storage, database_url: str, secret: SecretKey, place: Place
) -> None:
    """For what is sent, replaced and taken back with an older address. The worker hears no request itself, and was there
    before the conversation moved.
    """
    old = teams.conversation(place)
    sent = await teams.messenger.send(old, HELLO, "k1")
    assert isinstance(sent, Sent)
    async with another_process(teams, database_url, secret) as worker:
        assert await moves(teams, place) == 202
        assert isinstance(await worker.messenger.send(old, HELLO, "k2"), Sent)
        assert isinstance(await worker.messenger.replace(sent.message_id, Reply("second")), Sent)
    async with another_process(teams, database_url, secret) as restarted:
        assert isinstance(await restarted.messenger.send(old, HELLO, "k3"), Sent)
        assert isinstance(await restarted.messenger.withdraw(sent.message_id), Sent)
    assert regions(teams) == ["amer", *["emea"] * 4]


async def test_a_message_a_press_and_an_update_tell_it(teams: MsTeamsHarness, storage: Storage) -> None:
    assert await stored(storage, teams) is None
    await teams.says("hello")
    assert await stored(storage, teams) == "amer"
    press = teams.press()
    assert await moves(teams, kind="invoke", name=press["name"], value=press["value"]) == 200
    assert await stored(storage, teams) == "emea"
    assert await moves(teams, region="apac") == 202
    assert await stored(storage, teams) == "apac"


async def test_it_is_written_only_when_it_changes(teams: MsTeamsHarness, monkeypatch: pytest.MonkeyPatch, storage: Storage) -> None:
    await teams.says("hello")
    monkeypatch.setattr(storage, "unit", lambda: pytest.fail("nothing is to be written"))
    assert await teams.says("hello again", event="e2") == 202


@pytest.mark.parametrize(
    "claims", [{"serviceurl": None}, {"serviceurl": "https://smba.trafficmanager.net/emea/"}, {"aud": "another app"}, {"exp": 1}], ids=repr
)
async def test_what_is_not_genuine_leaves_nothing(teams: MsTeamsHarness, storage: Storage, claims: dict[str, Any]) -> None:
    """However well the address itself looks."""
    await teams.says("hello")
    moved = f"{teams.teams.root}/emea/"
    signed = teams.teams.token(**{"serviceurl": moved, **claims})
    assert (await teams.post(teams.activity("message", serviceUrl=moved), token=signed)).status_code in (401, 403)
    assert await stored(storage, teams) == "amer"


async def test_a_stored_address_off_the_list_is_not_spoken_to(teams: MsTeamsHarness, storage: Storage) -> None:
    """Whoever wrote it there: the token goes with it."""
    where = teams.conversation("direct")
    async with storage.unit() as unit:
        await unit.endpoints.named(where, "https://evil.example/", "U1", datetime.now(UTC))
    assert not isinstance(await teams.messenger.send(where, HELLO, "k"), Sent)
    assert teams.teams.requests == []


async def test_in_a_chat_a_bot_acted_in_nothing_is_kept(teams: MsTeamsHarness, storage: Storage) -> None:
    """Nobody could be forgotten with it."""
    assert await moves(teams, **{"from": {"id": fake.BOT}}) == 202
    assert await stored(storage, teams) is None


async def test_what_ends_a_conversation_does_not_tell_where_it_is(teams: MsTeamsHarness, storage: Storage) -> None:
    """Else what was just removed would stand there again, at the latest with the next delivery of the same."""
    assert await moves(teams, kind="installationUpdate", action="remove") == 202
    assert await stored(storage, teams) is None


async def test_while_the_database_is_away_it_is_said_where_the_activity_came_from(
    teams: MsTeamsHarness, monkeypatch: pytest.MonkeyPatch, storage: Storage
) -> None:
    """Neither hearing nor speaking fails by it."""

    def away() -> Any:
        raise StorageUnavailable("The database is away.")

    monkeypatch.setattr(storage, "view", away)
    assert await teams.says("hello") == 202
    place = Address.unpack(teams.conversation("direct").address)
    moved = replace(teams.conversation("direct"), address=replace(place, service_url=f"{teams.teams.root}/emea/").pack())
    assert isinstance(await teams.messenger.send(moved, HELLO, "k"), Sent)
    assert regions(teams) == ["emea"]


async def test_a_worker_answers_where_the_pages_heard_it_last(tmp_path: Path) -> None:
    """`midway serve --no-worker` heard the question, then from another address; `midway worker` is started after that."""
    async with fake.running(fake.Clock(datetime.now(UTC))) as teams:
        said = MsTeams(
            app_id=fake.APP_ID, app_password=fake.PASSWORD, tenant_id=fake.TENANT, openid_url=f"{teams.root}/openid",  # type: ignore[arg-type]
            login_url=f"{teams.root}/token", service_urls=f"{teams.root}/",  # type: ignore[arg-type]
        )
        async with serving(tmp_path, Slack(), said, works=False) as client:
            here = MsTeamsHarness(teams, RecordingIntake(), None, client)  # type: ignore[arg-type]  # the service has it
            assert await here.says("How do we launch a pilot?") == 202
            assert await moves(here) == 202
            assert regions(here) == []
        async with serving(tmp_path, Slack(), said), asyncio.timeout(10):
            while not await here.shown():  # noqa: ASYNC110  # the stand-in has no event to wait for
                await asyncio.sleep(0.05)
    assert set(regions(here)) == {"emea"}
