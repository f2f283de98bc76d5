"""What `midway doctor` finds at Slack, at Teams and in the database, each met on this machine as it would be outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text

from adapters.doctor import database_checks, msteams_checks, slack_checks
from adapters.doctor.checks import all_findings
from adapters.doctor.finding import Finding, State
from adapters.doctor.looking import Check, findings
from adapters.settings import MsTeams, Settings, Slack
from adapters.slack.manifest import SCOPES
from bot.messages import Conversation, IncomingMessage, Sender
from bot.privacy import SecretKey
from bot.replies import Paragraph, Reply
from bot.storage.ledger import Outcome
from bot.storage.schema import REVISIONS
from bot.storage.unit import Storage
from tests.databases import MakeDatabase, without_rights
from tests.fakes import msteams as fake_teams
from tests.fakes import slack as fake_slack
from tests.fakes.slack_delivery import APP_TOKEN, TOKEN, FakeClock
from tests.ports import free_port

PUBLIC = "https://midway.example"
WHERE = Conversation("slack", "T", "C1", "t1", "channel", "address")
REPLY = Reply("hello", (Paragraph("hello"),))


def seen(finding: Finding, state: State, *words: str) -> None:
    """What is wrong is said with what to do about it, and without any secret."""
    said = finding.said + finding.remedy
    assert finding.state == state and all(word in said for word in words), finding
    assert finding.remedy or state in ("ok", "not set up")
    assert not any(secret in said for secret in (TOKEN, APP_TOKEN, fake_teams.PASSWORD, "xoxb-wrong", "xapp-wrong"))


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[fake_slack.FakeSlack]:
    async with fake_slack.running(FakeClock()) as running:
        yield running


def of_slack(slack: fake_slack.FakeSlack, bot: str | None = TOKEN, app: str | None = None, signing: str | None = None) -> Slack:
    tokens = {"bot_token": bot, "app_token": app, "signing_secret": signing}
    return Slack(api_url=f"{slack.url}api/", **{name: SecretStr(value) for name, value in tokens.items() if value})  # type: ignore[arg-type]


async def slack_token(slack: fake_slack.FakeSlack, **tokens: str | None) -> Finding:
    return await asyncio.to_thread(slack_checks.token, of_slack(slack, **tokens))


async def slack_events(slack: fake_slack.FakeSlack, public_url: str = "", **tokens: str | None) -> Finding:
    return await asyncio.to_thread(slack_checks.events, of_slack(slack, **tokens), public_url)


async def test_slack_takes_the_token(slack: fake_slack.FakeSlack) -> None:
    """One call tells whose it is and what it may do; nobody hears anything."""
    seen(await slack_token(slack), "ok", "The workspace", "all that the manifest")
    assert [method for method, _ in slack.calls] == ["auth.test"] and slack.messages == []


async def test_slack_does_not_take_the_token(slack: fake_slack.FakeSlack) -> None:
    seen(await slack_token(slack, bot="xoxb-wrong"), "wrong", "invalid_auth", "MIDWAY_SLACK__BOT_TOKEN")
    seen(await slack_token(slack, bot=APP_TOKEN), "wrong", "xoxb-")
    seen(await slack_token(slack, bot=None, app=APP_TOKEN), "wrong", "MIDWAY_SLACK__BOT_TOKEN is empty")
    assert len(slack.called("auth.test")) == 1


async def test_permissions_that_are_missing_are_named(slack: fake_slack.FakeSlack) -> None:
    slack.granted = ",".join(set(SCOPES) - {"files:write", "im:history"})
    seen(await slack_token(slack), "wrong", f"2 of {len(SCOPES)}", "files:write, im:history", "midway slack-manifest")
    slack.granted = None
    seen(await slack_token(slack), "warning", "does not say")


@pytest.mark.parametrize(("how", "state", "words"), [
    ("rate-limit", "warning", "fewer"), ("server-error", "wrong", "reaches Slack"), ("disconnect", "wrong", "reaches Slack"),
])
async def test_slack_that_does_not_answer_well(slack: fake_slack.FakeSlack, how: fake_slack.rules.Failing, state: State, words: str) -> None:
    slack.fail_next(how)
    seen(await slack_token(slack), state, words)


async def test_slack_that_does_not_answer_at_all(slack: fake_slack.FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_checks, "PATIENCE", 0.2)
    slack.fail_next("time-out")
    seen(await slack_token(slack), "wrong", "TimeoutError", "reaches Slack")
    slack.url = f"http://127.0.0.1:{free_port()}/"
    seen(await slack_token(slack), "wrong", "cannot be reached")


async def test_how_slack_reaches_midway(slack: fake_slack.FakeSlack) -> None:
    seen(await slack_events(slack, app=APP_TOKEN), "ok", "Socket Mode")
    assert not slack.connected.is_set()
    seen(await slack_events(slack, app="xapp-wrong"), "wrong", "MIDWAY_SLACK__APP_TOKEN", "invalid_auth")
    seen(await slack_events(slack, app=TOKEN), "wrong", "xapp-")
    seen(await slack_events(slack), "wrong", "nothing comes in")
    seen(await slack_events(slack, signing="secret"), "warning", "MIDWAY_PUBLIC_URL")
    seen(await slack_events(slack, PUBLIC, signing="secret"), "ok", "only Slack can see")


@pytest_asyncio.fixture
async def teams() -> AsyncIterator[fake_teams.FakeTeams]:
    async with fake_teams.running(fake_teams.Clock(datetime.now(UTC))) as running:
        yield running


def of_teams(teams: fake_teams.FakeTeams, **more: object) -> MsTeams:
    given = {"app_id": fake_teams.APP_ID, "app_password": fake_teams.PASSWORD, "tenant_id": fake_teams.TENANT,
             "openid_url": f"{teams.root}/openid", "login_url": f"{teams.root}/token", "service_urls": teams.service_url}
    return MsTeams.model_validate(given | more)


async def teams_token(settings: MsTeams) -> Finding:
    return await asyncio.to_thread(msteams_checks.token, settings)


async def test_teams_credentials(teams: fake_teams.FakeTeams) -> None:
    seen(await teams_token(of_teams(teams)), "ok", "can speak in Teams")
    seen(await teams_token(of_teams(teams, app_password="other")), "wrong", "401", "client secret")
    seen(await teams_token(of_teams(teams, tenant_id="")), "wrong", "MIDWAY_MSTEAMS__TENANT_ID", "docs/msteams.md")
    teams.login_answers = (503, {})
    seen(await teams_token(of_teams(teams)), "wrong", "503", "reaches Microsoft")
    seen(await teams_token(of_teams(teams, login_url=f"http://127.0.0.1:{free_port()}/token")), "wrong", "cannot be reached")
    assert teams.messages == []


async def test_requests_of_teams(teams: fake_teams.FakeTeams) -> None:
    async def requests(public_url: str = PUBLIC, **more: object) -> Finding:
        return await asyncio.to_thread(msteams_checks.requests, of_teams(teams, **more), public_url)

    seen(await requests(), "ok", "only Teams can see")
    seen(await requests(""), "wrong", "MIDWAY_PUBLIC_URL")
    odd = "http://smba.example/"
    seen(await requests(service_urls=odd), "wrong", "SERVICE_URLS", "no https address", odd)
    teams.keys_down = True
    seen(await requests(), "wrong", "keys", "reaches Microsoft")


async def test_both_platforms_are_looked_at_where_anything_is_set(
    slack: fake_slack.FakeSlack, teams: fake_teams.FakeTeams, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("SLACK__API_URL", f"{slack.url}api/"), ("SLACK__BOT_TOKEN", TOKEN), ("MSTEAMS__APP_ID", fake_teams.APP_ID),
                        ("MSTEAMS__OPENID_URL", f"{teams.root}/openid")):
        monkeypatch.setenv(f"MIDWAY_{name}", value)
    found = {each.id: each.state for each in await asyncio.to_thread(lambda: list(all_findings()))}
    assert found["slack-token"] == "ok" and found["slack-events"] == found["msteams-token"] == found["msteams-requests"] == "wrong"
    assert not {"slack", "msteams"} & set(found)


@pytest.fixture
def settings(database_url: str, secret: SecretKey, tmp_path: Path) -> Iterator[Settings]:
    """Of a data folder with the key of ``storage``."""
    (tmp_path / "data").mkdir(mode=0o700)
    key = tmp_path / "data" / "secret.key"
    key.write_text(bytes(range(32)).hex(), encoding="ascii")
    key.chmod(0o600)
    yield Settings(data_dir=tmp_path / "data", database_url=database_url)


async def of_database(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    [finding] = await asyncio.to_thread(lambda: list(findings([Check("x", "it", lambda: check(settings))])))
    return finding


async def test_the_database(settings: Settings, storage: Storage) -> None:
    """At this version's tables; with older ones, which waiting work is not read from; with none; of a newer Midway."""
    seen(await of_database(database_checks.database, settings), "ok", "of this version")
    for change, state, words in (
        ("UPDATE alembic_version SET version_num = '0003'", "wrong", ("0003", REVISIONS[-1], "midway migrate")),
        ("UPDATE alembic_version SET version_num = '9999'", "wrong", ("newer Midway", "restore a backup")),
        ("DROP TABLE alembic_version", "not set up", ("midway migrate",)),
    ):
        async with storage.unit() as unit:
            await (await unit.session.connection()).execute(text(change))
        seen(await of_database(database_checks.database, settings), state, *words)  # type: ignore[arg-type]
    seen(await of_database(database_checks.waiting, settings), "not set up", "not known")
    seen(await of_database(database_checks.deliveries, settings), "not set up", "not known")


async def test_the_timers(settings: Settings) -> None:
    seen(await of_database(database_checks.timers, settings), "ok")


async def test_a_role_that_lacks_rights(migrated_database: MakeDatabase, tmp_path: Path) -> None:
    """It may look at the tables, and change none; it may make no schema for the timers."""
    url = migrated_database("postgresql", tmp_path)
    with without_rights(url) as poor, psycopg.connect(url, autocommit=True) as owner:
        role = poor.split("//")[1].split(":")[0]
        owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}".encode())
        settings = Settings(data_dir=tmp_path / "data", database_url=poor)
        seen(await of_database(database_checks.database, settings), "wrong", "takes no changes", "owner")
        seen(await of_database(database_checks.timers, settings), "wrong", "midway_timers", "CREATE")
        owner.execute(f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {role}".encode())
        seen(await of_database(database_checks.database, settings), "wrong", "lacks rights", "owner")


async def test_a_database_sealed_with_another_key(settings: Settings, storage: Storage) -> None:
    async with storage.unit() as unit:
        await unit.ledger.plan("T", "one", WHERE, REPLY, datetime.now(UTC))
    seen(await of_database(database_checks.database, settings), "ok")
    (settings.data_dir / "secret.key").write_text("ab" * 32, encoding="ascii")
    seen(await of_database(database_checks.database, settings), "wrong", "another secret key", "backup")


async def test_what_waits(settings: Settings, storage: Storage) -> None:
    """A moment is no wait; what waits for longer says since when, and that nobody is at work."""
    now = datetime.now(UTC)
    seen(await of_database(database_checks.waiting, settings), "ok")
    async with storage.unit() as unit:
        await unit.ledger.plan("T", "tip", WHERE, REPLY, now - timedelta(hours=2))
    seen(await of_database(database_checks.waiting, settings), "warning", "to be sent: 1", "make run")
    async with storage.unit() as unit:
        await unit.inbox.put(IncomingMessage("e1", WHERE, Sender("U1"), now, "words of somebody"), now)
    assert "answer" not in (await of_database(database_checks.waiting, settings)).said
    async with storage.unit() as unit:
        await unit.inbox.put(IncomingMessage("e2", WHERE, Sender("U1"), now, "words of somebody"), datetime(2026, 1, 5, 9, tzinfo=UTC))
    finding = await of_database(database_checks.waiting, settings)
    seen(finding, "wrong", "for an answer: 2", "2026-01-05 09:00 UTC", "make run")
    assert "words" not in finding.said


async def test_what_did_not_arrive(settings: Settings, storage: Storage) -> None:
    """By reason, the most frequent first; no more of them than fit on a line."""
    now = datetime.now(UTC)
    seen(await of_database(database_checks.deliveries, settings), "ok")
    outcomes = [Outcome("rejected", reason="The channel is archived.")] * 2 + [Outcome("uncertain", reason=f"reason {number}") for number in range(4)]
    async with storage.unit() as unit:
        for number, outcome in enumerate(outcomes):
            await unit.ledger.plan("T", str(number), WHERE, REPLY, now)
            await unit.ledger.record("T", str(number), outcome, now)
        await unit.inbox.put(IncomingMessage("e1", WHERE, Sender("U1"), now, "?"), now)
        claim = await unit.inbox.claim("me", now, now + timedelta(minutes=1), ["slack"])
        assert claim and await unit.inbox.finish(claim, now, failed=True)
    finding = await of_database(database_checks.deliveries, settings)
    seen(finding, "warning", "2 rejected by slack (The channel is archived)", "1 uncertain by slack (reason 0)", "2 for other reasons", "1 answered with an apology")


async def test_a_database_that_is_away_or_damaged(settings: Settings, tmp_path: Path) -> None:
    away = f"postgresql://midway:PASSWORD@127.0.0.1:{free_port()}/midway"
    finding = await of_database(database_checks.database, settings.model_copy(update={"database_url": away}))
    seen(finding, "wrong", "Nothing listens", "Start it, or correct MIDWAY_DATABASE_URL.")
    assert "PASSWORD" not in finding.said
    (tmp_path / "bad.db").write_bytes(b"no database" * 500)
    damaged = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/bad.db"})
    seen(await of_database(database_checks.database, damaged), "wrong", "damaged", "backup")
    missing = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/none.db"})
    seen(await of_database(database_checks.database, missing), "not set up")
    assert not (tmp_path / "none.db").exists()


async def test_a_database_that_may_not_be_read(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.db").write_bytes(b"")
    monkeypatch.setattr("os.access", lambda *_: False)
    other = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/other.db"})
    seen(await of_database(database_checks.database, other), "wrong", "this user")
