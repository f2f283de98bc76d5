"""Reminds curators of practices that are due for review."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from bot import curation_views as views
from bot.ports import Clock
from bot.storage.people import CURATORS
from bot.storage.unit import Storage
from knowledge.practice import Practice

DELIVERY = "review:"
"""How the keys of reminders begin."""
AHEAD = timedelta(days=30)
"""So long before the date of a review its curators are reminded."""
AT_ONCE = 5
"""So many reminders a week and channel at most: a library written in one go is due in one go."""


class Reviews:
    """``practices`` are those in force."""

    def __init__(self, storage: Storage, clock: Clock, practices: Callable[[], Iterable[Practice]]) -> None:
        self._storage = storage
        self._clock = clock
        self._practices = practices

    def due(self) -> list[Practice]:
        """Practices that are due within a month or overdue, the oldest date first."""
        until = self._clock().date() + AHEAD
        return sorted((one for one in self._practices() if one.review_by <= until), key=lambda one: one.review_by)

    async def remind(self) -> int:
        """Plan this week's reminders, each once a week; how many were new."""
        planned = 0
        year, week, _ = self._clock().isocalendar()
        async with self._storage.unit() as unit:
            for post in await unit.people.posts(CURATORS):
                left = AT_ONCE - await unit.ledger.count(post.tenant, DELIVERY, f":{year}-{week}")
                for practice in self.due():
                    if left <= 0:
                        break
                    key = f"{DELIVERY}{practice.id}:{practice.review_by}:{year}-{week}"
                    card = views.review_card(practice.id, practice.title, practice.review_by)
                    is_new = await unit.ledger.plan(post.tenant, key, post, card, self._clock())
                    left, planned = left - is_new, planned + is_new
        return planned
