"""Ranks the documents of test sets: ``rank.py FOLDER …``, one line of JSON a folder.

Each variant, ``chunks`` and ``whole``, has the ten best document ids of each query and its seconds in all.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from langchain_chroma import Chroma
from pipeline import chunks, embeddings

TOP, FETCHED, BATCH = 10, 50, 2000
"""Several chunks may be of one document: enough are fetched that ten documents remain."""


def main() -> None:
    model = embeddings()
    for folder in map(Path, sys.argv[1:]):
        corpus = {row["_id"]: f"{row.get('title') or ''}\n{row['text']}" for row in rows(folder / "corpus.jsonl")}
        queries = {row["_id"]: row["text"] for row in rows(folder / "queries.jsonl")}
        whole = [(name, text) for name, text in corpus.items()]
        pieces = [(name, piece) for name, text in corpus.items() for piece in chunks(text)]
        made = {"chunks": ranked(model, pieces, queries, FETCHED), "whole": ranked(model, whole, queries, TOP)}
        print(json.dumps(made), flush=True)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def ranked(model: object, passages: list[tuple[str, str]], queries: dict[str, str], fetched: int) -> dict[str, object]:
    store = Chroma(collection_name="ranked", embedding_function=model)
    for start in range(0, len(passages), BATCH):
        batch = passages[start : start + BATCH]
        store.add_texts([text for _, text in batch], metadatas=[{"document": name} for name, _ in batch])
    begun = time.perf_counter()
    best = {name: documents(store, text, fetched) for name, text in queries.items()}
    seconds = time.perf_counter() - begun
    store.delete_collection()
    return {"best": best, "seconds": seconds, "passages": len(passages)}


def documents(store: Chroma, query: str, fetched: int) -> list[str]:
    found = store.similarity_search(query, k=fetched)
    return list(dict.fromkeys(each.metadata["document"] for each in found))[:TOP]


if __name__ == "__main__":
    main()
