"""The contract of `midway ask`: what stands in its JSON, and what a batch does with each of its lines."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import asking
from knowledge.answers import Answer, Citation, Listing, Near, Outcome, Part, Point
from knowledge.practice import Source
from knowledge.service import Knowledge
from tests.knowledge_fixtures import MakeKnowledge, make_knowledge, small_index

__all__ = ["make_knowledge", "small_index"]

SOURCE = Source(key="plan", title="Digital Plan", publisher="National Archives", year=2016, url="https://example.org/plan")
PART = Part("pilot-charter", "Write a charter", "One page is enough [1].", (Listing("Steps", (Point("Name the owner.", "One."),), True),))
ANSWER = Answer(
    Outcome.ANSWERED, parts=(PART,), citations=(Citation("pilot-charter", "Write a charter", (SOURCE,)),), confidence=0.8, lang="en"
)
TYPES = {
    "answer": str, "citations": list, "outcome": str, "declined": bool, "route": (str, type(None)),
    "confidence": float, "lang": str, "ms": float,
}


class Echo:
    """Answers every question with one answer and remembers what it was asked."""

    def __init__(self, answer: Answer = ANSWER) -> None:
        self.answer_ = answer
        self.asked: list[tuple[str, list[str]]] = []

    async def answer(self, question: str, before: Sequence[str], draft: object) -> Answer:
        self.asked.append((question, list(before)))
        return self.answer_


class Watched(io.StringIO):
    """Remembers how much had been written at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[int] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue().count("\n"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(text: str, knowledge: object | None = None) -> tuple[int, list[dict[str, Any]], list[str]]:
    """Exit code, answers, and what was said on the way."""
    out, said = Watched(), io.StringIO()
    code = asking.run_batch(cast(Knowledge, knowledge or Echo()), io.StringIO(text), out, said)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert out.flushed == list(range(1, len(answers) + 1)), "one flush a line"
    return code, answers, said.getvalue().splitlines()


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_an_answer_has_these_keys_in_this_order() -> None:
    """All of them, always, with these types."""
    found = asking.as_json(ANSWER, 3.14159)
    assert {key: type(value) for key, value in found.items()} | {"route": str} == {**TYPES, "route": str}
    assert list(found) == list(TYPES)
    assert found["citations"] == [
        {"id": "pilot-charter", "title": "Write a charter",
         "sources": [{"publisher": "National Archives", "year": 2016, "url": "https://example.org/plan"}]}
    ]
    assert (found["outcome"], found["declined"], found["ms"]) == ("answered", False, 3.14)
    assert "One page is enough [1]." in found["answer"] and "We'll try it" not in found["answer"]


def test_practices_named_beside_the_answer_are_listed_after_those_it_rests_on() -> None:
    """Whoever reads the citations finds what a person reads under “See also”, with a source."""
    beside = Near("pilot-budget", "Plan the cost", "Hours count.", (SOURCE,))
    found = asking.as_json(replace(ANSWER, see_also=(beside,)), 1)
    assert [citation["id"] for citation in found["citations"]] == ["pilot-charter", "pilot-budget"]
    assert found["citations"][1]["sources"] == found["citations"][0]["sources"]
    assert "Plan the cost. Hours count." in found["answer"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_declined_is_true_exactly_for_what_is_turned_away(outcome: Outcome) -> None:
    found = asking.as_json(Answer(outcome, "A sentence.", route="it" if outcome is Outcome.ROUTED else None), 1)
    assert found["declined"] is (found["outcome"] in {"declined", "routed", "refused"})
    assert (found["route"], found["answer"]) == ("it" if outcome is Outcome.ROUTED else None, "A sentence.")


@pytest.mark.parametrize(("given", "shown"), [(1.0000001, 1.0), (-1e-9, 0.0), (0.12345, 0.123), (1, 1.0)])
def test_confidence_is_between_nought_and_one(given: float, shown: float) -> None:
    found = asking.as_json(Answer(Outcome.DECLINED, "x", confidence=given), 1)["confidence"]
    assert (found, type(found)) == (shown, float)


def test_a_batch_keeps_the_order_and_ignores_what_it_does_not_know() -> None:
    code, answers, said = run(lines({"id": "b", "question": "one", "style": "x"}, {"id": "a", "turns": ["two"], "lang": None}))
    assert (code, [answer["id"] for answer in answers], said) == (0, ["b", "a"], [])
    assert list(answers[0]) == ["id", *TYPES]


def test_turns_are_context_and_each_line_is_its_own_conversation() -> None:
    """The last turn is answered; nothing is carried over to the next line."""
    echo = Echo()
    run(lines({"id": "1", "turns": ["one", "two", "three"]}, {"id": "2", "question": "four"}), echo)
    assert echo.asked == [("three", ["one", "two"]), ("four", [])]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{broken", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        (["a", "list"], "it is not an object"),
        ("null", "it is not an object"),
        ({"question": "x"}, "its id is missing or is not a string"),
        ({"id": 7, "question": "x"}, "its id is missing or is not a string"),
        ({"id": "x"}, "neither a question nor turns"),
        ({"id": "x", "question": None}, "neither a question nor turns"),
        ({"id": "x", "question": ["a"]}, "neither a question nor turns"),
        ({"id": "x", "turns": []}, "neither a question nor turns"),
        ({"id": "x", "turns": ["a", 1]}, "neither a question nor turns"),
        ({"id": "first", "question": "again"}, "the id 'first' has been used before"),
    ],
)
def test_a_bad_line_is_named_and_passed_over(row: object, words: str) -> None:
    """By its number in the file, blank lines counted; the lines around it are answered; the exit code is 1."""
    code, answers, said = run(lines({"id": "first", "question": "x"}, "", row, {"id": "last", "question": "y"}))
    assert (code, [answer["id"] for answer in answers]) == (1, ["first", "last"])
    [sentence] = said
    assert sentence.startswith("line 3 is skipped: ") and words in sentence


def test_a_huge_line_is_passed_over_and_never_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number is right, and so are those of the lines behind it."""
    monkeypatch.setattr(asking, "LONGEST_LINE", 100)
    huge = json.dumps({"id": "huge", "question": "x" * 350})
    code, answers, said = run(lines({"id": "a", "question": "x"}, huge, "{", {"id": "b", "question": "y"}))
    assert (code, [answer["id"] for answer in answers]) == (1, ["a", "b"])
    assert [sentence.split(" is ")[0] for sentence in said] == ["line 2", "line 3"]
    assert "longer than 100 characters" in said[0]


def test_a_line_as_long_as_allowed_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    row = json.dumps({"id": "a", "question": "x" * 50}) + "\n"
    monkeypatch.setattr(asking, "LONGEST_LINE", len(row))
    assert run(row)[0] == 0


def test_an_id_of_a_bad_line_is_free() -> None:
    """Only an answered line takes its id."""
    assert run(lines({"id": "a"}, {"id": "a", "question": "x"}))[1][0]["id"] == "a"


def test_a_terminal_is_told_how_far_it_is() -> None:
    """On one line; a file or another program is told only what is wrong."""
    rows = lines({"id": "a", "question": "x"}, "no json", {"id": "b", "question": "x"})
    said = Terminal()
    assert asking.run_batch(cast(Knowledge, Echo()), io.StringIO(rows), io.StringIO(), said) == 1
    assert said.getvalue() == "\r1 answered\rline 2 is skipped: it is not JSON\n\r2 answered\n"
    assert run(rows)[2] == ["line 2 is skipped: it is not JSON"]


def test_an_empty_batch_is_no_error() -> None:
    assert run("") == (0, [], [])
    assert run("\n\n") == (0, [], [])


def test_a_question_that_fails_makes_the_exit_code_1() -> None:
    """Nothing but a failed question and a bad line does."""
    assert run(lines({"id": "a", "question": "x"}), Echo(Answer(Outcome.FAILED, "Too long.")))[0] == 1
    for outcome in (Outcome.ANSWERED, Outcome.DECLINED, Outcome.ROUTED, Outcome.REFUSED):
        assert run(lines({"id": "a", "question": "x"}), Echo(Answer(outcome, "So.")))[0] == 0


ODD = (
    "\ud800 lone \udfff", "nul \x00 nul", "\u202eright to left\u202c", "<script>alert(1)</script> [x](https://evil.example) <!channel>",
    "كيف نطلق مشروعا تجريبيا؟", "wie starten wir ein pilotprojekt?", "我们如何启动试点? and how do we measure it", "🙂", "a" * 19_000, "{{7*7}}",
)


@pytest.mark.parametrize("question", ODD)
def test_odd_questions_are_answered_with_words(question: str, make_knowledge: MakeKnowledge) -> None:
    """Single and in a batch alike, as question and as an earlier turn."""
    knowledge = make_knowledge()
    assert knowledge.prepare()
    rows = lines({"id": question[:20], "question": question}, {"id": "2", "turns": [question, "How do we launch a pilot?"]})
    _, answers, said = run(rows, knowledge)
    assert len(answers) == 2 and said == []
    assert all(answer["answer"].strip() and answer["outcome"] in set(Outcome) for answer in answers)
    assert "https://evil.example" not in answers[0]["answer"]


@pytest.mark.parametrize("question", ["", "   ", "…?!", "\x00", "x" * 40_000, "How do we launch a pilot? " * 1_600])
def test_a_question_without_words_and_one_far_too_long_fail_with_a_sentence(question: str, make_knowledge: MakeKnowledge) -> None:
    knowledge = make_knowledge()
    assert knowledge.prepare()
    code, [answer], _ = run(lines({"id": "a", "question": question}), knowledge)
    assert (code, answer["outcome"], answer["declined"], answer["citations"]) == (1, "failed", False, [])
    assert answer["answer"].endswith((".", "?")) and len(answer["answer"]) < 200


rows_of_any_kind = st.one_of(
    st.text(max_size=60),
    st.dictionaries(st.sampled_from(["id", "question", "turns", "x"]), st.one_of(st.text(max_size=9), st.lists(st.text(max_size=5)), st.none())),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows_of_any_kind, max_size=6))
def test_every_line_is_either_answered_or_named(rows: list[object]) -> None:
    """Whatever stands in the file."""
    text = lines(*rows)
    _, answers, said = run(text)
    assert len(answers) + len(said) == sum(bool(line.strip()) for line in io.StringIO(text))
