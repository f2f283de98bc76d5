"""What a table tells of the counts that it does not show: nothing that narrows them below the floor."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.disclosure import Shown, shown
from bot.privacy import FLOOR

tables = st.dictionaries(st.sampled_from([f"p{number}" for number in range(12)]), st.integers(0, 14), min_size=1)


def bounds(table: Shown, name: str, *, below_floor: bool) -> tuple[int, int | None]:
    """The least and the most that this hidden part can be, as far as the table tells; None for no upper bound.

    ``below_floor`` takes into account that a part is hidden for being below the floor, where that is all there is to it.
    """
    if table.total is None:
        return 0, None
    pool = [part for part, value in table.parts.items() if value is None]
    left = table.total - sum(value for value in table.parts.values() if value is not None)
    most = (FLOOR - 1) if below_floor else left
    others = most * (len(pool) - 1)
    return max(0, left - others), min(left, most)


@given(tables)
@example({"p1": 4, "p2": 4})
@example({"p1": 4, "p2": 4, "p3": 4})
@example({"p1": 0, "p2": 5})
@example({"p1": 2, "p2": 5, "p3": 9})
def test_no_hidden_count_is_narrowed(counts: dict[str, int]) -> None:
    table = shown(counts)
    only_small = all(counts[name] < FLOOR for name, value in table.parts.items() if value is None)
    for name, value in table.parts.items():
        if value is not None:
            assert value == counts[name] >= FLOOR
            continue
        for below_floor in (False, only_small):
            least, most = bounds(table, name, below_floor=below_floor)
            assert least == 0 and (most is None or most >= FLOOR - 1), (table, name)


@given(tables)
def test_what_is_large_is_shown_unless_it_would_tell_of_the_small(counts: dict[str, int]) -> None:
    table = shown(counts)
    if all(count >= FLOOR for count in counts.values()):
        assert table == Shown(sum(counts.values()), counts)
    hidden = sum(value is None for value in table.parts.values())
    small = sum(count < FLOOR for count in counts.values())
    if table.total is not None:
        assert table.total == sum(counts.values())
        assert hidden <= max(small + 1, 2) or small == 0


@given(tables, st.data())
def test_few_people_hide_many_questions(counts: dict[str, int], data: st.DataObject) -> None:
    small = data.draw(st.sets(st.sampled_from(sorted(counts))))
    table = shown(counts, small)
    assert all(table.parts[name] is None for name in small)


@given(st.integers(0, FLOOR - 1), st.integers(0, FLOOR - 1))
def test_a_small_total_is_not_told(one: int, other: int) -> None:
    table = shown({"a": one, "b": other})
    if one + other < FLOOR:
        assert table == Shown(None, {"a": None, "b": None})
