"""A rough English gloss of a German, French or Spanish message: good enough to search with, never shown to anyone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.chatter import without_chatter
from knowledge.glossaries import LANGUAGES, Glossary, Kind, folded, glossary
from knowledge.language import language_of
from knowledge.stems import stemmed

_TOKEN = re.compile(r"\w+|\W+")
_INSIDE = re.compile("[\\s'\u2019\\-/&]+")
"""What stands between words of one clause."""
_PRONOUNS = frozenset({"I", "we", "you", "one", "they", "he"})
_QUESTION_WORDS = frozenset({"how", "what", "who", "whose", "when", "where", "why", "whether"})
_MODALS = frozenset({"can", "should", "must", "may", "want", "would like", "has", "have"})
_PARTICLES = frozenset(
    {
        *("ab", "an", "auf", "aus", "bei", "dar", "durch", "ein", "fest", "fort", "frei", "her", "heraus", "hin"),
        *("hoch", "los", "mit", "nach", "raus", "statt", "teil", "um", "vor"),
        *("weg", "weiter", "wieder", "zu", "zurueck", "zusammen", "dazu", "dran", "drauf", "herum", "hinaus", "hinein"),
        *("ran", "rein", "rum", "runter", "voraus", "vorbei"),
    }
)
"""What German takes from its verbs and puts at the end."""
_ELIDED = frozenset({"l", "d", "j", "n", "s", "c", "m", "t"})
_ACCENTED = {"fr": {"à": "at", "où": "where", "sûr": "sure"}, "es": {"sí": "yes", "sé": "know"}}
"""What another word would be without its accent."""
_THAT = frozenset({"que", "qu"})
"""Asks at the beginning of a French or Spanish clause, and only joins within it."""
_THEIRS = {"sie": "they", **dict.fromkeys(("ihr", "ihre", "ihren", "ihrem"), "their"), "ihnen": "them"}
"""What with a capital letter is said to the reader."""
_JOINS = frozenset({"und", "oder", "aber"})


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as typed and ``plain``, with what stood before it."""

    typed: str
    plain: str
    stem: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some English; ``typed`` is kept where it is not known what it means."""

    english: str
    kind: Kind | None


def thread_in_english(turns: Sequence[str]) -> list[str]:
    """Each turn as it is searched for, without chatter: English as it stands, of other languages the gloss."""
    return [into_english(without_chatter(turn), language_of(turn, turns[:place])) for place, turn in enumerate(turns)]


def into_english(text: str, lang: str) -> str:
    """A gloss in about the order of English, its punctuation kept; the text itself where there is no glossary.

    Never empty for a text with letters, and the same every time.
    """
    if lang not in LANGUAGES:
        return text
    known = glossary(lang)
    said = "".join(_clause(part, known) if _has_word(part) else part for part in _clauses(text))
    gloss = re.sub(r"[^\S\n]+", " ", re.sub("[¿¡]", "", said)).strip()
    gloss = re.sub(r" (?=[?!:;])", "", gloss)  # French sets these off
    return gloss if any(character.isalpha() for character in gloss) else text


def _has_word(part: str) -> bool:
    return any(character.isalnum() for character in part)


def _clauses(text: str) -> list[str]:
    """Clauses and what stands between them, in turn."""
    parts: list[str] = [""]
    for token in _TOKEN.findall(text):
        if token[0].isalnum() or token[0] == "_" or (_INSIDE.fullmatch(token) and "\n" not in token):
            parts[-1] += token
        else:
            parts += [token, ""]
    return parts


def _clause(text: str, known: Glossary) -> str:
    typed = re.findall(r"\w+", text)
    plain = [known.spelt.get(word, word) for word in (folded(word, known.lang) for word in typed)]
    words = [_Word(*each) for each in zip(typed, plain, stemmed(plain, known.lang), strict=True)]
    first, last = (" " if edge.isspace() else "" for edge in (text[0], text[-1]))
    said = [_said(piece, known) for piece in (_pieces(part, known) for part in _parts(words, known.lang))]
    return first + " ".join(filter(None, said)) + last


def _parts(words: list[_Word], lang: str) -> list[list[_Word]]:
    """German clauses that are joined by a word, each apart, as each has its verb at its own end."""
    if lang != "de":
        return [words]
    parts: list[list[_Word]] = [[]]
    for place, word in enumerate(words):
        following = words[place + 1].plain if place + 1 < len(words) else ""
        meaning = glossary(lang).exact.get(following)
        if word.plain in _JOINS and meaning and meaning.english in _QUESTION_WORDS | _PRONOUNS | _MODALS:
            parts.append([])
        parts[-1].append(word)
    return parts


def _pieces(words: list[_Word], known: Glossary) -> list[_Piece]:
    """The meanings of phrases, then of words, in the order in which they stand."""
    if known.lang == "de":
        words = _verbs_whole(words, known)
    found: list[_Piece] = []
    place = 0
    while place < len(words):
        joins = place > 0 and _joins(words[place])
        if not joins and (phrase := known.phrase([word.stem for word in words[place:]])):
            found.append(_Piece(phrase[1].english, phrase[1].kind))
            place += phrase[0]
            continue
        found.append(_piece(words[place], known, first=place == 0))
        place += 1
    return [piece for piece in found if piece.english]


def _piece(word: _Word, known: Glossary, *, first: bool) -> _Piece:
    if known.lang == "fr" and word.plain in _ELIDED:
        return _Piece("", "small")
    if _joins(word) and not first:
        return _Piece("", "small")
    if word.typed == "X":  # the network, not what Spanish writes for "por"
        return _Piece("X", "words")
    if meant := _ACCENTED.get(known.lang, {}).get(word.typed.lower()):
        return _Piece(meant, "small")
    if known.lang == "fr" and word.plain == "ou" and first:
        return _Piece("where", "small")
    if known.lang == "de" and word.typed.islower() and word.plain in _THEIRS:
        return _Piece(_THEIRS[word.plain], "small")
    capital = known.lang == "de" and not first and word.typed[0].isupper()
    meaning = (known.nouns.get(word.plain) if capital else None) or known.word(word.plain)
    if meaning is None or meaning.english == word.typed.lower():  # a name, or a loan word: as it was written
        return _Piece(word.typed, meaning.kind if meaning else None)
    return _Piece(meaning.english, meaning.kind)


def _joins(word: _Word) -> bool:
    """Whether a word within a clause only joins, where it could ask, too."""
    return word.plain in _THAT and "é" not in word.typed


def _verbs_whole(words: list[_Word], known: Glossary) -> list[_Word]:
    """``lege … an`` becomes ``anlege …``: what stands at the end of a German clause belongs to its verb."""
    if len(words) < 2 or words[-1].plain not in _PARTICLES:
        return words
    particle = words[-1].plain
    for place, word in enumerate(words[:-1]):
        if known.verb(particle + word.plain):
            whole = particle + word.plain
            made = _Word(whole, whole, stemmed([whole], known.lang)[0])
            return [*words[:place], made, *words[place + 1 : -1]]
    return words


def _said(pieces: list[_Piece], known: Glossary) -> str:
    if known.lang == "de":
        pieces = _verb_forward(pieces)
    return " ".join(piece.english for piece in _asked(pieces))


def _verb_forward(pieces: list[_Piece]) -> list[_Piece]:
    """The verb from the end of a German clause to the place after its modal verb and the one who acts."""
    led = [place for place, piece in enumerate(pieces) if _leads(piece)]
    modal = led[0] if led else -1
    if modal < 0 or len(pieces) < 3 or pieces[-1].kind != "verbs" or modal == len(pieces) - 1:
        return pieces
    after = modal + 1
    while after < len(pieces) - 1 and pieces[after].english in _PRONOUNS | _MODALS:
        after += 1
    return [*pieces[:after], pieces[-1], *pieces[after:-1]]


def _leads(piece: _Piece) -> bool:
    """Whether English has its verb soon after this: "can", "we", "do we have to"."""
    *before, last = piece.english.split(" ")
    return last in _PRONOUNS | _MODALS or (last == "to" and bool(before))


def _asked(pieces: list[_Piece]) -> list[_Piece]:
    """``how measure we`` becomes ``how do we measure``, ``who decide`` becomes ``who decides``."""
    found = list(pieces)
    for place, (piece, following) in enumerate(pairwise(pieces)):
        if piece.english == "who" and following.kind == "verbs":
            verb, *rest = following.english.split(" ")
            found[place + 1] = _Piece(" ".join((f"{verb}s", *rest)), "verbs")
        elif (piece.english, following.kind) == ("has", "verbs") and place and pieces[place - 1].english == "who":
            found[place : place + 2] = [_Piece("", "small"), _Piece(_past(following.english), "verbs")]
        elif piece.kind == "verbs" and following.english in _PRONOUNS:
            found[place] = _Piece(f"do {following.english}", "small")
            found[place + 1] = piece
    return [piece for piece in found if piece.english]


def _past(verb: str) -> str:
    return verb + ("d" if verb.endswith("e") else "ed")
