"""Runs checks one after the other: each has its time, and none that fails or hangs keeps the next from being made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from adapters.doctor.finding import Finding, told
from adapters.sentences import sentence_of

SECONDS = 5.0
AGAIN = "Run `midway doctor` again when the machine has less to do; if this stays, look at the log of Midway."
MEND = "Put this right, then run `midway doctor` again."
ELSE = "Run `midway doctor` again; if this stays, look at the log of Midway."
_THREAD = "check "
"""How the names of the threads begin in which checks are made."""


@dataclass(frozen=True, slots=True)
class Check:
    """``look`` blocks and may raise anything; ``about`` goes into the sentence where it comes to no end in time."""

    id: str
    about: str
    look: Callable[[], Finding]
    seconds: float = SECONDS


def findings(checks: Iterable[Check]) -> Iterator[Finding]:
    """One for each check, as soon as it is there."""
    for check in checks:
        yield _found(check)


def hanging() -> bool:
    """Whether a check that was given up is still at it."""
    return any(thread.name.startswith(_THREAD) for thread in threading.enumerate())


def _found(check: Check) -> Finding:
    """A thread cannot be stopped, so one that hangs is left behind."""
    found: list[Finding] = []

    def look() -> None:
        try:
            found.append(check.look())
        except Exception as error:
            found.append(failed(check.id, check.about, error))

    thread = threading.Thread(target=look, name=f"{_THREAD}{check.id}", daemon=True)
    thread.start()
    thread.join(check.seconds)
    late = f"Nothing is known about {check.about}: the check was given up after {check.seconds:g} seconds."
    return found[0] if found else Finding(check.id, "wrong", late, AGAIN)


def failed(id_: str, about: str, error: Exception) -> Finding:
    """The message of an error that nobody expected may hold a password, so only its kind is told."""
    nothing = f"Nothing is known about {about}"
    if isinstance(error, ImportError):
        said = f"{nothing}: {error.name or 'a package'} cannot be loaded."
        return Finding(id_, "wrong", said, "Run `make setup` again.")
    if sentence := sentence_of(error):
        return told(id_, "wrong", sentence, MEND)
    return Finding(id_, "wrong", f"{nothing}: the check failed ({type(error).__name__}).", ELSE)
