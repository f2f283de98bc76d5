"""`midway adoption brief`: one page in a file, or a sentence."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters import adoption_commands, brief_commands
from adapters.bootstrap import make_secret, open_storage
from adapters.settings import Settings
from bot.errors import NoBrief
from bot.storage.results import Figures
from knowledge.library import shipped_text

FIGURES = Figures("Response time", 48, 12, "hours", "October 2026", "sheet", lower_is_better=True)


pytestmark = pytest.mark.usefixtures("own_data_folder")


async def stated(day: int = 25) -> str:
    """A result of a team in some workspace, which proves the practice, on this day of November; its id."""
    settings = Settings()
    storage = await open_storage(settings, make_secret(settings))
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make("W1", "Chapter North")
        at = datetime(2026, 11, day, tzinfo=UTC)
        result, _ = await unit.results.state("W1", team.id, "pilot-charter", FIGURES, "p1", at, event_key=f"e{day}")
        await unit.adoptions.press("W1", "pilot-charter", "proven", "p1", team.id, None, at)
    await storage.close()
    return result


@pytest.mark.parametrize(("name", "begins"), [("brief.pdf", b"%PDF-"), ("BRIEF.PNG", b"\x89PNG"), ("", b"%PDF-")])
def test_the_brief_is_written_as_its_file_is_called(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, begins: bytes) -> None:
    """Without a name it gets one, and says so."""
    result = asyncio.run(stated())
    assert brief_commands.write_brief(result, tmp_path / name if name else None) == 0
    file = tmp_path / (name or f"midway-brief-{result[:8]}.pdf")
    assert file.read_bytes().startswith(begins)
    said = capsys.readouterr().out
    assert file.name in said and "That is 75 % lower, and lower is what was wanted." in said


def test_the_id_that_a_brief_wants_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """In the list and the history as JSON, and in the words of the history."""
    result = asyncio.run(stated())
    adoption_commands.show_list(None, None, True)
    assert json.loads(capsys.readouterr().out)[0]["result"]["id"] == result
    adoption_commands.show_history("Chapter North", "pilot-charter", None, True)
    assert json.loads(capsys.readouterr().out)[0]["results"] == [result]
    adoption_commands.show_history("Chapter North", "pilot-charter", None, False)
    assert f"proven, by p1  result {result}\n" in capsys.readouterr().out


def test_of_several_results_that_stand_the_list_shows_the_newest(capsys: pytest.CaptureFixture[str]) -> None:
    newest = [asyncio.run(stated(day)) for day in (24, 26, 25)][1]
    adoption_commands.show_list(None, None, True)
    assert json.loads(capsys.readouterr().out)[0]["result"]["id"] == newest


def test_a_practice_that_was_withdrawn_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """In the list and the history, in words and as JSON."""
    async def withdraw() -> None:
        settings = Settings()
        storage = await open_storage(settings, make_secret(settings))
        async with storage.unit() as unit:
            body = shipped_text("pilot-charter") or ""
            await unit.versions.add("pilot-charter", body, "withdrawn", 0, "p2", datetime(2026, 11, 27, tzinfo=UTC))
            await unit.versions.note("pilot-charter", 1, "withdrawn", "p2", datetime(2026, 11, 27, tzinfo=UTC), "the law")
        await storage.close()

    asyncio.run(stated())
    adoption_commands.show_list(None, None, True)
    [before] = json.loads(capsys.readouterr().out)
    asyncio.run(withdraw())
    adoption_commands.show_list(None, None, True)
    assert json.loads(capsys.readouterr().out) == [{**before, "withdrawn": "2026-11-27"}] and before["withdrawn"] is None
    adoption_commands.show_list(None, "pilot-charter", False)
    assert "Chapter North: pilot-charter (withdrawn 2026-11-27): proven since" in capsys.readouterr().out
    adoption_commands.show_history("Chapter North", "pilot-charter", None, False)
    assert capsys.readouterr().out.endswith("pilot-charter was withdrawn from the library on 2026-11-27.\n")
    adoption_commands.show_history("Chapter North", "pilot-charter", None, True)
    assert json.loads(capsys.readouterr().out)[0]["withdrawn"] == "2026-11-27"


def test_without_a_result_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(NoBrief, match="There is no result “no such result”: `midway adoption history"):
        brief_commands.write_brief("no such result", tmp_path / "brief.pdf")
    assert not (tmp_path / "brief.pdf").exists()
