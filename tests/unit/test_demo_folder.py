"""The folder of the demo: made, replaced, kept apart from what is real."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.demo import folder
from adapters.settings import DEMO_MARK, MsTeams, Settings, Slack

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the folder is tried here without what goes into its database."""

    async def write(settings: Settings, weeks: int, seed: int, until: datetime) -> tuple[int, int]:
        (settings.data_dir / "midway.db").write_text(f"{weeks} {seed} {until}", encoding="utf-8")
        return 1, 1

    monkeypatch.setattr(folder, "_write", write)


@pytest.fixture
def real(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, data_dir=tmp_path, database_url="sqlite:///elsewhere.db", secret_key=SecretStr("00" * 32),  # type: ignore[call-arg]
        public_url="https://midway.example", slack=Slack(bot_token=SecretStr("xoxb")), msteams=MsTeams(app_id="A"),
    )


def test_the_demo_has_nothing_of_what_is_real(real: Settings) -> None:
    demo = folder.demo_settings(real)
    assert demo.is_demo and not real.is_demo
    assert demo.database == f"sqlite:///{real.data_dir / 'demo' / 'midway.db'}"
    assert (demo.secret_key, demo.chroma_url, demo.public_url) == (None, None, "")
    assert demo.slack.bot_token is None and demo.msteams.app_id is None


def test_it_is_made_once_and_then_found(real: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    folder.demo_settings(real)
    assert "Making the demo" in capsys.readouterr().err
    folder.demo_settings(real)
    assert "Making" not in capsys.readouterr().err


def test_an_old_demo_says_how_old_it_is(real: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    folder.make(real, until=datetime(2020, 1, 31, tzinfo=UTC))
    folder.demo_settings(real)
    assert "ends on 2020-01-31" in capsys.readouterr().err


def test_it_is_replaced_after_saying_so(real: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """With all that was done in it; what was prepared stays."""
    folder.make(real, seed=7)
    (real.data_dir / "demo" / "left-over").touch()
    (real.data_dir / "demo" / "index").mkdir()
    folder.make(real, seed=8)
    assert "Replacing the demo" in capsys.readouterr().err
    assert sorted(path.name for path in (real.data_dir / "demo").iterdir()) == [DEMO_MARK, "index", "midway.db"]
    assert " 8 " in (real.data_dir / "demo" / "midway.db").read_text(encoding="utf-8")
    assert [path.name for path in real.data_dir.iterdir()] == ["demo"]


def test_what_is_prepared_already_is_used(real: Settings) -> None:
    (real.data_dir / "index").mkdir()
    (real.data_dir / "index" / "vectors").touch()
    folder.make(real)
    assert (real.data_dir / "demo" / "index" / "vectors").exists()


def test_what_is_no_demo_is_refused(real: Settings) -> None:
    theirs = real.data_dir / "demo" / "thesis.txt"
    theirs.parent.mkdir()
    theirs.write_text("mine", encoding="utf-8")
    for use in (folder.make, folder.demo_settings):
        with pytest.raises(folder.NotADemo, match="not a demo that Midway made"):
            use(real)
    assert theirs.read_text(encoding="utf-8") == "mine" and not (theirs.parent / DEMO_MARK).exists()


def test_what_cannot_be_written_leaves_the_old_one(real: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.make(real)

    async def fail(*_: object) -> tuple[int, int]:
        raise OSError("full")

    monkeypatch.setattr(folder, "_write", fail)
    with pytest.raises(OSError, match="full"):
        folder.make(real)
    assert folder.demo_settings(real).is_demo
