"""What the gate is taught with."""

from __future__ import annotations

from collections import Counter

from knowledge.answerer import Judged
from knowledge.gate import DESK, GOOD, OFF, REFUSE, SMALL, gate_data
from knowledge.library import load_shipped

DESKS = ["hr", "it", "legal", "privacy", "finance", "facilities", "customer-service", "press", "brand", "security"]
FEWEST_EXAMPLES = 40


def test_every_desk_of_the_design_is_taught() -> None:
    assert list(gate_data().desks) == DESKS
    assert all(desk.topics and desk.name and not desk.where for desk in gate_data().desks.values())


def test_every_kind_of_message_has_enough_examples() -> None:
    data = gate_data()
    taught = Counter(example.label for example in data.examples)
    wanted = [*(DESK + name for name in data.desks), *(REFUSE + name for name in data.refusals)]
    wanted += [*(SMALL + name for name in data.small_talk), GOOD, OFF]
    assert set(taught) == set(wanted)
    assert min(taught.values()) >= FEWEST_EXAMPLES


def test_no_sentence_teaches_two_things() -> None:
    """A sentence under two labels teaches neither."""
    labels: dict[str, set[str]] = {}
    for example in gate_data().with_library(list(load_shipped().practices.values())):
        labels.setdefault(" ".join(example.text.casefold().split()), set()).add(example.label)
    assert {text: found for text, found in labels.items() if len(found) > 1} == {}


def test_every_refusal_says_why_and_each_has_near_misses() -> None:
    data = gate_data()
    assert all(refusal.because.endswith(".") and refusal.practice for refusal in data.refusals.values())
    assert sum(example.label == GOOD for example in data.examples) >= 50 * len(data.refusals)


def test_the_librarys_own_questions_are_good() -> None:
    practices = list(load_shipped().practices.values())
    added = gate_data().with_library(practices)[len(gate_data().examples) :]
    assert {example.label for example in added} == {GOOD}
    assert {example.text for example in added} >= {question for item in practices for question in item.questions}


def test_kinds_are_judged_together() -> None:
    """Two kinds of refusal, each less likely than the rest, are one likely refusal."""
    gate = {GOOD: 0.4, OFF: 0.05, "refuse:a": 0.3, "refuse:b": 0.2, "desk:c": 0.03, "small:d": 0.02}
    judged = Judged.of(gate)
    assert judged.refuse == 0.5
    assert (judged.best_refusal, judged.best_desk, judged.best_small) == ("a", "c", "d")
    assert judged.ours(0.0) > 0 > judged.ours(-1.0)
