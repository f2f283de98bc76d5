"""Which counts of a table may be shown, so that nobody can work out one below the floor. Pure.

Of a table whose parts add up to a total that is told, the parts that are not told are a *pool*: whoever subtracts what
is told learns the sum of the pool and no more. So a pool is made large enough: at least two parts, at least the floor
in sum, and so that its parts could be any number from nothing to one below the floor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.privacy import FLOOR


@dataclass(frozen=True, slots=True)
class Shown:
    """``total`` is None where it may not be told, and so is each part in ``parts`` that may not."""

    total: int | None
    parts: Mapping[str, int | None]


def shown(parts: Mapping[str, int], small: Collection[str] = ()) -> Shown:
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


def _is_safe(pool: Collection[int], *, others: bool) -> bool:
    """Whether each of these could be anything below the floor, as far as their sum tells.

    Without ``others`` among them, each is known to be below the floor.
    """
    most = (FLOOR - 1) * (len(pool) - 1)
    return len(pool) >= 2 and sum(pool) >= FLOOR and (others or sum(pool) <= most)
