"""How teams take practices up: after a question or a tip, with the delays of people who have other work. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from adapters.demo import words
from adapters.demo.chance import Dealt
from adapters.demo.happenings import Asked, CheckInsDue, DemoTeam, Happening, Measured, Person, Replied, Stated
from adapters.demo.stories import RESULTS, ResultStory
from bot.check_in_views import EARLY, FAILED, WORKED

KINDS = {
    "worked": 30, "silent": 17, "failed": 9, "early": 8, "later": 11, "kept": 9, "already": 9, "not for us": 7,
}
"""How tries end, and what else becomes of a practice that a team takes note of, as weights."""
TAKES_UP = 0.17
"""The share of answers a team might take up that it does take up."""
PAUSE = timedelta(days=9)
"""How long a team waits before it takes up another practice."""
ASKED_AFTER = timedelta(days=14, minutes=5)
"""A little after a check-in is due."""


class Journeys:
    """Of the teams of one organization. ``asked`` is everything that was asked, in order."""

    def __init__(self, asked: Sequence[Asked], chance: Random, now: datetime) -> None:
        self._asked = [one for one in asked if one.who.team]
        self._chance = chance
        self._now = now
        self._kinds = Dealt[str](chance)
        self._taken: set[tuple[DemoTeam | None, str]] = set()
        self._last: dict[DemoTeam | None, datetime] = {}

    def told(self) -> Iterator[Happening]:
        """Those that end with a result: they are told one by one."""
        for story in RESULTS:
            if who := self.someone(story.team, self._before(story.began)):
                self._taken.add((who.team, story.practice))
                yield from self._story(who, story)

    def after_questions(self) -> Iterator[Happening]:
        """Those that begin below an answer."""
        for asked in self._asked:
            practice = asked.practices[0] if asked.practices else ""
            takes_up = practice in words.TAKEN_UP and self._chance.random() < TAKES_UP
            if takes_up and self._may_begin(asked.who, practice, asked.at):
                at = asked.at + timedelta(minutes=self._chance.choice((2, 7, 40, 60 * 26, 60 * 50)))
                yield from self._of_kind(self._kinds.next(KINDS), asked.who, practice, at, asked.key)
            elif practice == words.ALONE and asked.at > self._before(4) and self._kept_for_later(asked.who):
                yield Stated(asked.at + timedelta(minutes=4), asked.who, practice, "considering", asked.key)

    def after_tip(self, team: DemoTeam, practice: str, at: datetime, key: str) -> Iterator[Happening]:
        """A try, where the practice is one that tips lead to."""
        who = self.someone(team.name, at)
        if who and practice in (*words.TAKEN_UP, *words.BY_TIPS) and not self.has_word_on(team, practice):
            self._taken.add((team, practice))
            yield from self._try(who, practice, at, key, self._chance.choice(("worked", "silent", "worked")))

    def has_word_on(self, team: DemoTeam, practice: str) -> bool:
        """Whether the team says something of it at any time."""
        return (team, practice) in self._taken

    def someone(self, team: str, before: datetime) -> Person | None:
        """The last of the team that asked before; None where nobody has."""
        asked = [one.who for one in self._asked if one.at < before and one.who.team and one.who.team.name == team]
        return asked[-1] if asked else None

    def _may_begin(self, who: Person, practice: str, at: datetime) -> bool:
        if (who.team, practice) in self._taken or at - self._last.get(who.team, at - PAUSE) < PAUSE:
            return False
        self._taken.add((who.team, practice))
        self._last[who.team] = at
        return True

    def _kept_for_later(self, who: Person) -> bool:
        """Two teams keep for later what one has proven."""
        kept = sum(practice == words.ALONE for _, practice in self._taken)
        if kept > 2 or (who.team, words.ALONE) in self._taken:
            return False
        self._taken.add((who.team, words.ALONE))
        return True

    def _of_kind(self, kind: str, who: Person, practice: str, at: datetime, key: str) -> Iterator[Happening]:
        match kind:
            case "later":
                yield Stated(at, who, practice, "considering", key)
                begins = at + timedelta(days=self._chance.randint(9, 25))
                yield from self._try(who, practice, begins, "", "worked")
            case "kept":
                yield Stated(at, who, practice, "considering", key)
            case "already":
                yield Stated(at, who, practice, "adopted", key)
            case "not for us":
                yield Stated(at, who, practice, kind, key)
            case _:
                yield from self._try(who, practice, at, key, kind)

    def _try(self, who: Person, practice: str, at: datetime, key: str, ends: str) -> Iterator[Happening]:
        """Tried, asked about after two weeks, and answered or not."""
        yield Stated(at, who, practice, "trying", key)
        asked = at + ASKED_AFTER
        yield CheckInsDue(asked)
        answers = asked + timedelta(hours=self._chance.choice((1, 3, 20, 46)))
        if ends == "early":
            yield Replied(answers, who, practice, EARLY)
            yield CheckInsDue(answers + ASKED_AFTER)
            yield Replied(answers + ASKED_AFTER + timedelta(hours=2), who, practice, WORKED)
        elif ends == "failed":
            yield Replied(answers, who, practice, FAILED, self._chance.choice(words.NOT_WORKED))
        elif ends == "worked":
            yield Replied(answers, who, practice, WORKED)

    def _story(self, who: Person, story: ResultStory) -> Iterator[Happening]:
        began = self._before(story.began)
        same = [
            one for one in self._asked
            if one.who.team == who.team and story.practice in one.practices and one.at < began + timedelta(days=4)
        ]
        who, at, key = (same[-1].who, same[-1].at, same[-1].key) if same else (who, began, "")
        yield from self._try(who, story.practice, max(at + timedelta(minutes=6), began), key, "worked")
        yield Measured(self._before(story.ago), who, story.practice, story.typed)

    def _before(self, weeks: float) -> datetime:
        """So many weeks ago, in the late morning."""
        return (self._now - timedelta(weeks=weeks)).replace(hour=10, minute=40, second=0, microsecond=0)
