"""What an answer says of sources that differ: what concerns the question, every side of it, nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.excerpts import first_sentences
from knowledge.points import Place

_LABEL = re.compile(r"[^.]{2,80}?[:?] ")
"""What a point begins with that says itself what it is about: "Tone: …", "How often on LinkedIn: …"."""
_TOPIC = re.compile(r"([^.:?!\[\]]{1,60})[:?]\s")
"""The same where it is short enough to be named in passing; without its sign."""


def topics(points: Sequence[str]) -> list[str]:
    """What sources differ on, of those points that say so themselves."""
    return [topic[1] for point in points if (topic := _TOPIC.match(point))]


def differing(points: Sequence[str], concern: Sequence[Place], most: int) -> str:
    """The points that concern the question, the closest first, while they fit into ``most`` words."""
    kept: list[str] = []
    for group in _groups(points, [place.at for place in concern], most):
        if kept and len(" ".join([*kept, *group]).split()) > most:
            break
        kept.extend(group)
    return first_sentences(" ".join(kept), most)


def _groups(points: Sequence[str], concern: Sequence[int], most: int) -> list[list[str]]:
    """Each of these points with those that belong to it, as one alone may name one side only: a point that does not say
    what it is about goes on from the one before it. The point that concerns the question begins its group where there
    is no room for all of it.
    """
    begins = [at for at, text in enumerate(points) if at == 0 or _LABEL.match(text)]
    found: dict[int, list[str]] = {}
    for at in concern:
        begin = max(start for start in begins if start <= at)
        end = min((start for start in begins if start > at), default=len(points))
        group = points[begin:end]
        room = len(" ".join(group).split()) <= most
        found.setdefault(begin, [*group] if room else [*points[at:end], *points[begin:at]])
    return [*found.values()]
