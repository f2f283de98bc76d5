"""Who asks what when: growth that begins in one unit and spreads, with less of it around holidays. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from adapters.demo import words
from adapters.demo.chance import Dealt
from adapters.demo.happenings import Asked, DemoTeam, Handed, Happening, Joined, Person
from knowledge.practice import Practice

AT_FIRST = 23
"""Questions a week at the beginning, in all of the larger organization."""
AT_LAST = 172
"""Questions a week at the end, in all of the larger organization."""
OTHERS = 26
"""Questions a week in the other organization, from its beginning on."""
RAMP = 0.18
"""The share of the whole time that a team takes until it asks as much as it ever will."""
WITHOUT_TEAM = 0.04
"""The share of questions whose team nobody knows."""
WITHOUT_TEAM_YET = 0.13
"""The same in the other organization, which has just begun."""
OUTCOMES = {"answered": 0.79, "declined": 0.09, "routed": 0.075, "refused": 0.022, "failed": 0.021}
"""What comes of questions, as shares."""
RATED = {True: 0.27, False: 0.07, None: 0.66}
"""The shares of answers that are called helpful and not helpful, and of those that nobody rates."""
NOT_YET_GOOD = {True: 0.13, False: 0.22, None: 0.65}
"""The same in the other organization, which has just begun."""
ENDS: dict[Literal["answered", "closed", "taken"], float] = {"answered": 0.66, "closed": 0.2, "taken": 0.14}
"""What comes of questions that experts get, as shares."""
IN_HAND = timedelta(days=18)
"""No expert keeps a question longer without an answer."""
HANDED = {"answered": 0.03, "declined": 0.3}
"""The shares of questions that go on to an expert, by outcome."""
QUIET_WEEKS = {
    51: 0.6, 52: 0.25, 53: 0.25, 1: 0.35, 2: 0.7, 15: 0.8, 16: 0.7, 30: 0.85, 31: 0.75, 32: 0.6, 33: 0.6, 34: 0.75,
}
"""How much less is asked, by number of ISO week: the end of the year, Easter, summer."""
DAYS = {0: 5, 1: 6, 2: 5, 3: 5, 4: 3, 6: 0.3}
"""How much is asked on each weekday, Monday being 0, as weights."""


class Asking:
    """Questions of one organization. ``practices`` are the library; ``begins`` is a Monday."""

    def __init__(
        self, teams: Sequence[DemoTeam], practices: Mapping[str, Practice], chance: Random, begins: datetime, weeks: int
    ) -> None:
        self._teams = [team for team in teams if team.begins is not None]
        self._practices = practices
        self._chance = chance
        self._begins = begins
        self._weeks = weeks
        self._tenant = teams[0].tenant
        self._is_small = self._tenant == words.OTHER_TENANT
        self._without_team = WITHOUT_TEAM_YET if self._is_small else WITHOUT_TEAM
        self._turns, self._days = Dealt[DemoTeam](chance), Dealt[int](chance)
        self._outcomes, self._near, self._desks = (Dealt[str](chance) for _ in range(3))
        self._ends = Dealt[Literal["answered", "closed", "taken"]](chance)
        self._ratings = Dealt[bool | None](chance)
        self._asks = {outside: Dealt[str](chance) for outside in (True, False)}
        self._met: dict[str, Person] = {}
        self._number = 0

    def all(self, now: datetime) -> Iterator[Happening]:
        """Everything up to ``now``, week by week, within a week in the order of time."""
        for week in range(self._weeks + 1):
            asked = [self._one(week, at) for at in self._times(week)]
            for one in asked:
                yield from self._known(one, now)

    def _known(self, asked: Asked, now: datetime) -> Iterator[Happening]:
        if asked.at >= now:
            return
        if asked.who.user not in self._met and asked.who.team:
            self._met[asked.who.user] = asked.who
            yield Joined(asked.at - timedelta(seconds=30), asked.who)
        yield asked
        if self._chance.random() < HANDED.get(asked.outcome, 0):
            yield self._handed(asked, now)

    def _times(self, week: int) -> list[datetime]:
        """When somebody asks in this week: on working days, in working hours."""
        monday = self._begins + timedelta(weeks=week)
        share = week / self._weeks
        grown = 1 / (1 + math.exp(-7 * (share - 0.48)))
        quiet = QUIET_WEEKS.get(monday.isocalendar().week, 1)
        count = (AT_FIRST + (AT_LAST - AT_FIRST) * grown) * quiet * self._chance.uniform(0.93, 1.07)
        if self._is_small:
            count = 0 if share < 0.4 else OTHERS * quiet
        days = [self._days.next(DAYS) for _ in range(round(count))]
        return sorted(monday + timedelta(days=day, hours=self._hour()) for day in days)

    def _hour(self) -> float:
        return min(max(self._chance.gauss(12, 2.6), 6.2), 18.9)

    def _one(self, week: int, at: datetime) -> Asked:
        self._number += 1
        who = self._who(week)
        outcome = self._outcomes.next(OUTCOMES)
        asked = Asked(at, f"{self._tenant}:q{self._number}", who, "", outcome)
        match outcome:
            case "answered":
                return self._answered(asked)
            case "declined":
                near = self._near.next(words.NEAR_OF_OTHERS if self._is_small else words.NEAR)
                said = words.GAP_WORDS if near == words.GAP else words.OTHER_GAP_WORDS
                return replace(asked, words=self._chance.choice(said), nearest=near)
            case "routed":
                desk = self._desks.next(dict.fromkeys(words.DESKS, 1.0))
                return replace(asked, words=words.DESKS[desk], route=desk)
            case "refused":
                return replace(asked, words=words.REFUSED_WORDS)
        return replace(asked, words=self._chance.choice(self._practices["pilot-charter"].questions[:4]))

    def _answered(self, asked: Asked) -> Asked:
        team = asked.who.team
        outside = team is not None and team.relationship not in {"unit", "region"}
        inside = words.OTHERS_ASK if self._is_small else words.EVERYBODY_ASKS
        first = self._asks[outside].next(words.OUTSIDE_ASKS if outside else inside)
        practice = self._practices[first]
        more = self._chance.sample(practice.related, k=min(len(practice.related), self._chance.choice((0, 1, 1, 2))))
        cited = (first, *(name for name in more if name in self._practices))
        helpful = self._ratings.next(NOT_YET_GOOD if self._is_small else RATED)
        return replace(
            asked, words=self._chance.choice(practice.questions[:4]), practices=cited,
            helpful=helpful,
        )

    def _who(self, week: int) -> Person:
        """Somebody of a team that asks by then; of a team that has just begun few people do."""
        share = week / self._weeks
        used = {team: self._used_to_it(team, share) for team in self._teams}
        asking = {team: team.pull * used[team] for team in self._teams if used[team] > 0}
        if not asking or (share > 0.1 and self._chance.random() < self._without_team):
            return Person(self._tenant, f"demo-{self._tenant}-{self._chance.randrange(30)}", None)
        team = self._turns.next(asking)
        people = max(5, round(team.size * used[team]))
        at = min(int(people * self._chance.random() ** 1.35), people - 1)
        return Person(self._tenant, f"demo-{team.channel}-{at}", team)

    def _used_to_it(self, team: DemoTeam, share: float) -> float:
        """From nothing to one."""
        assert team.begins is not None
        if share < team.begins:
            return 0
        return min(0.3 + (share - team.begins) / RAMP * 0.7, 1)

    def _handed(self, asked: Asked, now: datetime) -> Handed:
        at = asked.at + timedelta(minutes=self._chance.uniform(1, 9))
        ends, later = self._ends.next(ENDS), at + timedelta(hours=self._chance.uniform(2, 70))
        if ends == "taken" and at < now - IN_HAND:
            ends = "closed"
        return Handed(at, asked, (later, ends) if later < now else None)
