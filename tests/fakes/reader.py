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
from knowledge.reading import Progress, Reading, Said, View, softmax
from knowledge.recognizer import Recognizer, train
from training.examples import Example, read_examples

SIZE = 96
EXAMPLES_PER_LABEL = 3
Vector = np.ndarray[Any, np.dtype[np.float64]]


class FakeReader:
    """A ``Reader`` whose texts are near each other when they share words. It tells kinds by three examples of each.

    ``embedded`` and ``asked`` remember what it was given.
    """

    def __init__(self, name: str = "fake-words") -> None:
        self.name = name
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
        view = self.questions([said])
        within = self._view([said.text[slice(*bounds)] for bounds in itertools.pairwise([*begins, len(said.text)])])
        message = said.text[said.start :]
        recognizer = taught()
        chances = softmax(recognizer.logits(self._view([message]).vector[0], message)).tolist()
        kinds = dict(zip(recognizer.labels, chances, strict=True))
        return Reading(_first(view), kinds, within)

    def questions(self, said: Sequence[Said]) -> View:
        texts = [each.text for each in said]
        self.asked += texts
        return self._view(texts)

    def many(self, said: Sequence[Said], progress: Progress | None = None) -> View:
        texts = [each.text for each in said]
        self.embedded += texts
        return self._view(texts)

    def words(self) -> Sequence[str]:
        return ()

    def _view(self, texts: Sequence[str]) -> View:
        vectors = np.array([self._vector(text) for text in texts], dtype=np.float32)
        return View(vectors, vectors)

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
    return train(vectors, texts, [example.label for example in examples])


def _first(view: View) -> View:
    return View(view.vector[0], view.intent[0])


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> Vector:
    return np.random.default_rng(zlib.crc32(word.encode(errors="replace"))).standard_normal(SIZE)
