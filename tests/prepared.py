"""What takes long to make, made once a run and shared by all of its processes: the converted model and the index.

``MIDWAY_TEST_DATA`` names a folder to keep them in between runs; without it they go with the run's temporary files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from adapters.bootstrap import make_knowledge
from adapters.settings import Settings
from knowledge.service import Knowledge


def kept_in(factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of a run."""
    given = os.environ.get("MIDWAY_TEST_DATA")
    base = factory.getbasetemp()
    here = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return Path(given) if given else here / "prepared"


def prepare(folder: Path) -> Knowledge:
    """Knowledge over this folder, ready to answer; of several processes the first makes what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        knowledge = make_knowledge(Settings(data_dir=folder))
        assert knowledge.prepare()
        knowledge.look_up("How do we launch a pilot?")
    return knowledge


def data_folder_like(prepared: Path, at: Path) -> Path:
    """A data folder of its own, in which nothing needs to be made."""
    for name in ("models", "index"):
        shutil.copytree(prepared / name, at / name)
    return at


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model and the index, to be read only."""
    folder = kept_in(tmp_path_factory)
    prepare(folder)
    return folder


@pytest.fixture(scope="session")
def knowledge(prepared: Path) -> Knowledge:
    """The shipped library with the real model, ready to answer."""
    return prepare(prepared)
