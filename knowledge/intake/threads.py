"""Comments out of the blocks below an article: who said what and when, by markup where there is any, else by lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.intake.attribution import attribution, bare_name, could_be_name, date_line, is_verb_line
from knowledge.intake.blocks import Block
from knowledge.intake.furniture import (
    is_comment_form,
    is_comment_tool,
)
from knowledge.intake.remarks import Remark, Thread
from knowledge.intake.speakers import speaker
from knowledge.intake.thread_lines import Line, dated_tool, furniture_reason, note, read_lines
from knowledge.intake.values import Dropped

_AFTER_SAYING = re.compile(r"\s*(?:says|said|wrote|writes|commented|schrieb|sagt)?\s*(?:[:…,]|\.\.\.)*$", re.IGNORECASE)
_LONGEST_ROLE = 80
_LABELS, _LABEL_WORDS = 2, 3


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
        found.dropped += [Dropped(block.text, furniture_reason(block.text)) for block in loose]
    else:
        read_lines(found, loose)
    return found


def _read_unit(found: Thread, unit: Sequence[Block]) -> None:
    remark = Remark()
    lines: list[Line] = []
    for block in unit:
        if block.role == "author" and not remark.author:
            _take_author(remark, block.text)
        elif block.role == "author" and len(block.text) <= _LONGEST_ROLE:
            continue  # "says:", badges, and whom it answers
        elif block.role == "date":
            remark.date = remark.date or date_line(block.text) or block.text.replace("\n", " ")
        else:
            lines += [Line(line, block.links) for line in block.text.split("\n")]
    _read_headed(found, remark, lines)
    _drop_profile(found, remark)
    if remark.lines or remark.author:
        found.remarks.append(remark)


def _drop_profile(found: Thread, remark: Remark) -> None:
    """Two and more short labels above the words are what a forum tells of its members."""
    speech = next((number for number, line in enumerate(remark.lines) if not _is_label(line)), 0)
    if speech >= _LABELS:
        found.dropped += [Dropped(line, "boilerplate", remark.author) for line in remark.lines[:speech]]
        del remark.lines[:speech]


def _is_label(line: str) -> bool:
    return len(line.split()) <= _LABEL_WORDS and not re.search(r"[.,!?…:;]$", line)


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


def _read_headed(found: Thread, remark: Remark, lines: Sequence[Line]) -> None:
    """The lines of one comment: those above its words that say who and when, its words, and controls."""
    texts = [line.text for line in lines]
    number = 0
    while number < len(lines):
        line = texts[number]
        said = None if remark.lines and number < len(lines) - 1 else speaker(texts, number)
        if (
            said
            and (not remark.author or not remark.lines)
            and (not remark.author or said[0].author == remark.author or said[0].date)
        ):
            note(remark, said[0])
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
            remark.author = bare_name(line)
        elif date := date_line(line) or dated_tool(line):
            remark.date = remark.date or date
        elif is_verb_line(line) or is_comment_tool(line):
            continue
        elif is_comment_form(line):
            found.dropped.append(Dropped(line, "boilerplate"))
        else:
            remark.lines.append(line)
            remark.links += lines[number - 1].links
