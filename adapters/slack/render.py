"""A reply as Slack blocks that Slack never refuses: within every limit, shortened where it must be, and saying so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from adapters.plain import AI_NOTICE, CHANGED_BY, as_text, changed_by, inert, one_line
from adapters.slack import elements
from adapters.slack.draw import NO_FILES, Drawing, Files, Piece, chunks
from adapters.slack.elements import SlackBlock
from adapters.slack.limits import BLOCKS, CHARACTERS, FALLBACK_TEXT, STREAMED_TEXT, TEXT
from bot.inert import shortened
from bot.replies import Paragraph, Reply

SHORTENED_NOTICE = "This was shortened to fit into one Slack message. Ask for a part of it to get that part in full."
NOTHING = "There is nothing to show."

_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Markdown has no escape that Slack is known to honour for these, and a draft is replaced within seconds.
_MARKDOWN = (("<", "\u2039"), (">", "\u203a"), ("](", "] ("), ("://", ": //"), ("`", "'"))


def render(reply: Reply, files: Files = NO_FILES) -> list[SlackBlock]:
    """Blocks for a message; ``files`` are its charts that were uploaded.

    Buttons, forms and sources are the last to be left out.
    """
    drawing = Drawing(files=files)
    pieces = drawing.pieces(reply.blocks) or _line_of(reply, drawing)
    ending = [*_changed_by(reply), *([elements.small_print(AI_NOTICE)] if reply.ai_generated else [])]
    whole = [block for piece in pieces for block in piece.blocks] + ending
    notice = elements.small_print(SHORTENED_NOTICE)
    if not drawing.shortened and fits(whole):
        return whole
    return [*_kept(pieces, [notice, *ending]), notice, *ending]


def with_note(reply: Reply, note: str) -> Reply:
    """The same reply with a line of small print of ours below it."""
    said = reply.blocks or (Paragraph(reply.text),)
    return replace(reply, blocks=(*said, Paragraph(note, quiet=True)))


def render_plain(reply: Reply) -> list[SlackBlock]:
    """The whole reply as unformatted sections, for when Slack refuses the drawn blocks."""
    pieces = [Piece([elements.section(chunk)]) for chunk in chunks(as_text(replace(reply, by=None)), TEXT)]
    notice, ending = elements.small_print(SHORTENED_NOTICE), _changed_by(reply)
    kept = _kept(pieces, [notice, *ending])
    return [*kept, *ending] if len(kept) == len(pieces) else [*kept, notice, *ending]


def notification(reply: Reply) -> str:
    """What a notification and a screen reader say: the reply's own line, with Slack's markup escaped."""
    said = one_line(reply.text) or one_line(as_text(reply)) or NOTHING
    return escape(shortened(said, FALLBACK_TEXT))


def escape(text: str) -> str:
    """Inert words for a field where Slack reads markup."""
    return inert(text).translate(_ESCAPES)


def streamed(text: str) -> str:
    """Inert words for a stream, which Slack reads as Markdown."""
    said = inert(text)
    for mark, harmless in _MARKDOWN:
        said = said.replace(mark, harmless)
    return said[:STREAMED_TEXT]


def fits(blocks: list[SlackBlock]) -> bool:
    """Whether one message can carry these blocks."""
    return len(blocks) <= BLOCKS and sum(map(weight, blocks)) <= CHARACTERS


def weight(block: SlackBlock) -> int:
    """The characters of a block as it is sent; more than Slack counts, never fewer."""
    return len(json.dumps(block, ensure_ascii=False, separators=(",", ":"))) + 1


def _changed_by(reply: Reply) -> list[SlackBlock]:
    """Who acted: of somebody in Slack as a mention, else by name."""
    if reply.by and _USER.fullmatch(reply.by.user):
        return [elements.naming(CHANGED_BY, reply.by.user)]
    said = changed_by(reply)
    return [elements.small_print(shortened(said, TEXT))] if said else []


def _line_of(reply: Reply, drawing: Drawing) -> list[Piece]:
    text = inert(reply.text).strip() or NOTHING
    return [Piece([elements.rich(elements.line(elements.words(chunk)))]) for chunk in chunks(text, TEXT)]


def _kept(pieces: list[Piece], ending: list[SlackBlock]) -> list[SlackBlock]:
    """What there is room for beside ``ending``, in order: first what is needed, then words until they no longer fit."""
    room = _Room(ending)
    kept = {at for at, piece in enumerate(pieces) if piece.needed and room.takes(piece.blocks)}
    for at, piece in enumerate(pieces):
        if piece.needed:
            continue
        if not room.takes(piece.blocks):
            break
        kept.add(at)
    return [block for at in sorted(kept) for block in pieces[at].blocks]


class _Room:
    def __init__(self, taken: Iterable[SlackBlock]) -> None:
        self._blocks = list(taken)

    def takes(self, blocks: list[SlackBlock]) -> bool:
        """Whether there is room; if so, it is taken."""
        if not fits(self._blocks + blocks):
            return False
        self._blocks += blocks
        return True
