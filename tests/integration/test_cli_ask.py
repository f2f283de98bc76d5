"""`midway ask` over the real library: its contract, what is recorded, and what it says when it cannot."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from adapters import ask_command
from adapters.bootstrap import now, storage_of
from adapters.settings import Settings
from adapters.terminal.parse import conversation
from adapters.terminal.person import local_user
from bot.messages import IncomingMessage, Sender
from bot.tracker import Tracker
from knowledge.service import Knowledge
from tests.integration.command_line import MIDWAY, Shell, as_process, data_folder, environment, nothing_set
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

PILOT = "How do we launch a pilot?"
SEALED = """insert into delivery (tenant, platform, key, kind, payload, state, reason, attempts, created_at)
values ('web', 'web', 'k', 'reply', 'sealed with another key', 'sent', '', 1, '2026-01-01 00:00:00.000000')"""
KEYS = ["answer", "citations", "outcome", "declined", "route", "confidence", "lang", "ms"]


@pytest.fixture
def shell(
    tmp_path: Path, real_knowledge: Knowledge, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A shell whose knowledge is loaded already."""
    data = nothing_set(tmp_path, monkeypatch)
    monkeypatch.setattr(ask_command, "prepared", lambda settings: real_knowledge)
    return Shell(data, capsys, monkeypatch)


def recorded(data: Path) -> list[tuple[str, str | None]]:
    """Outcome and team of every question."""
    if not (data / "midway.db").exists():
        return []
    with sqlite3.connect(data / "midway.db") as database:
        return database.execute("select outcome, team.name from question left join team on team.id = team_id").fetchall()


def batch_of(folder: Path, *rows: object) -> str:
    file = folder / "in.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("question", "outcome", "route"),
    [
        (PILOT, "answered", None), ("hi", "answered", None), ("what is the capital of peru", "declined", None),
        ("where do I get a new laptop", "routed", "it"), ("can you buy us 500 fake followers", "refused", None),
    ],
)
def test_every_outcome_but_failed_ends_well(shell: Shell, question: str, outcome: str, route: str | None) -> None:
    """Exit 0, the keys of the contract, and the question is recorded as unassigned."""
    code, printed, said = shell.run("ask", question, "--json")
    found = json.loads(printed)
    assert (code, list(found)) == (0, KEYS) and said.startswith("First answer here") and said.count("\n") == 1
    assert (found["outcome"], found["route"], found["declined"]) == (outcome, route, outcome != "answered")
    assert 0 <= found["confidence"] <= 1 and found["ms"] > 0 and found["answer"]
    assert bool(found["citations"]) is (question == PILOT) or outcome == "refused"
    assert recorded(shell.data) == [(outcome, None)]


def test_words_for_people(shell: Shell) -> None:
    """Without --json: the answer with its sources, nothing that can only be pressed."""
    code, printed, _ = shell.run("ask", PILOT)
    assert code == 0 and "[1] " in printed and "http" in printed
    assert "Helpful" not in printed and "First answer here" not in printed


@pytest.mark.parametrize("question", ["", " ", "?!", "x" * 40_000])
def test_a_question_that_fails_is_1_and_recorded_as_in_chats(shell: Shell, question: str) -> None:
    code, printed, _ = shell.run("ask", question, "--json")
    found = json.loads(printed)
    assert (code, found["outcome"], found["declined"], found["citations"]) == (1, "failed", False, [])
    assert recorded(shell.data) == [("failed", None)]


def test_a_team_asks(shell: Shell, tmp_path: Path) -> None:
    """As the team named; one that is not known, or withdrew, is an error before anything is answered."""
    (tmp_path / "t.csv").write_text("team,parent,relationship,channel\nChapter North,,,\n", encoding="utf-8")
    shell.run("teams", "import", "t.csv")
    assert shell.run("ask", PILOT, "--team", "chapter north")[0] == 0
    assert recorded(shell.data) == [("answered", "Chapter North")]
    with closing(sqlite3.connect(shell.data / "midway.db")) as database, database:
        database.execute("update team set left_at = created_at")
    for name in ("Nobody", "Chapter North"):
        code, printed, said = shell.run("ask", PILOT, "--team", name)
        assert (code, printed) == (1, "") and "midway teams list" in said
    assert len(recorded(shell.data)) == 1


def test_without_a_team_it_is_unassigned_whoever_asks(shell: Shell) -> None:
    """Also for somebody who said in the terminal which team is theirs."""

    async def joins() -> None:
        async with storage_of(Settings()) as storage:
            me = IncomingMessage("e1", conversation("s1"), Sender(local_user()), now(), "my team is North")
            await Tracker(storage, storage.secret, now).join(me, "North")

    asyncio.run(joins())
    assert shell.run("ask", PILOT)[0] == 0
    assert shell.run("ask", PILOT, "--team", "North")[0] == 0
    assert recorded(shell.data) == [("answered", None), ("answered", "North")]


def test_the_first_answer_says_what_is_stored(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, in the asker's language, once in a data folder."""
    monkeypatch.setenv("MIDWAY_RETENTION__QUESTIONS_DAYS", "7")
    code, printed, said = shell.run("ask", "Wie starten wir einen Piloten?")
    assert code == 0 and said.startswith("Erste Antwort hier") and "nach 7 Tagen" in said and "Erste Antwort" not in printed
    assert shell.run("ask", PILOT)[2] == ""


def test_it_says_where_questions_go(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When a model is used: on stderr, once a run; of one question in its language."""
    monkeypatch.setattr(ask_command, "models_at", lambda knowledge: ("openai",))
    file = batch_of(tmp_path, {"id": "1", "question": PILOT}, {"id": "2", "question": PILOT})
    for arguments in (("ask", PILOT, "--json"), ("ask", "--batch", file)):
        code, printed, said = shell.run(*arguments)
        assert code == 0 and said.startswith("A model helps here: questions go to openai;") and said.count("go to") == 1 and "go to openai" not in printed
    assert shell.run("ask", "Wie starten wir einen Piloten?")[2].startswith("Hier hilft ein Sprachmodell: Fragen gehen an openai;")


def test_with_tracking_off_nothing_is_written(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIDWAY_TRACKING", "false")
    assert shell.run("ask", PILOT)[0] == 0
    assert not shell.data.exists()


def test_an_answer_that_cannot_be_recorded_is_given_all_the_same(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence on stderr."""
    monkeypatch.setenv("MIDWAY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    code, printed, said = shell.run("ask", PILOT, "--json")
    assert code == 0 and json.loads(printed)["outcome"] == "answered"
    assert said.startswith("The answer was not recorded: Nothing listens where the database should.")


@pytest.mark.parametrize(
    "arguments",
    [["ask", "x", "--batch", "y"], ["ask", "--batch", "in.jsonl", "--team", "North"], ["ask", "--batch", "in.jsonl", "--json"], ["ask", "x", "--out", "y"]],
)
def test_what_does_not_go_together_is_2(shell: Shell, arguments: list[str]) -> None:
    assert shell.run(*arguments)[0] == 2


def test_a_batch_answers_in_order_and_records_nothing(shell: Shell, tmp_path: Path) -> None:
    """The same keys and an id; a bad line is named on stderr; turns are context."""
    file = batch_of(
        tmp_path, {"id": "z", "question": PILOT, "note": "ignored"}, "{", {"id": "a", "turns": [PILOT, "and who should own it?"]}, {"id": "e", "question": ""}
    )
    code, printed, said = shell.run("ask", "--batch", file)
    answers = [json.loads(line) for line in printed.splitlines()]
    assert code == 1
    assert [(answer["id"], answer["outcome"]) for answer in answers] == [("z", "answered"), ("a", "answered"), ("e", "failed")]
    assert all(list(answer) == ["id", *KEYS] for answer in answers)
    assert said == "line 2 is skipped: it is not JSON\n"
    assert recorded(shell.data) == []


def test_a_dash_reads_from_standard_input(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As programs do that others pipe into."""
    for given, arguments in ((PILOT, ("ask", "-", "--json")), (json.dumps({"id": "a", "question": PILOT}), ("ask", "--batch", "-"))):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code, printed, _ = shell.run(*arguments)
        assert (code, json.loads(printed)["citations"][0]["id"]) == (0, "pilot-charter")


def test_a_batch_into_a_file(shell: Shell, tmp_path: Path) -> None:
    """Nothing on the screen; a file that begins with a mark of byte order is read."""
    file = Path(batch_of(tmp_path, {"id": "1", "question": PILOT}))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    code, printed, _ = shell.run("ask", "--batch", str(file), "--out", "out.jsonl")
    assert (code, printed) == (0, "")
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["id"] == "1"


def test_questions_are_never_written_over(shell: Shell, tmp_path: Path) -> None:
    file = batch_of(tmp_path, {"id": "1", "question": PILOT})
    before = Path(file).read_bytes()
    code, _, said = shell.run("ask", "--batch", file, "--out", "in.jsonl")
    assert code == 2 and "is the file of questions itself" in said
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize("file", ["nowhere.jsonl", "."])
def test_a_batch_that_is_no_file_is_wrong_usage(shell: Shell, file: str) -> None:
    code, printed, said = shell.run("ask", "--batch", file)
    assert (code, printed) == (2, "") and file in said


def test_a_file_that_cannot_be_written_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    batch_of(tmp_path, {"id": "1", "question": PILOT})
    code, _, said = shell.run("ask", "--batch", "in.jsonl", "--out", "no/where.jsonl")
    assert code == 1 and "Traceback" not in said and said.count("\n") == 1


def test_the_program_itself(tmp_path: Path, real_data: Path) -> None:
    """As a process, with words that are no UTF-8 and a screen that knows only ASCII."""
    data = data_folder(tmp_path / "data", real_data)
    home = tmp_path / "home"
    home.mkdir()
    done = as_process(data, ["ask", PILOT.encode() + b" \xff\xfe"], PYTHONIOENCODING="ascii", HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert not [*home.iterdir()]  # where onnxruntime keeps what it would report to its maker
    assert b"http" in done.stdout and b"Traceback" not in done.stderr
    assert recorded(data) == [("answered", None)]


@pytest.mark.parametrize("lost", [True, False])
def test_without_the_key_of_the_database_nothing_is_asked_or_stored(shell: Shell, *, lost: bool) -> None:
    """A new key, or another one, would make strangers of everybody and leave what is sealed unreadable."""
    assert shell.run("ask", PILOT)[0] == 0
    asked = recorded(shell.data)
    (shell.data / "secret.key").unlink()
    if not lost:
        (shell.data / "secret.key").write_text("ab" * 32, encoding="ascii")
        with sqlite3.connect(shell.data / "midway.db") as database:
            database.execute(SEALED)
        database.close()
    code, _, said = shell.run("teams", "list")
    assert code == 1 and "key from your backup" in said and "Traceback" not in said
    assert (shell.data / "secret.key").exists() is not lost and recorded(shell.data) == asked


def test_a_batch_is_written_line_by_line(tmp_path: Path, real_data: Path) -> None:
    """The first answer can be read while later questions have not even been asked."""
    data = data_folder(tmp_path / "data", real_data)
    pipe = data / "in.jsonl"
    os.mkfifo(pipe)
    process = subprocess.Popen([MIDWAY, "ask", "--batch", str(pipe)], stdout=subprocess.PIPE, env=environment(data), cwd=data)
    assert process.stdout
    with pipe.open("w", encoding="utf-8", buffering=1) as questions, process.stdout:
        for number in ("1", "2"):
            questions.write(json.dumps({"id": number, "question": PILOT}) + "\n")
            assert json.loads(process.stdout.readline())["id"] == number
    assert process.wait(timeout=60) == 0


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path, real_data: Path) -> None:
    """As in `midway ask … | head -1`."""
    data = data_folder(tmp_path / "data", real_data)
    file = batch_of(data, *({"id": str(number), "question": PILOT} for number in range(200)))
    process = subprocess.Popen(
        [MIDWAY, "ask", "--batch", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(data), cwd=data
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) != 0
    assert b"Traceback" not in said


@pytest.mark.parametrize("arguments", [("ask", PILOT), ("practices", "show", "pilot-charter")])
def test_a_full_disk_is_a_sentence(tmp_path: Path, real_data: Path, arguments: tuple[str, ...]) -> None:
    """What was asked is recorded all the same."""
    own = data_folder(tmp_path / "data", real_data)
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([MIDWAY, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=own, env=environment(own), timeout=100, check=False)
    *told, last = ended.stderr.decode().splitlines()
    assert (ended.returncode, last) == (1, "What was to be written could not be: No space left on device.")
    assert len(told) == (1 if arguments[0] == "ask" else 0), "what is stored of a first question"
    assert recorded(own) == ([("answered", None)] if arguments[0] == "ask" else [])


def test_a_closed_output_is_a_sentence(tmp_path: Path, real_data: Path) -> None:
    own = data_folder(tmp_path / "data", real_data)
    closed = ["sh", "-c", 'exec "$0" practices list >&-', str(MIDWAY)]
    ended = subprocess.run(closed, stderr=subprocess.PIPE, cwd=own, env=environment(own), timeout=100, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"What was to be written could not be: Bad file descriptor.\n")
