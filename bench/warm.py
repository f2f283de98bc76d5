"""Midway kept warm for ``speed.py``: lines ``{"questions": […]}`` in, ``{way: {"ms": […], "cpu": […]}}`` out.

Ways: ``snapshot`` and ``chroma`` are the whole answer, the vectors searched in the one or the other; ``floor`` is one
embedding and one exact search with nothing around them.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters import cli  # first: it says how many threads numpy may have, as in the program itself
from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.answers import Outcome
from knowledge.service import Knowledge
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore

NEAREST = 4
"""As many passages as the pipeline hands on that Midway is compared with."""

Way = Callable[[str], object]


def ways(knowledge: Knowledge, chroma: Path) -> dict[str, Way]:
    retriever, reader = knowledge.retriever, knowledge.reader
    assert retriever and cli.app
    snapshot = retriever.snapshot
    live = ChromaHome(chroma).fill(snapshot.collection, snapshot.vectors, time.time())
    exact = ExactStore(snapshot.collection, snapshot.vectors)

    def answer(question: str) -> object:
        return knowledge.look_up(question)

    def from_snapshot(question: str) -> object:
        retriever.prefer(None)
        return answer(question)

    def from_chroma(question: str) -> object:
        retriever.prefer(live)
        return answer(question)

    def floor(question: str) -> object:
        return exact.search(reader.texts([question]).vector[0], NEAREST)

    return {"snapshot": from_snapshot, "chroma": from_chroma, "floor": floor}


def timed(known: dict[str, Way], questions: list[str]) -> dict[str, dict[str, list[float]]]:
    """Every question goes each way before the next one; who begins changes, so that a busy moment is nobody's alone."""
    spent: dict[str, dict[str, list[float]]] = {name: {"ms": [], "cpu": []} for name in known}
    names = list(known)
    for number, question in enumerate(questions):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            begun, worked = time.perf_counter(), time.process_time()
            known[name](question)
            spent[name]["ms"].append((time.perf_counter() - begun) * 1000)
            spent[name]["cpu"].append((time.process_time() - worked) * 1000)
    return spent


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    knowledge = prepared(Settings())
    assert knowledge.retriever
    assert knowledge.look_up("How do we launch a pilot?").outcome is Outcome.ANSWERED
    snapshot = knowledge.retriever.snapshot
    with TemporaryDirectory() as scratch:
        known = ways(knowledge, Path(scratch) / "chroma")
        print(json.dumps({"practices": len(snapshot.documents), "passages": len(snapshot.passages)}), flush=True)
        for line in sys.stdin:
            print(json.dumps(timed(known, json.loads(line)["questions"])), flush=True)


if __name__ == "__main__":
    main()
