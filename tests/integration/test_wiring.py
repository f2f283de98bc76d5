"""The whole service, wired by the composition root as in production, between stand-ins for Slack and Teams."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters import work
from adapters.bootstrap import make_bot
from adapters.process import Process
from adapters.server import Service
from adapters.settings import MsTeams, Settings, Slack
from adapters.slack.adapter import SlackNotConfigured
from adapters.slack.address import Place
from bot.errors import StorageUnavailable
from bot.pilot_reminders import PilotReminders
from bot.privacy import SecretKey
from bot.report_counting import Counting
from bot.reviews import Reviews
from bot.storage.unit import Storage
from bot.worker import Worker
from knowledge.answers import Answer, Citation, Outcome, Part
from knowledge.index import IndexFolder
from knowledge.library import load_shipped
from knowledge.service import Knowledge
from tests.fakes import msteams as fake_teams
from tests.fakes import slack as fake_slack
from tests.fakes.slack_delivery import APP_TOKEN, CHANNEL, SECRET, TEAM, TOKEN, Deliveries, mention
from tests.harness import RecordingIntake, Shown
from tests.harness.msteams import MsTeamsHarness

LIBRARY = load_shipped()


class RealClock(fake_slack.FakeClock):
    """Slack's stand-in on real time, because the service under test runs on it."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class OnePractice(Knowledge):
    """Knowledge that answers everything with the charter: what is tested here is the way there and back."""

    def look_up(self, question: str, before: object = ()) -> Answer:
        practice = LIBRARY.practices["pilot-charter"]
        part = Part(practice.id, practice.title, "Put the pilot on one page.")
        return Answer(Outcome.ANSWERED, parts=(part,), citations=(Citation(practice.id, practice.title, practice.sources[:1]),))


@asynccontextmanager
async def serving(folder: Path, slack: Slack, msteams: MsTeams, *, works: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(_env_file=None, data_dir=folder, slack=slack, msteams=msteams)
    knowledge = OnePractice(LIBRARY, IndexFolder(folder / "index"), reader=None)  # type: ignore[arg-type]  # never asked
    process = Process(await make_bot(settings, knowledge), works=works)
    await process.start()
    try:
        transport = httpx.ASGITransport(Service(process).app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            yield client
    finally:
        await process.stop()


async def until(found: Callable[[], list[Shown]]) -> list[Shown]:
    """What stands there once something does; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not (shown := found()):  # noqa: ASYNC110  # the stand-in has no event to wait for
            await asyncio.sleep(0.05)
    return shown


async def test_it_is_not_ready_once_something_in_the_background_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends(self: Worker) -> None:
        return None

    async with serving(tmp_path, Slack(), MsTeams()) as client:
        assert (await client.get("/readyz")).json()["ready"] is True
    monkeypatch.setattr(Worker, "run", ends)
    async with serving(tmp_path, Slack(), MsTeams()) as client:
        await asyncio.sleep(0)
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["inbox"]) == (503, False, "ended")
    assert "inbox" in ready.json()["amiss"]


async def test_a_chore_that_fails_keeps_no_other_from_being_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    async def fails(self: Reviews) -> int:
        raise KeyError("curators")

    async def away(self: PilotReminders) -> int:
        raise StorageUnavailable("The database is busy.")

    async def counts(self: Counting) -> None:
        done.append("counted")

    monkeypatch.setattr(Reviews, "remind", fails)
    monkeypatch.setattr(PilotReminders, "send_due", away)
    monkeypatch.setattr(Counting, "count", counts)
    monkeypatch.setattr(work, "SETTLE", 0)
    async with serving(tmp_path, Slack(), MsTeams()), asyncio.timeout(10):
        while not done:  # noqa: ASYNC110  # nothing tells when it was done
            await asyncio.sleep(0.05)
    assert "“remind of reviews that are due” waits" in caplog.text and "The database is busy." in caplog.text


async def test_a_slack_mention_is_answered_in_its_thread(tmp_path: Path) -> None:
    """Signed event in, acknowledged, stored, answered through the Web API with sources and buttons."""
    async with fake_slack.running(RealClock()) as slack:
        said = Slack(bot_token=TOKEN, signing_secret=SECRET, api_url=f"{slack.url}api/")  # type: ignore[arg-type]
        async with serving(tmp_path, said, MsTeams()) as client:
            event = mention("How do we launch a pilot?", slack.next_ts())
            acknowledged = await Deliveries(client, RealClock()).event(event, "Ev77")
            assert acknowledged.status_code == 200
            [answer] = await until(lambda: slack.visible(CHANNEL))
    assert "Put the pilot on one page." in answer.text
    assert "We'll try it" in answer.buttons
    assert answer.links


@pytest.mark.parametrize("works", [True, False])
async def test_socket_mode_goes_with_the_work(tmp_path: Path, works: bool) -> None:
    """Who only serves takes webhooks, stores what comes, and leaves it to who works."""
    async with fake_slack.running(RealClock()) as slack:
        said = Slack(bot_token=TOKEN, app_token=APP_TOKEN, signing_secret=SECRET, api_url=f"{slack.url}api/")  # type: ignore[arg-type]
        async with serving(tmp_path, said, MsTeams(), works=works) as client:
            async with asyncio.timeout(10):
                while works and (await client.get("/readyz")).json()["slack"] != "connected":  # noqa: ASYNC110  # nothing tells when
                    await asyncio.sleep(0.05)
            assert bool(slack.socket) == works == ("slack" in (await client.get("/readyz")).json())
            event = mention("How do we launch a pilot?", slack.next_ts())
            assert (await Deliveries(client, RealClock()).event(event, "Ev77")).status_code == 200
            if works:
                assert await until(lambda: slack.visible(CHANNEL))
            else:
                await asyncio.sleep(1)
                assert (slack.socket, slack.visible(CHANNEL)) == (None, [])


async def test_a_teams_message_is_answered(tmp_path: Path) -> None:
    """Signed activity in, 202, answered through the connector."""
    async with fake_teams.running(fake_teams.Clock(datetime.now(UTC))) as teams:
        said = MsTeams(
            app_id=fake_teams.APP_ID,
            app_password=fake_teams.PASSWORD,  # type: ignore[arg-type]
            tenant_id=fake_teams.TENANT,
            openid_url=f"{teams.root}/openid",
            login_url=f"{teams.root}/token",
            service_urls=f"{teams.root}/",
        )
        async with serving(tmp_path, Slack(), said) as client:
            harness = MsTeamsHarness(teams, RecordingIntake(), None, client)  # type: ignore[arg-type]  # the service has it
            assert await harness.says("How do we launch a pilot?") == 202
            async with asyncio.timeout(10):
                while not (shown := await harness.shown()):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
    assert "Put the pilot on one page." in shown[-1].text
    assert "We'll try it" in shown[-1].buttons


async def test_teams_without_an_app_id_refuses_to_start(tmp_path: Path) -> None:
    """An empty app id would mean no authentication at all."""
    half = MsTeams(app_password="secret", tenant_id=fake_teams.TENANT)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="MIDWAY_MSTEAMS__APP_ID"):
        async with serving(tmp_path, Slack(), half):
            pass


async def test_slack_with_a_bot_token_alone_refuses_to_start(tmp_path: Path) -> None:
    """It could speak, and nothing would ever come in."""
    with pytest.raises(SlackNotConfigured, match="MIDWAY_SLACK__APP_TOKEN and MIDWAY_SLACK__SIGNING_SECRET"):
        async with serving(tmp_path, Slack(bot_token=TOKEN), MsTeams()):  # type: ignore[arg-type]
            pass


async def test_health_and_readiness(tmp_path: Path) -> None:
    """`/healthz` says the process lives, `/readyz` that the database answers."""
    async with serving(tmp_path, Slack(), MsTeams()) as client:
        assert (await client.get("/healthz")).json() == {"ok": True}
        ready = (await client.get("/readyz")).json()
        assert (ready["ready"], ready["database"], ready["inbox"], ready["outbox"], ready["timers"]) == (True, "ok", "ok", "ok", "starting")
        assert "slack" not in ready
        assert (await client.post("/slack/events")).status_code == 404
        assert (await client.post("/msteams/messages")).status_code == 404


def test_sdks_load_only_where_their_tokens_are_set() -> None:
    """A web-only service carries neither chat SDK nor a language model's libraries."""
    code = (
        "import sys, adapters.serving\n"
        "heavy = {'slack_bolt', 'slack_sdk', 'botbuilder', 'langchain', 'langchain_core', 'openai', 'chromadb'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_check_in_that_is_due_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer finds the row, the outbox sends the question; here it looks each second."""
    monkeypatch.setattr("adapters.work.EVERY_MINUTE", "* * * * * *")
    monkeypatch.setattr("adapters.work.SETTLE", 0.0)
    async with fake_slack.running(RealClock()) as slack:
        said = Slack(bot_token=TOKEN, signing_secret=SECRET, api_url=f"{slack.url}api/")  # type: ignore[arg-type]
        async with serving(tmp_path, said, MsTeams()):
            await plan_check_in(tmp_path, datetime.now(UTC))
            [question] = await until(lambda: slack.visible(CHANNEL))
    assert "How did it go?" in question.text
    assert question.buttons == ("Worked", "Did not", "Too early", "Don't ask me again")


async def plan_check_in(folder: Path, now: datetime) -> None:
    """Somebody has tried the charter for two weeks."""
    storage = Storage(f"sqlite:///{folder}/midway.db", SecretKey.load_or_make(folder / "secret.key"))
    where = Place(TEAM, CHANNEL).conversation(CHANNEL)
    async with storage.unit() as unit:
        await unit.adoptions.press(TEAM, "pilot-charter", "trying", "p1", None, None, now - timedelta(days=14))
        await unit.check_ins.plan(TEAM, "person:p1", "pilot-charter", "p1", where, now)
    await storage.close()
