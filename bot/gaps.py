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
from bot.storage.gaps import Unmet
from bot.storage.questions import iso_week
from bot.storage.unit import Storage

SHOWN = timedelta(weeks=12)
Title = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One gap as curators see it: counts under five are None, so that nobody is recognized by them.

    ``words`` are those of questions that their askers sent to an expert themselves.
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
            return f"Look whether “{self.title}” answers what people ask of it."
        return f"Extend “{self.title}”, or write a practice beside it."


class GapList:
    """``title`` names a practice by its id, None if it is gone."""

    def __init__(self, storage: Storage, clock: Clock, title: Title) -> None:
        self._storage = storage
        self._clock = clock
        self._title = title

    async def rows(self, by: Who) -> list[Row]:
        """The gaps of the last twelve weeks in this tenant. Raises NotAllowed."""
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            unmet = await unit.gaps.unmet(by.tenant, iso_week(self._clock() - SHOWN))
            handed = {one.question_id: one.words for one in await unit.escalations.listed(by.tenant, ("open", "taken"))}
        return [self._row(one, handed) for one in unmet]

    async def close(self, by: Who, week: int, nearest: str, note: str, practice_id: str | None) -> int:
        """Write down what was done, and tell those who asked; how many are told.

        Raises NotAllowed, ChangedMeanwhile.
        """
        by.needs(Role.CURATOR)
        title = self._title(practice_id) if practice_id else None
        async with self._storage.unit() as unit:
            found = await unit.gaps.unmet(by.tenant, week)
            unmet = [one for one in found if (one.week, one.nearest) == (week, nearest)]
            done = await unit.gaps.close(by.tenant, week, nearest, note, practice_id, by.person, self._clock())
            if not unmet or not done:
                raise ChangedMeanwhile("This gap was closed before, or there is none.")
            owed = await unit.escalations.owed(by.tenant, unmet[0].questions)
            for question_id, where in owed:
                turn = await unit.questions.get(by.tenant, question_id)
                notice = views.gap_closed_notice(turn.text if turn else None, note, title)
                await unit.ledger.plan(by.tenant, f"gap:{question_id}", where, notice, self._clock())
                await unit.escalations.paid(by.tenant, question_id)
        return len(owed)

    def _row(self, unmet: Unmet, handed: dict[str, str | None]) -> Row:
        few = unmet.people < FLOOR
        words = tuple(text for question in unmet.questions if (text := handed.get(question)))

        def shown(count: int) -> int | None:
            return None if few or 0 < count < FLOOR else count

        return Row(
            unmet.week, unmet.nearest, self._title(unmet.nearest) or unmet.nearest, shown(len(unmet.questions)),
            shown(unmet.declined), shown(unmet.unhelpful), shown(unmet.escalated), words, unmet.closed,
        )
