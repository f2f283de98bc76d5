"""Retrieval test sets in the form of BEIR, and how a ranking of one is graded."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

TOP = 10


@dataclass(frozen=True)
class JudgedSet:
    """Documents, the queries that have at least one judgement, and grades by query and document."""

    name: str
    documents: tuple[dict[str, Any], ...]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]

    def ndcg(self, rankings: Mapping[str, Sequence[str]]) -> float:
        """Mean nDCG@10 over all queries; a query without a ranking counts 0."""
        return sum(ndcg(rankings.get(query, ()), self.grades[query]) for query in self.queries) / len(self.queries)


def load(folder: Path) -> JudgedSet:
    """Read ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv`` (query, document, grade; a header may stand above)."""
    try:
        grades = _grades(folder / "qrels.tsv")
        asked = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
        queries = {name: text for name, text in asked.items() if any(grades.get(name, {}).values())}
        found = JudgedSet(folder.resolve().name, tuple(_rows(folder / "corpus.jsonl")), queries, grades)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"{folder} is not a test set of corpus.jsonl, queries.jsonl and qrels.tsv: {error!r}")
    if not found.queries or not found.documents:
        sys.exit(f"{folder} has no documents or no judged queries.")
    return found


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Gain 2^grade - 1, discounted by the logarithm of the rank, over that of the best possible ranking."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(document, 0) for document in ranking]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2 ** max(grade, 0) - 1) / log2(rank + 2) for rank, grade in enumerate(grades[:TOP]))


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """The last column is the grade, so TREC's form with a column more is read as well."""
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) >= 3 and fields[-1].strip().lstrip("-").isdigit():
            found.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
