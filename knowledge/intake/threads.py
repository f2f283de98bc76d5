"""Comments out of the blocks below an article: who said what and when. By markup where there is any, else by the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.intake.attribution import Attribution, attribution, could_be_name, date_line, is_verb_line
from knowledge.intake.blocks import Block
from knowledge.intake.cues import whole
from knowledge.intake.furniture import (
    is_comment_form,
    is_comment_tool,
    is_comments_heading,
    is_end_of_comments,
    is_related_heading,
)
from knowledge.intake.values import Dropped

_LABEL = re.compile(r"^(?P<name>[A-ZÀ-Þ@][\w.'’ -]{1,40}):\s+(?P<body>\S.{10,})$")
_AFTER_SAYING = re.compile(r"\s*(?:says|said|wrote|writes|commented|schrieb|sagt)?\s*(?:[:…,]|\.\.\.)*$", re.IGNORECASE)
_LONGEST_ROLE = 80


@dataclass(slots=True)
class Remark:
    """One comment as it stands in the document. Lines of ``lines`` are paragraphs."""

    author: str = ""
    date: str = ""
    to: str = ""
    lines: list[str] = field(default_factory=list)
    links: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(slots=True)
class Thread:
    remarks: list[Remark] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    text: str
    links: int


def thread_of(blocks: Sequence[Block]) -> Thread:
    """The comments in these blocks, and what of the blocks is none."""
    found = Thread()
    loose: list[Block] = []
    units: dict[int, list[Block]] = {}
    for block in blocks:
        if block.reason:
            found.dropped.append(Dropped(block.text, block.reason))
        elif block.unit is None:
            loose.append(block)
        else:
            units.setdefault(block.unit, []).append(block)
    for unit in units.values():
        _read_unit(found, unit)
    if units:
        found.dropped += [Dropped(block.text, _furniture(block.text)) for block in loose]
    else:
        _read_lines(found, loose)
    return found


def starts(blocks: Sequence[Block]) -> int | None:
    """Where in blocks without markup the comments begin; None where there are none."""
    prose = 0
    speakers: list[int] = []
    for place, block in enumerate(blocks):
        if prose and is_comments_heading(block.text) and _is_followed_by_comments(blocks, place):
            return place
        first = block.text.split("\n", 1)[0]
        if prose and (said := attribution(first)) and (said.date or said.body or re.search(r"[:…]\s*$", first)):
            speakers.append(place)
        prose += len(block.text.split()) > 20
    strong = [
        place
        for place in speakers
        if re.search(r"\b(?:says|said|wrote|writes)\b|\bby\b", blocks[place].text[:120], re.IGNORECASE)
    ]
    if len(strong) >= 2 or len(speakers) >= 3:
        return (strong if len(strong) >= 2 else speakers)[0]
    return None


def _is_followed_by_comments(blocks: Sequence[Block], place: int) -> bool:
    """A counter beside the byline looks like a heading; below the real one somebody speaks."""
    lines = [line for block in blocks[place + 1 : place + 40] for line in block.text.split("\n")]
    speakers = sum(_speaker(lines, number) is not None for number in range(len(lines)))
    prose_first = next(
        (len(line.split()) > 25 and number < 3 for number, line in enumerate(lines) if len(line.split()) > 8), False
    )
    return (speakers > 0 and not (prose_first and speakers < 2 and len(blocks) - place > 40)) or _labels(lines) >= 2


def _labels(lines: Sequence[str]) -> int:
    return sum(bool(_LABEL.match(line)) for line in lines)


def _read_unit(found: Thread, unit: Sequence[Block]) -> None:
    remark = Remark()
    lines: list[_Line] = []
    for block in unit:
        if block.role == "author" and not remark.author:
            _take_author(remark, block.text)
        elif block.role == "author" and len(block.text) <= _LONGEST_ROLE:
            continue  # "says:", badges, and whom it answers
        elif block.role == "date":
            remark.date = remark.date or date_line(block.text) or block.text.replace("\n", " ")
        else:
            lines += [_Line(line, block.links) for line in block.text.split("\n")]
    _read_headed(found, remark, lines)
    if remark.lines or remark.author:
        found.remarks.append(remark)


def _take_author(remark: Remark, text: str) -> None:
    for line in text.split("\n"):
        said = attribution(line)
        if said:
            remark.author, remark.date = remark.author or said.author, remark.date or said.date
        elif date := date_line(line):
            remark.date = remark.date or date
        elif not remark.author and not is_verb_line(line) and not is_comment_tool(line):
            remark.author = _AFTER_SAYING.sub("", re.sub(r"^(?:by|from)\s+", "", line, flags=re.IGNORECASE)).strip()[
                :80
            ]


def _read_headed(found: Thread, remark: Remark, lines: Sequence[_Line]) -> None:
    """The lines of one comment: those above its words that say who and when, its words, and controls."""
    texts = [line.text for line in lines]
    number = 0
    while number < len(lines):
        line = texts[number]
        said = None if remark.lines and number < len(lines) - 1 else _speaker(texts, number)
        if (
            said
            and (not remark.author or not remark.lines)
            and (not remark.author or said[0].author == remark.author or said[0].date)
        ):
            _note(remark, said[0])
            number += said[1]
            continue
        number += 1
        if (
            not remark.lines
            and not remark.author
            and could_be_name(line)
            and number < len(lines)
            and not is_comment_tool(line)
        ):
            remark.author = line.strip(" :,")
        elif date := date_line(line):
            remark.date = remark.date or date
        elif is_verb_line(line) or is_comment_tool(line):
            continue
        elif is_comment_form(line):
            found.dropped.append(Dropped(line, "boilerplate"))
        else:
            remark.lines.append(line)
            remark.links += lines[number - 1].links


def _note(remark: Remark, said: Attribution) -> None:
    remark.author = remark.author or said.author
    remark.date = remark.date or said.date
    remark.to = remark.to or said.to
    if said.body:
        remark.lines.append(said.body)


def _speaker(lines: Sequence[str], number: int) -> tuple[Attribution, int] | None:
    """Who speaks from this line on and how many lines say so: name and date may stand on two or three."""
    line = lines[number]
    if date_line(line):
        return None
    if said := attribution(line):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not said.date and not said.body and (date := date_line(following)):
            return Attribution(said.author, date, "", said.to), 2
        return said, 1
    if not could_be_name(line) or is_comment_tool(line) or is_comments_heading(line):
        return None
    ahead = [one for one in lines[number + 1 : number + 3]]
    if ahead and is_verb_line(ahead[0]):
        date = date_line(ahead[1]) if len(ahead) > 1 else ""
        return Attribution(line.strip(" :,"), date), 3 if date else 2
    if ahead and (date := date_line(ahead[0])):
        return Attribution(line.strip(" :,"), date), 2
    return None


def _read_lines(found: Thread, blocks: Sequence[Block]) -> None:
    lines = [_Line(line, block.links) for block in blocks for line in block.text.split("\n")]
    texts = [line.text for line in lines]
    heads = {number: said for number in range(len(texts)) if (said := _speaker(texts, number))}
    heads = {
        number: said
        for number, said in heads.items()
        if not any(before < number < before + heads[before][1] for before in heads)
    }
    if not heads:
        _read_labels(found, lines)
    elif _stands_below(texts, heads):
        _read_trailing(found, lines, heads)
    else:
        _read_leading(found, lines, heads)


Heads = dict[int, tuple[Attribution, int]]


def _read_leading(found: Thread, lines: Sequence[_Line], heads: Heads) -> None:
    """Name and date stand above the words."""
    texts = [line.text for line in lines]
    current: Remark | None = None
    is_over = is_closed = False
    number = 0
    while number < len(lines):
        line = lines[number]
        if (head := heads.get(number)) and not (is_closed and not _is_spoken(texts[number : number + head[1]])):
            current, is_over = Remark(), False
            _note(current, head[0])
            found.remarks.append(current)
            number += head[1]
            continue
        number += 1
        is_over = is_over or _is_end(line.text)
        is_closed = is_closed or (current is not None and _is_end(line.text) and not is_comment_form(line.text))
        if current is None or is_over:
            found.dropped.append(Dropped(line.text, _furniture(line.text)))
        else:
            _add(current, line)


def _read_trailing(found: Thread, lines: Sequence[_Line], heads: Heads) -> None:
    """Name and date stand below the words."""
    current = Remark()
    number = 0
    while number < len(lines):
        line = lines[number]
        if head := heads.get(number):
            _note(current, head[0])
            found.remarks.append(current)
            current = Remark()
            number += head[1]
            continue
        number += 1
        if is_comments_heading(line.text) or _is_end(line.text):
            found.dropped.append(Dropped(line.text, _furniture(line.text)))
        else:
            _add(current, line)
    found.dropped += [Dropped(line, "boilerplate") for line in current.lines]


def _is_spoken(head: Sequence[str]) -> bool:
    """Below the feet of the page a title with a date is another post; who *says* something goes on commenting."""
    return bool(re.search(r"\b(?:says|said|wrote|writes|posted by|comment by)\b", " ".join(head), re.IGNORECASE))


def _add(remark: Remark, line: _Line) -> None:
    if is_comment_tool(line.text):
        return
    if not remark.date and (date := date_line(line.text)):
        remark.date = date
        return
    remark.lines.append(line.text)
    remark.links += line.links


def _stands_below(texts: Sequence[str], heads: Heads) -> bool:
    """Whether words stand above the first name and none below the last."""
    first, last = min(heads), max(heads)
    if any(said.body for said, _ in heads.values()) or re.search(
        r"\b(?:says|said|wrote|writes)\b", texts[first], re.IGNORECASE
    ):
        return False
    above = [line for line in texts[:first] if not is_comments_heading(line) and not _is_end(line)]
    below = texts[last + heads[last][1] :]
    spoken = next((line for line in below if not is_comment_tool(line)), "")
    return any(len(line.split()) > 3 for line in above) and (not spoken or _is_end(spoken))


def _is_end(text: str) -> bool:
    return is_end_of_comments(text) or is_related_heading(text)


def _read_labels(found: Thread, lines: Sequence[_Line]) -> None:
    """``Dana: we tried it``, where nothing else names anybody."""
    if _labels([line.text for line in lines]) < 2:
        found.dropped += [Dropped(line.text, _furniture(line.text)) for line in lines]
        return
    for line in lines:
        if match := _LABEL.match(line.text):
            found.remarks.append(Remark(match["name"].strip(), lines=[match["body"]], links=line.links))
        elif found.remarks and not _is_end(line.text):
            _add(found.remarks[-1], line)
        else:
            found.dropped.append(Dropped(line.text, _furniture(line.text)))


def _furniture(text: str) -> str:
    if whole("trackback").match(text[:800]):
        return "trackback"
    return "related links" if is_related_heading(text) else "boilerplate"
