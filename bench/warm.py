"""Midway kept warm for ``speed.py``: lines ``{"way": …, "questions": […]}`` in, ``{"ms": […]}`` out.

Ways: ``snapshot`` and ``chroma`` are the whole answer, the vectors searched in the one or the other; ``floor`` is one embedding
and one exact search with nothing around them.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory
from pathlib import Path

import numpy as np

from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.answers import Outcome
from knowledge.embedder import MiniLM
from knowledge.service import Knowledge
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore

NEAREST = 4
"""As many passages as the pipeline hands on that Midway is compared with."""

Way = Callable[[str], object]


def ways(knowledge: Knowledge, chroma: Path) -> dict[str, Way]:
    retriever, embedder = knowledge.retriever, knowledge.embedder
    assert retriever and isinstance(embedder, MiniLM)
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
        return exact.search(np.asarray(embedder.vectors([question])[0]), NEAREST)

    return {"snapshot": from_snapshot, "chroma": from_chroma, "floor": floor}


def timed(way: Way, questions: list[str]) -> list[float]:
    spent = []
    for question in questions:
        begun = time.perf_counter()
        way(question)
        spent.append((time.perf_counter() - begun) * 1000)
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
            request = json.loads(line)
            print(json.dumps({"ms": timed(known[request["way"]], request["questions"])}), flush=True)


if __name__ == "__main__":
    main()
