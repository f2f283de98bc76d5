"""Whatever people ask, no count between one and four can be read from the list of gaps, and none be worked out."""

from __future__ import annotations

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bot.gaps import GapList, Row
from bot.privacy import FLOOR
from bot.storage.gaps import Unmet
from bot.storage.unit import Storage, utc_now

GAPS = GapList(cast(Storage, None), utc_now, lambda name: None)
# Of each question: who asked it, and whether it was declined, called unhelpful, sent to an expert (one of them at least).
reasons = st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any)
questions = st.lists(st.tuples(st.integers(0, 9), reasons), min_size=1, max_size=24)


def shown(asked: list[tuple[int, tuple[bool, bool, bool]]]) -> Row:
    declined, unhelpful, escalated = (sum(why[place] for _, why in asked) for place in range(3))
    people = len({person for person, _ in asked})
    names = tuple(f"q{number}" for number in range(len(asked)))
    return GAPS._row(Unmet(202648, "ugc-rights", declined, unhelpful, escalated, people, names, None), {})


@given(questions)
def test_no_small_count_is_ever_shown(asked: list[tuple[int, tuple[bool, bool, bool]]]) -> None:
    row = shown(asked)
    for count in (row.questions, row.declined, row.unhelpful, row.escalated):
        assert count is None or count == 0 or count >= FLOOR


@given(questions)
def test_no_small_count_can_be_worked_out(asked: list[tuple[int, tuple[bool, bool, bool]]]) -> None:
    """Neither how many are in a reason nor how many are in it not, from the sum and the other reasons."""
    row = shown(asked)
    if row.questions is None:
        assert (row.declined, row.unhelpful, row.escalated) == (None, None, None)
        return
    told = [count for count in (row.declined, row.unhelpful, row.escalated) if count is not None]
    assert all(row.questions - count == 0 or row.questions - count >= FLOOR for count in told)
    assert len(told) in {0, 3}
    assert len({person for person, _ in asked}) >= FLOOR
