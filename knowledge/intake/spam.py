"""Which comments say something: judged by their words, author's name and links, and by what the article is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.intake.blocks import flat, words_of
from knowledge.intake.cues import cue, made_of, vocabulary, whole
from knowledge.intake.garble import alphabet, is_garbled
from knowledge.intake.remarks import Remark
from knowledge.intake.sentences import sentences
from knowledge.intake.wordings import TRADE, URL, content_words, small_share, stems_of
from knowledge.language import language_of, small_words

EMPTY, TRACKBACK, GIBBERISH, KEYWORDS = "empty comment", "trackback", "spam: gibberish", "spam: list of keywords"
PROMOTION, FOREIGN, PRAISE, OFF_TOPIC, NOTHING = (
    "spam: promotion",
    "spam: foreign promotion",
    "generic praise",
    "off topic",
    "says nothing of its own",
)
_FEWEST_WORDS, _TELLING = 3, 8
_MOST_LINKS = 3
_MOST_PLAIN = 2
_OURS = re.compile(r"\b(?:we|our|us|my|wir|uns|unsere?[mnrs]?|nous|notre|nos|nuestr[oa]s?)\b", re.IGNORECASE)
_OWN_WORDS = 5
_WEAK_NAMES = 2
_SHORTEST_LIST, _SMALL_IN_LISTS, _REPEATED = 6, 0.13, 0.25
_ENOUGH_STEMS = 40
_BESIDE = (9, 20)
"""Words of content from which on a remark that shares none, or one, with the article is beside the point."""
_ENGLISH = vocabulary("common english")
_PLENTY = 5
"""So many words shared with the article make a remark part of the conversation, whatever it links to."""
_GREETING = re.compile(
    r"^(?i:hi|hello|hey|dear|thanks?|thank you|thx|great|nice|good|love|well|wow|congrats)[\s,!]+"
    r"(?:@?[A-Z][\w.'-]*[\s,!.]*){0,3}"
)
_REACHED = re.compile(r"[\w.+-]{1,64}@[\w-]{1,40}\.\w+|\+\d[\d ()./-]{7,20}\d|\b0\d(?:[ .]\d\d){4}\b")
"""Addresses and numbers at which somebody wants to be reached elsewhere."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the document is about, for telling what is beside the point."""

    stems: frozenset[str]
    language: str
    alphabet: str

    @classmethod
    def of(cls, text: str) -> Subject:
        """What an article is about."""
        return cls(stems_of(text[:200_000]), language_of(text[:20_000]), alphabet(text))

    @property
    def is_well_known(self) -> bool:
        """Whether the article says enough, in the language of our trade's words, to tell what is beside the point."""
        return self.language == "en" and len(self.stems) >= _ENOUGH_STEMS


@dataclass(frozen=True, slots=True)
class _Signs:
    """What was counted in one comment. ``plain`` of the ``promo`` are words that others use as well as sellers."""

    words: int
    content: int
    shared: int
    links: int
    promo: int
    plain: int
    flattery: int
    named_for_sale: bool


def verdict(remark: Remark, subject: Subject) -> str:
    """Why a comment is not serious; empty where it is."""
    text = flat(remark.text)
    if not re.search(r"\w", text):
        return EMPTY
    if whole("trackback").match(text[:800]) or whole("trackback").match(flat(f"{remark.author} {text}")[:800]):
        return TRACKBACK
    if is_garbled(text):
        return GIBBERISH
    signs = _signs(remark, text, subject)
    return _as_promotion(text, signs, subject) or _as_empty_talk(text, signs, subject)


def _signs(remark: Remark, text: str, subject: Subject) -> _Signs:
    bare = without_flattery(text)
    stems = stems_of(bare)
    promo, plain = ({match.group().lower() for match in cue(name).finditer(text)} for name in ("promo", "promo_word"))
    return _Signs(
        words=len(words_of(URL.sub(" ", text))),
        content=len(stems),
        shared=len(stems & (subject.stems | TRADE)),
        links=max(len(URL.findall(text)) + len(_REACHED.findall(URL.sub(" ", text))), remark.links),
        promo=len(promo | plain),
        plain=len(plain),
        flattery=len(cue("flattery").findall(text)) + len(cue("blog_talk").findall(text)),
        named_for_sale=is_for_sale(remark.author),
    )


def is_for_sale(author: str) -> bool:
    """Whether a name is that of a shop or a phrase to be found by, and not of a person."""
    if re.search(r"https?://|www\.|\.(?:com|net|org|biz|info|ru|cn)\b", author, re.IGNORECASE):
        return True
    words = words_of(author)
    if len(words) < 2:
        return bool(words) and bool(
            re.fullmatch(r"(?:seo\w*|casino\w*|\w*viagra\w*|\w*casino|\w*loans|\w*shop|\w*outlet)", words[0])
        )
    return bool(cue("name_strong").search(author)) or len(cue("name_weak").findall(author)) >= _WEAK_NAMES


def _as_promotion(text: str, signs: _Signs, subject: Subject) -> str:
    is_foreign = _is_foreign(text, subject)
    if is_foreign and (signs.promo > (alphabet(text) == subject.alphabet) or signs.links or signs.named_for_sale):
        return FOREIGN
    if not is_foreign and _is_list_of_keywords(text, signs):
        return KEYWORDS
    if _is_plain_talk(text, signs):
        return ""
    belongs = signs.shared >= _PLENTY and signs.shared * 3 >= signs.content
    if signs.promo >= 3 or (signs.promo and signs.links and not (belongs and signs.promo == 1)):
        return PROMOTION
    if signs.promo >= 2 and not belongs:
        return PROMOTION
    if signs.named_for_sale and (signs.links or signs.promo or signs.flattery or signs.shared < 3):
        return PROMOTION
    if signs.links >= _MOST_LINKS and not (belongs and signs.words > 40):
        return PROMOTION
    if signs.links and (signs.shared < 2 or (signs.flattery >= 2 and not belongs)):
        return PROMOTION
    if signs.links and signs.flattery and not belongs:
        return PROMOTION
    return PROMOTION if signs.promo and signs.shared < 2 and not is_foreign else ""


def _is_plain_talk(text: str, signs: _Signs) -> bool:
    """Whether sellers' words stand in what somebody tells of himself or asks, and nothing leads away from the page."""
    if signs.links or signs.named_for_sale or signs.promo > signs.plain or signs.plain > _MOST_PLAIN:
        return False
    return bool(cue("own_telling").search(text)) or (signs.shared > 0 and ("?" in text or bool(_OURS.search(text))))


def _is_list_of_keywords(text: str, signs: _Signs) -> bool:
    """No sentence, and the same words over and over or one comma after the other; notes in a hurry are neither."""
    words = content_words(text)
    if signs.words < _SHORTEST_LIST or "?" in text or small_share(text) >= _SMALL_IN_LISTS:
        return False
    repeated = 1 - len(set(words)) / max(1, len(words))
    return signs.shared * 3 < signs.content and (repeated >= _REPEATED or text.count(",") >= 3 or signs.promo > 0)


def _as_empty_talk(text: str, signs: _Signs, subject: Subject) -> str:
    has_own = any(_says_own(sentence) for sentence in sentences(text))
    is_thin = signs.content < _FEWEST_WORDS and signs.shared < 2 and not has_own
    if made_of("praise", text) or (signs.flattery and is_thin):
        return PRAISE
    if _is_foreign(text, subject):
        return ""
    if (signs.flattery >= 2 and signs.shared < 2) or (signs.flattery >= 3 and signs.shared < 2 * signs.flattery - 3):
        return PRAISE
    if signs.words < _FEWEST_WORDS or (signs.content == 0 and signs.words < _TELLING and not has_own):
        return NOTHING
    if not subject.is_well_known:
        return ""
    is_beside = (signs.shared == 0 and signs.content >= _BESIDE[0]) or (
        signs.shared <= 1 and signs.content >= _BESIDE[1]
    )
    return OFF_TOPIC if is_beside else ""


def _says_own(sentence: str) -> bool:
    """A question or statement of some length without praise, talk of the page or sellers' words."""
    if len(words_of(sentence)) < _OWN_WORDS or made_of("praise", sentence) or _GREETING.match(sentence):
        return False
    if any(cue(name).search(sentence) for name in ("flattery", "blog_talk", "promo")):
        return False
    return sentence.endswith("?") or bool(content_words(sentence))


def _is_foreign(text: str, subject: Subject) -> bool:
    """Whether it is in another language than the article; short Latin texts cannot be told."""
    own = alphabet(text)
    if own != subject.alphabet:
        return bool(own)
    if own != "LATIN":
        return False
    if len(words_of(text)) < 5:
        return False
    language = language_of(text)
    speaks = small_share(text) > 0.05 or not small_words(language).isdisjoint(words_of(text.lower()))
    return (language != subject.language and speaks) or _has_no_small_words_of(text)


def _has_no_small_words_of(text: str) -> bool:
    """Letters of other languages and none of the commonest words: Polish, Turkish, Romanian …"""
    words = words_of(text)
    odd = sum(not word.isascii() for word in words)
    return odd >= 0.15 * len(words) and not any(word in _ENGLISH for word in words)


def without_flattery(text: str) -> str:
    """The comment without greetings, thanks, praise of the page and addresses: what it says of its own."""
    kept: list[str] = []
    for sentence in sentences(URL.sub(" ", text)):
        if made_of("praise", sentence):
            continue
        bare = cue("blog_talk").sub(" ", cue("flattery").sub(" ", _GREETING.sub(" ", sentence)))
        if bare == sentence or len(content_words(bare)) >= 2:
            kept.append(bare)
    return " ".join(kept)
