"""How a draft differs from what is in force, line by line."""

from __future__ import annotations

from adapters.web.desk.view import changes


def test_every_line_that_differs_is_shown() -> None:
    """Lines of dashes and pluses too, as front matter has them."""
    before = "---\nid: a\n---\n-- old rule\nkept"
    assert list(changes(before, "++ new rule\nkept")) == [
        ("between", "…"), ("gone", "---"), ("gone", "id: a"), ("gone", "---"), ("gone", "-- old rule"), ("new", "++ new rule"), ("same", "kept"),
    ]


def test_what_lies_between_is_left_out() -> None:
    text = [f"line {number}" for number in range(40)]
    after = ["first", *text[1:39], "last"]
    found = list(changes("\n".join(text), "\n".join(after)))
    assert [kind for kind, _ in found].count("between") == 2 and len(found) == 10


def test_the_same_text_differs_in_nothing() -> None:
    assert list(changes("a\nb", "a\nb")) == []
