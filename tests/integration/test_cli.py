"""The command line within this process: what each command prints, how it ends, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.integration.command_line import Shell

HEADER = "team,parent,relationship,channel\n"
COMMANDS = (
    ("serve",), ("chat",), ("ask",), ("practices", "list"), ("practices", "show"), ("practices", "check"), ("teams", "list"),
    ("teams", "import"), ("slack-manifest",), ("msteams-package",), ("migrate",), ("privacy", "show"),
    ("privacy", "export"), ("privacy", "erase"), ("backup",), ("restore",),
)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder with nothing set."""
    for name in [name for name in os.environ if name.startswith("MIDWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "data", capsys, monkeypatch)


def test_help_lists_every_command(shell: Shell) -> None:
    code, printed, _ = shell.run("--help")
    assert code == 0
    assert all(command[0] in printed for command in COMMANDS)
    assert 'midway ask "How do we launch a pilot?"' in " ".join(printed.split())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_commands_help_teaches(shell: Shell, command: tuple[str, ...]) -> None:
    """A sentence that says what it does, and every option explained."""
    code, printed, _ = shell.run(*command, "--help")
    assert code == 0
    described = printed.partition("\n")[2].partition("Options:")[0].partition("Arguments:")[0]
    assert len(described.split()) >= 8 and "." in described
    options = [line.split(maxsplit=1) for line in printed.splitlines() if line.strip().startswith("--")]
    assert all(len(words[1].split()) >= 4 for words in options), options


@pytest.mark.parametrize("arguments", [["no-such-command"], ["ask"], ["ask", "x", "--no-such"], ["serve", "--port", "x"], ["teams", "import"]])
def test_wrong_usage_is_2(shell: Shell, arguments: list[str]) -> None:
    """And says how to find help."""
    code, printed, said = shell.run(*arguments)
    assert code == 2 and "--help" in said and printed == ""


def test_nothing_at_all_shows_help(shell: Shell) -> None:
    assert "Usage" in "".join(map(str, shell.run()))


def test_practices_as_json(shell: Shell) -> None:
    """The contract: these keys, in this order."""
    code, printed, _ = shell.run("practices", "list", "--json")
    rows = json.loads(printed)
    assert code == 0 and len(rows) >= 32
    assert {tuple(row) for row in rows} == {("id", "title", "stage", "audience", "kind", "review_by")}
    assert all(isinstance(row["audience"], list) and row["id"] in printed for row in rows)


def test_practices_are_shown(shell: Shell) -> None:
    code, printed, _ = shell.run("practices", "show", "pilot-charter")
    assert code == 0 and "http" in printed and "We'll try it" not in printed
    assert all(f"{row}\n" for row in shell.run("practices", "list")[1].splitlines())


def test_a_practice_that_is_none_is_said_so(shell: Shell) -> None:
    code, printed, said = shell.run("practices", "show", "no-such")
    assert (code, printed) == (1, "") and "midway practices list" in said


def test_teams_twice(shell: Shell, tmp_path: Path) -> None:
    """Through the command line: made, then as they were, then listed."""
    (tmp_path / "t.csv").write_text("\ufeff" + HEADER + '"North, the first",,chapter,slack:C1\n', encoding="utf-8")
    assert "1 teams made" in shell.run("teams", "import", "t.csv")[1]
    assert "0 teams made, 0 changed, 1 as they were" in shell.run("teams", "import", "t.csv")[1]
    [row] = json.loads(shell.run("teams", "list", "--json")[1])
    assert (row["team"], row["relationship"], row["channels"]) == ("North, the first", "chapter", ["slack:C1"])


@pytest.mark.parametrize(("text", "words"), [("North,,,\n", "line 1 must be the header"), (HEADER + "North\n", "line 2 has 1 cells")])
def test_a_broken_team_file_is_a_sentence(shell: Shell, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    code, printed, said = shell.run("teams", "import", "t.csv")
    assert (code, printed) == (1, "") and words in said and said.count("\n") == 1


def test_the_slack_manifest_is_json(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """For Socket Mode without any setting; over HTTP with the address that is set, else a sentence."""
    assert json.loads(shell.run("slack-manifest")[1])["settings"]["socket_mode_enabled"] is True
    code, printed, said = shell.run("slack-manifest", "--no-socket")
    assert (code, printed) == (1, "") and "MIDWAY_PUBLIC_URL" in said
    monkeypatch.setenv("MIDWAY_PUBLIC_URL", "https://midway.example")
    manifest = json.loads(shell.run("slack-manifest", "--no-socket")[1])
    assert manifest["settings"]["event_subscriptions"]["request_url"].startswith("https://midway.example/")


def test_the_teams_package_is_a_zip(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, said = shell.run("msteams-package")
    assert code == 1 and "MIDWAY_PUBLIC_URL" in said and not (tmp_path / "midway-msteams.zip").exists()
    monkeypatch.setenv("MIDWAY_PUBLIC_URL", "https://midway.example")
    assert "MIDWAY_MSTEAMS__APP_ID" in shell.run("msteams-package")[2]
    monkeypatch.setenv("MIDWAY_MSTEAMS__APP_ID", "11111111-2222-3333-4444-555555555555")
    code, printed, _ = shell.run("msteams-package", "--out", "app.zip")
    assert code == 0 and "app.zip" in printed
    with zipfile.ZipFile(tmp_path / "app.zip") as package:
        assert "manifest.json" in package.namelist() and package.testzip() is None


def test_migrating_twice_is_the_same_as_once(shell: Shell) -> None:
    first, second = shell.run("migrate"), shell.run("migrate")
    assert first == second
    assert first[0] == 0 and first[1].startswith("The database is at revision ")
    with sqlite3.connect(shell.data / "midway.db") as database:
        assert database.execute("select count(*) from question").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MIDWAY_DATABASE_URL", "mysql://x", "sqlite:/// or postgresql://"),
        ("MIDWAY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "The database cannot be reached."),
        ("MIDWAY_SECRET_KEY", "short", "MIDWAY_SECRET_KEY must be 32 random bytes"),
        ("MIDWAY_DESKS", "{", "MIDWAY_DESKS is not the JSON it should be"),
        ("MIDWAY_TRACKING", "perhaps", "MIDWAY_TRACKING is wrong"),
    ],
)
def test_a_wrong_setting_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    monkeypatch.setenv(name, value)
    code, printed, said = shell.run("teams", "list")
    assert (code, printed) == (1, "") and words in said
    assert "Traceback" not in said and said.count("\n") == 1


def test_a_database_of_a_newer_version_is_left_alone(shell: Shell) -> None:
    shell.run("migrate")
    with sqlite3.connect(shell.data / "midway.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    code, _, said = shell.run("teams", "list")
    assert code == 1 and "Traceback" not in said and "newer" in said
