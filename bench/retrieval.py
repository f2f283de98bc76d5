"""nDCG@10 of Midway's retrieval beside the usual LangChain + Chroma + torch pipeline: ``bench/retrieval.py FOLDER …``.

Weights are those of ``knowledge/ranking.py``; nothing here changes them.
"""

from __future__ import annotations

import argparse
import json
import subprocess  # the pipeline to compare with has an environment of its own
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import judged_sets
import numpy as np
import peer_environment
from judged_sets import JudgedSet

from knowledge.embedder import MiniLM
from knowledge.lexical import LexicalIndex
from knowledge.ranking import DENSE, TEXT, Scores, fuse
from knowledge.reading import Said
from knowledge.splitter import Document, split

Rankings = dict[str, list[str]]
COLUMNS = ("Midway", "peer, chunks", "peer, whole", "BM25 alone", "dense alone")
GAIN_WANTED = 2.0


@dataclass(frozen=True)
class Measured:
    """One way of ranking, on one set."""

    ndcg: float
    per_second: float | None


class Ours:
    """Documents split, embedded and indexed as practices are."""

    def __init__(self, judged: JudgedSet, model: MiniLM) -> None:
        documents = [Document(row["_id"], row.get("title") or "", (row["text"],)) for row in judged.documents]
        passages = [passage for document in documents for passage in split(document)]
        places = {document.id: place for place, document in enumerate(documents)}
        self._model = model
        self._ids = [document.id for document in documents]
        self._lexical = LexicalIndex.of(documents)
        self._owner = np.array([places[passage.document] for passage in passages])
        self._is_text = np.array([passage.kind == "text" for passage in passages])
        self._vectors = model.passages([passage.text for passage in passages])[0]

    def scores(self, query: str) -> dict[str, Scores]:
        """What each way of ranking gives every document; ``Midway`` is the sum that answers are found with."""
        cosines = self._vectors @ self._model.read(Said(query)).vector
        text, title = (self._best(cosines, self._is_text == wanted) for wanted in (True, False))
        lexical = self._lexical.scores(query)
        dense = (TEXT * text + (1 - TEXT) * title).astype(np.float32)
        return {"Midway": fuse(text, title, lexical), "BM25 alone": lexical, "dense alone": dense}

    def best(self, scores: Scores) -> list[str]:
        return [self._ids[place] for place in np.argsort(-scores, kind="stable")[: judged_sets.TOP]]

    def _best(self, cosines: Scores, chosen: Any) -> Scores:
        best = np.full(len(self._ids), -1.0, dtype=np.float32)
        np.maximum.at(best, self._owner[chosen], cosines[chosen])
        return best


def measure_ours(judged: JudgedSet, model: MiniLM) -> dict[str, Measured]:
    ours = Ours(judged, model)
    begun = time.perf_counter()
    scores = {name: ours.scores(text) for name, text in judged.queries.items()}
    fused = {name: ours.best(found["Midway"]) for name, found in scores.items()}
    per_second = len(fused) / (time.perf_counter() - begun)
    made = {"Midway": Measured(judged.ndcg(fused), per_second)}
    for way in ("BM25 alone", "dense alone"):
        rankings = {name: ours.best(found[way]) for name, found in scores.items()}
        made[way] = Measured(judged.ndcg(rankings), None)
    return made


def measure_peer(judged: JudgedSet, found: Mapping[str, Any]) -> dict[str, Measured]:
    return {
        f"peer, {way}": Measured(judged.ndcg(ranked["best"]), len(ranked["best"]) / ranked["seconds"])
        for way, ranked in found.items()
    }


def peer_lines(folders: list[Path]) -> Iterator[dict[str, Any]]:
    """What the pipeline finds, folder by folder. It works while it is read, never at the same time as ours."""
    for folder in folders:
        done = subprocess.run(  # noqa: S603  # our own program in its own environment
            peer_environment.command("rank.py", folder),
            env=peer_environment.environment(), stdout=subprocess.PIPE, text=True, check=True,
        )
        yield json.loads(done.stdout.splitlines()[-1])


def row(name: str, cells: list[str]) -> str:
    return f"{name:20}" + "".join(f"{cell:>14}" for cell in cells)


def gain(measured: Mapping[str, Measured]) -> float:
    """Points above the better of the pipeline's two variants."""
    peer = max(found.ndcg for way, found in measured.items() if way.startswith("peer"))
    return 100 * (measured["Midway"].ndcg - peer)


def report(gains: list[float]) -> None:
    average, worst = sum(gains) / len(gains), min(gains)
    print(f"\nMidway against the better peer variant: {average:+.1f} points on average, {worst:+.1f} on the worst set.")
    print(f"  wanted: at least {GAIN_WANTED:+.1f} on average: {'met' if average >= GAIN_WANTED else 'MISSED'}")
    print(f"  wanted: not below it on any set:  {'met' if worst >= 0 else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="of a test set")
    folders: list[Path] = parser.parse_args().folders
    sets = [judged_sets.load(folder) for folder in folders]
    peer_environment.command("rank.py")
    print(f"Weights: dense {DENSE}, of it text {TEXT}; the rest BM25. nDCG@10, below it queries per second.\n")
    print(row("documents/queries", [*COLUMNS, "gain, points"]))
    gains = []
    with TemporaryDirectory() as scratch:
        model = MiniLM(Path(scratch))
        for judged, found in zip(sets, peer_lines(folders), strict=True):
            measured = measure_peer(judged, found) | measure_ours(judged, model)
            gains.append(gain(measured))
            print_set(judged, measured, gains[-1])
    report(gains)


def print_set(judged: JudgedSet, measured: Mapping[str, Measured], points: float) -> None:
    speeds = [measured[way].per_second for way in COLUMNS]
    print(row(judged.name, [*(f"{measured[way].ndcg:.3f}" for way in COLUMNS), f"{points:+.1f}"]))
    size = f"  {len(judged.documents)}/{len(judged.queries)}"
    print(row(size, [f"{speed:.0f}/s" if speed else "" for speed in speeds]), flush=True)


if __name__ == "__main__":
    main()
