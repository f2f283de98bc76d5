"""All that happens in the demo. Pure: the same seed and the same moment give the same happenings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from random import Random
from typing import Literal

from adapters.demo import words
from adapters.demo.asking import Asking
from adapters.demo.chance import Dealt
from adapters.demo.happenings import Asked, DemoTeam, Happening, Offered, Piloted, Subscribed, Tipped
from adapters.demo.journeys import Journeys
from adapters.demo.stories import PILOTS, PilotStory
from bot.pilot_rules import plan_of
from bot.tip_times import Rhythm, slots_after
from knowledge.library import Library

ZONE = "Europe/Zurich"
SUBSCRIBERS = (
    "Customer Service", "Brand Communications", "Human Resources", "Sales Operations", "Region East", "Chapter North",
    "Chapter South", "Dealer South", "Dealer Centre", "Agent Riverside",
)
WEEKS: dict[Literal["planned", "skipped", "late"], float] = {"planned": 0.86, "skipped": 0.07, "late": 0.07}
"""What becomes of the weeks of a subscription."""
TOUCHED = 0.34
"""The share of tips below which somebody presses a button."""
TRIED = 0.35
"""The share of those that lead to a try."""
AFTER_BEGINNING = timedelta(days=16)
"""How long after its first question a team's channel subscribes to tips."""


def happenings(library: Library, seed: int, now: datetime, weeks: int) -> list[Happening]:
    """In the order of time; nothing later than ``now``."""
    begins = datetime.combine(now.date() - timedelta(days=now.weekday(), weeks=weeks), time(), now.tzinfo)
    found: list[Happening] = []
    for tenant in dict.fromkeys(team.tenant for team in words.TEAMS):
        teams = [team for team in words.TEAMS if team.tenant == tenant]
        chance = Random(f"{seed}:{tenant}")  # noqa: S311 (a demo, no secret)
        asking = Asking(teams, library.practices, chance, begins, weeks)
        found += sorted(asking.all(now), key=attrgetter("at"))
    asked = [one for one in found if isinstance(one, Asked) and one.who.tenant == words.TEAMS[0].tenant]
    found += _MadeOf(asked, library, Random(f"{seed}:told"), now).all()  # noqa: S311 (a demo, no secret)
    return sorted((one for one in found if one.at < now), key=attrgetter("at"))


class _MadeOf:
    """What follows from the questions of the larger organization."""

    def __init__(self, asked: Sequence[Asked], library: Library, chance: Random, now: datetime) -> None:
        self._library = library
        self._chance = chance
        self._now = now
        self._journeys = Journeys(asked, chance, now)
        self._first: dict[DemoTeam, datetime] = {}
        for one in asked:
            if one.who.team:
                self._first.setdefault(one.who.team, one.at)

    def all(self) -> Iterator[Happening]:
        yield from self._journeys.told()
        yield from self._journeys.after_questions()
        for team in self._first:
            if team.name in SUBSCRIBERS:
                yield from self._subscription(team, alone=False)
        yield from self._subscription(next(iter(self._first)), alone=True)
        for story in PILOTS:
            yield from self._pilot(story)
        yield from self._offers()

    def _subscription(self, team: DemoTeam, *, alone: bool) -> Iterator[Happening]:
        begins = self._first[team] + AFTER_BEGINNING * (1 + alone)
        who = self._journeys.someone(team.name, begins)
        if who is None or begins >= self._now:
            return
        key = f"{team.name}{':alone' * alone}"
        rhythm = Rhythm(self._chance.randint(2, 4), self._chance.randint(8, 10), ZONE)
        told: list[str] = []
        yield Subscribed(begins, key, who, rhythm.weekday, rhythm.hour, alone)
        states = Dealt[Literal["planned", "skipped", "late"]](self._chance)
        for slot in slots_after(rhythm, begins):
            if slot.at >= self._now:
                return
            practice = self._new_to(team, told)
            state = states.next(WEEKS)
            if state == "late" and slot.at + timedelta(days=1) >= self._now:
                state = "planned"  # it is not too late for it yet
            late = timedelta(days=1) if state == "late" else timedelta(seconds=20)
            name = f"tip:{key}:{slot.week}"
            touched = state == "planned" and self._chance.random() < TOUCHED
            yield Tipped(slot.at + late, name, key, practice, state, touched)
            if touched and self._chance.random() < TRIED:
                yield from self._journeys.after_tip(team, practice, slot.at + timedelta(hours=2), name)

    def _new_to(self, team: DemoTeam, told: list[str]) -> str:
        """A practice on which the team has no word and of which it was not told; keeps it in ``told``."""
        left = [name for name in words.TIPS if name not in told and not self._journeys.has_word_on(team, name)]
        told.append(self._chance.choice(left or words.TIPS))
        return told[-1]

    def _pilot(self, story: PilotStory) -> Iterator[Happening]:
        planned = self._ago(story.ago)
        who = self._journeys.someone(story.team, planned)
        if who is None or who.team is None:
            return
        monday = planned.date() + timedelta(days=7 - planned.weekday())
        answers = replace(story.answers, starts_on=monday, relationship=who.team.relationship)
        yield Piloted(planned, story.team, who, answers, "plan")
        if story.is_draft:
            return
        yield Piloted(self._at(monday, 8), story.team, who, answers, "start")
        if story.decision:
            review = plan_of(answers, self._library, planned.date()).review_on
            yield Piloted(self._at(review, 15), story.team, who, answers, story.decision, story.note)

    def _offers(self) -> Iterator[Happening]:
        for number, (team, practice, called) in enumerate(words.CONTACTS):
            if who := self._journeys.someone(team, at := self._ago(3 + number)):
                yield Offered(at, who, practice, called)

    def _ago(self, weeks: float) -> datetime:
        return self._at((self._now - timedelta(weeks=weeks)).date(), 11)

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self._now.tzinfo)
