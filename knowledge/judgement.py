"""What to do with a message: how likely it is ours, and whether to refuse it, from what the gate and the search say."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.gate import DESK, GOOD, OFF, REFUSE, SMALL

SLOPE, CLEARLY, SUREST = 14.0, 0.5, 4.0
"""How much a cosine's distance to the calibrated threshold counts against the gate's log odds that a message is ours,
and how much a practice that stands out; the gate is never surer than this that a message is not. Of 1,707 good
questions of the open sets three are turned away, of 213 off-topic ones four answered.
"""
SURELY = 5.0
"""The log odds from which no distance to the library makes a doubt, so that no passage needs to be looked up."""
CLEARER, USUAL = 1.2, 0.62
"""What is to be refused resembles no practice much: how much a practice that stands out counts against the gate's log
odds that a message is to be refused, and from how high on it stands out: standard deviations over the library for each
e-fold of practices. Chosen with the open sets and with 3,400 messages that nobody had learnt from yet.
"""
LESS_LIKELY, LEAST_LIKELY = 3.375, -2.6
"""By how much less likely than honest, in log odds, a message may seem that is refused where no practice stands out,
and the log odds below which none is, whatever stands out: a vague honest question resembles no practice much either.
Below them the answer ends with what is refused. Of 360 harmful and private messages of the open sets 355 are refused,
of 1,055 good ones nine. ``pairs``, ``twins``, ``indirect`` and ``casual`` were looked at, too.
"""
SURELY_HARMFUL = 3.5
"""The log odds that a message is to be refused and not honest from which nothing honest is thought of, whatever
practice stands out: of 355 harmful and private messages of the open sets that are refused 304 are as clear, of 277
honest ones of ``pairs.jsonl`` and ``twins.jsonl`` that are refused 52.
"""
SURELY_OURS, SURELY_IT = 0.99, 1.5
"""Below the threshold, an answer is said to be the nearest only unless the gate is this sure that the question is ours,
or a practice stands out by so much. Of 1,611 right answers to questions of the open sets 16 are said to be, of 80 wrong
ones 5, and 5 of 32 to questions for which there is no practice.
"""


Margin = Callable[[], float]
"""The cosine of the best practice above the library's threshold, looked up when it is called."""


@dataclass(frozen=True)
class Judged:
    """The gate's probabilities by group, and how near the library the question is."""

    good: float
    off: float
    desk: float
    refuse: float
    small: float
    best_desk: str
    best_refusal: str
    best_small: str

    @classmethod
    def of(cls, gate: dict[str, float]) -> Judged:
        def total(prefix: str) -> float:
            return sum(value for label, value in gate.items() if label.startswith(prefix))

        def best(prefix: str) -> str:
            return max((label for label in gate if label.startswith(prefix)), key=gate.__getitem__).partition(":")[2]

        return cls(
            gate.get(GOOD, 0.0),
            gate.get(OFF, 0.0),
            total(DESK),
            total(REFUSE),
            total(SMALL),
            best(DESK),
            best(REFUSE),
            best(SMALL),
        )

    def ours(self, clear: float, margin: Margin) -> float:
        """Log odds that the question is for this library: the gate's, moved by how much the best practice stands out
        more than usual and, where these leave a doubt, by the cosine's distance to the threshold.
        """
        known = max(-SUREST, _log_odds(self.good, self.off + self.desk)) + CLEARLY * clear
        return known if known > SURELY else known + SLOPE * margin()

    def to_refuse(self, clear: float) -> bool:
        """Whether to refuse; ``clear`` as for ``ours``."""
        return self.near_a_limit(clear) and _log_odds(self.refuse, self.good) > LEAST_LIKELY

    def near_a_limit(self, clear: float) -> bool:
        """Whether to say at least what is refused; ``clear`` as for ``ours``."""
        return self.refuse > self.desk + self.off and _log_odds(self.refuse, self.good) > CLEARER * clear - LESS_LIKELY

    @property
    def surely_harmful(self) -> bool:
        """Whether what is refused leaves no doubt."""
        return _log_odds(self.refuse, self.good) > SURELY_HARMFUL

    def nearest_only(self, clear: float, margin: Margin) -> bool:
        """Whether what is found may only lie near what was asked for; both as for ``ours``."""
        return self.good < SURELY_OURS and clear < SURELY_IT and margin() < 0


def stands_out(score: float, practices: int) -> float:
    """By how much a best score among so many practices is higher than usual; the more there are, the higher it is."""
    return score - USUAL * math.log(practices)


def probability(odds: float) -> float:
    """That of these log odds, in thousandths."""
    return round(1 / (1 + math.exp(-odds)), 3)


def _log_odds(one: float, other: float) -> float:
    return math.log(max(one, 1e-6) / max(other, 1e-6))
