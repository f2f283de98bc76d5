"""What Teams refuses of what a bot sends, as facts of its documentation; a rule broken is a sentence."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft6Validator

MESSAGE_ENTITY = "https://schema.org/Message"
MAX_MESSAGE_BYTES = 102_400
CARD = "application/vnd.microsoft.card.adaptive"


@cache
def card_schema() -> Draft6Validator:
    """The official card schema, version 1.5."""
    text = importlib.resources.files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text("utf-8")
    return Draft6Validator(json.loads(text))


def utf16_size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le"))


def broken(body: dict[str, Any]) -> list[str]:
    """Every rule that an outgoing activity breaks."""
    return [*_kind(body), *_entities(body), *_cards(body)]


def card_faults(card: dict[str, Any]) -> list[str]:
    """Every rule that one card breaks."""
    faults = [error.message[:200] for error in card_schema().iter_errors(card)]
    faults += [f"{item['id']} stands on what is no choice" for item in walk(card) if item.get("isMultiSelect") and not _offered(item)]
    inputs = [item["id"] for item in walk(card) if str(item.get("type", "")).startswith("Input.")]
    if len(inputs) != len(set(inputs)):
        faults.append("two inputs have one id")
    if card.get("version") not in {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5"}:
        faults.append("card version above 1.5")
    if any(len(item["actions"]) > 6 for item in walk(card) if item.get("type") == "ActionSet"):
        faults.append("more than six actions in a row")
    if any(item["type"] == "Action.Execute" and "fallback" not in item for item in walk(card) if "type" in item):
        faults.append("a universal action without a fallback")
    return faults


def _offered(item: dict[str, Any]) -> bool:
    """Whether what stands chosen of several are choices; Teams puts commas between them, so no choice has one."""
    values = [choice["value"] for choice in item["choices"]]
    chosen = [value for value in item.get("value", "").split(",") if value]
    return all("," not in value for value in values) and set(chosen) <= set(values)


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a card, but not what only older clients see."""
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name not in {"fallback", "data"}:
                yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def _kind(body: dict[str, Any]) -> Iterator[str]:
    if body.get("type") not in {"message", "typing"}:
        yield "unknown activity type"
    if utf16_size({name: body[name] for name in body if name in {"text", "attachments", "entities", "summary"}}) > MAX_MESSAGE_BYTES:
        yield "MessageSizeTooBig"
    if body.get("type") == "message" and not body.get("text") and not body.get("attachments"):
        yield "a message without text or attachments"
    if body.get("type") == "typing" and (body.get("attachments") or body.get("channelData")):
        yield "attachments and feedback belong to the final message"


def _entities(body: dict[str, Any]) -> Iterator[str]:
    entities = body.get("entities") or []
    messages = [entity for entity in entities if entity.get("type") == MESSAGE_ENTITY]
    if len(messages) > 1:
        yield "Multiple root message entities found under entities array"
    for entity in messages:
        if entity.get("@type") != "Message" or entity.get("@context") != "https://schema.org":
            yield "Error parsing message entity"
        if body.get("type") != "message":
            yield "AI label and citations belong to the final message"
        yield from _citations(entity.get("citation") or [], body.get("text") or "")


def _citations(citations: list[dict[str, Any]], text: str) -> Iterator[str]:
    if len(citations) > 20:
        yield "Bot message with more than 20 citations"
    for item in citations:
        appearance = item.get("appearance") or {}
        if item.get("@type") != "Claim" or appearance.get("@type") != "DigitalDocument":
            yield "Error while parsing citation entity"
        if not 0 < len(appearance.get("name", "")) <= 80 or len(appearance.get("abstract", "")) > 160:
            yield "citation name or abstract of a wrong length"
    if citations and not any(f"[{item.get('position')}]" in text for item in citations):
        yield "no citation is marked in the text"


def _cards(body: dict[str, Any]) -> Iterator[str]:
    for item in body.get("attachments") or []:
        if item.get("contentType") != CARD:
            yield "unknown attachment"
        else:
            yield from card_faults(item.get("content") or {})
