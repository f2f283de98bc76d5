"""`midway pilots`: what it prints and writes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from adapters import pilot_commands
from adapters.bootstrap import make_secret, now, open_storage
from adapters.settings import Settings
from bot.pilot_answers import Answers
from bot.pilot_keeping import Act, PilotKeeping, PilotUnknown
from bot.storage.pilots import KeptPilot
from tests.fakes.answering import shipped

pytestmark = pytest.mark.usefixtures("own_data_folder")


async def _planned(tenant: str) -> KeptPilot:
    settings = Settings()
    storage = await open_storage(settings, make_secret(settings))
    keeping = PilotKeeping(storage, now, shipped)
    async with storage.unit() as unit:
        team, _ = await unit.teams.get_or_make(tenant, "Chapter North")
    answers = Answers("More registrations", "Registrations a quarter", 8)
    pilot = await keeping.make(await keeping.actor(tenant, "p1", team), team, answers, Act("e1"))
    await storage.close()
    return pilot


def planned(tenant: str = "W1") -> KeptPilot:
    return asyncio.run(_planned(tenant))


def test_without_a_pilot_it_says_how_to_plan_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert pilot_commands.show_list(False) == 0 and "plan a pilot" in capsys.readouterr().out
    assert pilot_commands.show_list(True) == 0 and json.loads(capsys.readouterr().out) == []


def test_pilots_of_every_tenant_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    ids = {planned("W1").id, planned("W2").id}
    pilot_commands.show_list(True)
    rows = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in rows} == ids
    assert set(rows[0]) == {"id", "tenant", "team", "goal", "state", "decision", "starts_on", "review_on", "practices"}
    pilot_commands.show_list(False)
    assert capsys.readouterr().out.count("More registrations (Chapter North; planned, review on") == 2


def test_one_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    pilot = planned()
    pilot_commands.show_one(pilot.id, False)
    assert "State the hypothesis." in capsys.readouterr().out
    pilot_commands.show_one(pilot.id, True)
    assert json.loads(capsys.readouterr().out)["team"] == "Chapter North"
    with pytest.raises(PilotUnknown, match="“no-such-pilot”: `midway pilots list`"):
        pilot_commands.show_one("no-such-pilot", False)


def test_one_is_written_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A PDF gets a name of its own where none is given; what is no file goes to the screen."""
    pilot = planned()
    pilot_commands.export(pilot.id, "pdf", None)
    name = f"midway-pilot-{pilot.id}.pdf"
    assert name in capsys.readouterr().out and (tmp_path / name).read_bytes().startswith(b"%PDF")
    pilot_commands.export(pilot.id, "md", None)
    assert capsys.readouterr().out.startswith("# Pilot: More registrations")
    pilot_commands.export(pilot.id, "json", tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["id"] == pilot.id
