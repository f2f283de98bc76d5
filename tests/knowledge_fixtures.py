"""Knowledge for tests: a small one made in a moment with the fake embedder, and the whole real one, built once.

Import the fixtures a test module needs by name; ``conftest.py`` files may do so for a folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from knowledge import index
from knowledge.embedder import MiniLM
from knowledge.gate import gate_data
from knowledge.index import IndexFolder
from knowledge.library import SHIPPED, Library, load_shipped
from knowledge.practice import read_practice
from knowledge.service import Knowledge
from tests.fakes.reader import FakeReader

FEW = ("pilot-charter", "sponsor-search", "account-opening-gate")
OFF_TOPIC = 3
BUILD_SECONDS = 900.0
TODAY = date(2026, 11, 27)
"""The day on which the whole library is asked: what is past its date of review is told of with a remark."""
MakeKnowledge = Callable[..., Knowledge]


@lru_cache
def few_practices() -> Library:
    """Three practices of the shipped library."""
    return Library.of(read_practice(SHIPPED / f"{name}.md") for name in FEW)


@contextmanager
def small_gate() -> Iterator[None]:
    """Within this, indexes are made in a moment: from the practices alone, calibrated with three sentences."""
    few = replace(gate_data(), off_topic=gate_data().off_topic[:OFF_TOPIC])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "gate_data", lambda: few)
        patch.setattr(index, "asked", lambda practice: [])
        yield


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index folder of ``few_practices`` with the fake embedder and the small gate; to be copied."""
    folder = tmp_path_factory.mktemp("small") / "index"
    with small_gate():
        assert Knowledge(few_practices(), IndexFolder(folder), FakeReader()).prepare()
    return folder


@pytest.fixture
def make_knowledge(small_index: Path, tmp_path: Path) -> Iterator[MakeKnowledge]:
    """``make_knowledge(library, embedder)``, not yet prepared, over ``tmp_path/index``, where the small index stands."""
    folder = tmp_path / "index"
    shutil.copytree(small_index, folder)

    def made(library: Library | None = None, embedder: FakeReader | None = None) -> Knowledge:
        return Knowledge(library or few_practices(), IndexFolder(folder), embedder or FakeReader())

    with small_gate():
        yield made


@pytest.fixture(scope="session")
def real_models() -> Path:
    """A folder with the converted model; made once for this state of the conversion, kept among the temporary files."""
    folder = _kept("models", [*(SHIPPED.parent / "minilm").glob("*.*"), SHIPPED.parent / "embedder.py"])
    MiniLM(folder).embed_query("made")
    return folder


@pytest.fixture(scope="session")
def real_data(real_models: Path) -> Path:
    """A data folder with the real model and the index of the whole shipped library, to be read or copied.

    Built once for this state of ``knowledge/`` and kept among the temporary files, as it takes a minute.
    """
    kinds = {".py", ".md", ".yaml", ".txt", ".jsonl", ".npz"}
    folder = _kept("data", [path for path in SHIPPED.parent.rglob("*") if path.suffix in kinds])
    with IndexFolder(folder).building() as mine:
        if mine and not (folder / "models").exists():
            shutil.copytree(real_models, folder / "models")
    assert built(folder).retriever
    return folder


@pytest.fixture(scope="session")
def real_knowledge(real_data: Path) -> Knowledge:
    """The whole library with the real model, ready to answer."""
    return built(real_data)


def built(folder: Path) -> Knowledge:
    """The shipped library prepared in a data folder; of several processes one builds and the others wait."""
    made = Knowledge(load_shipped(), IndexFolder(folder / "index"), MiniLM(folder / "models"), today=lambda: TODAY)
    made.prepare(wait=BUILD_SECONDS)
    return made


def _kept(name: str, made_of: list[Path]) -> Path:
    """A temporary folder that outlives the run, one for each state of the files it depends on."""
    whole = hashlib.sha256()
    for path in sorted(made_of):
        whole.update(path.name.encode() + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"midway-tests-{os.getuid()}" / f"{name}-{whole.hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
