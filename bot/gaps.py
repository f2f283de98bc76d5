"""What people asked and the library could not answer: shown without a name or a word, closed with a practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot import curation_views as views
from bot.access import Role, Who
from bot.errors import ChangedMeanwhile
from bot.ports import Clock
from bot.privacy import FLOOR
from bot.storage.escalations import UNFINISHED
from bot.storage.gaps import Unmet
from bot.storage.questions import iso_week
from bot.storage.unit import Storage

SHOWN = timedelta(weeks=12)
Title = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One gap as curators see it: counts under five are None, and so are those that would reveal one of them, so that
    nobody is recognized by them.

    ``words`` are those of questions that their askers sent to an expert themselves, until the gap is closed.
    """

    week: int
    nearest: str
    title: str
    questions: int | None
    declined: int | None
    unhelpful: int | None
    escalated: int | None
    words: tuple[str, ...]
    closed: str | None

    @property
    def suggestion(self) -> str:
        """What a curator could do next."""
        if (self.unhelpful or 0) > (self.declined or 0):
            return f"Check whether “{self.title}” answers what people ask about it."
        return f"Extend “{self.title}”, or write a new practice next to it."


class GapList:
    """``title`` names a practice by its id; None if it is gone."""

    def __init__(self, storage: Storage, clock: Clock, title: Title) -> None:
        self._storage = storage
        self._clock = clock
        self._title = title

    async def rows(self, by: Who) -> list[Row]:
        """The gaps of the last twelve weeks in this tenant. Raises NotAllowed."""
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            unmet = await unit.gaps.unmet(by.tenant, iso_week(self._clock() - SHOWN))
            handed = {one.question_id: one.words for one in await unit.escalations.listed(by.tenant, UNFINISHED)}
        rows = [self._row(one, handed) for one in unmet]
        return sorted(rows, key=lambda row: (-row.week, -(row.questions or 0), row.nearest))

    async def close(self, by: Who, week: int, nearest: str, note: str, practice_id: str | None) -> None:
        """Write down what was done, and tell those who asked; nobody learns how many they are. Raises NotAllowed,
        ChangedMeanwhile.
        """
        by.needs(Role.CURATOR)
        title = self._title(practice_id) if practice_id else None
        async with self._storage.unit() as unit:
            found = await unit.gaps.unmet(by.tenant, week)
            unmet = [one for one in found if (one.week, one.nearest) == (week, nearest)]
            done = await unit.gaps.close(by.tenant, week, nearest, note, practice_id, by.person, self._clock())
            if not unmet or not done:
                raise ChangedMeanwhile("This gap has already been closed, or there is no such gap.")
            waiting = {one.question_id for one in await unit.escalations.listed(by.tenant, UNFINISHED)}
            for question_id, where in await unit.escalations.owed(by.tenant, unmet[0].questions):
                if turn := await unit.questions.get(by.tenant, question_id):
                    notice = views.gap_closed_notice(turn.asked_at, note, title)
                    await unit.ledger.plan(
                        by.tenant, f"gap:{question_id}", where, notice, self._clock(), person=turn.person
                    )
                if question_id not in waiting:
                    await unit.escalations.paid(by.tenant, question_id)

    def _row(self, unmet: Unmet, handed: dict[str, str | None]) -> Row:
        reasons = unmet.declined, unmet.unhelpful, unmet.escalated
        questions = len(unmet.questions) if min(unmet.people, len(unmet.questions)) >= FLOOR else None
        # Beside the sum, a small reason or a small rest could be worked out from the others: then none of them is told.
        told = questions is not None and not any(_is_few(count) or _is_few(questions - count) for count in reasons)
        declined, unhelpful, escalated = reasons if told else (None, None, None)
        words = () if unmet.closed else tuple(text for name in unmet.questions if (text := handed.get(name)))
        title = self._title(unmet.nearest) or unmet.nearest
        return Row(
            unmet.week, unmet.nearest, title, questions, declined, unhelpful, escalated, words, unmet.closed,
        )


def _is_few(count: int) -> bool:
    return 0 < count < FLOOR
