"""The part of a report that counts questions and people: what is told of them, and what is held back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.amounts import counted as words
from bot.disclosure import count_of_some, shown, weeks_that_count
from bot.privacy import FLOOR
from bot.report import Row
from bot.report_periods import Period
from bot.storage.records import RELATIONSHIPS
from bot.storage.tables import Team
from bot.storage.tallies import EVERYBODY, NOBODYS, Counts
from bot.tip_choice import topic_name

OTHERS = "others"
"""Stands for teams that do not want to be named, and for whoever has none."""
BY_MONTH = "shown by month, not by week"
WHEN_OVER = "shown once the month is over"
FIRST = (
    ("answered", "Answered"), ("declined", "Declined: nothing in the library fits"), ("routed", "Sent to another desk"),
    ("refused", "Refused"), ("failed", "Failed"),
)
OF_ANSWERED = (
    ("helpful", "Answered, confirmed helpful"), ("unhelpful", "Answered, not helpful"),
    ("silent", "Answered, no reply: not counted as success"),
)
PLURALS = {
    "unit": "Units", "chapter": "Chapters", "dealer": "Dealers", "agent": "Agents", "franchise": "Franchises",
    "region": "Regions",
}


@dataclass(frozen=True)
class Counted:
    """What was counted of a period: of those of its weeks that count (see ``weeks_that_count``). ``weeks`` are all that
    were counted, ``teams`` those that take part.

    ``first_asked`` is how many of them asked for the first time; ``topic_of`` is the topic of each practice in force.
    """

    period: Period
    complete: bool
    weeks: Mapping[int, int]
    by_team: Mapping[str, Counts] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    cited: Mapping[str, int] = field(default_factory=dict)
    gaps: Mapping[str, int] = field(default_factory=dict)
    teams: Sequence[Team] = ()
    first_asked: int = 0
    topic_of: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def asked(self) -> int | None:
        """Questions in the weeks that count; of a month that is not over, in those that are told already."""
        if not self.period.is_month or not self.complete:
            told = [count for count in self.weeks.values() if count >= FLOOR]
        else:
            told = [count for week, count in self.weeks.items() if week in weeks_that_count(self.weeks)]
        return sum(told) or None

    @property
    def tells_parts(self) -> bool:
        """Whether more than totals is told: of whole months alone."""
        return self.period.is_month and self.complete and self.asked is not None

    @cached_property
    def whole(self) -> Counts:
        return sum(self.by_team.values(), start=Counts())

    @cached_property
    def outcomes(self) -> Mapping[str, int | None]:
        """By name of outcome, those of answers as well."""
        names = [name for name, _ in (*FIRST, *OF_ANSWERED)]
        if not self.tells_parts:
            return dict.fromkeys([*names, "handed", "human"])
        first = shown({name: getattr(self.whole, name) for name, _ in FIRST}).parts
        found: dict[str, int | None] = {**first}
        answered = {name: getattr(self.whole, name) for name, _ in OF_ANSWERED}
        hidden = dict.fromkeys(answered)
        found |= shown(answered).parts if first["answered"] is not None else hidden
        handed = shown({"human": self.whole.human, "waiting": self.whole.handed - self.whole.human})
        return {**found, "handed": handed.total, "human": handed.parts["human"]}

    @cached_property
    def teams_told(self) -> Mapping[str, int | None]:
        """Questions by id of those teams that are named, and of all ``OTHERS`` together."""
        named = {team.id for team in self.teams if team.visibility == "named"}
        parts, people = {name: 0 for name in (*named, OTHERS)}, {name: 0 for name in (*named, OTHERS)}
        for team_id, counts in self.by_team.items():
            parts[team_id if team_id in named else OTHERS] += counts.asked
        for team_id, count in self.people.items():
            if team_id != EVERYBODY:
                people[team_id if team_id in named else OTHERS] += count
        if not self.tells_parts:
            return dict.fromkeys(parts)
        few = [name for name, count in people.items() if count < FLOOR]
        return shown(parts, few).parts

    @cached_property
    def topics_told(self) -> Mapping[str, int | None]:
        """Questions by the topic of the practice that answered them first; ``NOBODYS`` for none that is in force."""
        topics = {topic: sum(cited.values()) for topic, cited in self._cited_in.items()}
        return shown(topics).parts if self.outcomes.get("answered") is not None else dict.fromkeys(topics)

    @cached_property
    def cited_told(self) -> Mapping[str, int | None]:
        """Questions by the practice that answered them first: of those topics that are told, each for itself."""
        found: dict[str, int | None] = {}
        for topic, cited in self._cited_in.items():
            found |= shown(cited).parts if self.topics_told[topic] is not None else dict.fromkeys(cited)
        return found

    @cached_property
    def _cited_in(self) -> Mapping[str, Mapping[str, int]]:
        """By topic, and within it by practice: what was cited at all, for what was not tells of nobody."""
        found: dict[str, dict[str, int]] = {}
        for practice_id, count in self.cited.items():
            found.setdefault(self.topic_of.get(practice_id, NOBODYS), {})[practice_id] = count
        return found

    @cached_property
    def gaps_told(self) -> Mapping[str, int | None]:
        return shown(self.gaps).parts if self.tells_parts else dict.fromkeys(self.gaps)

    def why_hidden(self) -> str:
        """What a basis says where only whole months are told of."""
        if not self.period.is_month:
            return BY_MONTH
        return "" if self.complete else WHEN_OVER


def asked_row(counted: Counted, before: Counted | None) -> Row:
    counting = weeks_that_count(counted.weeks)
    left_out = f"; weeks with fewer than {FLOOR} are left out" if len(counting) < len(counted.weeks) else ""
    basis = f"questions in {counted.period.label}{'' if counted.complete else ', so far'}{left_out}"
    hidden = counted.asked is None
    return Row("asked", "Questions asked", counted.asked, basis, hidden, before.asked if before else None)


def people_row(counted: Counted) -> Row:
    count = counted.people.get(EVERYBODY, 0)
    value = count if counted.tells_parts and count >= FLOOR else None
    return row("people", "People who asked", value, counted, f"different people in {counted.period.label}")


def outcome_rows(counted: Counted, before: Counted | None) -> list[Row]:
    """Each question once, answers by what their askers said; and how many went to a person."""
    asked = _out_of(counted.asked, "questions")
    answered = _out_of(counted.outcomes["answered"], "answers")
    earlier = before.outcomes if before else {}
    rows = [
        row(name, label, counted.outcomes[name], counted, answered, earlier.get(name)) for name, label in OF_ANSWERED
    ]
    rows += [row(name, label, counted.outcomes[name], counted, asked, earlier.get(name)) for name, label in FIRST[1:]]
    handed = _out_of(counted.outcomes["handed"], "questions handed to a person")
    return [
        *rows, row("handed", "Handed to a person", counted.outcomes["handed"], counted, asked, earlier.get("handed")),
        row("human", "Answered by a person", counted.outcomes["human"], counted, handed, earlier.get("human")),
    ]


def team_rows(counted: Counted) -> list[Row]:
    """Teams by relationship, how many asked lately, and the questions of each team that is named."""
    rows = [line for kind in RELATIONSHIPS for line in _of_relationship(counted, kind)]
    everyone = f"of {words(len(counted.teams), 'team')}, in {counted.period.label}"
    first = counted.first_asked if counted.tells_parts and counted.first_asked >= FLOOR else None
    rows += [
        row("teams.active", "Teams that asked", active_teams(counted), counted, everyone),
        row("teams.first", "Teams that asked for the first time", first, counted, everyone),
    ]
    named = [team for team in counted.teams if team.visibility == "named"]
    named.sort(key=lambda team: team.name.casefold())
    basis = f"questions in {counted.period.label}"
    told = counted.teams_told
    rows += [row(f"team.{team.id}.asked", team.name, told.get(team.id), counted, basis) for team in named]
    label = "Teams that are not named, and people without a team"
    return [*rows, row("team.others.asked", label, told.get(OTHERS), counted, basis)]


def topic_rows(counted: Counted, before: Counted) -> list[Row]:
    """What is asked about, the most frequent first, beside the period before."""
    basis = f"{_out_of(counted.outcomes['answered'], 'answers')}, in {counted.period.label}"
    told = [(topic, value) for topic, value in counted.topics_told.items() if topic != NOBODYS and value is not None]
    return [
        Row(f"topic.{topic}", f"Asked about: {topic_name(topic)}", value, basis, before=before.topics_told.get(topic))
        for topic, value in sorted(told, key=lambda one: (-(one[1] or 0), one[0]))
    ]


def practice_rows(counted: Counted, title: Callable[[str], str | None]) -> list[Row]:
    """How often each practice answered, most often first."""
    basis = f"{_out_of(counted.outcomes['answered'], 'answers')}, in {counted.period.label}"
    told = [(name, value) for name, value in counted.cited_told.items() if name != NOBODYS and value is not None]
    named = sorted(told, key=lambda one: (-(one[1] or 0), one[0]))
    return [
        Row(f"practice.{name}.cited", f"{shown_title}: answered with it", value, basis)
        for name, value in named if (shown_title := title(name))
    ]


def gap_rows(counted: Counted, title: Callable[[str], str | None]) -> list[Row]:
    """What people asked near a practice without a good answer, the most frequent first."""
    basis = f"questions declined, called unhelpful or handed to a person, in {counted.period.label}"
    told = [(name, value) for name, value in counted.gaps_told.items() if value is not None]
    return [
        Row(f"gap.{name}", f"Near “{shown_title}”", value, basis)
        for name, value in sorted(told, key=lambda one: (-(one[1] or 0), one[0])) if (shown_title := title(name))
    ]


def active_teams(counted: Counted) -> int | None:
    """How many teams asked; not told where one relationship is not told of, for that could be worked out."""
    active = [_active(counted, kind) for kind in RELATIONSHIPS]
    if any(value is None for value, size in active if size):
        return None
    return sum(value or 0 for value, _ in active)


def row(key: str, label: str, value: float | None, counted: Counted, basis: str, before: float | None = None) -> Row:
    """A figure; it is held back where it is None."""
    why = counted.why_hidden()
    hidden = value is None
    return Row(key, label, value, f"{basis}; {why}" if hidden and why else basis, hidden, before)


def _of_relationship(counted: Counted, kind: str) -> Iterable[Row]:
    active, size = _active(counted, kind)
    if not size:
        return
    basis = f"of {words(size, kind)}, in {counted.period.label}"
    yield Row(f"{kind}.teams", PLURALS[kind], size, "teams that take part")
    yield row(f"{kind}.active", f"{PLURALS[kind]} that asked", active, counted, basis)


def _active(counted: Counted, kind: str) -> tuple[int | None, int]:
    """How many teams of this relationship asked, where it may be told, and how many there are."""
    mine = [team.id for team in counted.teams if team.relationship == kind]
    if not counted.tells_parts:
        return None, len(mine)
    told = sum(1 for name in mine if counted.teams_told.get(name) is not None)
    asked = sum(1 for name in mine if name in counted.by_team and counted.by_team[name].asked)
    return count_of_some(told, len(mine) - told, asked), len(mine)


def _out_of(total: float | None, what: str) -> str:
    return f"of {total:,.0f} {what}" if total is not None else f"of all {what}"
