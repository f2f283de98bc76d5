"""`midway doctor`, check by check: each is seen to find what it is there to find, and each finding says what to do."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.backup_note import note_backup
from adapters.doctor import database_checks, knowledge_checks, machine_checks
from adapters.doctor.checks import all_findings
from adapters.doctor.finding import Finding, State, told
from adapters.doctor.looking import Check, findings
from adapters.doctor.showing import is_ok, line, summary
from adapters.presence import SERVES, WORKS, present
from adapters.settings import Settings
from knowledge.embedder import MiniLM
from tests.knowledge_fixtures import real_models, small_index

__all__ = ["real_models", "small_index"]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("MIDWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder that is there and empty."""
    (tmp_path / "data").mkdir(mode=0o700)
    return Settings()


def seen(finding: Finding, state: State, *words: str) -> None:
    """What is wrong is said with what to do about it."""
    assert finding.state == state and all(word in finding.said + finding.remedy for word in words), finding
    assert finding.remedy or state in ("ok", "not set up")


@pytest.mark.parametrize(("name", "value", "state", "words"), [
    ("MIDWAY_TRACKING", "true", "ok", "the environment"),
    ("MIDWAY_TRAKING", "true", "warning", "MIDWAY_TRACKING?"),
    ("MIDWAY_TRACKING", "perhaps", "wrong", "MIDWAY_TRACKING is wrong"),
    ("MIDWAY_DESKS", "{", "wrong", "MIDWAY_DESKS is not the JSON"),
])
def test_settings(monkeypatch: pytest.MonkeyPatch, name: str, value: str, state: State, words: str) -> None:
    monkeypatch.setenv(name, value)
    read, finding = machine_checks.settings_read()
    seen(finding, state, words)
    assert (read is None) == (state == "wrong")


def test_a_file_of_settings_is_named_and_may_be_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIDWAY_TRACKING=false\n", encoding="utf-8")
    seen(machine_checks.settings_read()[1], "ok", ".env and the environment")
    (tmp_path / ".env").write_bytes("MIDWAY_ADMINS=J\u00f6rg\n".encode("latin-1"))
    seen(machine_checks.settings_read()[1], "wrong", "UTF-8")


def test_without_settings_the_rest_is_looked_at_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they name cannot be; they are what is to be mended first."""
    monkeypatch.setenv("MIDWAY_TRACKING", "perhaps")
    assert [(each.id, each.state) for each in all_findings()] == [("settings", "wrong"), ("clock", "ok")]


def test_the_data_folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(machine_checks.data_folder(settings), "ok")
    settings.data_dir.chmod(0o755)
    seen(machine_checks.data_folder(settings), "warning", "its mode is 0755", "chmod -R go= data")
    settings.data_dir.chmod(0o700)
    seen(machine_checks.data_folder(settings.model_copy(update={"data_dir": Path("none")})), "not set up", "make run")
    Path("file").write_text("", encoding="utf-8")
    seen(machine_checks.data_folder(settings.model_copy(update={"data_dir": Path("file")})), "wrong", "MIDWAY_DATA_DIR")
    monkeypatch.setattr(os, "access", lambda *_: False)
    seen(machine_checks.data_folder(settings), "wrong", "cannot be written", "chown")


@pytest.mark.parametrize(("free", "state"), [(2_000_000_000, "ok"), (500_000_000, "warning"), (1_000_000, "wrong")])
def test_the_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    seen(machine_checks.disk(settings), state, "free")
    seen(machine_checks.disk(settings.model_copy(update={"data_dir": Path("not/yet")})), state)


def test_whether_it_runs(settings: Settings) -> None:
    """Told by locks, which end with the process; looking leaves no file behind."""
    folder = settings.data_dir
    seen(machine_checks.running(settings), "warning", "does not run", "make run")
    assert list(folder.iterdir()) == []
    with present(folder, SERVES, WORKS), present(folder, WORKS):
        seen(machine_checks.running(settings), "ok", "serves pages and answers")
        assert machine_checks.to_begin(settings) == machine_checks.WAIT
    with present(folder, WORKS):
        seen(machine_checks.running(settings), "ok", "no `midway serve`")
    with present(folder, SERVES):
        seen(machine_checks.running(settings), "wrong", "midway worker")
    seen(machine_checks.running(settings), "warning")
    seen(machine_checks.running(settings.model_copy(update={"data_dir": Path("none")})), "not set up")


@pytest.mark.parametrize(("url", "state"), [("", "not set up"), ("http://midway.example", "warning"), ("https://midway.example", "ok")])
def test_the_public_address(settings: Settings, url: str, state: State) -> None:
    seen(machine_checks.public_address(settings.model_copy(update={"public_url": url})), state, "MIDWAY_PUBLIC_URL")


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Vienna")
    seen(machine_checks.clock(), "ok", "Europe/Vienna")
    monkeypatch.setenv("TZ", "Europe/Nowhere")
    seen(machine_checks.clock(), "warning", "TZ")
    monkeypatch.setattr(machine_checks, "known_zone", lambda _: None)
    seen(machine_checks.clock(), "wrong", "time zones", "make setup")


def test_the_secret_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings.data_dir / "secret.key"
    seen(database_checks.secret_key(settings), "not set up", "first start")
    (settings.data_dir / "midway.db").write_bytes(b"")
    seen(database_checks.secret_key(settings), "wrong", "backup")
    assert not file.exists()
    file.write_text("ab" * 32, encoding="ascii")
    file.chmod(0o640)
    seen(database_checks.secret_key(settings), "wrong", "0640", "chmod 600")
    file.chmod(0o600)
    seen(database_checks.secret_key(settings), "ok")
    file.write_text("short", encoding="ascii")
    [finding] = findings([Check("secret-key", "the key", lambda: database_checks.secret_key(settings))])
    seen(finding, "wrong", "backup")
    monkeypatch.setenv("MIDWAY_SECRET_KEY", "cd" * 32)
    finding = database_checks.secret_key(Settings())
    seen(finding, "ok", "MIDWAY_SECRET_KEY")
    assert "cd" * 32 not in finding.said


def test_the_last_backup(settings: Settings) -> None:
    """Of which there may be none, or none for long; what is no time is no backup."""
    seen(database_checks.backup(settings), "not set up", "nothing to be saved")
    (settings.data_dir / "midway.db").write_bytes(b"")
    seen(database_checks.backup(settings), "not set up", "docs/deployment.md")
    now = datetime.now(UTC)
    note_backup(settings.data_dir, now - timedelta(days=2))
    seen(database_checks.backup(settings), "ok", f"{now - timedelta(days=2):%Y-%m-%d %H:%M} UTC")
    note_backup(settings.data_dir, now - timedelta(days=30))
    seen(database_checks.backup(settings), "warning", "30 days ago")
    (settings.data_dir / "backup.last").write_text("yesterday", encoding="ascii")
    seen(database_checks.backup(settings), "not set up")
    elsewhere = settings.model_copy(update={"database_url": "postgresql://db.example/midway"})
    seen(database_checks.backup(elsewhere), "not set up", "pg_dump")


def test_a_library_with_a_broken_practice(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen(knowledge_checks.library(settings), "ok", "practices")
    (tmp_path / "broken.md").write_text("no practice", encoding="utf-8")
    load = knowledge_checks.load_shipped
    monkeypatch.setattr(knowledge_checks, "load_shipped", lambda: load(tmp_path))
    seen(knowledge_checks.library(settings), "wrong", "broken.md", "make setup")


def test_the_index(settings: Settings, small_index: Path) -> None:
    """None yet; one of another library; one that is damaged. That of the library in force is looked at while it serves."""
    seen(knowledge_checks.index(settings), "not set up", "make run")
    shutil.copytree(small_index, settings.data_dir / "index")
    seen(knowledge_checks.index(settings), "warning", "another library", "Restart")
    file = settings.data_dir / "index" / "snapshot.npz"
    file.write_bytes(file.read_bytes()[:-500])
    seen(knowledge_checks.index(settings), "wrong", "damaged", "Restart")


def test_the_embedding_model(settings: Settings, real_models: Path) -> None:
    """It is read, never made: a file that is not as it was made is left as it is."""
    seen(knowledge_checks.embeddings(settings), "not set up", "first start")
    models = settings.data_dir / "models"
    assert not models.exists()
    shutil.copytree(real_models, models)
    seen(knowledge_checks.embeddings(settings), "ok")
    far = settings.model_copy(update={"embeddings": "nowhere:model"})
    seen(knowledge_checks.embeddings(far), "wrong", "langchain-nowhere")
    file = MiniLM(models).files[1]
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    before = file.stat().st_mtime_ns
    seen(knowledge_checks.embeddings(settings), "warning", "Restart")
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(("llm", "key", "state", "words"), [
    (None, None, "not set up", "no question leaves"),
    ("openai:model", "sk-1", "ok", "no call was made"),
    ("openai:model", None, "wrong", "MIDWAY_LLM_API_KEY"),
    ("nobody:model", "sk-1", "wrong", "openai:"),
])
def test_the_language_model(monkeypatch: pytest.MonkeyPatch, llm: str | None, key: str | None, state: State, words: str) -> None:
    for name, value in (("MIDWAY_LLM", llm), ("MIDWAY_LLM_API_KEY", key)):
        if value:
            monkeypatch.setenv(name, value)
    settings = Settings()
    [finding] = findings([Check("language-model", "the model", lambda: knowledge_checks.language_model(settings))])
    seen(finding, state, words)
    assert "sk-1" not in finding.said + finding.remedy


def test_a_language_model_without_its_package(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.llm.endpoint.find_spec", lambda _: None)
    wanted = settings.model_copy(update={"llm": "ollama:model"})
    seen(knowledge_checks.language_model(wanted), "wrong", "langchain-ollama", "Install")


@pytest.fixture
def failing() -> Iterator[list[Check]]:
    """One that hangs, one that raises what nobody may read, one without its package, and one that is well."""
    def secret() -> Finding:
        raise RuntimeError("postgresql://midway:PASSWORD@db")

    def package() -> Finding:
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    def hang() -> Finding:
        time.sleep(2)
        return Finding("a", "ok", "too late")

    yield [
        Check("a", "the first thing", hang, 0.05), Check("b", "the second thing", secret), Check("c", "the third thing", package),
        Check("d", "the last thing", lambda: Finding("d", "ok", "well")),
    ]


def test_no_check_keeps_the_next_from_being_made(failing: list[Check]) -> None:
    """Neither by hanging nor by failing; and no message of an error nobody expected is repeated."""
    found = list(findings(failing))
    seen(found[0], "wrong", "the first thing", "given up after 0.05 seconds")
    seen(found[1], "wrong", "the second thing", "RuntimeError")
    seen(found[2], "wrong", "numpy cannot be loaded", "make setup")
    assert found[3] == Finding("d", "ok", "well")
    assert not any("PASSWORD" in each.said for each in found)


def test_a_group_that_cannot_be_loaded_is_one_finding(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def group(_: Settings) -> list[Check]:
        raise ModuleNotFoundError("No module named 'sqlalchemy'", name="sqlalchemy")

    monkeypatch.setattr("adapters.doctor.checks.GROUPS", (("database", "the database", group), ("data-folder", "it", machine_checks.checks)))
    found = {each.id: each for each in all_findings()}
    seen(found["database"], "wrong", "sqlalchemy", "make setup")
    assert found["data-folder"].state == "ok"


def test_a_sentence_is_parted_from_its_remedy() -> None:
    assert told("x", "wrong", "It is full. Free some space.", "else") == Finding("x", "wrong", "It is full.", "Free some space.")
    assert told("x", "wrong", "It is gone: run `it` again.", "else") == Finding("x", "wrong", "It is gone.", "Run `it` again.")
    assert told("x", "wrong", "data: Permission denied", "else") == Finding("x", "wrong", "data: Permission denied", "else")


def test_lines_are_wrapped_plain_or_in_colour() -> None:
    """A remedy that was just said is not said again; nothing of a terminal's own gets through."""
    finding = Finding("x", "wrong", "word " * 30 + "\x1b[2J", "Do this.")
    lines = line(finding, 60, colour=False, repeated=False).splitlines()
    assert lines[0].startswith("wrong       word") and max(map(len, lines)) <= 60 and lines[-1] == " " * 12 + "Next: Do this."
    assert "\x1b" not in "".join(lines) and "Next" not in line(finding, 60, colour=False, repeated=True)
    assert line(finding, 60, colour=True, repeated=False).startswith("\x1b[31mwrong")


def test_warnings_are_nothing_wrong() -> None:
    fine, odd, bad = (Finding("x", state, "said", "do") for state in ("ok", "warning", "wrong"))
    assert is_ok([fine, odd]) and not is_ok([fine, bad])
    assert summary([fine, odd]) == "Nothing is wrong. To look at: 1." and summary([bad, bad]) == "Wrong: 2."
