"""A small reader for tests: text to a unit vector by hashing its words, the same on every machine, in microseconds."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.gate import GOOD
from knowledge.library import load_shipped
from knowledge.reading import Progress, Reading, Said, Vectors, softmax
from knowledge.recognizer import Recognizer
from training.examples import Example, read_examples

SIZE = 96
EXAMPLES_PER_LABEL = 3
Vector = np.ndarray[Any, np.dtype[np.float64]]


class FakeReader:
    """A ``Reader`` whose texts are near each other when they share words. It tells kinds by three examples of each.

    ``embedded`` and ``asked`` remember what it was given.
    """

    def __init__(self, name: str = "fake-words") -> None:
        self.name = self.intents_name = name
        self.embedded: list[str] = []
        self.asked: list[str] = []
        self.fails: Exception | None = None

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return self._vector(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self._vector(text) for text in texts]

    def load(self) -> None:
        """There is nothing to load."""

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        self.asked.append(said.text)
        pieces = [said.text[slice(*bounds)] for bounds in itertools.pairwise([*begins, len(said.text)])]
        message = said.text[said.start :]
        lies, words = taught().intents, taught().words
        chances = softmax(lies.of_vector(self._rows([message])[0]) + words.scores(message)).tolist()
        [intent] = self._rows([said.text])
        return Reading(intent, dict(zip(lies.labels, chances, strict=True)), self._rows(pieces), lambda: intent)

    def pieces(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self._rows(texts)

    def intents(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        texts = [each.text for each in said]
        self.embedded += texts
        return self._rows(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        self.embedded += texts
        return self._rows(texts), self._rows(texts)

    def words(self) -> Sequence[str]:
        return ()

    def _rows(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), SIZE)

    def _vector(self, text: str) -> list[float]:
        if self.fails:
            raise self.fails
        vector = np.full(SIZE, 1e-3)
        for word in re.findall(r"\w{3,}", text.lower()):
            vector += _of_word(word[:6])
        found: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return found


def few_examples() -> list[Example]:
    """A few messages of each kind, and the library's typed questions, which are good."""
    by_label = sorted(read_examples(), key=lambda example: example.label)
    groups = itertools.groupby(by_label, key=lambda example: example.label)
    few = [example for _, group in groups for example in itertools.islice(group, EXAMPLES_PER_LABEL)]
    practices = load_shipped().practices.values()
    return few + [Example(GOOD, (question,)) for practice in practices for question in practice.questions]


@lru_cache(maxsize=1)
def taught() -> Recognizer:
    examples = few_examples()
    texts = [example.turns[-1] for example in examples]
    vectors = np.array([FakeReader()._vector(text) for text in texts], dtype=np.float32)
    return Recognizer.taught(vectors, texts, [example.label for example in examples])


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Vector:
    return np.random.default_rng(zlib.crc32(word.encode(errors="replace"))).standard_normal(SIZE)
