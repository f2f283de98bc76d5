"""The command line within this process: what each command prints, how it ends, and what it says when it cannot."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from adapters.cli import app
from adapters.cli_order import ORDER
from bot.access import Role
from tests.integration.command_line import Shell, nothing_set

HEADER = "team,parent,relationship,channel\n"


def commands(group: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command there is, so that none is left out."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        found += commands(command, (*before, name)) if inner else [(*before, name)]
    return found


COMMANDS = commands(typer.main.get_command(app))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder with nothing set."""
    data = nothing_set(tmp_path, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    return Shell(data, capsys, monkeypatch)


def test_help_lists_every_command(shell: Shell) -> None:
    code, printed, _ = shell.run("--help")
    assert code == 0
    assert all(command[0] in printed for command in COMMANDS)
    assert 'midway ask "How do we launch a pilot?"' in " ".join(printed.split())


def test_help_begins_with_what_people_do_first(shell: Shell) -> None:
    """Every command has its place."""
    listed = re.findall(r"^ {2}([a-z-]+) {2}", shell.run("--help")[1].split("Commands:")[1], re.MULTILINE)
    assert tuple(listed) == ORDER and listed[:3] == ["ask", "chat", "serve"] and set(listed) == {command[0] for command in COMMANDS}


@pytest.mark.parametrize(("command", "meant"), [
    (("practices", "show", "pilot-chart"), "pilot-charter"), (("teams", "show", "chaptr"), "Chapter North"),
    (("adoption", "list", "--team", "chaptr"), "Chapter North"), (("adoption", "list", "--practice", "pilot-chart"), "pilot-charter"),
    (("adoption", "history", "chaptr", "pilot-charter"), "Chapter North"), (("ask", "hello", "--team", "chaptr"), "Chapter North"),
])
def test_a_mistyped_name_gets_the_nearest(shell: Shell, tmp_path: Path, command: tuple[str, ...], meant: str) -> None:
    file = tmp_path / "teams.csv"
    file.write_text(HEADER + "Chapter North,,chapter,\nRegion West,,region,\n", encoding="utf-8")
    assert shell.run("teams", "import", str(file))[0] == 0
    code, printed, said = shell.run(*command)
    assert (code, printed) == (1, "") and f"Did you mean “{meant}”? `midway " in said


def test_a_misspelt_setting_is_said_once_by_any_command(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command goes on."""
    monkeypatch.setenv("MIDWAY_TRAKING", "false")
    code, printed, said = shell.run("migrate")
    assert code == 0 and said.count("MIDWAY_TRAKING is not a setting: did you mean MIDWAY_TRACKING?\n") == 1
    assert "MIDWAY_TRAKING" not in printed + shell.run("serve", "--help")[2]


def test_what_is_written_nobody_else_on_the_machine_can_read(shell: Shell) -> None:
    """Neither folders nor files, whatever the shell would let them."""
    assert shell.run("migrate")[0] == shell.run("sign-in")[0] == 0
    kept = [shell.data, *shell.data.rglob("*")]
    assert len(kept) > 2 and not [path for path in kept if path.stat().st_mode & 0o077]


def test_a_file_of_settings_in_another_encoding_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MIDWAY_ADMINS=Jörg\n".encode("latin-1"))
    assert shell.run("migrate") == (1, "", ".env is not in UTF-8: save it as UTF-8 and start again.\n")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_commands_help_teaches(shell: Shell, command: tuple[str, ...]) -> None:
    """A sentence that says what it does, no word twice in a row, and every option explained."""
    code, printed, _ = shell.run(*command, "--help")
    assert code == 0
    described = printed.partition("\n")[2].partition("Options:")[0].partition("Arguments:")[0]
    assert len(described.split()) >= 8 and "." in described
    assert not re.search(r"\b(\w+) \1\b", described)
    options = [line.split(maxsplit=1) for line in printed.splitlines() if line.strip().startswith("--")]
    assert all(len(words[1].split()) >= 4 for words in options), options


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["ask"], ["ask", "x", "--no-such"], ["serve", "--port", "x"], ["teams", "import"],
     ["teams", "import", "nowhere.csv"], ["practices", "import", "nowhere.html"], ["practices", "check", "nowhere"], ["restore", "nowhere.zip"], ["ask", "--batch", "nowhere.jsonl"]],
)  # fmt: skip
def test_wrong_usage_is_2(shell: Shell, arguments: list[str]) -> None:
    """And says how to find help."""
    code, printed, said = shell.run(*arguments)
    assert code == 2 and "--help" in said and printed == ""


def test_nothing_at_all_shows_help(shell: Shell) -> None:
    assert "Usage" in "".join(map(str, shell.run()))


def test_the_version_is_said(shell: Shell) -> None:
    assert shell.run("--version") == (0, f"midway {version('midway-advisor')}\n", "")


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
    made = json.loads(shell.run("teams", "import", "t.csv", "--tenant", "T1", "--json")[1])
    assert made == [{"tenant": "T1", "made": 1, "changed": 0, "unchanged": 0, "notes": []}]
    assert "1 teams made" in shell.run("teams", "import", "t.csv")[1]
    assert "0 teams made, 0 changed, 1 as they were" in shell.run("teams", "import", "t.csv")[1]
    row = next(row for row in json.loads(shell.run("teams", "list", "--json")[1]) if row["tenant"] == "web")
    assert (row["team"], row["relationship"], row["channels"]) == ("North, the first", "chapter", ["slack:C1"])


def test_adoption_is_corrected_with_a_reason(shell: Shell, tmp_path: Path) -> None:
    """Set, set again, listed and in its history; proven cannot be set, and what is not there is a sentence."""
    (tmp_path / "t.csv").write_text(HEADER + "Chapter North,,chapter,\n", encoding="utf-8")
    shell.run("teams", "import", "t.csv")
    assert "No team has said anything" in shell.run("adoption", "list")[1]
    correct = ("adoption", "set", "chapter north", "pilot-charter")
    assert "trying (was not known)" in shell.run(*correct, "trying", "--reason", "said by phone")[1]
    assert "was so already" in shell.run(*correct, "trying", "--reason", "again")[1]
    assert json.loads(shell.run(*correct, "trying", "--reason", "again", "--json")[1]) == {
        "tenant": "web", "team": "Chapter North", "practice": "pilot-charter", "state": "trying", "changed": False, "previous": "trying",
    }
    [row] = json.loads(shell.run("adoption", "list", "--json")[1])
    assert (row["team"], row["practice"], row["state"], row["result"]) == ("Chapter North", "pilot-charter", "trying", None)
    assert "anything about that yet" in shell.run("adoption", "list", "--practice", "pilot-one-project")[1]
    [event] = json.loads(shell.run("adoption", "history", "Chapter North", "pilot-charter", "--json")[1])
    assert (event["state"], event["reason"], event["by"]) == ("trying", "said by phone", "the local shell")
    assert shell.run(*correct, "proven", "--reason", "x")[0] == 2
    assert shell.run(*correct, "stopped", "--reason", " ")[0] == 1 and len(shell.run("adoption", "history", *correct[2:])[1].splitlines()) == 1
    setting = "trying", "--reason", "x"
    for arguments in (
        ("set", "Nowhere", "pilot-charter", *setting), ("set", "Chapter North", "no-such", *setting),
        ("history", "Chapter North", "no-such"), ("list", "--team", "Nowhere"), ("list", "--practice", "no-such", "--json"),
    ):
        code, printed, said = shell.run("adoption", *arguments)
        assert (code, printed) == (1, "") and "midway" in said and said.count("\n") == 1


@pytest.mark.parametrize("role", list(Role))
def test_a_link_is_made_for_any_role(shell: Shell, role: Role) -> None:
    code, link, _ = shell.run("sign-in", "--role", role.value)
    assert code == 0 and link.startswith("http://127.0.0.1:8080/sign-in?t=")


def test_a_new_link_is_for_whoever_was_let_in_before(shell: Shell) -> None:
    """By the whole pseudonym, or as much of it as a page shows; nobody new is there, and nobody is made up."""
    shell.run("sign-in", "--role", "curator", "--label", "Chapter North")
    [(person,)] = people_let_in(shell)
    for said in (person, person[:6]):
        code, link, _ = shell.run("sign-in", "--person", said)
        assert code == 0 and link.startswith("http://127.0.0.1:8080/sign-in?t=")
    assert people_let_in(shell) == [(person,)]
    code, printed, said = shell.run("sign-in", "--person", "abcdef")
    assert (code, printed) == (1, "") and "There is nobody like that on the web" in said


def people_let_in(shell: Shell) -> list[tuple[str]]:
    with closing(sqlite3.connect(shell.data / "midway.db")) as database:
        return database.execute("SELECT person FROM role_grant").fetchall()


def test_there_is_no_link_for_a_role_that_there_is_not(shell: Shell) -> None:
    code, printed, said = shell.run("sign-in", "--role", "boss")
    assert (code, printed) == (2, "") and "choose member, curator, expert, sponsor or admin" in said


def test_a_team_is_invited_merged_and_shown(shell: Shell, tmp_path: Path) -> None:
    """The link alone is printed; merging twice is once; the old name still leads to its history."""
    (tmp_path / "t.csv").write_text(HEADER + "North,,chapter,\nNorth Chapter,,chapter,slack:C1\n", encoding="utf-8")
    shell.run("teams", "import", "t.csv")
    code, link, _ = shell.run("teams", "invite", "Dealer South", "--relationship", "dealer", "--parent", "North")
    assert code == 0 and link.startswith("http://127.0.0.1:8080/sign-in?t=") and link.count("\n") == 1
    for said in ("is now of North", "Nothing changed"):
        assert said in shell.run("teams", "merge", "North Chapter", "North", "--reason", "typed twice")[1]
    rows = {row["team"]: row for row in json.loads(shell.run("teams", "list", "--json")[1])}
    assert rows["North Chapter"]["merged_into"] == "North" and rows["North"]["channels"] == ["slack:C1"]
    assert rows["Dealer South"] == {
        "tenant": "web", "team": "Dealer South", "parent": "North", "relationship": "dealer", "visibility": "named", "channels": [],
        "joining_open": True, "left_at": None, "merged_into": None,
    }
    shown = json.loads(shell.run("teams", "show", "north chapter", "--json")[1])
    assert [entry["what"] for entry in shown["history"]] == ["merged", "imported"] and "typed twice" in shown["history"][0]["note"]
    assert "Parent: North" in shell.run("teams", "show", "Dealer South")[1]


@pytest.mark.parametrize(
    "arguments", [("show", "Nobody"), ("merge", "North", "Nobody", "--reason", "x"), ("merge", "North", "North", "--reason", "x"),
                  ("merge", "North", "South", "--reason", " "), ("invite", "X", "--parent", "Nobody")]
)  # fmt: skip
def test_what_cannot_be_done_with_a_team_is_a_sentence(shell: Shell, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_text(HEADER + "North,,chapter,\nSouth,,chapter,\n", encoding="utf-8")
    shell.run("teams", "import", "t.csv")
    code, printed, said = shell.run("teams", *arguments)
    assert (code, printed) == (1, "") and said.count("\n") == 1 and "Traceback" not in said


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
    monkeypatch.setenv("MIDWAY_PUBLIC_URL", "http://midway.example")
    assert shell.run("slack-manifest", "--no-socket") == (1, "", said) and said.count("\n") == 1
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
        assert json.loads(package.read("manifest.json"))["version"] == "1.0.0"
    assert shell.run("msteams-package", "--out", "app.zip", "--version", "1.0.1")[0] == 0
    with zipfile.ZipFile(tmp_path / "app.zip") as package:
        assert json.loads(package.read("manifest.json"))["version"] == "1.0.1"
    pages = [f"--{name}=https://example.org/{name}" for name in ("website", "privacy", "terms")]
    assert "--website, --privacy, --terms" in printed and "https://midway.example" in printed
    code, printed, _ = shell.run("msteams-package", "--out", "app.zip", "--developer", "Office 7", *pages)
    assert code == 0 and "--" not in printed
    with zipfile.ZipFile(tmp_path / "app.zip") as package:
        assert json.loads(package.read("manifest.json"))["developer"] == {
            "name": "Office 7", "websiteUrl": "https://example.org/website", "privacyUrl": "https://example.org/privacy",
            "termsOfUseUrl": "https://example.org/terms",
        }
    code, _, said = shell.run("msteams-package", "--version", "two")
    assert code == 1 and "1.2.3" in said


@pytest.mark.parametrize(
    ("file", "begins"), [("r.PDF", b"%PDF"), ("r.xlsx", b"PK"), ("r.json", b"{"), ("r.txt", b"Engagement"), ("r.report", b"Engagement"), ("r", b"Engagement")]
)  # fmt: skip
def test_a_report_is_what_its_file_ends_as(shell: Shell, tmp_path: Path, file: str, begins: bytes) -> None:
    """An ending that is no format's is text."""
    assert shell.run("report", "--out", file)[0] == 0
    assert (tmp_path / file).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    "arguments",
    [("report", "--format", "csv", "--out", "r.pdf"), ("report", "--format", "pdf", "--out", "r.txt"), ("report", "--format", "foo"), ("report", "--period", "foo"),
     ("pilots", "export", "1", "--format", "md", "--out", "p.pdf"), ("pilots", "export", "1", "--format", "pdf", "--json"), ("pilots", "export", "1", "--json", "--out", "p.md")],
)  # fmt: skip
def test_what_contradicts_itself_is_wrong_usage(shell: Shell, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, printed, said = shell.run(*arguments)
    assert (code, printed) == (2, "") and "--help" in said and list(tmp_path.glob("?.*")) == []


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
        ("MIDWAY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "Nothing listens where the database should."),
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
