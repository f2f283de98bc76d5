"""A reply as what Teams takes: a message activity, or the answer to an invoke. Pure, plain data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.charts import NO_PICTURES, Pictures
from adapters.msteams import entities, limits
from adapters.msteams.elements import Element, drawn, note
from adapters.msteams.inert import escaped, marks, unlinked, unmarked, words
from adapters.plain import AI_NOTICE, as_text, changed_by
from bot.inert import shortened
from bot.replies import Block, Buttons, Form, Heading, Paragraph, Reply, Sources

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
TEXT_TYPE = "application/vnd.microsoft.activity.message"

SHORTENED = "This reply was too long for Teams and has been shortened."
NOTED = "Noted."
FAILED = "That did not work just now. Please press the button again in a minute."
ASKED = "I am looking that up; the answer will come here as a message."
ASKED_BEFORE = "You asked that here today: the answer is below, or on its way. To ask it again, type it."
SLOW = "This takes longer than usual. It is being worked on; please look again in a minute."


def message(reply: Reply, stream_id: str | None = None, pictures: Pictures = NO_PICTURES) -> dict[str, Any]:
    """A message activity. With ``stream_id`` it is the last of that stream. ``pictures`` are its charts, drawn.

    An answer (a reply with sources) opens with its first paragraph as text, because only there does Teams show
    citations, and with what is said before it; everything else is in the card.
    """
    opens = _Opening.of(reply)
    body: dict[str, Any] = {"type": "message", "summary": words(reply.text, limits.LEAD_CHARACTERS.value)}
    if opens.blocks or stream_id is not None or entities.sources(reply):
        body["text"] = _spoken(opens, reply)
        body["textFormat"] = "plain"
    listed = entities.message(reply, body.get("text", ""))
    if stream_id is not None:
        listed = [entities.stream("final", stream_id), *listed]
    if listed:
        body["entities"] = listed
    if data := entities.channel_data(reply):
        body["channelData"] = data
    body["attachments"] = [attached := {"contentType": CARD_TYPE, "content": {}}]
    attached["content"] = card(reply, opens.blocks, limits.MESSAGE_BYTES.value - size(body), pictures)
    return body


def opening(text: str) -> str:
    """Of an answer as far as it is written, what the text above its card will begin with.

    Teams ends a stream only with a text that contains what was streamed (github.com/microsoft/Agents-for-net issue
    251), so the steps are not streamed, nor what follows a mark: in the finished answer marks have other numbers, or
    are gone.
    """
    return unmarked(text.split("\n", 1)[0]).strip()


def draft(text: str, sequence: int, stream_id: str | None) -> dict[str, Any]:
    """One update of a stream: the text so far."""
    shown = unlinked(words(text, limits.MESSAGE_BYTES.value // 4))
    entity = entities.stream("streaming", stream_id, sequence)
    return {"type": "typing", "text": shown, "textFormat": "plain", "entities": [entity]}


def final_draft(shown: str, stream_id: str | None) -> dict[str, Any]:
    """The end of a stream that did not become an answer; ``shown`` is the text of its last update."""
    entity = entities.stream("final", stream_id)
    return {"type": "message", "text": shown, "textFormat": "plain", "entities": [entity]}


def invoke_card(reply: Reply, pictures: Pictures = NO_PICTURES) -> dict[str, Any]:
    """The answer to a pressed button that takes the pressed card's place for the person who pressed."""
    whole = card(reply, (), limits.MESSAGE_BYTES.value - size(note(AI_NOTICE)), pictures)
    if reply.ai_generated:
        # An answer to an invoke carries no entities, so the label is said in words.
        whole["body"].append(note(AI_NOTICE))
    return {"statusCode": 200, "type": CARD_TYPE, "value": whole}


def invoke_text(text: str) -> dict[str, Any]:
    """The answer to a pressed button that leaves the card as it is and says one thing below it."""
    return {"statusCode": 200, "type": TEXT_TYPE, "value": words(text, limits.LEAD_CHARACTERS.value)}


def invoke_answer(reply: Reply | None, pictures: Pictures = NO_PICTURES) -> dict[str, Any]:
    """A card where the reply takes the pressed one's place or wants to be pressed itself; else a sentence below it."""
    if reply is None:
        return invoke_text(NOTED)
    return invoke_card(reply, pictures) if reply.replaces or can_be_pressed(reply) else invoke_text(as_text(reply))


def can_be_pressed(reply: Reply) -> bool:
    """Whether there is more to it than words."""
    return any(not isinstance(block, Paragraph) for block in reply.blocks)


def card(
    reply: Reply, without: Sequence[Block] = (), room: int = limits.MESSAGE_BYTES.value,
    pictures: Pictures = NO_PICTURES,
) -> Element:
    """The whole reply as an Adaptive Card of at most ``room`` bytes; what does not fit is left out and said so.

    What can be pressed and the sources are kept first; a reply without anything to draw is its text. Where words
    would have to go for a picture, its figures stand in its place.
    """
    whole = _card(reply, without, room, pictures)
    return _card(reply, without, room, NO_PICTURES) if pictures and note(SHORTENED) in whole["body"] else whole


def _card(reply: Reply, without: Sequence[Block], room: int, pictures: Pictures) -> Element:
    blocks = [block for block in reply.blocks if not any(block is said for said in without)]
    elements = [(drawn(block, number, pictures), _must(block)) for number, block in enumerate(blocks)]
    if not any(drawing for drawing, _ in elements) and not without:
        elements = [(drawn(Paragraph(reply.text), 0), False)]
    shell: Element = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": limits.CARD_VERSION,
        "fallbackText": escaped(shortened(as_text(reply), limits.FALLBACK_CHARACTERS.value)),
    }
    by = [note(said)] if (said := changed_by(reply)) else []
    return {**shell, "body": [*_fitted(elements, room - size(shell) - size(by) - size(note(SHORTENED)) - 100), *by]}


def size(value: object) -> int:
    """Bytes as Teams counts them: the JSON in UTF-16."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def _must(block: Block) -> bool:
    return isinstance(block, Buttons | Form | Sources)


def _fitted(blocks: Sequence[tuple[list[Element], bool]], room: int) -> list[Element]:
    """The elements that fit, in their order: first those that must stay, then the others from the top."""
    flat = [(element, must) for elements, must in blocks for element in elements]
    kept: set[int] = set()
    for wanted in (True, False):
        for place, (element, must) in enumerate(flat):
            cost = size(element) + 4
            if must is wanted and cost <= room:
                room -= cost
                kept.add(place)
            elif must is wanted and not must:
                break  # prose ends where the room ends: a gap in the middle would mislead
    body = [element for place, (element, _) in enumerate(flat) if place in kept]
    return body if len(kept) == len(flat) else [*body, note(SHORTENED)]


@dataclass(frozen=True, slots=True)
class _Opening:
    """What stands above the card of an answer: what is said before it, and its own first paragraph."""

    before: Paragraph | None = None
    lead: Paragraph | None = None

    @classmethod
    def of(cls, reply: Reply) -> _Opening:
        """As far as it is short enough. What stands before a heading is not yet the answer; the answer's own words
        follow it above the card where nothing but their heading stands between.
        """
        if not entities.sources(reply):
            return cls()
        said = [block for block in reply.blocks if not (isinstance(block, Paragraph) and block.quiet)]
        match said:
            case [Paragraph() as before, Heading(), Paragraph() as lead, *_] if _is_short(before, lead):
                return cls(before, lead)
            case [Paragraph() as before, *rest] if any(isinstance(block, Heading) for block in rest):
                return cls(before) if _is_short(before) else cls()
        first = next((block for block in said if isinstance(block, Paragraph)), None)
        return cls(lead=first) if first and _is_short(first) else cls()

    @property
    def blocks(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in (self.before, self.lead) if block)


def _is_short(*paragraphs: Paragraph) -> bool:
    return len(_joined(paragraphs)) <= limits.LEAD_CHARACTERS.value


def _joined(paragraphs: Sequence[Paragraph]) -> str:
    return "\n\n".join(block.text for block in paragraphs)


def _spoken(opening: _Opening, reply: Reply) -> str:
    """Text above the card. Where it holds words of the answer it has a mark, so that the citations have where to
    stand; no source supports what is said before them.
    """
    shown = unlinked(words(_joined(opening.blocks) or reply.text, limits.LEAD_CHARACTERS.value)) or " "
    numbers = [item.number for item in entities.sources(reply)[: limits.CITATIONS.value]]
    is_marked = marks(shown) & set(numbers) or (opening.before and not opening.lead)
    return shown if is_marked else shown + "".join(f" [{number}]" for number in numbers)
