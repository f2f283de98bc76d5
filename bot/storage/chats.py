"""Whose the messages of the web chat are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from bot.storage.platform_tables import WebMessage


def in_chats_of(person: str) -> Any:
    """The condition that a message stands in a conversation, or in a place, in which this person wrote: both sides, for
    nobody else is there. What Midway says unasked may come when nothing that they wrote is kept any more.
    """
    conversations = select(WebMessage.conversation).where(WebMessage.person == person)
    places = select(WebMessage.place).where(WebMessage.person == person, col(WebMessage.place).is_not(None))
    return or_(col(WebMessage.conversation).in_(conversations), col(WebMessage.place).in_(places))
