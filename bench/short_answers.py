"""Which short answer of a practice a question gets, beside what readers noted: ``python bench/short_answers.py``.

``short_answers.jsonl`` holds 313 questions of the open sets, each with the practice that was found for it and, by
readers who wrote neither (two, and a third for what was written since), which of its short answers would be a right
beginning and which a harmless one.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.excerpts import point_of
from knowledge.points import RESEMBLES, SETTLES, asked_so, point_text
from knowledge.service import Knowledge

FILE = Path(__file__).parent / "short_answers.jsonl"
RIGHT, HARMLESS, WRONG = "right", "harmless", "wrong"


def judged(knowledge: Knowledge, row: dict[str, Any]) -> tuple[str, str] | None:
    """How the short answer is told that the question gets, and what readers said of it; None where it gets none."""
    retriever = knowledge.retriever
    if retriever is None:
        raise SystemExit("the index could not be made")
    *before, question = row["turns"]
    practice = knowledge.library.practices[row["practice"]]
    close = retriever.closeness(practice, question, retriever.understand(question, before).intent)
    place = asked_so(close, RESEMBLES)
    if place is None:
        return None
    asked = point_of(point_text(practice, place)).lead
    said = next((name for name in (RIGHT, HARMLESS) if asked in row[name]), WRONG)
    return ("first of all" if asked_so(close, SETTLES) else "with its question"), said


def main() -> None:
    knowledge = prepared(Settings())
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    told = Counter(judged(knowledge, row) for row in rows)
    print(f"{len(rows)} questions, {sum(bool(row[RIGHT]) for row in rows)} with a right short answer")
    print(f"{'told':20}{RIGHT:>10}{HARMLESS:>10}{WRONG:>10}")
    for how in ("first of all", "with its question"):
        print(f"{how:20}" + "".join(f"{told[how, said]:10}" for said in (RIGHT, HARMLESS, WRONG)))
    print(f"{'none':20}{told[None]:10}")


if __name__ == "__main__":
    main()
