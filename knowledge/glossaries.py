"""What words and phrases of another language mean in English: ``knowledge/glossary/{de,fr,es}.txt``, read when needed.

A line is ``English = word, phrase, …``. Spelling is forgiven (umlauts and accents as typed on any keyboard, inflected
forms, German compounds of known parts, one slip in a longer word).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal, get_args

from knowledge.spelling import one_slip
from knowledge.stems import stemmed
from knowledge.wordforms import SHORTEST_SOUND, german_stems, infinitive_root, plainer, roots, sound

LANGUAGES = ("de", "fr", "es")
LONGEST_PHRASE = 7
"""Words."""
SHORTEST_PART, SHORTEST_SLIP, SHORTEST_COMPOUND = 4, 8, 9
"""Letters of a part of a compound, of a word in which one slip of the finger is forgiven, and of a compound that tells
which language it is."""
LONGEST_COMPOUND = 60
"""Letters; longer ones are no words, and to look for parts everywhere in them would take long."""
Kind = Literal["spellings", "small", "phrases", "words", "verbs"]

_ACCENTED = {"a": "áàâã", "e": "éèêë", "i": "íìîï", "o": "óòôõ", "u": "úùû", "n": "ñ", "c": "ç", "ss": "ß", "oe": "œ"}
_PLAIN = tuple((accented, plain) for plain, forms in _ACCENTED.items() for accented in forms)
_UMLAUTS = {"de": (("ä", "ae"), ("ö", "oe"), ("ü", "ue")), "": (("ä", "a"), ("ö", "o"), ("ü", "u"))}
_BETWEEN = re.compile("[-'\u2019/+]")
"""What may stand between the words of a phrase instead of a blank."""
_ENGLISH_SIDE = re.compile("^([^#=\n][^=\n]*?) ?= ", re.MULTILINE)
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What German puts between the parts of a compound."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """``english`` is empty for a word that can be dropped."""

    english: str
    kind: Kind


def folded(text: str, lang: str) -> str:
    """Lower case and plain letters, so that a word is the same however it was typed."""
    found = text.casefold().replace("\u0308", "")
    if not found.isascii():
        for accented, plain in _PLAIN + _UMLAUTS.get(lang, _UMLAUTS[""]):
            found = found.replace(accented, plain)
    return found


class Glossary:
    """One language's words and phrases. Words are given and looked up folded.

    ``nouns`` are what words that can be verbs or small words, too, mean where they are written like nouns.
    ``spelt`` are what is typed for short, and the words that it stands for.
    """

    def __init__(self, lang: str, text: str) -> None:
        self.lang = lang
        self.exact: dict[str, Meaning] = {}
        self.nouns: dict[str, Meaning] = {}
        self._stems: dict[str, Meaning] = {}
        self._phrases: dict[str, Meaning] = {}
        self._longest: dict[str, int] = {}
        self._found: dict[str, Meaning | None] = {}
        entries = list(_lines(text, lang))
        self.spelt = {words[0]: each.english for words, each in entries if each.kind == "spellings"}
        self._take([entry for entry in entries if entry[1].kind != "spellings"])

    def _take(self, entries: list[tuple[list[str], Meaning]]) -> None:
        flat = [word for words, _ in entries for word in words]
        stems = iter(stemmed(flat, self.lang))
        for words, meaning in entries:
            of_words = [next(stems) for _ in words]
            if len(words) > 1:
                self._phrases.setdefault(" ".join(of_words), meaning)
                self._longest[of_words[0]] = max(len(words), self._longest.get(of_words[0], 0))
                continue
            self._take_word(words[0], meaning)
            if meaning.kind != "small":
                self._stems.setdefault(of_words[0], meaning)

    def _take_word(self, word: str, meaning: Meaning) -> None:
        listed = self.exact.setdefault(word, meaning)
        if meaning.kind == "verbs" and listed.kind == "words":
            self.nouns[word] = listed
            self.exact[word] = meaning
        elif meaning.kind == "words" and listed.kind == "small":
            self.nouns.setdefault(word, meaning)

    def phrase(self, stems: Sequence[str]) -> tuple[int, Meaning] | None:
        """The longest phrase that these stems begin with, and how many words it has."""
        for size in range(min(len(stems), self._longest.get(stems[0], 0), LONGEST_PHRASE), 1, -1):
            if meaning := self._phrases.get(" ".join(stems[:size])):
                return size, meaning
        return None

    def known(self, words: Sequence[str]) -> set[int]:
        """The places of words that are surely of this language: listed, in a phrase, or made of listed parts."""
        stems = stemmed(words, self.lang)
        found = {place for place, word in enumerate(words) if word in self.exact or self._surely_compound(word)}
        for place in range(len(words)):
            if phrase := self.phrase(stems[place:]):
                found |= set(range(place, place + phrase[0]))
        return found

    def word(self, word: str) -> Meaning | None:
        """What one word means: as it stands, by its stem, by its parts, or as a slip of a word there is."""
        if word not in self._found:
            if len(self._found) > len(self.exact):
                self._found.clear()
            self._found[word] = self.certainly(word) or self._slip(word)
        return self._found[word]

    def certainly(self, word: str) -> Meaning | None:
        """What one word means, no slip forgiven but what sounds the same."""
        return self._plainly(word) or self._compound(word) or self._sounding(word)

    def _plainly(self, word: str) -> Meaning | None:
        if found := self._listed(word):
            return found
        if self.lang == "de":
            return next((meaning for form in german_stems(word) if (meaning := self._stems.get(form))), None)
        found = next((meaning for root in roots(word, self.lang) if (meaning := self._verb_roots.get(root))), None)
        return found or ((bare := plainer(word, self.lang)) and self._listed(bare)) or None

    def _listed(self, word: str) -> Meaning | None:
        return self.exact.get(word) or self._stems.get(stemmed([word], self.lang)[0])

    def _sounding(self, word: str) -> Meaning | None:
        return self._sounds.get(sound(word, self.lang)) if len(word) >= SHORTEST_SOUND else None

    def verb(self, word: str) -> Meaning | None:
        """What a verb means, or None where the word is none."""
        found = self._plainly(word)
        return found if found and found.kind == "verbs" else None

    def _surely_compound(self, word: str) -> bool:
        """Whether it is made of German parts and too long to be English, too, as "postcode" is."""
        return len(word) >= SHORTEST_COMPOUND and self._compound(word) is not None

    def _compound(self, word: str, depth: int = 0) -> Meaning | None:
        if self.lang != "de" or not 2 * SHORTEST_PART <= len(word) <= LONGEST_COMPOUND or depth > 2:
            return None
        for end in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            if not (first := self._part(word[:end])):
                continue
            rest = self._noun(word[end:]) or self._compound(word[end:], depth + 1)
            if rest:
                return Meaning(f"{first.english} {rest.english}", "words")
        return None

    def _part(self, word: str) -> Meaning | None:
        """A part that another follows."""
        for link in _LINKS:
            bare = word.removesuffix(link) if link else word
            if len(bare) >= SHORTEST_PART and word.endswith(link) and (found := self._noun(bare)):
                return found
        return None

    def _noun(self, word: str) -> Meaning | None:
        found = self._listed(word)
        return found if found and found.kind != "small" else None

    @cached_property
    def _verb_roots(self) -> dict[str, Meaning]:
        found: dict[str, Meaning] = {}
        for word, meaning in self.exact.items():
            if meaning.kind == "verbs" and (root := infinitive_root(word, self.lang)):
                found.setdefault(root, meaning)
        return found

    @cached_property
    def _sounds(self) -> dict[str, Meaning]:
        """Words by how they sound; the first listed of those that sound the same."""
        found: dict[str, Meaning] = {}
        for word, meaning in self.exact.items():
            if len(word) >= SHORTEST_SOUND and meaning.kind != "small":
                found.setdefault(sound(word, self.lang), meaning)
        return found

    @cached_property
    def _long(self) -> dict[str, list[str]]:
        """Longer words by their first letter, in which slips are rare."""
        found: dict[str, list[str]] = {}
        for word in self.exact:
            if len(word) >= SHORTEST_SLIP:
                found.setdefault(word[0], []).append(word)
        return found

    def _slip(self, word: str) -> Meaning | None:
        if len(word) < SHORTEST_SLIP or not word.isalpha():
            return None
        meant = one_slip(word, self._long.get(word[0], ()))
        return self.exact[meant] if meant else None


def _lines(text: str, lang: str) -> Iterator[tuple[list[str], Meaning]]:
    kind: Kind = "words"
    kinds: dict[str, Kind] = {f"[{each}]": each for each in get_args(Kind)}
    words = _BETWEEN.sub(" ", folded(text, lang)).splitlines()
    for line, plain in zip(text.splitlines(), words, strict=True):
        if line in kinds:
            kind = kinds[line]
        english, equals, _ = line.partition("= ")
        if equals and not line.startswith("#"):
            meaning = Meaning(english.strip(), kind)
            for alternative in plain.partition("= ")[2].split(", "):
                yield alternative.split(), meaning


@lru_cache(maxsize=len(LANGUAGES))
def glossary(lang: str) -> Glossary:
    """The shipped glossary of a language, read once."""
    return Glossary(lang, _text(lang))


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The English side of all glossaries: such a word says nothing about another language. What it stands for is not
    read, which would take a quarter of a second and 20 MB for every message of a few English words.
    """
    sides = (side for lang in LANGUAGES for side in _english_sides(_text(lang)))
    return frozenset(word for side in sides for word in side.casefold().split())


def _english_sides(text: str) -> Iterator[str]:
    for section in text.split("\n["):
        if not section.startswith("spellings]"):
            yield from _ENGLISH_SIDE.findall(section)


def _text(lang: str) -> str:
    return (files("knowledge") / "glossary" / f"{lang}.txt").read_text(encoding="utf-8")
