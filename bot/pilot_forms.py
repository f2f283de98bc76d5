"""The fields of a pilot's forms: the same in every chat and on the pages."""

from __future__ import annotations

from collections.abc import Mapping

from bot.pilot_answers import LABELS
from bot.replies import Field

START = ("goal", "metric", "weeks")
MORE = (
    "goal", "metric", "weeks", "starts_on", "who", "blessing", "relationship", "channels", "baseline", "enough", "stop",
    "money", "hours", "sponsor", "sponsor_agreed", "sponsor_listed",
)
LONG = frozenset({"goal"})
HINTS = {
    "goal": "One sentence, for instance: more registrations for the spring course",
    "metric": "The figure their year is judged on, for instance: registrations a quarter",
    "weeks": "Six to twelve are usual",
    "starts_on": "Written as 2027-01-18",
    "who": "Roles, for instance: two course leaders, one from the office",
    "channels": "One is enough to begin with",
    "baseline": "For instance: 40 a week",
    "enough": "For instance: 55 a week",
    "stop": "For instance: two complaints about the same post",
    "money": "For instance: 300 for small ads",
    "hours": "For instance: 6",
    "sponsor": "Only once they have agreed; they may step back at any time",
    "sponsor_listed": "Everybody sees the name then; your team and what this is for only if your team is shown by name",
}
YES_OR_NO = (("yes", "yes"), ("no", "not yet"))
OPTIONS = {
    "blessing": (
        ("formal", "formal: in writing"), ("spoken", "spoken: a clear yes"), ("vague", "vague: nobody objects"),
        ("none", "none yet"),
    ),
    "relationship": (
        ("unit", "own unit"), ("chapter", "chapter"), ("dealer", "dealer"), ("agent", "agent"),
        ("franchise", "franchise"), ("region", "region"),
    ),
    "sponsor_agreed": YES_OR_NO,
    "sponsor_listed": (("no", "no"), ("yes", "yes: they agreed to that, too")),
}
DECISIONS = (
    ("go", "go: add the next layer"), ("adapt", "adapt: one change, one more round"), ("stop", "stop: with thanks"),
)


def start_fields(typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The three questions, filled in with what was typed before."""
    return tuple(_field(name, typed, required=True) for name in START)


def more_fields(typed: Mapping[str, str]) -> tuple[Field, ...]:
    """Everything; only the three are needed."""
    return tuple(_field(name, typed, required=name in START) for name in MORE)


def review_fields(decision: str = "", note: str = "") -> tuple[Field, ...]:
    return (
        Field("decision", "Decision", value=decision, options=DECISIONS),
        Field("note", "Why, in a sentence or two", value=note, required=False, multiline=True),
    )


def _field(name: str, typed: Mapping[str, str], *, required: bool) -> Field:
    return Field(
        name, LABELS[name], HINTS.get(name, ""), typed.get(name, ""), required, multiline=name in LONG,
        options=OPTIONS.get(name, ()),
    )
