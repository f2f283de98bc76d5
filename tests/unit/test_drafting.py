"""The skeleton of a practice: what is known is filled in, and it cannot be published before a person completed it."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import clean_text
from knowledge.drafting import TODO, adds_to, blank, draft_of_reply, title_in, unfinished
from knowledge.practice import parse_practice
from tests.fakes.office import markdown

TODAY = date(2026, 11, 23)
said = st.text(max_size=200).map(lambda text: clean_text(text, 200))


def front_matter(body: str) -> dict[str, object]:
    loaded = yaml.safe_load(body.split("---\n")[1])
    assert isinstance(loaded, dict)
    return loaded


def test_a_reply_brings_its_words_and_where_they_are_from() -> None:
    body = draft_of_reply("draft-1", "Ask them first.\nKeep the reply.", TODAY)
    front = front_matter(body)
    assert front["id"] == "draft-1" and front["review_by"] == date(2027, 11, 23)
    assert front["questions"] == [f"{TODO}: as people type it"] * 6
    assert "Ask them first. Keep the reply. [^expert]" in body
    assert front["sources"]["expert"]["basis"] == "experience"  # type: ignore[index]


@pytest.mark.parametrize(("reply", "title"), [
    ("Ask them first.", "Ask them first."), ("Ask them\nfirst, in writing, and keep what they reply to you for good", "Ask them first, in writing, and keep what they…"),
    ('Say "yes".', "Say 'yes'."), ("x" * 80, "x" * 50 + "…"),
])  # fmt: skip
def test_drafts_of_replies_are_told_apart_by_their_first_words(reply: str, title: str) -> None:
    """That a title is still to be written stands there as well."""
    front = front_matter(draft_of_reply("draft-1", reply, TODAY))
    assert front["title"] == f"{TODO}: title for “{title}”"


@pytest.mark.parametrize("body", [draft_of_reply("draft-1", "Ask them first.", TODAY), blank("new-practice", TODAY)])
def test_it_says_what_is_still_to_be_written(body: str) -> None:
    """A complete practice does not."""
    assert unfinished(body)
    assert not unfinished(markdown())


def test_it_has_the_form_of_a_practice() -> None:
    """Every section and field stands there: with its gaps filled it can be read."""
    body = blank("new-practice", TODAY)
    filled = (
        body.replace(f"topic: {TODO}", "topic: policy").replace(f"https://{TODO.lower()}.invalid/", "https://example.org/")
        .replace(f"related: [{TODO.lower()}]", "related: [pilot-charter]").replace(f"{TODO} role, {TODO} role", "social media lead, legal desk")
    )
    for number in range(40):
        filled = filled.replace(TODO, f"What a curator wrote in place number {number}, in words of their own, long enough to be a summary", 1)
    filled = filled.replace("## Summary\n\n", "## Summary\n\n[^source] ")
    assert parse_practice(filled, name="new-practice").id == "new-practice"


@given(said)
def test_no_words_break_out_of_their_place(reply: str) -> None:
    """Quotes, colons, line ends, front matter marks: the fields stay those of the form."""
    front = front_matter(draft_of_reply("draft-1", reply, TODAY))
    assert (front["id"], front["owners"], len(front["questions"])) == ("draft-1", [f"{TODO} role"] * 2, 6)  # type: ignore[arg-type]


@pytest.mark.parametrize(("line", "title"), [
    ('title: "Ten lessons"  # TODO: an imperative', "Ten lessons"), ('title: "Say \\"no\\" # 1"', 'Say "no" # 1'), ("title: 'Tea'  # why", "Tea"),
    ("title: Ask for C#1 first", "Ask for C#1 first"), ("title: Tea # why", "Tea"), ('title: "a \\x41"', "a \\x41"), ("title: # none", ""), ("id: x", ""),
])
def test_a_title_is_read_as_it_stands(line: str, title: str) -> None:
    """Without quotes and remarks; a sign within it is no remark."""
    assert title_in(f"---\nid: y\n{line}\nstage: pilot\n---\n") == title


def test_what_a_draft_adds_to() -> None:
    assert adds_to("---\nid: x\nadds_to: pilot-charter\n---\n") == "pilot-charter"
    assert adds_to("---\nid: x\n---\nadds_to it\n") == ""
