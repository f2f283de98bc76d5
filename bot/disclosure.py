"""Which counts of a table may be shown, so that nobody can work out one below the floor. Pure.

Of a table whose parts add up to a total that is told, the parts that are not told are a *pool*: whoever subtracts what
is told learns the sum of the pool and no more. So a pool is made large enough: at least two parts, at least the floor
in sum, and so that its parts could be any number from nothing to one below the floor.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.privacy import FLOOR

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Shown(Generic[Name]):
    """``total`` is None where it may not be told, and so is each part in ``parts`` that may not."""

    total: int | None
    parts: Mapping[Name, int | None]


def shown(parts: Mapping[str, int], small: Collection[str] = ()) -> Shown[str]:
    """What of a table may be told. ``small`` are parts that are too small for another reason: few people asked.

    A total below the floor, nothing included, is not told, and with it no part.
    """
    total = sum(parts.values())
    hidden = {name for name, count in parts.items() if count < FLOOR or name in small}
    if not hidden:
        return Shown(total, dict(parts))
    rest = sorted((name for name in parts if name not in hidden), key=lambda name: (parts[name], name))
    first = len(hidden)
    while not _is_safe([parts[name] for name in hidden], others=len(hidden) > first):
        if not rest:
            return Shown(None, dict.fromkeys(parts))
        hidden.add(rest.pop(0))
    return Shown(total, {name: None if name in hidden else count for name, count in parts.items()})


def weeks_that_count(weeks: Mapping[int, int]) -> frozenset[int]:
    """Of the weeks of a month, those that its figures are made of.

    A week is told as soon as it is over, if it is large enough. The small ones count where they are enough together;
    else the month goes without them, for what is told of a week cannot be taken back.
    """
    large = frozenset(week for week, count in weeks.items() if count >= FLOOR)
    small = {week: count for week, count in weeks.items() if week not in large}
    return large | small.keys() if small and _is_safe(small.values(), others=False) else large


def count_of_some(told: int, hidden: int, count: int) -> int | None:
    """How many of some teams asked anything, where it may be told: ``told`` of them are known to have, ``hidden`` more
    might have. That all of those did, or none, would tell of each.
    """
    return None if hidden and count - told in {0, hidden} else count


def _is_safe(pool: Collection[int], *, others: bool) -> bool:
    """Whether each of these could be anything below the floor, as far as their sum tells.

    Without ``others`` among them, each is known to be below the floor.
    """
    most = (FLOOR - 1) * (len(pool) - 1)
    return len(pool) >= 2 and sum(pool) >= FLOOR and (others or sum(pool) <= most)
