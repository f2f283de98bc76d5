"""Practice files: what the format carries, and what it refuses, naming file, field and rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import PracticeInvalid
from knowledge.library import SHIPPED
from knowledge.practice import (
    DEEPEST,
    HEADINGS,
    TOPICS,
    Kind,
    Practice,
    Stage,
    parse_practice,
    read_practice,
    without_marks,
)
from tests.architecture.source import ROOT

GOOD = """---
id: tea-round
title: Start with a tea round
topic: launching-a-pilot
stage: pilot
audience: [middle manager]
kind: technique
owners: [champion, team lead]
review_by: 2028-01-31
related: [pilot-charter]
questions: [how to start, first meeting, who comes, what to ask, when to stop, why tea]
sources:
  tea-2019:
    title: "Tea: a study"
    publisher: Tea Council
    year: 2019
    url: https://example.org/tea
  tea-undated:
    title: Tea again
    publisher: Tea Council
    url: http://example.org/again
    basis: vendor
---

## Summary

A tea round is fifteen minutes in which each person says
what they tried [^tea-2019]. It starts a pilot without a kick-off meeting or slides.

## When it fits

- The team is small.

## When it does not

* Nobody drinks
  tea.

## Steps

1. **Boil water.** Then wait [^tea-2019] [^tea-undated].
2. **Pour.** All cups.
10. **Ask.** One question.

## What to measure

- Cups, each week.

## Common mistakes

- Too hot. Wait.
- Too long. Stop after fifteen minutes.
"""


def parsed(text: str = GOOD) -> Practice:
    return parse_practice(text, name="tea-round.md")


def without(line: str) -> str:
    assert line in GOOD
    return GOOD.replace(line, "")


def test_all_of_a_file_is_carried() -> None:
    found = parsed()
    assert (found.id, found.stage, found.kind) == ("tea-round", Stage.PILOT, Kind.TECHNIQUE)
    assert found.review_by == date(2028, 1, 31)
    assert found.owners == ("champion", "team lead")
    assert [source.key for source in found.sources] == ["tea-2019", "tea-undated"]
    assert (found.sources[0].basis, found.sources[1].basis) == ("documented", "vendor")
    assert (found.sources[0].year, found.sources[1].year) == (2019, None)
    assert found.sections.summary.startswith("A tea round is fifteen minutes in which each person says what they tried [^tea-2019].")
    assert found.sections.when_not == ("Nobody drinks tea.",)
    assert found.sections.steps[0] == "**Boil water.** Then wait [^tea-2019] [^tea-undated]."
    assert len(found.sections.steps) == 3
    assert found.sections.who_decides == found.sections.conflicts == ()


def test_a_department_is_a_unit() -> None:
    """Of relationships, whatever else is written there is refused."""
    assert parsed(GOOD.replace("kind: technique", "kind: technique\nrelationships: [department, dealer]")).relationships == ("unit", "dealer")
    for wrong in ("[enemy]", "[[department]]", "[3]"):
        with pytest.raises(PracticeInvalid, match="relationships"):
            parsed(GOOD.replace("kind: technique", f"kind: technique\nrelationships: {wrong}"))


def test_optional_sections_are_carried() -> None:
    more = "\n## Who decides\n\n- The team.\n\n## Where sources differ\n\n- One says black [^tea-2019].\n\n## Why it matters to leaders\n\nIt is\ncheap.\n"
    sections = parsed(GOOD + more).sections
    assert (sections.who_decides, sections.conflicts) == (("The team.",), ("One says black [^tea-2019].",))
    assert sections.why_for_leaders == "It is cheap."


@pytest.mark.parametrize("deep", ["z: " + "[" * DEEPEST, "z: " + "[" * 50_000, "z:\n  " + "- " * 50_000, "z: " + "{a: " * 50_000],
                         ids=["a little", "lists", "lists in lines", "mappings"])
def test_what_is_nested_too_deep_is_not_read(deep: str) -> None:
    """YAML's loader in C would go on until the process ends."""
    with pytest.raises(PracticeInvalid, match="nested more than 20 deep"):
        parsed(GOOD.replace("---", f"---\n{deep}", 1))


def test_what_is_nested_as_deep_as_may_be_is_read() -> None:
    with pytest.raises(PracticeInvalid, match="z: is no field"):
        parsed(GOOD.replace("---", f"---\nz: {'[' * (DEEPEST - 1)}{']' * (DEEPEST - 1)}", 1))


def test_marks_can_be_taken_off() -> None:
    assert without_marks("Then wait [^tea-2019] [^tea-undated].") == "Then wait."


def test_a_source_by_its_key() -> None:
    assert parsed().source("tea-2019").title == "Tea: a study"
    with pytest.raises(KeyError):
        parsed().source("coffee")


def test_what_windows_editors_write_is_read(tmp_path: Path) -> None:
    """A mark at the start of the file and their line ends."""
    (tmp_path / "tea-round.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_practice(tmp_path / "tea-round.md") == parsed()


REFUSED: dict[str, tuple[str, str]] = {
    "no front matter": ("## Summary\n\nWords.\n", "front matter"),
    "text before the front matter": ("Hello\n" + GOOD, "front matter"),
    "front matter that is a list": (GOOD.replace(GOOD.split("---")[1], "\n- a\n- b\n", 1), "not a mapping"),
    "front matter that is no YAML": (GOOD.replace("id: tea-round", "id: [tea"), "tea-round.md"),
    "a field nobody knows": (GOOD.replace("stage: pilot", "stage: pilot\ncolour: green"), "colour"),
    "no title": (without("title: Start with a tea round\n"), "title"),
    "an id with capitals": (GOOD.replace("id: tea-round", "id: Tea Round"), "id"),
    "a stage nobody knows": (GOOD.replace("stage: pilot", "stage: later"), "stage"),
    "a kind nobody knows": (GOOD.replace("kind: technique", "kind: trick"), "kind"),
    "an audience nobody knows": (GOOD.replace("[middle manager]", "[everybody]"), "audience"),
    "no audience": (GOOD.replace("[middle manager]", "[]"), "audience"),
    "one owner": (GOOD.replace("[champion, team lead]", "[champion]"), "owners"),
    "a day that is none": (GOOD.replace("2028-01-31", "2028-02-31"), "tea-round.md"),
    "too few questions": (GOOD.replace(", why tea", ""), "questions"),
    "no related practice": (GOOD.replace("[pilot-charter]", "[]"), "related"),
    "an address that is a script": (GOOD.replace("https://example.org/tea", "javascript:alert(1)"), "url"),
    "an address with a blank": (GOOD.replace("https://example.org/tea", "https://example.org/a b"), "url"),
    "a year out of range": (GOOD.replace("year: 2019", "year: 20190"), "year"),
    "a basis nobody knows": (GOOD.replace("basis: vendor", "basis: rumour"), "basis"),
    "a jurisdiction nobody covers": (GOOD.replace("kind: technique", "kind: technique\njurisdictions: [Mars]"), "jurisdictions"),
    "sources that are a list": (GOOD.replace("sources:\n  tea-2019:", "sources:\n  - tea-2019:"), "tea-round.md"),
    "sources that are one word": (GOOD.replace(GOOD.split("sources:")[1].split("---")[0], " tea\n"), "sources"),
    "a source that is one word": (GOOD.replace("sources:\n", "sources:\n  tea-1: tea\n"), "tea-round.md"),
    "a section there twice": (GOOD + "\n## Steps\n\n- Tea.\n", "twice"),
    "a mark without a source": (GOOD.replace("All cups.", "All cups [^coffee]."), "coffee"),
    "a source that is never cited": (GOOD.replace(" [^tea-undated]", ""), "tea-undated"),
    "a section nobody knows": (GOOD + "\n## Recipes\n\n- Tea.\n", "Recipes"),
    "no steps": (GOOD.replace("## Steps", "## Who decides"), "Steps"),
    "two steps": (without("10. **Ask.** One question.\n"), "Steps"),
    "prose where a list belongs": (GOOD.replace("- The team is small.", "The team is small."), "a list is expected"),
    "a short summary": (GOOD.replace("It starts a pilot without a kick-off meeting or slides.", "").replace(
        "A tea round is fifteen minutes in which each person says\nwhat they tried [^tea-2019].", "Tea [^tea-2019]."), "Summary"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_file_is_refused_by_name(case: str) -> None:
    text, names = REFUSED[case]
    with pytest.raises(PracticeInvalid, match=r"tea-round\.md") as refused:
        parsed(text)
    assert names in str(refused.value)
    assert "\n" not in str(refused.value).split(": ", 1)[0]


def test_all_that_is_wrong_is_said_by_section() -> None:
    """In words for whoever writes it, each once: what is missing, what is short, what is no list."""
    text = GOOD.replace("- The team is small.", "The team is small.").replace("## Steps", "## Recipes")
    text = text.replace("title: Start with a tea round\n", "").replace("[champion, team lead]", "[champion]")
    text = text.replace("- Too long. Stop after fifteen minutes.\n", "").replace("basis: vendor", "basis: rumour")
    with pytest.raises(PracticeInvalid) as refused:
        parsed(text.replace("http://example.org/again", "example.org"))
    assert refused.value.findings == (
        "section “When it fits”: a list is expected, found “The team is small.”",
        f"section “Recipes”: there is no such section; known: {', '.join(HEADINGS)}",
        "title: is missing",
        "owners, 2: is missing",
        "source tea-undated, url: begins with http:// or https:// and has no blanks",
        "source tea-undated, basis: is none of documented, study, vendor, experience, standard",
        "section “Steps”: is missing",
        "section “Common mistakes”: has 1, needs at least 2",
    )


def test_what_is_wrong_is_said_in_plain_words() -> None:
    """The allowed values, the line, and what to do; marks and fields in one go."""
    text = GOOD.replace(" [^tea-undated]", "").replace("All cups.", "All cups [^coffee].").replace("review_by: 2028-01-31", "review_by: soon")
    [line] = [line for line in text.splitlines() if line.startswith("topic:")]
    with pytest.raises(PracticeInvalid) as refused:
        parsed(text.replace(line, "topic: Our Union"))
    assert refused.value.findings == (
        f"topic: is none of {', '.join(TOPICS)}",
        "review_by: is a date such as 2027-05-31",
        "[^coffee] stands in a sentence, but no source is called “coffee”: add it to the sources, or take the mark out",
        "no sentence cites the source “tea-undated”: put [^tea-undated] at the end of one that rests on it, or take it out",
    )
    with pytest.raises(PracticeInvalid, match="line 3 of the front matter cannot be read: a bracket"):
        parsed(GOOD.replace("id: tea-round", "id: [tea"))


def test_the_guide_for_writers_names_the_topics() -> None:
    guide = (ROOT / "docs/how-to/add-a-practice.md").read_text(encoding="utf-8")
    [row] = [line for line in guide.splitlines() if line.startswith("| `topic` |")]
    assert re.findall(r"`([a-z-]+)`", row)[1:] == [*TOPICS]


def test_the_file_is_named_after_the_id(tmp_path: Path) -> None:
    (tmp_path / "tea-round.md").write_text(GOOD)
    assert read_practice(tmp_path / "tea-round.md").id == "tea-round"
    (tmp_path / "coffee.md").write_text(GOOD)
    with pytest.raises(PracticeInvalid, match=r"name the file tea-round\.md"):
        read_practice(tmp_path / "coffee.md")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b""], ids=["not UTF-8", "empty"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tea-round.md").write_bytes(content)
    with pytest.raises(PracticeInvalid, match=r"tea-round\.md"):
        read_practice(tmp_path / "tea-round.md")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_practice_is_read(path: Path) -> None:
    assert read_practice(path).id == path.stem


def test_a_practice_does_not_change() -> None:
    change: Callable[..., None] = parsed().__setattr__
    with pytest.raises(ValueError, match="frozen"):
        change("title", "Another")
