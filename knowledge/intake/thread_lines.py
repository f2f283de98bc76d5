"""Comments told by their lines alone: names, dates and *says* stand above the words, below them or before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
from knowledge.intake.remarks import Remark, Thread
from knowledge.intake.values import Dropped

LABEL = re.compile(r"^(?P<name>[A-ZÀ-Þ@][\w.'’ -]{1,40}):\s+(?P<body>\S.{10,})$")

Heads = dict[int, tuple[Attribution, int]]
"""Who speaks from a line on, and how many lines say so, by the line's number."""


@dataclass(slots=True)
class Line:
    text: str
    links: int


def note(remark: Remark, said: Attribution) -> None:
    remark.author = remark.author or said.author
    remark.date = remark.date or said.date
    remark.to = remark.to or said.to
    if said.body:
        remark.lines.append(said.body)


def speaker(lines: Sequence[str], number: int) -> tuple[Attribution, int] | None:
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


def read_lines(found: Thread, blocks: Sequence[Block]) -> None:
    lines = [Line(line, block.links) for block in blocks for line in block.text.split("\n")]
    texts = [line.text for line in lines]
    heads = _heads(texts)
    if not heads:
        _read_labels(found, lines)
    elif _stands_below(texts, heads):
        _read_trailing(found, lines, heads)
    else:
        _read_leading(found, lines, heads)


def _heads(texts: Sequence[str]) -> Heads:
    found: Heads = {}
    free = 0
    for number in range(len(texts)):
        if number >= free and (said := speaker(texts, number)):
            found[number] = said
            free = number + said[1]
    return found


def _read_leading(found: Thread, lines: Sequence[Line], heads: Heads) -> None:
    """Name and date stand above the words."""
    texts = [line.text for line in lines]
    current: Remark | None = None
    is_over = is_closed = False
    number = 0
    while number < len(lines):
        line = lines[number]
        if (head := heads.get(number)) and not (is_closed and not _is_spoken(texts[number : number + head[1]])):
            current, is_over = Remark(), False
            note(current, head[0])
            found.remarks.append(current)
            number += head[1]
            continue
        number += 1
        is_over = is_over or _is_end(line.text)
        is_closed = is_closed or (current is not None and _is_end(line.text) and not is_comment_form(line.text))
        if current is None or is_over:
            found.dropped.append(Dropped(line.text, furniture_reason(line.text)))
        else:
            _add(current, line)


def _read_trailing(found: Thread, lines: Sequence[Line], heads: Heads) -> None:
    """Name and date stand below the words."""
    current = Remark()
    number = 0
    while number < len(lines):
        line = lines[number]
        if head := heads.get(number):
            note(current, head[0])
            found.remarks.append(current)
            current = Remark()
            number += head[1]
            continue
        number += 1
        if is_comments_heading(line.text) or _is_end(line.text):
            found.dropped.append(Dropped(line.text, furniture_reason(line.text)))
        else:
            _add(current, line)
    found.dropped += [Dropped(line, "boilerplate") for line in current.lines]


def _is_spoken(head: Sequence[str]) -> bool:
    """Below the feet of the page a title with a date is another post; who *says* something goes on commenting."""
    return bool(re.search(r"\b(?:says|said|wrote|writes|posted by|comment by)\b", " ".join(head), re.IGNORECASE))


def _add(remark: Remark, line: Line) -> None:
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


def _read_labels(found: Thread, lines: Sequence[Line]) -> None:
    """``Dana: we tried it``, where nothing else names anybody."""
    if labels([line.text for line in lines]) < 2:
        found.dropped += [Dropped(line.text, furniture_reason(line.text)) for line in lines]
        return
    for line in lines:
        if match := LABEL.match(line.text):
            found.remarks.append(Remark(match["name"].strip(), lines=[match["body"]], links=line.links))
        elif found.remarks and not _is_end(line.text):
            _add(found.remarks[-1], line)
        else:
            found.dropped.append(Dropped(line.text, furniture_reason(line.text)))


def furniture_reason(text: str) -> str:
    if whole("trackback").match(text[:800]):
        return "trackback"
    return "related links" if is_related_heading(text) else "boilerplate"


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
    speakers = sum(speaker(lines, number) is not None for number in range(len(lines)))
    prose_first = next(
        (len(line.split()) > 25 and number < 3 for number, line in enumerate(lines) if len(line.split()) > 8), False
    )
    return (speakers > 0 and not (prose_first and speakers < 2 and len(blocks) - place > 40)) or labels(lines) >= 2


def labels(lines: Sequence[str]) -> int:
    return sum(bool(LABEL.match(line)) for line in lines)
