"""The folder of the embedded store: one process at a time, and nothing is opened that is not as it was left.

A damaged file can crash the process that opens it, so it is never opened: a tidy end leaves a seal over every byte, and
without a seal that matches, the folder is emptied and filled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess  # a child process tries the library out after an untidy end, because it may crash
import sys
import uuid
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from knowledge.errors import StoreDamaged

OPEN = "open"
TRY_SECONDS = 60
TRY = """
import sys, chromadb
client = chromadb.PersistentClient(path=sys.argv[1])
held = client.create_collection("midway-try", embedding_function=None)
held.add(ids=["0"], embeddings=[[1.0, 0.0]])
sys.exit(held.query(query_embeddings=[[1.0, 0.0]], n_results=1)["ids"] != [["0"]])
"""


class ChromaFolder:
    """``folder`` holds the store's files, ``folder.lock`` its holder, ``folder.state`` how it was left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = folder.with_suffix(".state")
        self._held: TextIO | None = None

    def take(self) -> bool:
        """Hold the folder until ``release`` or the end of the process; False while another process holds it."""
        import fcntl

        if self._held:
            return True
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        lock = self._folder.with_suffix(".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._held = lock
        return True

    def release(self) -> None:
        if self._held:
            self._held.close()
            self._held = None

    def ready(self) -> Path:
        """Where to open the store: the files as they were left, or an empty place. Raises StoreDamaged."""
        left = self._left()
        if left == OPEN:
            _try_out(self._folder.parent)
        if left != self._seal():
            self.empty()
        self._state.write_text(OPEN, encoding="ascii")
        return self._inner()

    def empty(self) -> None:
        """Throw everything away. What comes next stands under a new name, so that no open handle reaches it."""
        self._state.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def left_tidily(self) -> None:
        """Seal the folder; only once nobody writes to it any more."""
        self._state.write_text(self._seal(), encoding="ascii")

    def _left(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            return self._state.read_text(encoding="ascii")
        return ""

    def _seal(self) -> str:
        whole = hashlib.sha256(version("chromadb").encode())
        for path in sorted(path for path in self._folder.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"\n{path.relative_to(self._folder)} {content}".encode())
        return whole.hexdigest()

    def _inner(self) -> Path:
        found = next((path for path in self._folder.glob("store-*")), None)
        inner = found or self._folder / f"store-{uuid.uuid4().hex[:8]}"
        inner.mkdir(parents=True, exist_ok=True)
        return inner


def _try_out(near: Path) -> None:
    """The last process did not come to a tidy end: see in a child whether the library works here at all."""
    with TemporaryDirectory(dir=near) as folder:
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and code
                [sys.executable, "-c", TRY, folder], capture_output=True, timeout=TRY_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise StoreDamaged("the vector store does not answer on this machine") from error
    if done.returncode:
        raise StoreDamaged(f"the vector store does not work on this machine (a trial ended with {done.returncode})")
