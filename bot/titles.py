"""Practices by name where somebody said something of them: one that was withdrawn since keeps its name and says so."""

from __future__ import annotations

from bot.dates import long_date
from knowledge.library import Library
from knowledge.practice import Practice

GONE = "no longer in the library"


def practice_told(library: Library, practice_id: str) -> Practice | None:
    """The practice in force; of one that was withdrawn the last there was, whose title says since when.

    Only to name it: a withdrawn practice is never cited.
    """
    if gone := library.withdrawn.get(practice_id):
        said = f"{gone.practice.title} (withdrawn {long_date(gone.since)})"
        return gone.practice.model_copy(update={"title": said})
    return library.practices.get(practice_id)


def title_told(library: Library, practice_id: str) -> str:
    """Its title as in ``practice_told``; the id of one that nothing is known of."""
    practice = practice_told(library, practice_id)
    return practice.title if practice else f"{practice_id} ({GONE})"
