"""Comments told by their lines alone: names and dates stand above the words, below them or before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.intake.attribution import Attribution, bare_name, date_line, without_date
from knowledge.intake.blocks import Block
from knowledge.intake.cues import whole
from knowledge.intake.furniture import is_comment_form, is_comment_tool, is_comments_heading, is_related_heading
from knowledge.intake.remarks import Remark, Thread
from knowledge.intake.speakers import (
    FEWEST,
    Heads,
    are_signatures,
    bare_names,
    control_lines,
    heads_in,
    is_end,
    is_spoken,
    label_of,
    labels,
)
from knowledge.intake.values import Dropped

_LONGEST_TOOL, _LONGEST_JOB = 100, 60


@dataclass(slots=True)
class Line:
    """A line and the links of its block."""

    text: str
    links: int


def note(remark: Remark, said: Attribution) -> None:
    """Write down who speaks, where it is not known yet."""
    remark.author = remark.author or said.author
    remark.date = remark.date or said.date
    remark.to = remark.to or said.to
    if said.body:
        remark.lines.append(said.body)


def read_lines(found: Thread, blocks: Sequence[Block]) -> None:
    """Add the comments in these blocks, told by whatever the lines have: heads, labels, controls, bare names."""
    lines = [Line(line, block.links) for block in blocks for line in block.text.split("\n")]
    texts = [line.text for line in lines]
    heads = heads_in(texts)
    if not heads and labels(texts) >= FEWEST:
        _read_labels(found, lines)
    elif not heads and len(control_lines(texts)) >= FEWEST:
        _read_between_controls(found, lines, control_lines(texts))
    elif not heads:
        _read_leading(found, lines, bare_names(texts))
    elif _stands_below(texts, heads):
        _read_trailing(found, lines, heads)
    else:
        _read_leading(found, lines, heads)


def _read_between_controls(found: Thread, lines: Sequence[Line], controls: Sequence[int]) -> None:
    """Each comment ends with a line of controls and begins with a name, a job below it perhaps."""
    begin = next((number for number, line in enumerate(lines) if not is_comments_heading(line.text)), 0)
    found.dropped += [Dropped(line.text, furniture_reason(line.text)) for line in lines[:begin]]
    for end in controls:
        own = [line for line in lines[begin:end] if not is_comment_tool(line.text)]
        begin = end + 1
        if not own:
            continue
        remark = Remark(bare_name(own[0].text), dated_tool(lines[end].text))
        said = own[1:] if remark.author else own
        if len(said) > 1 and len(said[0].text) <= _LONGEST_JOB and not re.search(r"[.!?]$", said[0].text):
            said = said[1:]
        for line in said:
            _add(remark, line)
        found.remarks.append(remark)
    found.dropped += [Dropped(line.text, furniture_reason(line.text)) for line in lines[begin:]]


def _read_leading(found: Thread, lines: Sequence[Line], heads: Heads) -> None:
    """Name and date stand above the words."""
    texts = [line.text for line in lines]
    current: Remark | None = None
    is_over = is_closed = False
    number = 0
    while number < len(lines):
        line = lines[number]
        if (head := heads.get(number)) and not (is_closed and not is_spoken(texts[number : number + head[1]])):
            current, is_over = Remark(), False
            note(current, head[0])
            found.remarks.append(current)
            number += head[1]
            continue
        number += 1
        is_over = is_over or is_end(line.text)
        is_closed = is_closed or (current is not None and is_end(line.text) and not is_comment_form(line.text))
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
        if is_comments_heading(line.text) or is_end(line.text):
            found.dropped.append(Dropped(line.text, furniture_reason(line.text)))
        else:
            _add(current, line)
    found.dropped += [Dropped(line, "boilerplate") for line in current.lines]


def dated_tool(line: str) -> str:
    """The date of ``Like · Reply · 5 years ago``."""
    rest, date = without_date(line) if len(line) <= _LONGEST_TOOL else ("", "")
    return date if date and is_comment_tool(rest) else ""


def _add(remark: Remark, line: Line) -> None:
    if is_comment_tool(line.text):
        return
    if date := date_line(line.text) or dated_tool(line.text):
        remark.date = remark.date or date
        return
    remark.lines.append(line.text)
    remark.links += line.links


def _stands_below(texts: Sequence[str], heads: Heads) -> bool:
    """Whether words stand above the first name and none below the last."""
    first, last = min(heads), max(heads)
    if any(length > 1 for _, length in heads.values()):  # a name alone on its line stands above what is said
        return False
    if any(said.body for said, _ in heads.values()) or re.search(
        r"\b(?:says|said|wrote|writes)\b", texts[first], re.IGNORECASE
    ):
        return False
    if are_signatures([texts[number] for number in heads]):
        return True
    above = [line for line in texts[:first] if not is_comments_heading(line) and not is_end(line)]
    below = texts[last + heads[last][1] :]
    spoken = next((line for line in below if not is_comment_tool(line)), "")
    return any(len(line.split()) > 3 for line in above) and (not spoken or is_end(spoken))


def _read_labels(found: Thread, lines: Sequence[Line]) -> None:
    """``Dana: we tried it``, where nothing else names anybody."""
    for line in lines:
        if label := label_of(line.text):
            found.remarks.append(Remark(label[0], lines=[label[1]], links=line.links))
        elif found.remarks and not is_end(line.text):
            _add(found.remarks[-1], line)
        else:
            found.dropped.append(Dropped(line.text, furniture_reason(line.text)))


def furniture_reason(text: str) -> str:
    """Why a line beside the comments is dropped."""
    if whole("trackback").match(text[:800]):
        return "trackback"
    return "related links" if is_related_heading(text) else "boilerplate"
