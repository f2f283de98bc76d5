"""Tables of weekly tips: who wants them where and when, what was sent or left out, when each platform may be spoken to.

As in ``tables.py``, each carries the tenant; people are pseudonyms, addresses are sealed.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcDateTime


class Subscription(SQLModel, table=True):
    """A place's standing wish for a weekly tip: active, paused or ended; one for each place, revived when wished anew.

    ``place`` is a keyed mark of it, ``address`` sealed. ``person`` is whose direct messages these are, None for a
    channel. ``weekday`` counts from 1 for Monday, ``hour`` is local in ``zone``. ``due_at`` is when the tip of the ISO
    week ``due_week`` (202648) is due, None while nothing is. ``emptied`` is whether it was said that nothing is left.
    ``reason`` tells why it ended.
    """

    __table_args__ = (UniqueConstraint("tenant", "platform", "place"), Index(None, "due_at"))

    id: str = Field(primary_key=True)
    tenant: str
    platform: str
    place: str
    kind: str
    address: str = Field(sa_type=Text)
    person: str | None = Field(default=None, index=True)
    topics: list[str] = Field(default_factory=list, sa_type=Json)
    audience: str = ""
    weekday: int
    hour: int
    zone: str
    state: str = "active"
    paused_until: date | None = None
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_week: int | None = None
    emptied: bool = False
    reason: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Tip(SQLModel, table=True):
    """What became of one week of a subscription: planned, skipped, late, empty, failed.

    ``planned`` is told by its delivery under the key ``tip:SUBSCRIPTION:WEEK``. ``thread`` is a keyed mark of the
    thread that the tip begins, ``first_reply`` one of the first that somebody said in it. ``touched_at`` is when
    somebody first did something with it.
    """

    __table_args__ = (Index(None, "tenant", "thread"), Index(None, "tenant", "week", "practice_id"))

    subscription_id: str = Field(primary_key=True, foreign_key="subscription.id", ondelete="CASCADE")
    week: int = Field(primary_key=True)
    tenant: str
    team_id: str | None = Field(default=None, foreign_key="team.id")
    practice_id: str | None = None
    state: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)
    thread: str | None = None
    first_reply: str | None = None
    touched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SendingTurn(SQLModel, table=True):
    """When what is said unasked may next be said in a workspace; all senders keep to it together."""

    __tablename__: ClassVar[Any] = "sending_turn"

    tenant: str = Field(primary_key=True)
    platform: str = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)
