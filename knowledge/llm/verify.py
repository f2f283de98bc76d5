"""Whether what a model wrote may be said: cited, grounded in the passages, and nothing in it but words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from knowledge.language import language_of
from knowledge.llm.model import Unusable
from knowledge.llm.reading import MARK, STEP, marks
from knowledge.stems import stemmed

FEWEST_WORDS, MOST_WORDS, MOST_LETTERS = 20, 400, 6_000
GROUNDED = 0.5
"""Least share of content words that must stand in the passages or the question. The paraphrases of ``tests`` reach .66
to .82, answers from other practices .07 to .29."""
FROM_PASSAGES = 0.4
"""Least share that must stand in the passages themselves: a question may not dictate its own answer."""
FROM_PASSAGES_IN_SENTENCE, FEWEST_IN_SENTENCE = 0.25, 4
"""The same for each sentence of at least so many content words; the paraphrases reach .4 and more."""
LEAK = 8
"""So many words in a row as in the instructions are no accident."""
TRANSLATED = (0.5, 2.0)
"""A translation has between so many times the words of its original."""

_FORBIDDEN = {
    "address": re.compile(
        r"\w+://|\b(?:www\.|mailto:|javascript:|data:)\S|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/\S"
        r"|\b[\w-]{1,63}\.(?:com|org|net|io|info|biz|co|example|ru|cn|dev|app|me|ly|gg|xyz|top|shop|site|online)\b",
        re.IGNORECASE,
    ),
    "markup": re.compile(r"</?[a-z!@#?]|\]\(|!\[|&#?\w+;|\|-", re.IGNORECASE),
    "mention": re.compile(r"(?<!\w)[@\uff20]\w|\w@\w"),
    "foreign mark": re.compile(r"\[(?!\d{1,3}\])[^\]\s]"),
}
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n")
_FIGURE = re.compile(r"\d+")
_SMALL = frozenset((files("knowledge.llm") / "small-words.txt").read_text(encoding="utf-8").split())
"""Words of every English text, which say nothing about what it rests on."""


@dataclass(frozen=True)
class Grounds:
    """What an answer may rest on; it may cite the marks that stand in the passages."""

    passages: tuple[str, ...]
    question: str
    instructions: str

    @cached_property
    def _marks(self) -> set[int]:
        return set(marks(" ".join(self.passages)))

    @cached_property
    def _secret(self) -> set[tuple[str, ...]]:
        return _runs(self.instructions) - _runs(" ".join(self.passages))

    @cached_property
    def _behind(self) -> dict[int, frozenset[str]]:
        """The words of the passages behind each mark."""
        found: dict[int, frozenset[str]] = {}
        for passage in self.passages:
            for number in marks(passage):
                found[number] = found.get(number, frozenset()) | stems(passage)
        return found

    def fitting(self, text: str) -> str:
        """The text without marks in lines that share no word with what stands behind the mark: they would mislead."""
        return "\n".join(self._fitting(line) for line in text.splitlines())

    def _fitting(self, line: str) -> str:
        said = stems(line)
        misfits = {number for number in marks(line) if not said & self._behind.get(number, said)}
        return re.sub(r"\s?\[(\d{1,3})\]", lambda mark: "" if int(mark[1]) in misfits else mark[0], line)

    def so_far(self, text: str) -> None:
        """Raises Unusable as soon as no ending could mend the text."""
        if len(text.split()) > MOST_WORDS or len(text) > MOST_LETTERS:
            raise Unusable("too long")
        inert(text)
        if not set(marks(text)) <= self._marks:
            raise Unusable("cites what was not given")
        if _runs(text) & self._secret:
            raise Unusable("repeats its instructions")

    def whole(self, text: str) -> None:
        """Raises Unusable unless the finished text may be said."""
        self.so_far(text)
        if not marks(text):
            raise Unusable("cites nothing")
        if len(text.split()) < FEWEST_WORDS:
            raise Unusable("too short")
        if language_of(text) != "en":
            raise Unusable("not in the language asked for")
        self._grounded(text)

    def _grounded(self, text: str) -> None:
        mine, asked = stems(" ".join(self.passages)), stems(self.question)
        found = content(text)
        if _share(found, mine | asked) < GROUNDED or _share(found, mine) < FROM_PASSAGES:
            raise Unusable("not grounded")
        for said in map(content, _SENTENCE_END.split(text)):
            if len(said) >= FEWEST_IN_SENTENCE and _share(said, mine) < FROM_PASSAGES_IN_SENTENCE:
                raise Unusable("a sentence is not grounded")
        if not figures(text) <= figures(" ".join((*self.passages, self.question))):
            raise Unusable("a figure is not in the passages")


def faithful(translated: str, original: str, lang: str, instructions: str) -> None:
    """Raises Unusable unless the translation has the lines, marks and figures of its original, which was grounded."""
    inert(translated)
    if _runs(translated) & _runs(instructions):
        raise Unusable("repeats its instructions")
    lines, others = translated.splitlines(), original.splitlines()
    if len(lines) != len(others):
        raise Unusable("the translation has other lines")
    for line, other in zip(lines, others, strict=True):
        if _bones(line) != _bones(other):
            raise Unusable("the translation has other marks or figures")
    least, most = (share * len(original.split()) for share in TRANSLATED)
    if language_of(translated) != lang or not least <= len(translated.split()) <= most:
        raise Unusable("not a translation")


def inert(text: str) -> None:
    """Raises Unusable where the text holds an address, markup or a mention."""
    for reason, pattern in _FORBIDDEN.items():
        if pattern.search(text):
            raise Unusable(f"holds {reason}")


def content(text: str) -> list[str]:
    """The stems of all words that carry meaning, in order."""
    words = (word.replace("\u2019", "'").removesuffix("'s") for word in _WORD.findall(text.lower()))
    meant = [word for word in words if len(word) > 2 and word.partition("'")[0] not in _SMALL]
    return stemmed(meant)


def stems(text: str) -> frozenset[str]:
    return frozenset(content(text))


def figures(text: str) -> frozenset[str]:
    """The numbers in a text, without marks and the numbers of steps."""
    lines = (STEP.sub("", line.strip()) for line in text.splitlines())
    return frozenset(_FIGURE.findall(MARK.sub("", "\n".join(lines))))


def _bones(line: str) -> tuple[bool, list[int], list[str]]:
    without = STEP.sub("", line)
    return STEP.match(line) is not None, sorted(marks(line)), sorted(_FIGURE.findall(MARK.sub("", without)))


def _share(found: Sequence[str], known: Iterable[str]) -> float:
    known = frozenset(known)
    return sum(word in known for word in found) / len(found) if found else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[place : place + LEAK]) for place in range(len(words) - LEAK + 1)}
