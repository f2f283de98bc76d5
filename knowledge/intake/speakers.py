"""Which lines say who speaks: names, dates and *says* on one line or on several, and where in a page that begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.intake.attribution import (
    Attribution,
    attribution,
    bare_name,
    could_be_name,
    date_line,
    is_verb_line,
    without_date,
)
from knowledge.intake.blocks import Block
from knowledge.intake.furniture import (
    is_comment_tool,
    is_comments_heading,
    is_end_of_comments,
    is_related_heading,
    is_sentence,
)

LABEL = re.compile(r"^(?P<name>[\w@][\w.'’ -]{1,40}):\s+(?P<body>\S.{10,})$")

FEWEST, _SPEECH = 2, 5
"""So many names make a thread where nothing else does; so many words below one are a comment."""
_LONGEST_JOB, _SHORT_NAME = 90, 4
_PROSE, _MOST_BEFORE, _SENTENCE = 20, 3, 8
"""More paragraphs than that, each of so many words, between a heading and the first name are an article."""

_LONG_NAME = re.compile(r"^(?P<name>\S.{2,150}?)\s+(?:says|said|wrote)\s*:$")
"""With a date below, whatever *says* is a name: those of trackbacks are long."""
_SHORT_TIME = re.compile(r"\b\d{1,2}\s?(?:y|yr|mo|w|d|h|m)\b")
_SIGNED = re.compile(r"^\s*(?:[-–—~]{1,2}|―)\s*\S")
_NAME_FIELDS = frozenset({"from", "author", "name", "user", "posted by", "by", "von", "de"})
_DATE_FIELDS = frozenset({"date", "posted", "sent", "time", "posted on", "datum", "le"})
_FIELD = re.compile(
    r"^(?P<field>from|author|name|user|posted by|by|von|de|date|posted|sent|time|posted on|datum|le|subject|title)"
    r"\s*:\s*(?P<value>.{0,80})$",
    re.IGNORECASE,
)

Heads = dict[int, tuple[Attribution, int]]
"""Who speaks from a line on, and how many lines say so, by the line's number."""


def speaker(lines: Sequence[str], number: int) -> tuple[Attribution, int] | None:
    """Who speaks from this line on and how many lines say so: name and date may stand on two or three."""
    line = lines[number]
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if date_line(line):
        return None
    if said := attribution(line):
        if not said.date and not said.body and (date := date_line(following)):
            return Attribution(said.author, date, "", said.to), 2
        return said, 1
    if (long := _LONG_NAME.match(line)) and (date := date_line(following)):
        return Attribution(long["name"], date), 2
    return _headed(lines, number) or _named_and_dated(lines, number)


def _headed(lines: Sequence[str], number: int) -> tuple[Attribution, int] | None:
    """``From: Dana`` and ``Date: 3 March 2010`` as in letters, each on one line or on two."""
    fields, used = _fields(lines, number)
    name = bare_name(fields.get("name", ""))
    date = date_line(fields.get("date", "")) or without_date(fields.get("date", ""))[1]
    return (Attribution(name, date), used) if name and date else None


def _fields(lines: Sequence[str], number: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    place = number
    while place < len(lines) and (match := _FIELD.match(lines[place])):
        value, place = match["value"].strip(" |"), place + 1
        if not value and place < len(lines) and not _FIELD.match(lines[place]):
            value, place = lines[place], place + 1
        key = (
            "date"
            if match["field"].lower() in _DATE_FIELDS
            else "name"
            if match["field"].lower() in _NAME_FIELDS
            else "other"
        )
        found.setdefault(key, value.strip("()"))
    return found, place - number


def _named_and_dated(lines: Sequence[str], number: int) -> tuple[Attribution, int] | None:
    """A name alone on its line, with *says* or a date below it, a job title between them at most."""
    line = lines[number]
    if not could_be_name(line) or is_comment_tool(line) or is_comments_heading(line):
        return None
    name = bare_name(line)
    ahead = [*lines[number + 1 : number + 3], "", ""]
    if is_verb_line(ahead[0]):
        date = date_line(ahead[1])
        return Attribution(name, date), 3 if date else 2
    if date := date_line(ahead[0]):
        return Attribution(name, date), 2
    if (
        len(name.split()) <= _SHORT_NAME
        and (date := date_line(ahead[1]))
        and len(ahead[0]) < _LONGEST_JOB
        and not is_sentence(ahead[0])
        and _is_job(ahead[0])
        and not could_be_said(ahead[0])
    ):
        return Attribution(name, date), 3
    return None


def _is_job(line: str) -> bool:
    """A job has several words; one word above a date is a name."""
    return len(line.split()) > 2 or bool(re.search(r"\b(?:at|of)\b|,", line))


def could_be_said(line: str) -> bool:
    """Whether a short line is more likely the end of a comment, or a control, than somebody's job."""
    return is_comment_tool(line) or is_end_of_comments(line) or bool(re.search(r"[.!?]$", line))


def heads_in(texts: Sequence[str]) -> Heads:
    """Every place where somebody begins to speak."""
    found: Heads = {}
    free = 0
    for number in range(len(texts)):
        if number >= free and (said := speaker(texts, number)):
            found[number] = said
            free = number + said[1]
    return _of_one_style(texts, _dated_above(texts, found))


def _of_one_style(texts: Sequence[str], heads: Heads) -> Heads:
    """Where names stand before dates, a date before a name is the byline of another post."""
    turned = [number for number in heads if heads[number][1] == 1 and _begins_with_date(texts[number])]
    if not turned or len(turned) * 3 > len(heads):
        return heads
    return {number: said for number, said in heads.items() if number not in turned or is_spoken([texts[number]])}


def _begins_with_date(line: str) -> bool:
    date = without_date(line)[1]
    return bool(date) and line.lstrip(" ([*#-").startswith(date)


def _dated_above(texts: Sequence[str], heads: Heads) -> Heads:
    """Where a date stands above the first name, dates stand above all names and belong to them."""
    first = min(heads, default=0)
    if not first or heads[first][0].date or not date_line(texts[first - 1]):
        return heads
    found: Heads = {}
    for number, (said, length) in heads.items():
        date = "" if said.date else date_line(texts[number - 1])
        found[number - bool(date)] = (replace(said, date=said.date or date), length + bool(date))
    return found


def bare_names(texts: Sequence[str]) -> Heads:
    """Names alone on their lines, each above words, where nothing else tells who speaks."""
    found: Heads = {}
    for number, (line, following) in enumerate(pairwise([*texts, ""])):
        if could_be_name(line) and not could_be_said(line) and not is_end(line) and len(following.split()) >= _SPEECH:
            found[number] = (Attribution(bare_name(line)), 1)
    return found if len(found) >= FEWEST else {}


def control_lines(texts: Sequence[str]) -> list[int]:
    """``Like · Reply · 4 · 6y``: lines of several controls, of which one stands below every comment."""
    return [number for number, line in enumerate(texts) if len(line.split()) > 1 and _is_control(line)]


def _is_control(line: str) -> bool:
    bare = _SHORT_TIME.sub(" ", without_date(line)[0])
    return len(line) <= _LONGEST_JOB and is_comment_tool(bare) and bool(re.search(r"[^\W\d_]{3}.*[·•|,\s].*\w", bare))


def is_spoken(head: Sequence[str]) -> bool:
    """Below the feet of the page a title with a date is another post; who *says* something goes on commenting."""
    return bool(re.search(r"\b(?:says|said|wrote|writes|posted by|comment by)\b", " ".join(head), re.IGNORECASE))


def is_end(text: str) -> bool:
    """Whether the comments are over where this line stands."""
    return is_end_of_comments(text) or is_related_heading(text)


def labels(lines: Sequence[str]) -> int:
    """How many lines are ``Dana: we tried it``."""
    return sum(label_of(line) is not None for line in lines)


def label_of(line: str) -> tuple[str, str] | None:
    """``Dana: we tried it`` as name and words."""
    match = LABEL.match(line)
    name = bare_name(match["name"]) if match else ""
    return (name, match["body"]) if match and name else None


def starts(blocks: Sequence[Block]) -> int | None:
    """Where in blocks without markup the comments begin; None where there are none."""
    prose = 0
    speakers: list[int] = []
    for place, block in enumerate(blocks):
        if prose >= _PROSE and is_comments_heading(block.text) and _is_followed_by_comments(blocks, place):
            return place
        first = block.text.split("\n", 1)[0]
        if (
            prose >= _PROSE
            and (said := attribution(first))
            and (said.date or said.body or re.search(r"[:…]\s*$", first))
        ):
            speakers.append(place)
        words = len(block.text.split())
        prose += words if words >= _SENTENCE else 0
    strong = [
        place
        for place in speakers
        if re.search(r"\b(?:says|said|wrote|writes)\b|\bby\b", blocks[place].text[:120], re.IGNORECASE)
    ]
    if len(strong) < 2 and len(speakers) < 3:
        return None
    place = (strong if len(strong) >= 2 else speakers)[0]
    return place - 1 if are_signatures([blocks[one].text for one in speakers]) else place


def are_signatures(lines: Sequence[str]) -> bool:
    """``-- Dana, 3 March 2010``: a dash before a name is that of a signature, and the words stand above it."""
    return sum(bool(_SIGNED.match(line)) for line in lines) * 2 > len(lines)


def _is_followed_by_comments(blocks: Sequence[Block], place: int) -> bool:
    """A counter beside the byline looks like a heading; below the real one somebody speaks before long."""
    lines = [line for block in blocks[place + 1 : place + 60] for line in block.text.split("\n")]
    first = next((number for number in range(len(lines)) if speaker(lines, number)), None)
    if first is None:
        return labels(lines) >= FEWEST or bool(bare_names(lines)) or len(control_lines(lines)) >= FEWEST
    return sum(len(line.split()) > _PROSE for line in lines[:first]) <= _MOST_BEFORE
