"""Drafts: claims with who said them and how many distinct people say the same, as quotes for a person to edit."""

from __future__ import annotations

import pytest
import yaml

from knowledge.errors import PracticeInvalid
from knowledge.intake import Imported, import_document
from knowledge.intake.claims import claims_of
from knowledge.intake.drafts import drafts_of
from knowledge.intake.values import Claim, Comment, Extract
from knowledge.practice import parse_practice
from tests.intake_pages import PAGES

COPY = "The middle manager got promoted after the first pilot, and nobody was left to run the second one."


def page(*comments: tuple[str, str]) -> bytes:
    paragraphs = (
        "Start with one pilot that the middle manager can approve alone. Tie the pilot to the number on which the sponsor is paid. "
        "Never publish a ranking of people who work for nothing.",
        "It only works where somebody above reads the figures.",
    )
    said = "\n\n".join(f"{author} says:\nMarch 3, 2010 at 4:05 pm\n{text}" for author, text in comments)
    return ("How to begin\n\nBy Night Editor | March 1, 2010\n\n" + "\n\n".join(paragraphs) + f"\n\n{len(comments)} Comments\n\n" + said).encode()


def imported(*comments: tuple[str, str], **options: object) -> Imported:
    return import_document(page(*comments), "begin.txt", **options)  # type: ignore[arg-type]


def claim(result: Imported, words: str) -> Claim:
    [found] = [one for draft in result.drafts for one in draft.claims if words in one.text]
    return found


def test_a_claim_counts_the_distinct_people_who_make_it() -> None:
    """The writer, two commenters in other words; not the same person twice, and not who says the opposite."""
    result = imported(
        ("dana", "We tie each pilot to the number on which our sponsor is paid."),
        ("Dana", "As I said: the number on which the sponsor is paid, tie your pilot to that and leave the rest to others."),
        ("kim", "I agree. In our hospital the pilot had to move complaints, a number for which our sponsor is paid."),
        ("lou", "Do not tie the pilot to the number on which the sponsor is paid, he changes every year."),
    )
    found = claim(result, "Tie the pilot to the number on which the sponsor")
    assert found.supporters == ("Night Editor", "dana", "kim")
    assert found.support == 3


def test_a_copy_does_not_count_as_support() -> None:
    result = imported(("dana", COPY), ("Leo", COPY + " http://pills.example.com"))
    assert claim(result, "got promoted").supporters == ("dana",)


def test_unnamed_people_count_once() -> None:
    claims = claims_of([], "", [Comment("Anonymous", COPY), Comment("", COPY), Comment("guest", COPY)])
    assert [one.supporters for one in claims] == [("an unnamed commenter",)]


def test_kinds_of_claims_go_to_their_sections() -> None:
    kinds = {one.text.split()[0]: one.kind for one in imported().drafts[0].claims}
    assert kinds["Start"] == "step"
    assert kinds["Never"] == "mistake"
    assert kinds["It"] == "limit"


def test_a_draft_is_markdown_that_no_library_takes() -> None:
    """Front matter that YAML reads, sections in order, a TODO for what a person writes; the format refuses it as it is."""
    [draft] = imported(("dana", COPY)).drafts
    front = yaml.safe_load(draft.markdown.split("---")[1])
    assert front["draft"] is True
    assert front["id"] == "how-begin"
    assert front["sources"]["editor-2010"]["imported_from"] == "begin.txt"
    assert front["sources"]["editor-2010"]["year"] == 2010
    assert [line[3:] for line in draft.markdown.splitlines() if line.startswith("## ")] == [
        "Summary", "When it fits", "When it does not", "Steps", "What to measure", "Common mistakes",
    ]
    assert "TODO" in draft.markdown
    with pytest.raises(PracticeInvalid):
        parse_practice(draft.markdown, name="draft.md")


def test_every_passage_is_a_quote_with_its_speaker() -> None:
    [draft] = imported(("dana", COPY)).drafts
    for one in draft.claims:
        assert f"> “{one.text[:30]}" in draft.markdown
    assert "(dana; said by 1 person: dana)" in draft.markdown
    body = [line for line in draft.markdown.split("---")[2].splitlines() if line.strip()]
    assert all(line.startswith(("## ", "TODO: ", "> “")) for line in body)


def test_long_passages_are_cut_and_say_so() -> None:
    long = Claim("word " * 55 + "end.", "dana", "step", ("dana",))
    [draft] = drafts_of(Extract("T", "", "a", (), (), (long,)), "a.txt", None)
    assert "word […]”" in draft.markdown
    assert "end." not in draft.markdown


def test_marks_in_names_and_texts_do_nothing() -> None:
    odd = Claim("Ask [here](http://x) `now` <b>or\n# never", "*dana*|x", "step", ("*dana*|x",))
    [draft] = drafts_of(Extract('A "title": \\ with\nmarks', "", "a", (), (), (odd,)), "a.txt", None)
    assert "[here](" not in draft.markdown
    assert "<b>" not in draft.markdown.replace("\\<b\\>", "")
    assert yaml.safe_load(draft.markdown.split("---")[1])["sources"]


def test_what_is_near_a_practice_is_an_addition_to_it() -> None:
    """The article as a whole to one, a comment's claim to another; the caller's callable decides what is near."""
    def nearest(text: str) -> tuple[str, float] | None:
        if "promoted" in text:
            return "middle-up-down", 0.7
        return ("sponsor-metric-link", 0.8) if "How to begin" in text else None

    drafts = imported(("dana", COPY), nearest=nearest).drafts
    assert [(draft.adds_to, draft.likeness) for draft in drafts] == [("sponsor-metric-link", 0.8), ("middle-up-down", 0.7)]
    assert [one.author for one in drafts[1].claims] == ["dana"]
    assert "adds_to: middle-up-down" in drafts[1].markdown
    assert "## What to measure" not in drafts[1].markdown


def test_an_addition_to_a_practice_with_a_long_id_has_one_id() -> None:
    """As long as ids may be, the same in its text and beside it."""
    [draft] = imported(nearest=lambda text: ("p" * 58, 0.8)).drafts
    assert draft.id == "p" * 51 + "-addition"
    assert f"id: {draft.id}\n" in draft.markdown and f"adds_to: {'p' * 58}\n" in draft.markdown


def test_without_anything_near_there_is_one_new_draft() -> None:
    assert [draft.adds_to for draft in imported(("dana", COPY), nearest=lambda text: None).drafts] == [None]


@pytest.mark.parametrize("path", sorted(path.name for path in PAGES.glob("*.*") if path.suffix != ".yaml"))
def test_every_page_makes_readable_drafts(path: str) -> None:
    for draft in import_document((PAGES / path).read_bytes(), path).drafts:
        assert yaml.safe_load(draft.markdown.split("\n---\n")[0].removeprefix("---\n"))["id"] == draft.id
        assert max(len(line.split()) for line in draft.markdown.splitlines()) < 100
