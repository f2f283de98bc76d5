"""Notes of erasures in memory, under the same contract as the file."""

from __future__ import annotations

from bot.erasure import Erased


class MemoryErasureNotes:
    """``died`` raises once the note is made, as a crash would that comes between the note and the database."""

    def __init__(self, died: Exception | None = None) -> None:
        self.noted: list[Erased] = []
        self.died = died

    def note(self, erased: Erased) -> None:
        self.noted.append(erased)
        if self.died:
            raise self.died

    def all(self) -> list[Erased]:
        return list(self.noted)
