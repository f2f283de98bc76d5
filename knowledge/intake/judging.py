"""Comments sorted into those that are kept and those that are not: first spam, then copies; the first genuine stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.intake.adverts import without_adverts
from knowledge.intake.copies import is_copy, is_taken_from
from knowledge.intake.dates import moment
from knowledge.intake.remarks import Remark
from knowledge.intake.spam import OFF_TOPIC, PRAISE, PROMOTION, Subject, is_for_sale, verdict
from knowledge.intake.values import Comment, Dropped
from knowledge.intake.wordings import URL, stems_of

_SIGNATURE = re.compile(
    r"^\W*(?:(?:https?://|www\.)\S+|(?:regards|cheers|best|best wishes|kind regards|thanks),?"
    r"|[-–—~]{1,2}\s?[\w. ]{2,30})\W*$",
    re.IGNORECASE,
)

_CONVERSATION = 2
"""Words shared with other serious comments that make a remark part of the conversation."""


@dataclass(slots=True)
class _Judged:
    remark: Remark
    reason: str


def judged(remarks: Sequence[Remark], article: str, subject: Subject) -> tuple[list[Comment], list[Dropped]]:
    """Comments kept, in the document's order, and those dropped with reasons."""
    cases = [_Judged(remark, verdict(remark, subject)) for remark in remarks]
    for case in cases:
        if not case.reason and is_taken_from(case.remark.text, article):
            case.reason = "copy of the article"
    _pardon_participants(cases)
    _mark_copies(cases)
    kept: list[Comment] = []
    dropped: list[Dropped] = []
    for case in cases:
        if case.reason:
            dropped.append(Dropped(case.remark.text, case.reason, case.remark.author))
        else:
            comment, cut = _cleaned(case.remark)
            if cut and verdict(replace(case.remark, lines=comment.text.split("\n")), subject):
                dropped.append(Dropped(case.remark.text, PROMOTION, case.remark.author))
                continue
            kept.append(comment)
            dropped += cut
    return kept, dropped


def _pardon_participants(cases: Sequence[_Judged]) -> None:
    """Who takes part in the conversation may answer another commenter without a word of the article."""
    serious = [case.remark for case in cases if not case.reason]
    known = {remark.author.casefold() for remark in serious if remark.author}
    said = frozenset().union(*(stems_of(remark.text) for remark in serious)) if serious else frozenset()
    for case in cases:
        if case.reason == OFF_TOPIC:
            shared = stems_of(case.remark.text) & said
            if case.remark.author.casefold() in known or len(shared) >= _CONVERSATION:
                case.reason = ""


def _mark_copies(cases: Sequence[_Judged]) -> None:
    genuine: list[_Judged] = []
    for case in cases:
        if case.reason:
            continue
        double = next((other for other in genuine if _are_copies(case, other)), None)
        if double is None:
            genuine.append(case)
        elif _is_earlier(case.remark, double.remark):
            double.reason = _copy_of(case.remark)
            genuine[genuine.index(double)] = case
        else:
            case.reason = _copy_of(double.remark)
    for case in cases:  # what was found to be spam may be a genuine comment with something added
        if case.reason and not case.reason.startswith("copy") and case.reason != PRAISE:
            original = next(
                (other for other in genuine if is_copy(case.remark.text, other.remark.text, is_doubtful=True)), None
            )
            case.reason = _copy_of(original.remark) if original else case.reason


def _are_copies(case: _Judged, other: _Judged) -> bool:
    below, above = case.remark, other.remark
    if is_copy(below.text, above.text, is_doubtful=_is_doubtful(below)):
        return True
    return _is_earlier(below, above) and is_copy(above.text, below.text, is_doubtful=_is_doubtful(above))


def _is_doubtful(remark: Remark) -> bool:
    return is_for_sale(remark.author) or bool(URL.search(remark.text))


def _copy_of(remark: Remark) -> str:
    return f"copy of the comment by {remark.author or 'an unnamed person'}"


def _is_earlier(below: Remark, above: Remark) -> bool:
    """Whether the one that stands below is the original: the other is a shop's, has a link added, or a later date."""
    if is_for_sale(below.author) != is_for_sale(above.author):
        return is_for_sale(above.author)
    links_below, links_above = (len(URL.findall(remark.text)) for remark in (below, above))
    if links_below != links_above:
        return links_below < links_above
    first, second = moment(below.date), moment(above.date)
    return bool(first and second and first < second)


def _cleaned(remark: Remark) -> tuple[Comment, list[Dropped]]:
    """The comment without signature lines and adverts that were glued to it."""
    lines = list(remark.lines)
    dropped: list[Dropped] = []
    while len(lines) > 1 and _SIGNATURE.match(lines[-1]):
        dropped.append(Dropped(lines.pop(), "signature", remark.author))
    kept: list[str] = []
    for line in lines:
        clean, cuts = without_adverts(line)
        if clean:
            kept.append(clean)
            dropped += [Dropped(cut.text, cut.reason, remark.author) for cut in cuts]
        else:
            kept.append(line)
    return Comment(remark.author, "\n".join(kept), remark.date), dropped
