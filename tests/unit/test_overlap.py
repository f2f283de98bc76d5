"""Which of a question's words stand in the points of a practice."""

from __future__ import annotations

import numpy as np

from knowledge.library import load_shipped
from knowledge.overlap import Overlap
from knowledge.points import places, texts
from knowledge.words import rarity_in

CHARTER = load_shipped().practices["pilot-charter"]


def test_a_point_overlaps_with_itself_wholly_and_with_other_words_not_at_all() -> None:
    said = texts(CHARTER)
    overlap = Overlap(rarity_in(said))
    for at, text in enumerate(said):
        found = overlap.of(CHARTER, text)
        assert found.shape == (len(places(CHARTER)),)
        assert found[at] == np.float32(found.max())
        assert abs(found[at] - 1) < 1e-5
    assert not overlap.of(CHARTER, "quokka platypus").any()
    assert not overlap.of(CHARTER, "").any()


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    said = texts(CHARTER)
    found = Overlap(rarity_in([*said, *["the owner"] * 50])).of(CHARTER, "the baseline")
    rare = [value for text, value in zip(said, found, strict=True) if "baseline" in text.lower()]
    common = [value for text, value in zip(said, found, strict=True) if "baseline" not in text.lower()]
    assert min(rare) > max(common)
