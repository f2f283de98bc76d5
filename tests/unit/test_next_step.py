"""One next practice, with a reason that is true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.next_step import STAGES, next_step
from bot.storage.adoptions import TAKEN_UP
from knowledge.practice import Practice
from tests.fakes.answering import shipped

LIBRARY = dict(shipped().practices)
NAMES = sorted(LIBRARY)
STATES = ("considering", "trying", "adopted", "proven", "stopped", "not for us")
stands = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(STATES), max_size=60)
counts = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9), max_size=8)


@given(st.sampled_from(NAMES), stands, st.sampled_from(["unit", "chapter", "dealer"]), counts)
def test_what_is_proposed_is_new_and_its_reason_true(
    done: str, stated: dict[str, str], relationship: str, followed: dict[str, int]
) -> None:
    """Never what the team has a word on, except what it keeps for later; every clause of the reason holds."""
    found = next_step(LIBRARY[done], LIBRARY, stated, relationship, followed)
    if found is None:
        return
    practice = found.practice
    assert practice.id != done and stated.get(practice.id, "considering") == "considering" and found.because
    assert ("kept it for later" in found.because) == (practice.id in stated)
    assert ("builds on" in found.because) == (practice.id in LIBRARY[done].related or done in practice.related)
    assert ("the next stage" in found.because) == (STAGES.index(practice.stage) > STAGES.index(LIBRARY[done].stage))
    assert ("did it next" in found.because) == bool(followed.get(practice.id))


def test_every_practice_of_the_library_leads_somewhere() -> None:
    assert [name for name, practice in LIBRARY.items() if next_step(practice, LIBRARY, {}, "unit", {}) is None] == []


def test_a_team_that_has_a_word_on_everything_gets_no_proposal() -> None:
    assert next_step(_any(), LIBRARY, dict.fromkeys(NAMES, TAKEN_UP[0]), "unit", {}) is None


def test_what_many_did_next_comes_before_what_nobody_did() -> None:
    """Among practices that are as near."""
    first = next_step(_any(), LIBRARY, {}, "unit", {})
    assert first
    others = [name for name in _any().related if name != first.practice.id and name in LIBRARY]
    found = next_step(_any(), LIBRARY, {}, "unit", {others[0]: 6})
    assert found and found.practice.id == others[0] and "6 other teams did it next" in found.because


def _any() -> Practice:
    return LIBRARY["pilot-charter"]
