"""Whether Midway runs on a data folder: each process that stays holds a lock there for as long as it lives, so that
nothing is left to be tidied up after one that was killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from adapters.data_folder import PRIVATE

SERVES = "serve.lock"
"""The role of a process that shows pages and takes webhooks."""
WORKS = "work.lock"
"""The role of a process that answers, sends and keeps time."""


@contextmanager
def present(folder: Path, *roles: str) -> Iterator[None]:
    """Any number of processes may be, each in any number of roles."""
    import fcntl

    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    with ExitStack() as held:
        for role in roles:
            lock = held.enter_context((folder / role).open("a"))
            with suppress(OSError):  # a file system without locks keeps nobody from working
                fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def is_present(folder: Path, role: str) -> bool:
    """Whether somebody is there in this role; makes no file. Who starts at this moment waits for it to be over."""
    import fcntl

    try:
        with (folder / role).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
