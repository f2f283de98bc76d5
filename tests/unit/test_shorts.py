"""How near a message is to the questions of short answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading import unit
from knowledge.shorts import Short, Shorts
from knowledge.words import counted, rarity_in, word_places

TEXTS = ["May we repost a picture?", "is a repost of a guest's photo fine", "How long may a pilot last?", "who pays for it"]
RARITY = rarity_in(TEXTS)
ROWS = np.eye(4, dtype=np.float32)


def short(*places: int, each: tuple[float, ...] = ()) -> Short:
    return Short.of([TEXTS[at] for at in places], [ROWS[at] for at in places], each or (1.0,) * len(places), RARITY)


@pytest.fixture
def shorts() -> Shorts:
    return Shorts.of([("rights", short(0, 1)), ("charter", short(2)), ("charter", short(3))])


def cosine_of_words(one: str, other: str) -> float:
    both = [np.zeros(1 << 16, dtype=np.float32) for _ in range(2)]
    for row, text in zip(both, (one, other), strict=True):
        row[word_places(text)] = counted(word_places(text), RARITY)
    return float(both[0] @ both[1])


def test_nearness_is_the_cosine_of_wants_and_that_of_words(shorts: Shorts) -> None:
    near = shorts.nearness(TEXTS[2], unit(ROWS[2] + ROWS[3]), RARITY)
    wanted = [0.0, np.sqrt(0.5) + 1, np.sqrt(0.5) + cosine_of_words(TEXTS[2], TEXTS[3])]
    assert near[1:] == pytest.approx(wanted[1:], abs=0.02)
    assert near[0] == pytest.approx(shorts.nearness(TEXTS[2], ROWS[2] * 0, RARITY)[0], abs=0.02)


def test_one_lies_in_the_middle_of_what_it_settles() -> None:
    even, uneven = short(0, 1), short(0, 1, each=(3.0, 1.0))
    assert even.intent[0] == even.intent[1] and uneven.intent[0] == 3 * uneven.intent[1]
    assert set(even.places) == {*word_places(TEXTS[0]), *word_places(TEXTS[1])}
    assert np.linalg.norm(even.counts) == pytest.approx(1)


def test_kept_and_read_again_it_is_the_same(shorts: Shorts) -> None:
    again = Shorts.kept(shorts.owners, shorts.arrays())
    for text in TEXTS:
        np.testing.assert_array_equal(again.nearness(text, ROWS[0], RARITY), shorts.nearness(text, ROWS[0], RARITY))
    for at, made in enumerate((short(0, 1), short(2), short(3))):
        kept = again.at(at)
        np.testing.assert_array_equal(kept.places, made.places)
        np.testing.assert_allclose(kept.intent, made.intent, atol=0.01)
        np.testing.assert_allclose(kept.counts, made.counts, atol=0.01)


@pytest.mark.parametrize("name", ["short_intents", "short_bounds", "short_places"])
def test_what_does_not_fit_together_is_refused(shorts: Shorts, name: str) -> None:
    arrays = shorts.arrays()
    with pytest.raises(ValueError, match="do not fit"):
        Shorts.kept(shorts.owners, arrays | {name: arrays[name][:-1]})


def test_a_library_may_have_none() -> None:
    none = Shorts.of([])
    assert Shorts.kept((), none.arrays()).nearness("anything", ROWS[0], RARITY).shape == (0,)


@given(st.text(max_size=40))
def test_any_message_has_a_nearness_within_bounds(message: str) -> None:
    near = Shorts.of([("a", short(0)), ("b", short(3))]).nearness(message, ROWS[1], RARITY)
    assert near.shape == (2,) and (near >= -1.03).all() and (near <= 2.06).all()
