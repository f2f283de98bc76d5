"""Names that were mistyped: which ones are offered in their place, and when none is."""

from __future__ import annotations

import pytest

from bot.nearest import no_such, slips
from tests.fakes.answering import shipped

TEAMS = ("Chapter North", "Chapter South", "Dealer South", "Region West")
ALL = "`midway teams list` shows them all."


@pytest.mark.parametrize(("name", "said"), [
    ("Chapter Nort", "There is no team “Chapter Nort”. Did you mean “Chapter North” or “Chapter South”? " + ALL),
    ("chaptr", "There is no team “chaptr”. Did you mean “Chapter North” or “Chapter South”? " + ALL),
    ("south", "There is no team “south”. Did you mean “Chapter South” or “Dealer South”? " + ALL),
    ("region", "There is no team “region”. Did you mean “Region West”? " + ALL),
    ("Marketing", "There is no team “Marketing”: " + ALL), ("a", "There is no team “a”: " + ALL), ("", "There is no team “”: " + ALL),
])
def test_the_nearest_are_offered(name: str, said: str) -> None:
    """Also to a part of a name; to a letter or two, which stand in all, none."""
    assert no_such("team", name, TEAMS, "midway teams list") == said


@pytest.mark.parametrize("typed", ["pilot-chart", "pilto-charter", "Pilot Charter", "pilotcharter"])
def test_a_practice_is_found_however_its_id_was_mistyped(typed: str) -> None:
    assert "Did you mean “pilot-charter”" in no_such("practice", typed, shipped().practices, "midway practices list")


def test_no_more_than_three_are_offered() -> None:
    assert no_such("practice", "pilot", shipped().practices, "midway practices list").count("“pilot-") == 3


def test_a_slip_is_nearly_the_whole_name() -> None:
    """Of what is to be made anew a part is no slip."""
    assert slips("chapter nort", TEAMS)[0] == "Chapter North" and slips("chaptr", TEAMS) == []
