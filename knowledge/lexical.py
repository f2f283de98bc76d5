"""BM25 over whole documents, the title counted twice: the only home of bm25s."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import bm25s
import numpy as np
import Stemmer

from knowledge.splitter import Document

logging.getLogger("bm25s").setLevel(logging.WARNING)


class LexicalIndex:
    """Scores every document for a query; works without any vectors."""

    def __init__(self, documents: Sequence[Document]) -> None:
        texts = [
            " ".join((document.title, document.title, *document.questions, document.body)) for document in documents
        ]
        tokens = _tokens(texts)
        self._vocabulary = {token for text in tokens for token in text}
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def scores(self, query: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One score per document, in the order given; zeros where nothing matches."""
        [tokens] = _tokens([query])
        known = [token for token in tokens if token in self._vocabulary]
        if not known:
            return np.zeros(int(self._index.scores["num_docs"]), dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)


def _tokens(texts: list[str]) -> list[list[str]]:
    stemmer = Stemmer.Stemmer("english")
    found = bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)
    return [list(text) for text in found]
