"""Privacy, backups and restoring at the shell: what is said, what is refused, and what is forgotten again."""

from __future__ import annotations

import asyncio
import errno
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters import backup_commands, operation_cli
from adapters.backup_note import last_backup
from adapters.erasure_file import ErasureFile
from bot.privacy import SecretKey
from bot.storage.unit import Storage
from tests.fakes.history import leaves_something_everywhere
from tests.integration.command_line import Shell, nothing_set
from tests.whole_database import all_rows, places_of

TENANT = "T1"
NEVER = datetime.min
SHOWN = ("privacy", "show", "--person", "U1")
DATABASE, KEY, MANIFEST = "midway.db", "secret.key", "manifest.json"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell over a data folder in which two people left something."""
    data = nothing_set(tmp_path, monkeypatch)
    made = Shell(data, capsys, monkeypatch)
    assert made.run("migrate")[0] == 0
    for user in ("U1", "U2"):
        within(made, lambda storage, user=user: leaves_something_everywhere(storage, user, TENANT))
    return made


def within(shell: Shell, work: Callable[..., Any]) -> Any:
    """Do something with the database of this data folder."""

    async def run() -> Any:
        storage = Storage(f"sqlite:///{shell.data / DATABASE}", SecretKey.load_or_make(shell.data / KEY))
        try:
            return await work(storage)
        finally:
            await storage.close()

    return asyncio.run(run())


def left_of(shell: Shell, user: str) -> list[str]:
    person = SecretKey.load_or_make(shell.data / KEY).pseudonym(TENANT, user)
    return [where for where in places_of(within(shell, all_rows), person) if where != "audit.subject"]


def entries(shell: Shell) -> list[tuple[str, str]]:
    async def read(storage: Storage) -> list[tuple[str, str]]:
        async with storage.view() as unit:
            return [(entry.by, entry.what) for entry in reversed(await unit.audits.about(TENANT)) if entry.by == "the local shell"]

    found: list[tuple[str, str]] = within(shell, read)
    return found


def test_kinds_and_counts_are_shown_without_a_word(shell: Shell) -> None:
    code, printed, said = shell.run(*SHOWN)
    assert code == 0 and "The local shell counts as an admin." in said
    assert "Questions they asked: 1, wording kept until 23 December 2026" in printed
    assert "They speak for Chapter North." in printed and "repost" not in printed
    assert " you" not in printed.casefold()
    assert entries(shell) == [("the local shell", "looked at")]


def test_an_export_is_all_of_one_person(shell: Shell) -> None:
    code, printed, _ = shell.run("privacy", "export", "--person", "U1")
    found = json.loads(printed)
    assert code == 0 and found["questions"][0]["text"] == "May we repost what customers write, asks U1?"
    assert "U2" not in printed
    assert entries(shell) == [("the local shell", "exported")]


def test_an_export_of_nothing_is_json_too(shell: Shell) -> None:
    """It goes into a file: the sentence stands beside it, on stderr."""
    code, printed, said = shell.run("privacy", "export", "--person", "nobody")
    assert code == 0 and set(json.loads(printed)) == {"made_at", "tracked", "used_for"}
    assert "I keep nothing about this person." in said


def test_erasing_asks_first(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """No changes nothing; yes forgets this person and no other; once more there is nobody."""
    answers = iter([False, True])
    monkeypatch.setattr(operation_cli.typer, "confirm", lambda ask: next(answers))
    assert "Nothing was changed." in shell.run("privacy", "erase", "--person", "U1")[1]
    assert left_of(shell, "U1") != []
    assert "Done." in shell.run("privacy", "erase", "--person", "U1")[1]
    assert left_of(shell, "U1") == [] and left_of(shell, "U2") != []
    assert "I keep nothing about this person." in shell.run("privacy", "erase", "--person", "U1")[1]
    assert entries(shell) == [("the local shell", "forgot")]


def test_an_id_known_in_two_tenants_needs_the_tenant(shell: Shell) -> None:
    within(shell, lambda storage: leaves_something_everywhere(storage, "U1", "T2"))
    code, _, said = shell.run("privacy", "erase", "--person", "U1", "--yes")
    assert code == 1 and "Known in T1, T2: say which with --tenant." in said
    assert shell.run("privacy", "erase", "--person", "U1", "--tenant", "T2", "--yes")[0] == 0
    assert left_of(shell, "U1") != []


def test_who_is_on_no_platform_is_found_without_naming_one(shell: Shell) -> None:
    """As whoever asks in the terminal; with a platform it is looked for there alone."""
    within(shell, lambda storage: leaves_something_everywhere(storage, "somebody", "web"))
    assert "Questions they asked: 1" in shell.run("privacy", "show", "--person", "somebody")[1]
    assert "keep nothing" in shell.run("privacy", "show", "--person", "somebody", "--platform", "slack")[1]
    within(shell, lambda storage: leaves_something_everywhere(storage, "U1", "web"))
    code, _, said = shell.run(*SHOWN)
    assert code == 1 and "Known in T1, web: say which with --tenant." in said


@pytest.mark.parametrize("letters", [None, 15, 6], ids=["whole", "as teams show prints it", "as a page shows it"])
def test_who_is_only_on_the_web_is_found_by_their_pseudonym(shell: Shell, letters: int | None) -> None:
    """They have no id of a platform; a guest is in the tenant of those who invited them."""
    guests = {user: within(shell, lambda storage, user=user: invited(storage, user)) for user in ("A", "B")}
    said = guests["A"][:letters]
    assert "Questions they asked: 1" in shell.run("privacy", "show", "--person", said)[1]
    found = json.loads(shell.run("privacy", "export", "--person", said)[1])
    assert [guests["A"] in one["text"] for one in found["questions"]] == [True] and guests["B"] not in json.dumps(found)
    assert "Done." in shell.run("privacy", "erase", "--person", said, "--yes")[1]
    assert entries(shell) == [("the local shell", "looked at"), ("the local shell", "exported"), ("the local shell", "forgot")]
    assert "I keep nothing about this person." in shell.run("privacy", "show", "--person", said)[1]
    assert [one for one in places_of(within(shell, all_rows), guests["B"]) if one.startswith("question")] != []


async def invited(storage: Storage, user: str) -> str:
    """Somebody who came by a link into a team of this tenant and did everything; their pseudonym."""
    person = f"g-{storage.secret.mark('guest', user)}"
    return await leaves_something_everywhere(storage, storage.secret.known(TENANT, person), TENANT)


def test_a_pseudonym_that_does_not_tell_who_is_said_so(shell: Shell) -> None:
    """Of somebody on a platform, whose id is wanted; of several; and one in another tenant is not meant."""
    person = SecretKey.load_or_make(shell.data / KEY).pseudonym(TENANT, "U1")
    code, printed, said = shell.run("privacy", "export", "--person", person)
    assert (code, printed) == (1, "") and "Say their id on the platform instead" in said
    for user in ("A", "B"):
        within(shell, lambda storage, user=user: _of_the_web(storage, f"abcdefgh{user.lower() * 24}"))
    code, printed, said = shell.run("privacy", "erase", "--yes", "--person", "abcdefgh")
    assert (code, printed) == (1, "") and "write more of the pseudonym" in said
    assert "Roles they were given: 1" in shell.run("privacy", "show", "--person", "abcdefghb")[1]
    assert "keep nothing" in shell.run("privacy", "show", "--person", "abcdefghb", "--tenant", TENANT)[1]


async def _of_the_web(storage: Storage, person: str) -> None:
    async with storage.unit() as unit:
        await unit.people.grant("web", person, "member", "Chapter North", "admin", storage.clock())


@pytest.mark.parametrize("arguments", [("--person", "U1", "--platform", "web"), ("--person", "nobody"), ("--person", "U1", "--tenant", "T9")])
def test_who_is_not_known_there_is_said_so(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell.run("privacy", "erase", "--yes", *arguments)[:2] == (0, "I keep nothing about this person.\n")
    assert left_of(shell, "U1") != []


def test_another_platform_is_wrong_usage(shell: Shell) -> None:
    assert shell.run(*SHOWN, "--platform", "pigeon")[0] == 2


# Backing up


@pytest.fixture
def saved(shell: Shell) -> Iterator[Path]:
    """A backup of the data folder as it is."""
    file = shell.data.parent / "saved.zip"
    assert shell.run("backup", str(file))[0] == 0
    yield file


def test_a_backup_holds_database_key_and_manifest_and_no_erasures(shell: Shell, tmp_path: Path) -> None:
    shell.run("privacy", "erase", "--person", "U2", "--yes")
    assert len(ErasureFile(shell.data / "erasures.jsonl").all()) == 1
    saved = tmp_path / "saved.zip"
    shell.run("backup", str(saved))
    with zipfile.ZipFile(saved) as archive:
        assert sorted(archive.namelist()) == [MANIFEST, DATABASE, KEY]
        made = json.loads(archive.read(MANIFEST))
        assert archive.read(KEY) == (shell.data / KEY).read_bytes()
    assert set(made) == {"format", "version", "revision", "made_at", "database"} and made["database"] == "sqlite"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert (last_backup(shell.data) or NEVER).isoformat() == made["made_at"][:19] + "+00:00", "for `midway doctor`"
    assert not list(tmp_path.glob(".midway-*"))


def test_a_backup_is_not_written_over_another(shell: Shell, saved: Path) -> None:
    before = saved.read_bytes()
    code, _, said = shell.run("backup", str(saved))
    assert code == 1 and "already exists" in said and saved.read_bytes() == before


def test_a_key_from_the_environment_is_not_in_it(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIDWAY_SECRET_KEY", "0" * 64)
    printed = shell.run("backup", str(tmp_path / "x.zip"))[1]
    assert "MIDWAY_SECRET_KEY and not in it: save it, too" in printed
    assert "it holds every sealed word.\n" in printed
    assert KEY not in zipfile.ZipFile(tmp_path / "x.zip").namelist()


def test_of_postgresql_it_says_how(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The exact command without the password; the key is in the file, and comes back from it."""
    monkeypatch.setenv("MIDWAY_DATABASE_URL", "postgresql://midway:sesame@db.example:5433/midway")
    printed = shell.run("backup", str(tmp_path / "x.zip"))[1]
    assert "pg_dump --format=custom --file=midway.dump 'postgresql://midway@db.example:5433/midway'" in printed
    monkeypatch.setenv("MIDWAY_DATABASE_URL", "postgresql://midway:sesame@db.example/midway?sslmode=verify-full")
    assert "'postgresql://midway@db.example/midway?sslmode=verify-full'" in shell.run("backup", str(tmp_path / "y.zip"))[1]
    assert "it holds the key alone.\n" in printed and "sealed word" not in printed
    assert "sesame" not in printed and sorted(zipfile.ZipFile(tmp_path / "x.zip").namelist()) == [MANIFEST, KEY]
    key = (shell.data / KEY).read_bytes()
    (shell.data / KEY).unlink()
    assert "pg_restore" in shell.run("restore", str(tmp_path / "x.zip"))[1]
    assert (shell.data / KEY).read_bytes() == key


def test_a_backup_that_would_hold_nothing_is_not_written(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With PostgreSQL and the key in the environment: what is to be saved instead, in one sentence."""
    monkeypatch.setenv("MIDWAY_DATABASE_URL", "postgresql://midway:sesame@db.example:5433/midway")
    monkeypatch.setenv("MIDWAY_SECRET_KEY", "0" * 64)
    code, printed, said = shell.run("backup", str(tmp_path / "x.zip"))
    assert (code, printed) == (1, "") and not (tmp_path / "x.zip").exists()
    assert "Save MIDWAY_SECRET_KEY" in said and "pg_dump --format=custom" in said and "sesame" not in said


def test_of_a_folder_without_data_nothing_is_made(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key that was made just now opens nothing, and the folder is probably the wrong one."""
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "other"))
    for url in ("", "postgresql://midway@db.example/midway"):
        monkeypatch.setenv("MIDWAY_DATABASE_URL", url)
        code, printed, said = shell.run("backup", str(tmp_path / "x.zip"))
        assert (code, printed) == (1, "") and f"{tmp_path / 'other'}/" in said and "MIDWAY_DATA_DIR" in said
    assert not (tmp_path / "x.zip").exists() and not (tmp_path / "other").exists()


@pytest.mark.parametrize("full", [OSError(errno.ENOSPC, "No space left on device", "secret.key"), sqlite3.OperationalError("database or disk is full")])
def test_a_full_disk_names_the_backup(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: Exception) -> None:
    """Not the file that was being read, which is whole."""

    def copy(source: Path, target: Path) -> None:
        raise full

    monkeypatch.setattr(backup_commands, "copy_sqlite", copy)
    code, _, said = shell.run("backup", str(tmp_path / "x.zip"))
    assert (code, said) == (1, f"{tmp_path / 'x.zip'} was not written: the disk is full. Free some space or name a file elsewhere.\n")
    assert not list(tmp_path.glob(".midway-*"))


def _is_no_database(file: Path) -> None:
    file.write_bytes(b"by no means a database" * 1000)


def _lost_its_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _was_written_over(file: Path) -> None:
    """Its first page is whole, so it can be opened and copied."""
    kept = file.read_bytes()
    file.write_bytes(kept[:8192] + b"?" * (len(kept) - 8192))


def _is_of_others(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE theirs (x)")


@pytest.mark.parametrize("damage", [_is_no_database, _lost_its_end, _was_written_over, _is_of_others])
def test_of_a_damaged_database_no_backup_is_made(shell: Shell, saved: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """One sentence, and nothing that would pass for a backup."""
    damage(shell.data / DATABASE)
    before = last_backup(shell.data)
    code, printed, said = shell.run("backup", str(tmp_path / "x.zip"))
    assert last_backup(shell.data) == before
    assert (code, printed, said) == (1, "", "The database file is damaged. Restore it from the latest backup.\n")
    assert not (tmp_path / "x.zip").exists() and not list(tmp_path.glob(".midway-*"))


# Restoring


def test_who_was_forgotten_since_is_forgotten_again(shell: Shell, saved: Path) -> None:
    """And nobody else; what was restored is what was saved."""
    shell.run("privacy", "erase", "--person", "U1", "--yes")
    within(shell, lambda storage: leaves_something_everywhere(storage, "U3", TENANT))
    code, printed, _ = shell.run("restore", str(saved), "--replace")
    assert code == 0 and "Forgotten again: 1 who asked for it after that." in printed
    assert left_of(shell, "U1") == [] and left_of(shell, "U2") != [] and left_of(shell, "U3") == []
    assert "Nobody had asked" in shell.run("restore", str(_again(shell)), "--replace")[1]


def test_where_nobody_kept_who_was_forgotten_it_says_so(shell: Shell, saved: Path) -> None:
    """As on another machine: nothing tells that they were forgotten after the backup."""
    shell.run("privacy", "erase", "--person", "U1", "--yes")
    (shell.data / "erasures.jsonl").unlink()
    printed = shell.run("restore", str(saved), "--replace")[1]
    assert "There is no erasures.jsonl here: whoever was forgotten since then is back." in printed
    assert "Nobody had asked" not in printed


def _again(shell: Shell) -> Path:
    file = shell.data.parent / "again.zip"
    assert shell.run("backup", str(file))[0] == 0
    return file


def test_data_is_not_written_over_unasked(shell: Shell, saved: Path) -> None:
    before = (shell.data / DATABASE).read_bytes()
    code, _, said = shell.run("restore", str(saved))
    assert code == 1 and "--replace" in said and (shell.data / DATABASE).read_bytes() == before


def test_an_empty_folder_takes_a_backup(shell: Shell, saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "elsewhere"))
    assert shell.run("restore", str(saved))[0] == 0
    there = Shell(tmp_path / "elsewhere", shell._capsys, monkeypatch)
    assert left_of(there, "U1") == left_of(shell, "U1") != []
    assert (there.data / KEY).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in there.data.iterdir()) == [DATABASE, KEY]


def test_nothing_is_restored_under_a_running_midway(shell: Shell, saved: Path) -> None:
    """Its open connection would write on into a file that is gone."""
    connection = sqlite3.connect(shell.data / DATABASE)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("SELECT count(*) FROM question").fetchone()
    code, _, said = shell.run("restore", str(saved), "--replace")
    connection.close()
    assert code == 1 and "Stop it first" in said and left_of(shell, "U1") != []


def _rewritten(saved: Path, **changed: bytes | None) -> Path:
    """The same backup with other contents; None takes a file out. Names are given as ``midway_db``."""
    with zipfile.ZipFile(saved) as archive:
        held: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    held |= {name.replace("__", "/").replace("_", "."): content for name, content in changed.items()}
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in held.items():
            if content is not None:
                archive.writestr(name, content)
    return saved


def _manifest(saved: Path, **changed: Any) -> bytes:
    return json.dumps(json.loads(zipfile.ZipFile(saved).read(MANIFEST)) | changed).encode()


def test_a_newer_schema_is_refused(shell: Shell, saved: Path) -> None:
    before = (shell.data / DATABASE).read_bytes()
    code, _, said = shell.run("restore", str(_rewritten(saved, manifest_json=_manifest(saved, revision="9999"))), "--replace")
    assert code == 1 and "newer Midway" in said and (shell.data / DATABASE).read_bytes() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"..__evil_txt": b"x"}, {"__tmp__evil": b"x"}, {"extra_txt": b"x"}, {"manifest_json": None}, {"manifest_json": b"no"},
        {"manifest_json": b"{}"}, {"midway_db": None}, {"midway_db": b"no database"}, {"secret_key": b"no key"},
    ],
    ids=lambda changed: next(iter(changed)) + ("" if next(iter(changed.values())) else " taken out"),
)
def test_what_is_no_backup_is_refused(shell: Shell, saved: Path, changed: dict[str, bytes | None]) -> None:
    """Names that lead elsewhere, too many, too few, damaged: nothing is touched and one sentence says so."""
    before = {path: path.read_bytes() for path in shell.data.parent.rglob("*") if path.is_file() and path != saved}
    code, printed, said = shell.run("restore", str(_rewritten(saved, **changed)), "--replace")
    assert code == 1 and printed == "" and "Traceback" not in said and len(said.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in shell.data.parent.rglob("*") if path.is_file() and path != saved} == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"words"])
def test_a_file_that_is_no_archive_is_refused(shell: Shell, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.zip").write_bytes(content)
    code, _, said = shell.run("restore", str(tmp_path / "no.zip"), "--replace")
    assert code == 1 and backup_commands._OTHER in said
