"""What a form may ask."""

from __future__ import annotations

import pytest

from bot.replies import Field, joined


def test_the_preset_of_several_are_those_among_the_options() -> None:
    """In the order of the options; without several the value is one."""
    options = (("a", "A"), ("b", "B"), ("c", "C"))
    assert Field("f", "F", value="c,a,gone", options=options, several=True).preset == ("a", "c")
    assert Field("f", "F", value="b", options=options).preset == ("b",)
    assert Field("f", "F", options=options, several=True).preset == ()


@pytest.mark.parametrize("value", ["a,b", "", ","])
def test_an_option_that_could_not_be_told_apart_is_refused(value: str) -> None:
    """Of several only: one that is chosen alone may be anything."""
    with pytest.raises(ValueError, match="comma"):
        Field("f", "F", options=((value, "A"),), several=True)
    assert Field("f", "F", options=((value, "A"),)).options


def test_nothing_chosen_is_nothing() -> None:
    assert (joined(("", "a", "b")), joined(())) == ("a,b", "")
