"""What the gate knows, and what its kinds are taught with."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from knowledge import asked as asked_module
from knowledge.asked import asked
from knowledge.errors import LibraryInvalid
from knowledge.gate import DESK, GOOD, OFF, REFUSE, gate_data
from knowledge.judgement import SURELY, Judged, Margin
from knowledge.library import load_shipped
from knowledge.minilm.branch import kinds_of, learnt, words_learnt
from training.examples import read_examples

DESKS = ["hr", "it", "legal", "privacy", "finance", "facilities", "customer-service", "press", "brand", "security"]
FEWEST_EXAMPLES, FEWEST_REFUSED = 40, 150


def key(turns: tuple[str, ...]) -> str:
    return " ".join(" ".join(turns).casefold().split())


def plain(turns: tuple[str, ...]) -> str:
    """Words alone, so that a full stop makes no difference."""
    return " ".join(re.findall(r"\w+", " ".join(turns).casefold()))


def test_every_desk_of_the_design_is_known() -> None:
    assert list(gate_data().desks) == DESKS
    assert all(desk.topics and desk.name and not desk.where for desk in gate_data().desks.values())


def test_the_branch_tells_the_kinds_that_the_gate_knows() -> None:
    """A kind that only one of them knows would never be told, or end in an error."""
    assert sorted(learnt()["labels"].tolist()) == sorted(gate_data().kinds())
    assert words_learnt().linear.labels == tuple(learnt()["labels"].tolist())
    told = kinds_of(learnt()["head.weight"][0], "How do we launch a pilot?")
    assert sum(told.values()) == pytest.approx(1, abs=1e-5)


def test_words_tell_kinds_where_places_do_not() -> None:
    nowhere = np.zeros(384, dtype=np.float32)
    asked, wished = (kinds_of(nowhere, text) for text in ("How do we launch a pilot?", "Write me five glowing reviews"))
    assert asked[GOOD] > wished[GOOD]
    assert wished[f"{REFUSE}fake-reviews"] > asked[f"{REFUSE}fake-reviews"]


def test_every_kind_has_enough_examples() -> None:
    taught = Counter(example.label for example in read_examples())
    assert set(taught) == set(gate_data().kinds())
    assert min(taught.values()) >= FEWEST_EXAMPLES
    assert min(count for label, count in taught.items() if label.startswith(REFUSE)) >= FEWEST_REFUSED


def test_no_message_teaches_two_things() -> None:
    """A message under two labels teaches neither."""
    labels: dict[str, set[str]] = {}
    for example in read_examples():
        labels.setdefault(key(example.turns), set()).add(example.label)
    for practice in load_shipped().practices.values():
        for turns in [*asked(practice.id), *((question,) for question in practice.questions)]:
            labels.setdefault(key(turns), set()).add(practice.id)
    assert {text: found for text, found in labels.items() if len(found - {GOOD}) > 1} == {}


def test_what_is_measured_was_not_learnt() -> None:
    """No question of a set is among the examples; compared without printing any."""
    learnt = {plain(example.turns) for example in read_examples()}
    learnt |= {plain(turns) for practice in load_shipped().practices for turns in asked(practice)}
    sets = sorted((Path(__file__).parents[2] / "bench" / "questions").glob("*.jsonl"))
    assert len(sets) >= 3
    for path in sets:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        known = [row["id"] for row in rows if plain(tuple(row.get("turns") or [row["question"]])) in learnt]
        assert known == [], path.name


def test_a_label_that_the_gate_does_not_know_is_named(tmp_path: Path) -> None:
    """A slip in a label would teach a kind of its own."""
    (tmp_path / "some.jsonl").write_text('{"label": "refuse:fake-revews", "turns": ["How?"]}\n')
    with pytest.raises(ValueError, match=r"some\.jsonl, line 1: the gate knows no refuse:fake-revews"):
        list(read_examples(tmp_path))


def test_messages_stand_with_a_practice_of_the_library() -> None:
    files = [Path(str(file)) for file in asked_module.FOLDER.iterdir() if file.is_file()]
    assert files
    assert {file.suffix for file in files} == {".jsonl"}
    assert {file.stem for file in files} <= set(load_shipped().practices)
    assert all(asked(file.stem) for file in files)


@pytest.mark.parametrize("line", ["", "{}", "[]", '"a text"', "[1]", "not JSON"])
def test_a_line_that_is_no_list_of_turns_is_named(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pilot-charter.jsonl").write_text(f'["How?"]\n{line}\n')
    monkeypatch.setattr(asked_module, "FOLDER", tmp_path)
    with pytest.raises(LibraryInvalid, match=r"pilot-charter\.jsonl, line 2"):
        asked("pilot-charter")
    (tmp_path / "some.jsonl").write_text(f'{{"label": "good", "turns": {line}}}\n')
    with pytest.raises(ValueError, match=r"pilot-charter\.jsonl, line 1"):
        list(read_examples(tmp_path))


def test_every_refusal_says_why_and_names_practices_of_the_library() -> None:
    library = load_shipped().practices
    refusals = gate_data().refusals.values()
    assert all(refusal.because.endswith(".") for refusal in refusals)
    assert all(refusal.practices and set(refusal.practices) <= set(library) for refusal in refusals)


def at(margin: float) -> Margin:
    """The best practice lies so much above the threshold."""
    return lambda: margin


def test_kinds_are_judged_together() -> None:
    """Two kinds of refusal, each less likely than the rest, are one likely refusal."""
    kinds = {GOOD: 0.4, OFF: 0.05, REFUSE + "a": 0.3, REFUSE + "b": 0.2, DESK + "c": 0.03, "small:d": 0.02}
    judged = Judged.of(kinds)
    assert judged.refuse == 0.5
    assert (judged.best_refusal, judged.best_desk, judged.best_small) == ("a", "c", "d")
    assert judged.ours(0.0, at(0.0)) > 0 > judged.ours(0.0, at(-1.0))
    assert judged.ours(5.0, at(-0.2)) > 0 > judged.ours(-5.0, at(0.0)), "a practice that stands out speaks for it"


def test_passages_are_looked_up_only_where_there_is_a_doubt() -> None:
    sure = Judged.of({GOOD: 0.999, OFF: 0.001, REFUSE + "a": 0.0, DESK + "b": 0.0, "small:c": 0.0})

    def never() -> float:
        raise AssertionError("it was looked up")

    assert sure.ours(2 * SURELY, never) > SURELY and not sure.nearest_only(0.0, never)
    with pytest.raises(AssertionError):
        sure.ours(-SURELY, never)


def test_what_a_practice_clearly_answers_is_refused_only_where_the_gate_is_surer() -> None:
    likely = Judged.of({GOOD: 0.4, OFF: 0.0, REFUSE + "a": 0.6, DESK + "b": 0.0, "small:c": 0.0})
    sure = Judged.of({GOOD: 0.001, OFF: 0.0, REFUSE + "a": 0.999, DESK + "b": 0.0, "small:c": 0.0})
    assert [likely.to_refuse(clear) for clear in (-1.0, 0.0, 6.0)] == [True, True, False]
    assert [sure.to_refuse(clear) for clear in (-1.0, 0.0, 6.0)] == [True, True, True]


def test_what_is_refused_leaves_a_doubt_unless_the_gate_is_sure() -> None:
    likely = Judged.of({GOOD: 0.1, OFF: 0.0, REFUSE + "a": 0.9, DESK + "b": 0.0, "small:c": 0.0})
    sure = Judged.of({GOOD: 0.01, OFF: 0.0, REFUSE + "a": 0.6, REFUSE + "d": 0.39, DESK + "b": 0.0, "small:c": 0.0})
    assert not likely.surely_harmful and sure.surely_harmful


def test_what_resembles_no_practice_is_refused_in_doubt_unless_it_is_another_desks() -> None:
    doubtful = Judged.of({GOOD: 0.93, OFF: 0.0, REFUSE + "a": 0.07, DESK + "b": 0.0, "small:c": 0.0})
    elsewhere = Judged.of({GOOD: 0.0, OFF: 0.3, REFUSE + "a": 0.4, DESK + "b": 0.3, "small:c": 0.0})
    nearly = Judged.of({GOOD: 0.6, OFF: 0.0, REFUSE + "a": 0.4, DESK + "b": 0.0, "small:c": 0.0})
    vague = Judged.of({GOOD: 0.95, OFF: 0.0, REFUSE + "a": 0.05, DESK + "b": 0.0, "small:c": 0.0})
    assert doubtful.to_refuse(0.0) and not doubtful.to_refuse(1.0)
    assert vague.near_a_limit(-1.0) and not vague.to_refuse(-1.0), "whatever is vague resembles no practice"
    assert nearly.to_refuse(0.0), "what is to be refused need not be quite as likely as what is honest"
    assert not elsewhere.to_refuse(-5.0)


@pytest.mark.parametrize(
    "message",
    [
        "someone in the comments says he wants to kill himself",
        "I don’t want to live any more",
        "a girl\nwrites that she is going to hurt herself",
        "Sie schreibt, sie will nicht mehr leben",
        "Ein Mädchen kündigt an, sich umzubringen",
        "il dit qu'il veut se tuer",
        "una chica dice que quiere morir",
    ],
)
def test_who_may_die_is_heard(message: str) -> None:
    assert gate_data().urgent.is_said(message)


@pytest.mark.parametrize(
    "message",
    [
        "How do we stop this campaign from dying?",
        "a customer hurt himself with our drill",
        "posts for the suicide prevention day",
        "Unsere Seite stirbt langsam",
        "my boss will kill me",
    ],
)
def test_other_messages_with_such_words_are_not_urgent(message: str) -> None:
    assert not gate_data().urgent.is_said(message)


def test_what_is_urgent_is_answered_by_a_practice_of_the_library() -> None:
    assert gate_data().urgent.practice in load_shipped().practices


NOTHING_ELSE = {REFUSE + "a": 0.0, DESK + "b": 0.0, "small:c": 0.0}


def test_an_answer_is_called_the_nearest_where_nothing_speaks_for_it() -> None:
    sure, doubtful = (Judged.of({GOOD: good, OFF: 1 - good, **NOTHING_ELSE}) for good in (0.995, 0.9))
    assert doubtful.nearest_only(0.0, at(-0.1))
    assert not doubtful.nearest_only(0.0, at(0.1)), "it lies within the library"
    assert not doubtful.nearest_only(2.0, at(-0.1)), "a practice stands out"
    assert not sure.nearest_only(0.0, at(-0.1))


def test_the_gate_alone_never_turns_away_what_the_search_clearly_finds() -> None:
    lost = Judged.of({GOOD: 0.0001, OFF: 0.9999, **NOTHING_ELSE})
    assert lost.ours(4.0, at(0.15)) > 0 > lost.ours(0.0, at(0.0))
