"""Tables of what is kept for a platform because it does not keep it, or not for us.

As in ``tables.py``, each carries the tenant; people are pseudonyms, words are sealed.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.columns import UtcDateTime


class WebMessage(SQLModel, table=True):
    """One message of a conversation on the web, which has no platform to keep it. ``message`` is sealed JSON.

    ``person`` is who wrote it, of what a person wrote. ``place`` is whose conversations this is one of (what a channel
    is elsewhere); ``seen_at`` is when somebody had it on their screen, of what Midway wrote.
    """

    __tablename__: ClassVar[Any] = "web_message"
    __table_args__ = (
        UniqueConstraint("tenant", "key"), Index(None, "tenant", "conversation", "id"), Index(None, "tenant", "person"),
        Index(None, "tenant", "place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    conversation: str
    place: str | None = None
    key: str | None = None
    author: str
    person: str | None = None
    message: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn: bool = False
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Endpoint(SQLModel, table=True):
    """The address at which a platform wants to be spoken to about a place, as it named it last (Teams' service URL).

    ``place`` and ``within`` (``Conversation.channel`` and ``within``) are keyed marks; ``url`` names neither a place
    nor a person. ``person`` is whose direct messages the place is.
    """

    __table_args__ = (Index(None, "tenant", "person"),)

    tenant: str = Field(primary_key=True)
    platform: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    within: str | None = None
    person: str | None = None
    url: str
    at: datetime = Field(sa_type=UtcDateTime)
