"""Each check is shown to fail: on a library that is sound but for one thing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters import bootstrap, library_commands
from adapters.settings import Settings
from knowledge.answers import Answer, Citation, Outcome
from knowledge.checks import check_folder, findings_of, overdue, read_draft, try_controls, try_questions
from knowledge.gate import gate_data
from knowledge.library import SHIPPED, Library, load_shipped, shipped_text
from knowledge.practice import Practice, read_practice
from tests.fakes.reader import FakeReader, few_examples
from tests.knowledge_fixtures import MakeKnowledge, few_practices, make_knowledge, small_gate, small_index

__all__ = ["make_knowledge", "small_index"]
ONE, OTHER = "pilot-charter", "pilot-mockup"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sound practices related to each other and to nothing else."""
    made = tmp_path / "practices"
    made.mkdir()
    for name, other in ((ONE, OTHER), (OTHER, ONE)):
        practice = read_practice(SHIPPED / f"{name}.md")
        write(made, practice, (SHIPPED / f"{name}.md").read_text(encoding="utf-8"), f"related: [{other}]", "related:")
    return made


def write(folder: Path, practice: Practice, text: str, line: str, begins: str) -> None:
    """The file with the front matter's line that begins so replaced."""
    lines = [line if found.startswith(begins) else found for found in text.split("\n")]
    assert line in lines
    (folder / f"{practice.id}.md").write_text("\n".join(lines), encoding="utf-8")


def broken(folder: Path, change: Callable[[str], str]) -> list[str]:
    path = folder / f"{ONE}.md"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return check_folder(folder)


def test_the_shipped_library_has_no_findings() -> None:
    assert check_folder(SHIPPED) == []


def test_two_sound_practices_have_none(folder: Path) -> None:
    assert check_folder(folder) == []


def first_step(text: str, new: str) -> str:
    start, end = text.index("1. **"), text.index("2. **")
    return f"{text[:start]}1. {new}\n{text[end:]}"


def summary(text: str, new: str) -> str:
    start, end = text.index("## Summary"), text.index("## When it fits")
    return f"{text[:start]}## Summary\n\n{new}\n\n{text[end:]}"


def mistake(text: str, new: str) -> str:
    return text.replace("## Common mistakes\n", f"## Common mistakes\n\n- {new}", 1)


BREAKS: dict[str, tuple[Callable[[str], str], str]] = {
    "format": (lambda text: text.replace("stage: ", "stage: no-"), "stage"),
    "short summary": (lambda text: summary(text, "One page, so that a busy sponsor reads it and the review has something to hold on to in the end."), "summary has"),
    "long summary": (lambda text: summary(text, "One page that is read. " * 30), "summary has 150 words"),
    "own relation": (lambda text: text.replace(f"related: [{OTHER}]", f"related: [{OTHER}, {ONE}]"), "related to itself"),
    "lost relation": (lambda text: text.replace(f"related: [{OTHER}]", "related: [not-written-yet]"), "none of its related practices"),
    "one-sided relation": (lambda text: text.replace(f"related: [{OTHER}]", "related: [not-written-yet]"), f"{ONE}: {OTHER} is related to it"),
    "plain step": (lambda text: first_step(text, "Write the purpose."), "step 1 does not start"),
    "long step": (lambda text: first_step(text, "**Write.** " + "One more word. " * 30), "step 1 is longer"),
    "order": (lambda text: mistake(text, "A late start. You must begin on Monday."), "only suggest"),
    "percentage": (lambda text: mistake(text, "Nobody asks. Some 83 percent or 83% never do."), "83% has no source"),
    "money": (lambda text: mistake(text, "No budget. It costs $5 a day."), "has no source"),
    "year": (lambda text: mistake(text, "Old advice. In 2014 it was known."), "2014 has no source"),
    "hard words": (lambda text: mistake(text, "Organizational institutionalization. " + "Unquestionably incomprehensible interdepartmental responsibilities " * 60), "hard to read"),
    "undated law": (lambda text: text.replace("stage: ", "jurisdictions: [US]\nstage: ", 1), "Last checked"),
    "no lawyer": (lambda text: text.replace("stage: ", "jurisdictions: [US]\nstage: ", 1).replace("ask legal", "tell legal"), "ask a lawyer"),
    "undated feature": (lambda text: text.replace("topic: launching-a-pilot", "topic: platforms"), "Last checked"),
    "table": (lambda text: text.rstrip() + "\n\n| what | when |\n|---|---|\n| tea | noon |\n", "it has a table or HTML"),
    "html": (lambda text: text.replace("\n## When it does not", "\n<div class=\"x\">Tea.</div>\n\n## When it does not"), "it has a table or HTML"),
    "comment": (lambda text: summary(text, "One page that a busy sponsor reads. " * 6 + "<!-- who? -->"), "it has a table or HTML"),
    "thousands": (lambda text: mistake(text, "Too many. A page had 12,500 readers."), "12,500 has no source"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_practice_is_found(folder: Path, case: str) -> None:
    change, said = BREAKS[case]
    findings = broken(folder, lambda text: all_cited(change(text)))
    assert [finding for finding in findings if said in finding and ONE in finding], findings


def all_cited(text: str) -> str:
    """Keeps the file readable where a change took the only mark of a source: marks all of them at the end of a list."""
    keys = [line.strip().rstrip(":") for line in text.split("sources:\n")[1].split("---")[0].splitlines() if line.startswith("  ") and line[2] != " "]
    marks = " ".join(f"[^{key}]" for key in keys)
    return text.replace("## What to measure\n", f"## What to measure\n\n- See all of it {marks}.", 1)


@pytest.mark.parametrize("sentence", [
    "Nobody asks. We suggest 80% of a day.",
    "Nobody asks. For instance $5 a day.",
    "If you must, you must not hurry: if you must begin, begin.",
])
def test_proposals_of_ours_and_conditions_are_no_findings(folder: Path, sentence: str) -> None:
    assert [found for found in broken(folder, lambda text: mistake(text, sentence)) if "no source" in found] == []


def test_law_may_say_must(folder: Path) -> None:
    change = "A late start. You must begin on Monday."
    law = f"{change} Last checked November 2026; ask a lawyer."
    findings = broken(folder, lambda text: mistake(text, law).replace("stage: ", "jurisdictions: [US]\nstage: ", 1))
    assert findings == []


def test_a_sentence_copied_from_another_practice_is_found(folder: Path) -> None:
    other = read_practice(folder / f"{OTHER}.md").sections.summary
    sentence = max(other.split(". "), key=lambda part: len(part.split()))
    assert any("stands in" in finding for finding in broken(folder, lambda text: mistake(text, sentence)))


def test_an_old_practice_is_found(folder: Path) -> None:
    """And nothing is wrong with its file for that."""
    library = load_shipped(folder)
    due = library.practices[ONE].review_by
    assert overdue(library, due) == []
    assert any("due for review" in finding and ONE in finding for finding in overdue(library, due + timedelta(days=1)))
    assert check_folder(folder) == []


def test_the_same_question_in_two_practices_is_found(folder: Path) -> None:
    asked = read_practice(folder / f"{OTHER}.md").questions[0]
    same = asked.upper().rstrip("?") + " ?"
    findings = broken(folder, lambda text: text.replace("questions:\n", f'questions:\n  - "{same}"\n', 1))
    assert any("is typed in" in finding for finding in findings)


def test_a_broken_file_does_not_hide_the_others_findings(folder: Path) -> None:
    (folder / "broken.md").write_text("no front matter")
    findings = broken(folder, BREAKS["plain step"][0])
    assert any("broken.md" in finding for finding in findings)
    assert len(findings) >= 2


# typed questions


def test_typed_questions_are_counted() -> None:
    library = few_practices()
    own = {question: practice.id for practice in library.practices.values() for question in practice.questions}
    ids = list(library.practices)
    lost, second, *_ = own

    def find(question: str) -> list[str]:
        others = [name for name in ids if name != own[question]]
        if question == lost:
            return ["a", "b", "c", own[question]]
        return [others[0], own[question]] if question == second else [own[question], *others]

    tried = try_questions(library, find)
    assert (tried.asked, tried.first, tried.in_three) == (len(own), len(own) - 2, len(own) - 1)
    assert len(tried.findings) == 1
    assert tried.findings[0].startswith(f"{own[lost]}: ")
    assert "a, b, c" in tried.findings[0]


def test_typed_questions_find_their_own_practice_in_a_small_library(make_knowledge: MakeKnowledge) -> None:
    knowledge = make_knowledge()
    assert knowledge.prepare()
    retriever = knowledge.retriever
    assert retriever
    tried = try_questions(
        knowledge.library, lambda asked: [hit.practice for hit in retriever.search(retriever.understand(asked), 1)]
    )
    assert tried.first >= 0.9 * tried.asked


def test_control_questions_that_are_answered_are_found() -> None:
    """Shown with an answerer that turns away all but one."""
    cited = Answer(Outcome.ANSWERED, citations=(Citation(ONE, "Title", ()),))
    controlled = try_controls(["lentils", "poem"], lambda asked: cited if asked == "poem" else Answer(Outcome.DECLINED))
    assert (controlled.asked, controlled.turned_away) == (2, 1)
    assert controlled.findings == (f"{ONE}: it answers “poem”, which no practice may",)


# `midway practices check`


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small_index: Path) -> Settings:
    """The command over a data folder of its own, with the fake embedder."""
    settings = Settings(data_dir=tmp_path / "data")
    monkeypatch.setenv("MIDWAY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(bootstrap, "make_reader", lambda settings: FakeReader())
    # The fake reader knows no kinds of messages beyond what it learnt by heart.
    learnt = next(example.turns[-1] for example in few_examples() if example.label == "off")
    monkeypatch.setattr(library_commands, "gate_data", lambda: replace(gate_data(), controls=(learnt,)))
    return settings


def test_the_command_prints_the_share_and_finds_nothing(
    at_hand: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_gate():
        code = library_commands.check(folder)
    said = capsys.readouterr().out
    assert "2 practices, " in said
    assert "typed questions find their own among the first three" in said
    assert said.endswith(" 0 findings\n")
    assert code == 0
    assert not (at_hand.data_dir / "index" / "snapshot.npz").exists()


def test_a_practice_past_its_date_is_a_finding(
    at_hand: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    practice, text = read_practice(folder / f"{ONE}.md"), (folder / f"{ONE}.md").read_text(encoding="utf-8")
    write(folder, practice, text, "review_by: 2020-01-31", "review_by:")
    with small_gate():
        assert library_commands.check(folder) == 1
    said = capsys.readouterr().out
    assert f"{ONE}: it was due for review on 2020-01-31" in said and said.endswith(", 1 findings\n")


def test_the_command_lists_a_question_that_finds_another_practice(
    at_hand: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four practices, so that the first three can leave one out."""
    four = tmp_path / "four"
    four.mkdir()
    for name in (ONE, OTHER, "office-hours", "roi-calculation"):
        shutil.copy(SHIPPED / f"{name}.md", four)
    path = four / f"{ONE}.md"
    text = path.read_text(encoding="utf-8")
    strange = "gross margin of turnover divided by the full cost of service contacts saved"
    path.write_text(text.replace("questions:\n", f"questions:\n  - {strange}\n", 1), encoding="utf-8")
    from knowledge import checks

    monkeypatch.setattr(library_commands, "try_questions", lambda library, find: checks.try_questions(library, lambda asked: find(asked)[:1]))
    with small_gate():
        assert library_commands.check(four) == 1
    assert "typed questions find" in capsys.readouterr().out


def test_the_command_says_what_is_broken_instead_of_asking(
    at_hand: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.md").write_text("no front matter")
    assert library_commands.check(folder) == 1
    said = capsys.readouterr().out
    assert "broken.md" in said
    assert "typed questions" not in said


def test_the_command_says_that_questions_were_not_tried(
    at_hand: Settings, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = FakeReader()
    embedder.fails = RuntimeError("no model")
    monkeypatch.setattr(bootstrap, "make_reader", lambda settings: embedder)
    assert library_commands.check(folder) == 1
    said = capsys.readouterr().out
    assert "were not tried" in said and "the warning above says why" in said and "make setup" not in said


def test_an_empty_folder_is_no_sound_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert library_commands.check(tmp_path) == 1
    assert "0 practices" in capsys.readouterr().out


def test_links_go_both_ways_in_the_shipped_library() -> None:
    library: Library = load_shipped()
    one_sided = [
        (practice.id, other)
        for practice in library.practices.values()
        for other in practice.related
        if other in library.practices and practice.id not in library.practices[other].related
    ]
    assert one_sided == []


def test_what_is_unfinished_is_read_and_checked_as_far_as_it_is_right() -> None:
    """The rest is empty; a text without front matter is nothing."""
    text = shipped_text("pilot-charter")
    assert text
    broken = text.replace("topic: launching-a-pilot", "topic: Our Union").replace("review_by:", "reviewed:").replace("## Summary", "## Sum")
    read = read_draft(broken, "pilot-charter")
    assert read.practice and (read.practice.topic, read.practice.sections.summary, read.practice.review_by) == ("", "", date.max)
    assert read.practice.title and read.practice.sections.steps and "review_by: is missing" in read.findings
    assert list(findings_of(read.practice, {name: read.practice for name in read.practice.related})) == []
    assert read_draft("Just words", "x").practice is None


def test_a_topic_that_is_none_of_the_list_is_a_finding() -> None:
    text = shipped_text("pilot-charter")
    assert text
    read = read_draft(text.replace("topic: launching-a-pilot", "topic: union"), "pilot-charter")
    assert read.practice and read.findings == ()
    assert [found[:27] for found in findings_of(read.practice, {name: read.practice for name in read.practice.related})] == ["topic: is none of launching"]
