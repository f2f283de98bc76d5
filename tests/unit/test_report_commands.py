"""`midway report`: what it prints and writes, whose report it is, and that the audit knows of it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters import report_commands
from adapters.bootstrap import make_secret, open_storage
from adapters.report_commands import TenantUnknown, Wanted, write_report
from adapters.settings import Settings
from bot.errors import TeamUnknown
from bot.report_periods import PeriodUnknown
from bot.storage.audits import Entry
from bot.storage.records import QuestionRecord

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(report_commands, "now", lambda: NOW)


async def _asked(tenant: str, count: int, visibility: str) -> None:
    settings = Settings()
    storage = await open_storage(settings, make_secret(settings))
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(tenant, "Chapter North")
        team.visibility = visibility
        for number in range(count):
            at = datetime(2026, 10, 6, 9, tzinfo=UTC) + timedelta(days=number % 20)
            await unit.questions.record(QuestionRecord(
                tenant, f"e{number}", "slack", "T1", f"p{number % 7}", at, "words", "en", "answered", 0.9, team.id, practices=("pilot-charter",), nearest=None,
            ))
    await storage.close()


def asked(tenant: str = "W1", count: int = 40, visibility: str = "named") -> None:
    asyncio.run(_asked(tenant, count, visibility))


async def _audit(tenant: str) -> list[Entry]:
    settings = Settings()
    storage = await open_storage(settings, make_secret(settings))
    async with storage.view() as unit:
        found = await unit.audits.about(tenant, "report")
    await storage.close()
    return found


def test_weeks_that_are_over_are_counted_before(capsys: pytest.CaptureFixture[str]) -> None:
    """By default it is the last full month, as text."""
    asked()
    assert write_report(Wanted(), None) == 0
    printed, said = capsys.readouterr()
    assert printed.startswith("Engagement: October 2026\n") and "Questions: 40 asked" in printed and said == ""


def test_an_empty_database_is_a_valid_report(capsys: pytest.CaptureFixture[str]) -> None:
    write_report(Wanted(form="json"), None)
    found = json.loads(capsys.readouterr().out)
    assert found["period"] == "2026-10" and found["results"][0]["value"] == 0
    assert [entry.what for entry in asyncio.run(_audit("web"))] == ["report exported"]


@pytest.mark.parametrize(("form", "begins"), [("text", b"Engagement"), ("json", b"{"), ("csv", b"section,"), ("xlsx", b"PK"), ("pdf", b"%PDF-")])
def test_a_file_is_written_where_it_is_said(form: str, begins: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(Wanted(form=form), tmp_path / "here")
    assert (tmp_path / "here").read_bytes().startswith(begins)
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'here'}\n"


def test_what_a_screen_cannot_show_gets_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked()
    for form, names in (("xlsx", [".xlsx"]), ("pdf", [".pdf"]), ("png", ["-funnel.png", "-trend.png"])):
        write_report(Wanted("2026-10", form), None)
        said = capsys.readouterr().out
        assert said == "".join(f"Wrote midway-report-2026-10{name}\n" for name in names)
        assert all((tmp_path / f"midway-report-2026-10{name}").stat().st_size > 1000 for name in names)


def test_without_weeks_to_tell_of_there_is_one_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(Wanted("2026-W41", "png"), tmp_path / "chart.png")
    assert [file.name for file in tmp_path.glob("*.png")] == ["chart-funnel.png"]
    assert "There is no picture of the weeks" in capsys.readouterr().out


def test_of_several_tenants_it_is_the_one_with_most_questions(capsys: pytest.CaptureFixture[str]) -> None:
    """Told on stderr, with how to choose."""
    asked("W1", 20)
    asked("W2", 60)
    write_report(Wanted(), None)
    printed, said = capsys.readouterr()
    assert "60 asked" in printed and said == "This is the report of W2. Choose with --tenant: W2, W1.\n"
    write_report(Wanted(tenant="W1"), None)
    printed, said = capsys.readouterr()
    assert "20 asked" in printed and said == ""
    with pytest.raises(TenantUnknown, match="There are: W2, W1"):
        write_report(Wanted(tenant="W3"), None)


def test_it_is_narrowed_to_a_team_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    asked()
    write_report(Wanted(form="json", team="chapter north"), None)
    found = json.loads(capsys.readouterr().out)
    assert found["team"] == "Chapter North" and found["trend"] == [] and found["actions"] == []
    write_report(Wanted(team="Chapter North"), None)
    assert "From tried to proven" not in (printed := capsys.readouterr().out) and "In practices:" in printed


@pytest.mark.parametrize("visibility", ["anonymous", "counted"])
def test_no_report_is_made_of_a_team_that_does_not_want_to_be_named(visibility: str) -> None:
    asked(visibility=visibility)
    with pytest.raises(TeamUnknown, match="No team that is named in reports"):
        write_report(Wanted(team="Chapter North"), None)


def test_a_period_that_is_none_changes_nothing() -> None:
    asked()
    with pytest.raises(PeriodUnknown, match="names no period"):
        write_report(Wanted("2026-13"), None)
    assert asyncio.run(_audit("W1")) == []


def test_every_export_stands_in_the_audit() -> None:
    asked()
    for form in ("csv", "json"):
        write_report(Wanted("2026-W41", form), None)
    entries = asyncio.run(_audit("W1"))
    assert [(entry.by, entry.what, entry.note) for entry in entries] == [("the local shell", "report exported", f"2026-W41 {form}") for form in ("json", "csv")]
