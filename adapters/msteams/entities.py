"""What rides along with a message: the one message entity (AI label, citations), stream information, feedback."""

from __future__ import annotations

from typing import Any, Literal

from adapters.msteams import limits
from adapters.msteams.elements import is_web
from adapters.msteams.inert import marks, words
from adapters.msteams.parse import FEEDBACK_ACTION
from adapters.plain import publisher_and_year
from bot.inert import shortened
from bot.replies import Reply, SourceLink, Sources

Entity = dict[str, Any]


def sources(reply: Reply) -> list[SourceLink]:
    """Every source once, by number."""
    found = {item.number: item for block in reply.blocks if isinstance(block, Sources) for item in block.items}
    return [found[number] for number in sorted(found)]


def message(reply: Reply, text: str) -> list[Entity]:
    """One entity or none: Teams refuses a message with two. ``text`` stands above the card; without a mark of theirs in
    it Teams draws no citations.
    """
    cited = sources(reply)[: limits.CITATIONS.value]
    citations = [_citation(item) for item in cited] if marks(text) & {item.number for item in cited} else []
    if not citations and not reply.ai_generated:
        return []
    entity: Entity = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org"}
    if reply.ai_generated:
        entity["additionalType"] = ["AIGeneratedContent"]
    if citations:
        entity["citation"] = citations
    return [entity]


def stream(
    kind: Literal["streaming", "final"], stream_id: str | None = None, sequence: int | None = None
) -> Entity:
    """Stream information: the first has no id yet, the final one no sequence."""
    entity: Entity = {"type": "streaminfo", "streamType": kind}
    if stream_id is not None:
        entity["streamId"] = stream_id
    if sequence is not None:
        entity["streamSequence"] = sequence
    return entity


def channel_data(reply: Reply) -> dict[str, Any] | None:
    """Teams' own thumbs under every answer that can be rated: it has buttons to rate it with, too."""
    can_be_rated = any(button.action == FEEDBACK_ACTION for button in reply.buttons)
    return {"feedbackLoop": {"type": "default"}} if can_be_rated else None


def _citation(item: SourceLink) -> Entity:
    appearance: Entity = {
        "@type": "DigitalDocument",
        "name": words(item.title, limits.CITATION_NAME.value).strip() or "Source",
        "abstract": shortened(publisher_and_year(item), limits.CITATION_ABSTRACT.value) or "Source",
    }
    if is_web(item.url):
        appearance["url"] = item.url
    return {"@type": "Claim", "position": item.number, "appearance": appearance}
