"""BM25 over whole documents, the title counted twice: the only home of bm25s."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

import bm25s
import numpy as np
from bm25s.stopwords import STOPWORDS_EN

from knowledge.splitter import Document
from knowledge.stems import stemmed

logging.getLogger("bm25s").setLevel(logging.WARNING)
_WORD = re.compile(r"\b\w\w+\b")


class LexicalIndex:
    """Scores every document for a query; works without any vectors."""

    def __init__(self, documents: Sequence[Document]) -> None:
        texts = [
            " ".join((document.title, document.title, *document.questions, document.body)) for document in documents
        ]
        tokens = [_tokens(text) for text in texts]
        self._vocabulary = {token for text in tokens for token in text}
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def scores(self, query: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One score per document, in the order given; zeros where nothing matches."""
        known = [token for token in _tokens(query) if token in self._vocabulary]
        if not known:
            return np.zeros(int(self._index.scores["num_docs"]), dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)


def _tokens(text: str) -> list[str]:
    """Stems of the words that mean something. bm25s' own tokenizer does the same for many texts, but for one question
    its progress bars take most of the time.
    """
    return stemmed([word for word in _WORD.findall(text.lower()) if word not in STOPWORDS_EN])
