"""One next practice, with the reason: layer by layer, never a menu. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.practice import Practice, Stage

STAGES = tuple(Stage)
RELATED = 3.0
"""For a practice that is related; less than this in all is too little to propose it. What counts was chosen by hand."""
SAME_STAGE = 0.5
"""For one of the same stage."""
NEXT_STAGE = 1.5
"""For one of the next stage."""
FITS = 1.0
"""For one that is written for teams of this relationship to the centre."""
FOLLOWED = 0.5
"""For each other team that did it next."""
MOST_FOLLOWED = 6
"""More teams than these count no more: what many do must not drown what is related."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """``because`` completes the sentence “I propose it because …”."""

    practice: Practice
    because: str


def next_step(
    done: Practice, library: Mapping[str, Practice], stands: Mapping[str, str], relationship: str,
    followed: Mapping[str, int],
) -> NextStep | None:
    """What to do after ``done``; None where nothing is near.

    ``stands`` is where the team stands, by practice: what it has settled is not proposed, what it keeps for later is.
    ``followed`` counts the other teams that did each practice next.
    """
    open_ = [
        practice for name, practice in library.items()
        if name != done.id and stands.get(name, "considering") == "considering"
    ]
    near = {practice.id: _worth(practice, done, relationship, followed) for practice in open_}
    best = max(open_, key=lambda practice: (near[practice.id], practice.id), default=None)
    if best is None or near[best.id] < RELATED:
        return None
    return NextStep(best, _because(best, done, stands, followed))


def _worth(practice: Practice, done: Practice, relationship: str, followed: Mapping[str, int]) -> float:
    related = practice.id in done.related or done.id in practice.related
    ahead = STAGES.index(practice.stage) - STAGES.index(done.stage)
    return (
        RELATED * related
        + {0: SAME_STAGE, 1: NEXT_STAGE}.get(ahead, 0.0)
        + FITS * (relationship in practice.relationships)
        + FOLLOWED * min(followed.get(practice.id, 0), MOST_FOLLOWED)
    )


def _because(practice: Practice, done: Practice, stands: Mapping[str, str], followed: Mapping[str, int]) -> str:
    reasons = []
    if practice.id in stands:
        reasons.append("you kept it for later")
    if practice.id in done.related or done.id in practice.related:
        reasons.append(f"it builds on “{done.title}”")
    if STAGES.index(practice.stage) > STAGES.index(done.stage):
        reasons.append(f"it belongs to the next stage, “{practice.stage.value}”")
    if count := followed.get(practice.id, 0):
        reasons.append("another team did it next" if count == 1 else f"{count} other teams did it next")
    return " and ".join(reasons) if len(reasons) < 3 else f"{', '.join(reasons[:-1])} and {reasons[-1]}"
