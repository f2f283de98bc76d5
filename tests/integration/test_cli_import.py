"""`midway practices import`: what is said to have been kept is what a curator finds, and nobody's draft is lost by it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters import import_command
from knowledge.service import Knowledge
from tests.intake_pages import PARAGRAPHS
from tests.integration.command_line import Shell, nothing_set
from tests.knowledge_fixtures import real_data, real_knowledge, real_models

__all__ = ["real_data", "real_knowledge", "real_models"]
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)

OWN = "Start with one kettle that the night porter can fill alone. Never boil it twice in the same hour."


@pytest.fixture
def shell(
    tmp_path: Path, real_knowledge: Knowledge, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A shell whose knowledge is loaded already, and finds nothing near to anything."""
    data = nothing_set(tmp_path, monkeypatch)
    monkeypatch.setattr(import_command, "prepared", lambda settings: real_knowledge)
    monkeypatch.setattr(Knowledge, "nearest", lambda self, text: None)
    return Shell(data, capsys, monkeypatch)


def document(name: str, words: str) -> str:
    """Saved under this name, with the same title as any other."""
    Path(name).write_text(f"Tea at night\n\n{words} {PARAGRAPHS[0]}\n", encoding="utf-8")
    return name


def drafts(data: Path) -> dict[str, str]:
    with closing(sqlite3.connect(data / "midway.db")) as database:
        return dict(database.execute("select practice_id, body from practice_version where state = 'draft'").fetchall())


def test_another_document_with_the_same_title_is_kept_beside_the_first(shell: Shell) -> None:
    code, printed, _ = shell.run("practices", "import", document("one.txt", OWN))
    assert code == 0 and "Drafts kept: tea-at-night.\n" in printed
    first = drafts(shell.data)["tea-at-night"]
    code, printed, _ = shell.run("practices", "import", document("two.txt", OWN.replace("kettle", "urn")))
    assert code == 0 and "Drafts kept: tea-at-night-2 (tea-at-night was taken).\n" in printed
    found = drafts(shell.data)
    assert found["tea-at-night"] == first and "urn" in found["tea-at-night-2"]
    assert "\nid: tea-at-night-2\n" in found["tea-at-night-2"]


def test_the_same_document_again_keeps_nothing_and_says_so(shell: Shell) -> None:
    """In words and in what programs read."""
    told = json.loads(shell.run("practices", "import", document("one.txt", OWN), "--json")[1])
    assert (told["drafts"], told["kept_before"]) == (["tea-at-night"], [])
    before = drafts(shell.data)
    printed = shell.run("practices", "import", "one.txt")[1]
    assert "Kept before from the very same document, and left as it is now: tea-at-night.\n" in printed
    assert "Drafts kept" not in printed
    told = json.loads(shell.run("practices", "import", "one.txt", "--json")[1])
    assert (told["drafts"], told["kept_before"]) == ([], ["tea-at-night"])
    assert drafts(shell.data) == before


def test_what_yields_nothing_is_set_aside(shell: Shell) -> None:
    Path("nothing.txt").write_text("", encoding="utf-8")
    code, printed, said = shell.run("practices", "import", "nothing.txt")
    assert (code, printed) == (1, "") and "nothing.txt yields no text" in said
    aside = shell.data / "quarantine"
    assert f"It was set aside in {aside}" in said
    assert sorted(path.name.partition("-")[2] for path in aside.iterdir()) == ["nothing.txt", "nothing.txt.why.txt"]
