"""What the document claims, who says it, and how many distinct people say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.intake.blocks import Block, words_of
from knowledge.intake.cues import cue
from knowledge.intake.sentences import sentences
from knowledge.intake.spam import without_flattery
from knowledge.intake.values import ARTICLE_AUTHOR, Claim, Comment
from knowledge.intake.wordings import TRADE, denies, stems_of

_MOST_OF_ARTICLE, _MOST_OF_COMMENT, _MOST = 14, 2, 40
_SHORTEST, _LONGEST = 6, 60
_ALIKE, _ALIKE_STEMS = 0.6, 3
_AGREED_STEMS = 2
_UNNAMED = frozenset({"", "anonymous", "anon", "guest", "unknown", "anonym", "admin", "user", "visitor"})
UNNAMED = "an unnamed commenter"


@dataclass(slots=True)
class _Found:
    text: str
    author: str
    kind: str
    stems: frozenset[str]
    supporters: list[str] = field(default_factory=list)


def claims_of(paragraphs: Sequence[Block], author: str, comments: Sequence[Comment]) -> tuple[Claim, ...]:
    """In order: the article's, then the commenters'. Copies must be gone: each comment counts for its author."""
    found: list[_Found] = []
    writer = author or ARTICLE_AUTHOR
    for one in _of_article(paragraphs, writer):
        _join(found, one)
    for comment in comments:
        speaker = UNNAMED if comment.author.strip().lower() in _UNNAMED else comment.author
        _agree(found, comment, speaker)
        for one in _of_comment(comment, speaker, paragraphs):
            _join(found, one)
    return tuple(Claim(one.text, one.author, one.kind, tuple(one.supporters)) for one in found[:_MOST])


def _of_article(paragraphs: Sequence[Block], writer: str) -> list[_Found]:
    """The sentences that say most, in reading order; its first one stands for the summary."""
    said: list[tuple[int, _Found]] = []
    for block in paragraphs:
        if block.kind == "heading":
            continue
        for sentence in sentences(block.text):
            if (one := _claim(sentence, writer, is_listed=block.kind == "item")) and not sentence.endswith("?"):
                said.append((len(said), one))
    if said and said[0][1].kind not in ("step", "mistake"):
        said[0][1].kind = "summary"
    best = sorted(said, key=lambda pair: (pair[1].kind != "summary", -_worth(pair[1]), pair[0]))[:_MOST_OF_ARTICLE]
    return [one for _, one in sorted(best, key=lambda pair: pair[0])]


def _of_comment(comment: Comment, speaker: str, paragraphs: Sequence[Block]) -> list[_Found]:
    said = [
        one
        for line in comment.text.split("\n")
        for sentence in sentences(line)
        if without_flattery(sentence)
        and (one := _claim(sentence, speaker, is_listed=False))
        and not sentence.endswith("?")
    ]
    best = sorted(enumerate(said), key=lambda pair: (-_worth(pair[1]), pair[0]))[:_MOST_OF_COMMENT]
    return [one for _, one in sorted(best, key=lambda pair: pair[0])]


def _claim(sentence: str, author: str, *, is_listed: bool) -> _Found | None:
    if not _SHORTEST <= len(words_of(sentence)) <= _LONGEST:
        return None
    return _Found(sentence, author, _kind(sentence, is_listed), stems_of(sentence), [author])


def _kind(sentence: str, is_listed: bool) -> str:
    if cue("claim limit").search(sentence):
        return "limit"
    if cue("claim mistake").search(sentence):
        return "mistake"
    if is_listed or cue("claim step").search(sentence):
        return "step"
    return "experience" if cue("claim told").search(sentence) else "summary"


def _worth(one: _Found) -> float:
    """Advice before telling, and words of the trade before others."""
    return (
        len(one.stems & TRADE)
        + {"step": 2.0, "mistake": 2.0, "limit": 2.0, "experience": 1.0}.get(one.kind, 0.0)
        + min(len(one.stems), 12) / 12
    )


def _join(found: list[_Found], one: _Found) -> None:
    """Add a claim, or its author to those who support the same one."""
    same = next((other for other in found if _say_the_same(one, other)), None)
    if same is None:
        found.append(one)
    else:
        _support(same, one.author)


def _agree(found: Sequence[_Found], comment: Comment, speaker: str) -> None:
    """Who agrees in so many words supports the claim that the comment has most in common with."""
    agreed = cue("agrees").search(comment.text)
    if not agreed or not found or cue("denies").search(comment.text[max(0, agreed.start() - 20) : agreed.end()]):
        return
    stems = stems_of(comment.text)
    named = [one for one in found if one.author.split()[0].lower() in comment.text.lower()] or list(found)
    best = max(named, key=lambda one: len(one.stems & stems))
    if len(best.stems & stems) >= _AGREED_STEMS and best.author != speaker:
        _support(best, speaker)


def _say_the_same(one: _Found, other: _Found) -> bool:
    """The same words; who denies what the other says uses them as well."""
    return _are_alike(one.stems, other.stems) and denies(one.text) == denies(other.text)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return (
        shared >= _ALIKE_STEMS
        and shared >= _ALIKE * min(len(one), len(other))
        and shared >= 0.4 * max(len(one), len(other))
    )


def _support(claim: _Found, name: str) -> None:
    if name.casefold().strip() not in {one.casefold().strip() for one in claim.supporters}:
        claim.supporters.append(name)
