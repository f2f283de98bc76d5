"""`midway ask`: one question or a batch, with the contract that other programs rely on."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TextIO

from adapters.plain import as_text
from bot.privacy import clean_text
from bot.replies import Buttons, Form, Reply
from knowledge.answers import Answer, Citation, Near, Outcome
from knowledge.service import Knowledge

if TYPE_CHECKING:
    from bot.tracked import Asked
    from bot.tracker import Tracker

LONGEST_LINE = 2_000_000
"""Characters of one line of a batch; what is longer is passed over without being read into memory."""
COMMAND_LINE = "midway ask"
"""The place in which all is asked that is asked at the command line."""


@dataclass(frozen=True)
class Line:
    """One good line of a batch."""

    id: str
    turns: tuple[str, ...]


@dataclass(frozen=True)
class BadLine:
    number: int
    reason: str


async def _no_draft(text: str) -> None:
    return None


async def answered(knowledge: Knowledge, turns: Sequence[str]) -> tuple[Answer, float]:
    """The answer to the last turn and how many milliseconds it took."""
    said = [clean_text(turn, LONGEST_LINE) for turn in turns]
    begun = time.perf_counter()
    answer = await knowledge.answer(said[-1], said[:-1], _no_draft)
    return answer, (time.perf_counter() - begun) * 1000


def in_words(answer: Answer) -> str:
    """The answer as text, without what can only be pressed."""
    from bot.views import answer_reply

    reply = answer_reply(answer, "-")
    blocks = tuple(block for block in reply.blocks if not isinstance(block, Buttons | Form))
    return as_text(Reply(reply.text, blocks, ai_generated=reply.ai_generated))


def as_json(answer: Answer, ms: float) -> dict[str, Any]:
    """The contract of ``--json`` and ``--batch``: first what the answer rests on, then what it names beside that."""
    named: list[Citation | Near] = [*answer.citations, *answer.see_also]
    citations = [
        {
            "id": one.id,
            "title": one.title,
            "sources": [{"publisher": s.publisher, "year": s.year, "url": s.url} for s in one.sources],
        }
        for one in named
    ]
    return {
        "answer": in_words(answer),
        "citations": citations,
        "outcome": answer.outcome.value,
        "declined": answer.declined,
        "route": answer.route,
        "confidence": round(min(max(float(answer.confidence), 0.0), 1.0), 3),
        "lang": answer.lang,
        "ms": round(ms, 2),
    }


def read_batch(source: TextIO) -> Iterator[Line | BadLine]:
    """Lines of a batch in order; empty ones are passed over."""
    seen: set[str] = set()
    for number, raw in enumerate(_lines(source), start=1):
        if not raw.strip():
            continue
        line = _line(raw, number)
        if isinstance(line, Line) and line.id in seen:
            line = BadLine(number, f"the id {line.id!r} has been used before")
        if isinstance(line, Line):
            seen.add(line.id)
        yield line


def _lines(source: TextIO) -> Iterator[str]:
    """Every line, cut a character above the limit."""
    while raw := source.readline(LONGEST_LINE + 1):
        yield raw
        while raw and not raw.endswith("\n"):
            raw = source.readline(LONGEST_LINE)


def _line(raw: str, number: int) -> Line | BadLine:
    if len(raw) > LONGEST_LINE:
        return BadLine(number, f"it is longer than {LONGEST_LINE:,} characters")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return BadLine(number, "it is not JSON")
    if not isinstance(found, dict):
        return BadLine(number, "it is not an object")
    if not isinstance(found.get("id"), str):
        return BadLine(number, "its id is missing or is not a string")
    turns = found.get("turns")
    if turns is None:
        turns = [found.get("question")]
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return BadLine(number, "it has neither a question nor turns, as strings")
    return Line(found["id"], tuple(turns))


def run_batch(knowledge: Knowledge, source: TextIO, out: TextIO, progress: TextIO) -> int:
    """Answer every good line in input order, flushed one by one; the exit code.

    ``progress`` hears of lines that are skipped and, where it is a terminal, how many are answered.
    """
    bad = failed = done = 0
    live = progress.isatty()
    begin = "\r" if live else ""
    with asyncio.Runner() as runner:
        for line in read_batch(source):
            if isinstance(line, BadLine):
                bad += 1
                progress.write(f"{begin}line {line.number} is skipped: {line.reason}\n")
                continue
            answer, ms = runner.run(answered(knowledge, line.turns))
            failed += answer.outcome is Outcome.FAILED
            out.write(json.dumps({"id": line.id, **as_json(answer, ms)}, ensure_ascii=True) + "\n")
            out.flush()
            done += 1
            if live:
                progress.write(f"\r{done} answered")
                progress.flush()
    if live and done:
        progress.write("\n")
    return 1 if bad or failed else 0


async def record(tracker: Tracker, question: str, answer: Answer, *, user: str, team: str | None) -> Asked:
    """Write down a question asked at the command line, for a team or unassigned. Raises TeamUnknown.

    Each is a thread of its own, all are asked in one place.
    """
    from adapters.bootstrap import now
    from adapters.terminal.parse import TENANT, conversation
    from bot.messages import IncomingMessage, Sender

    event = uuid.uuid4().hex
    where = replace(conversation(event), channel=COMMAND_LINE)
    incoming = IncomingMessage(event, where, Sender(user), now(), question)
    named = await tracker.team_named(TENANT, team) if team else None
    return await tracker.asked(incoming, question, answer, team=named, assigned=False)
