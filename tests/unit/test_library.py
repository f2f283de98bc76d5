"""Two layers: shipped practices, and the organization's own versions over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import LibraryInvalid, PracticeInvalid
from knowledge.library import SHIPPED, Library, load_shipped
from knowledge.practice import read_practice

CHARTER, MOCKUP = (read_practice(SHIPPED / f"{name}.md") for name in ("pilot-charter", "pilot-mockup"))
OURS = CHARTER.model_copy(update={"title": "Our charter"})


def test_the_shipped_library_is_in_order_of_ids() -> None:
    library = load_shipped()
    assert len(library.practices) >= 32
    assert list(library.practices) == sorted(library.practices)


def test_an_own_version_stands_over_the_shipped_one() -> None:
    library = Library.of([CHARTER, MOCKUP], [OURS])
    assert library.practices["pilot-charter"].title == "Our charter"
    assert library.practices["pilot-mockup"] is MOCKUP


def test_an_own_practice_may_be_new() -> None:
    new = MOCKUP.model_copy(update={"id": "our-own"})
    assert list(Library.of([CHARTER], [new]).practices) == ["our-own", "pilot-charter"]


def test_a_withdrawn_practice_is_gone() -> None:
    """Shipped or own; withdrawing what is not there changes nothing."""
    assert list(Library.of([CHARTER, MOCKUP], [OURS], ["pilot-charter", "never-was"]).practices) == ["pilot-mockup"]


def test_two_shipped_of_one_id_are_refused() -> None:
    with pytest.raises(LibraryInvalid, match="pilot-charter"):
        Library.of([CHARTER, OURS])


def test_the_hash_changes_with_any_word_and_with_nothing_else() -> None:
    one = Library.of([CHARTER, MOCKUP])
    assert one.content_hash == Library.of([MOCKUP, CHARTER]).content_hash
    assert one.content_hash != Library.of([OURS, MOCKUP]).content_hash
    assert one.content_hash != Library.of([CHARTER]).content_hash
    question = CHARTER.model_copy(update={"questions": (*CHARTER.questions, "and then?")})
    assert one.content_hash != Library.of([question, MOCKUP]).content_hash


def test_a_folder_with_a_broken_file_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_text("no front matter")
    with pytest.raises(PracticeInvalid, match=r"broken\.md"):
        load_shipped(tmp_path)


def test_practices_are_read_when_they_are_asked_for_where_that_is_enough(tmp_path: Path) -> None:
    """What is broken hurts nobody before, and the library is the same either way."""
    (tmp_path / "pilot-charter.md").write_bytes((SHIPPED / "pilot-charter.md").read_bytes())
    one, other = load_shipped(tmp_path), load_shipped(tmp_path, whole=False)
    assert one.content_hash == other.content_hash
    assert one.practices == other.practices
    (tmp_path / "broken.md").write_text("no front matter")
    later = load_shipped(tmp_path, whole=False)
    assert list(later.practices) == ["broken", "pilot-charter"]
    assert later.practices["pilot-charter"] == CHARTER
    assert later.content_hash != one.content_hash
    with pytest.raises(PracticeInvalid, match=r"broken\.md"):
        later.practices["broken"]
    assert later.practices.get("never-was") is None


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert load_shipped(tmp_path).practices == {}
