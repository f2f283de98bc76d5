"""Processes that die over Chroma, come together, close in the middle, or find no room."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.stores import folder
from knowledge.stores.folder import ChromaFolder
from tests.integration.serving_site import Site, site
from tests.knowledge_fixtures import make_knowledge, small_index

__all__ = ["make_knowledge", "site", "small_index"]

HOLDS = """
import os, sys, time
import numpy as np
from pathlib import Path
from knowledge.stores import chroma
from knowledge.stores.chroma import ChromaHome
vectors = np.load(sys.argv[2])
chroma.BATCH = 20
home = ChromaHome(Path(sys.argv[1]))
if sys.argv[4] == "filling":
    from chromadb.api.models.Collection import Collection
    add = Collection.add
    def slow(self, **what):
        add(self, **what)
        print("ready", flush=True)
        time.sleep(60)
    Collection.add = slow
store = home.fill(sys.argv[3], vectors, 0.0)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def dying(site: Site, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts another process that holds the folder and is at ``filling`` or ``serving``."""
    started: list[subprocess.Popen[str]] = []

    def start(at: str) -> subprocess.Popen[str]:
        knowledge = site.process().knowledge
        assert knowledge.retriever
        snapshot = knowledge.retriever.snapshot
        np.save(tmp_path / "vectors.npy", snapshot.vectors)
        command = [sys.executable, "-c", HOLDS, str(site.folder), str(tmp_path / "vectors.npy"), snapshot.collection, at]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout
        assert started[-1].stdout.readline() == "ready\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize("at", ["filling", "serving"])
async def test_a_process_killed_leaves_nothing_wrong(
    site: Site, dying: Callable[[str], subprocess.Popen[str]], at: str
) -> None:
    """While it lives nobody else opens its folder; once it is dead the next one tries Chroma in a child and fills again."""
    other = dying(at)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    other.send_signal(signal.SIGKILL)
    other.wait()
    await serving.look()
    assert serving.searched == "chroma"
    serving.answers_truly()
    serving.live.close()


async def test_where_chroma_crashes_a_child_dies_of_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.left_tidily()
    site.folder.with_suffix(".state").write_text(folder.OPEN)
    works = folder.TRY
    monkeypatch.setattr(folder, "TRY", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    monkeypatch.setattr(folder, "TRY", works)
    await serving.look()
    assert serving.searched == "chroma"
    serving.live.close()


async def test_where_chroma_hangs_a_child_hangs_not_the_service(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.left_tidily()
    site.folder.with_suffix(".state").write_text(folder.OPEN)
    monkeypatch.setattr(folder, "TRY", "import time; time.sleep(100)")
    monkeypatch.setattr(folder, "TRY_SECONDS", 0.3)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    serving.live.close()


async def test_of_two_on_one_folder_one_holds_it(site: Site) -> None:
    first, second = site.process(), site.process()
    await first.look()
    await second.look()
    assert (first.searched, second.searched) == ("chroma", "snapshot")
    second.answers_truly()
    second.live.close()
    first.answers_truly()
    first.live.close()
    third = site.process()
    await third.look()
    assert third.searched == "chroma"
    assert len(site.pointers.flips) == 1
    third.live.close()


async def test_after_closing_the_snapshot_answers(site: Site) -> None:
    serving = site.process()
    await serving.look()
    serving.live.close()
    serving.live.close()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    await serving.look()
    assert serving.searched == "snapshot"


async def test_closing_in_the_middle_of_work_leaves_no_seal(site: Site) -> None:
    """The work may be half done: the next process fills again."""
    serving = site.process()
    with serving.home._at_work():
        serving.home._connected()
        serving.live.close()
    assert site.folder.with_suffix(".state").read_text() == folder.OPEN


async def test_a_full_disk_leaves_the_snapshot_answering(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: ChromaFolder) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ChromaFolder, "ready", full)
    serving = site.process()
    await serving.look()
    assert serving.searched == "snapshot"
    serving.answers_truly()
    serving.live.close()
