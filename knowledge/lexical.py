"""BM25 over whole documents, the title counted twice: the only home of bm25s."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import bm25s
import numpy as np
from bm25s.stopwords import STOPWORDS_EN

from knowledge.splitter import Document
from knowledge.stems import stemmed

logging.getLogger("bm25s").setLevel(logging.WARNING)
_WORD = re.compile(r"\b\w\w+\b")
ARRAYS = ("data", "indices", "indptr")


class LexicalIndex:
    """Scores every document for a query; works without any vectors. ``of`` makes one, which takes longest."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index

    @classmethod
    def of(cls, documents: Sequence[Document]) -> LexicalIndex:
        texts = [
            " ".join((document.title, document.title, *document.questions, document.body)) for document in documents
        ]
        index = bm25s.BM25()
        index.index([_tokens(text) for text in texts], show_progress=False)
        return cls(index)

    @classmethod
    def kept(cls, vocabulary: Sequence[str], arrays: Mapping[str, Any]) -> LexicalIndex:
        """The index that had this vocabulary and these arrays."""
        index = bm25s.BM25()
        index.vocab_dict = {token: number for number, token in enumerate(vocabulary)}
        index.unique_token_ids_set = set(index.vocab_dict.values())
        index.nonoccurrence_array = None  # the default kind of BM25 scores a token that is not there as nought
        index.scores = {**{name: arrays[name] for name in ARRAYS}, "num_docs": int(arrays["num_docs"])}
        return cls(index)

    @property
    def vocabulary(self) -> list[str]:
        """Every token, in the order of its number."""
        return sorted(self._index.vocab_dict, key=self._index.vocab_dict.__getitem__)

    @property
    def arrays(self) -> dict[str, Any]:
        """The scores of tokens in documents, as a sparse matrix, and how many documents there are."""
        return {name: np.asarray(self._index.scores[name]) for name in (*ARRAYS, "num_docs")}

    def scores(self, query: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One score per document, in the order given; zeros where nothing matches."""
        known = [token for token in _tokens(query) if token in self._index.vocab_dict]
        if not known:
            return np.zeros(int(self._index.scores["num_docs"]), dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)


def _tokens(text: str) -> list[str]:
    """Stems of the words that mean something. bm25s' own tokenizer does the same for many texts, but for one question
    its progress bars take most of the time.
    """
    return stemmed([word for word in _WORD.findall(text.lower()) if word not in STOPWORDS_EN])
