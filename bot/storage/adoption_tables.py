"""Tables of adoption: what came of a practice, who can be asked about it, when a team is asked how it went, pilots.

As in ``tables.py``, each carries the tenant; people are pseudonyms; names, notes and addresses are sealed.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcDateTime


class Result(SQLModel, table=True):
    """What came of a practice, as a team states it. A corrected one stays and names the one that took its place.

    ``evidence`` (link, file name or note), ``credit`` (names as the champion wishes) and ``brief`` (the champion's own
    words on its brief) are sealed. ``cost``, ``saving`` and ``income`` are in ``currency``; None where nothing was
    said.
    """

    __table_args__ = (UniqueConstraint("tenant", "event_key"), Index(None, "tenant", "team_id", "practice_id"))

    id: str = Field(primary_key=True)
    tenant: str
    event_key: str | None = None
    team_id: str = Field(foreign_key="team.id")
    practice_id: str
    pilot_id: str | None = Field(default=None, index=True)
    metric: str
    before: float
    after: float
    unit: str
    period: str
    lower_is_better: bool = False
    estimated: bool = False
    cost: float | None = None
    saving: float | None = None
    income: float | None = None
    currency: str = ""
    evidence: str = Field(sa_type=Text)
    credit: str | None = Field(default=None, sa_type=Text)
    brief: str | None = Field(default=None, sa_type=Text)
    person: str
    at: datetime = Field(sa_type=UtcDateTime)
    replaced_by: str | None = None


class Contact(SQLModel, table=True):
    """Somebody who can be asked about a practice of their team; ``name`` is what they want to be called, sealed."""

    tenant: str = Field(primary_key=True)
    team_id: str = Field(primary_key=True, foreign_key="team.id")
    practice_id: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class CheckIn(SQLModel, table=True):
    """When somebody is asked how a try went: waiting, asked, answered, silent, cancelled.

    ``number`` counts from 1 for each holder and practice. ``address`` is sealed and held only while it is owed;
    ``place`` is a keyed mark of the place, held while an answer is awaited there.
    """

    __tablename__: ClassVar[Any] = "check_in"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "tenant", "person"))

    tenant: str = Field(primary_key=True)
    holder: str = Field(primary_key=True)
    practice_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person: str
    address: str | None = Field(default=None, sa_type=Text)
    place: str | None = None
    state: str = "waiting"
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str | None = None


class PersonChoice(SQLModel, table=True):
    """What a person chose for themselves: whether they are tracked, whether they are asked how a try went."""

    __tablename__: ClassVar[Any] = "person_choice"

    tenant: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    tracked: bool = True
    check_ins: bool = True
    at: datetime = Field(sa_type=UtcDateTime)


class Pilot(SQLModel, table=True):
    """A pilot of a team: draft, running, ended. ``plan`` is sealed; ``version`` counts its changes.

    ``sponsor_agreed`` is when a sponsor agreed to be named; the name stands in the plan only while it is set.
    ``decision`` is go, adapt or stop.
    """

    __table_args__ = (UniqueConstraint("tenant", "event_key"), Index(None, "tenant", "team_id"))

    id: str = Field(primary_key=True)
    tenant: str
    event_key: str | None = None
    team_id: str | None = Field(default=None, foreign_key="team.id")
    person: str
    state: str = "draft"
    plan: str = Field(sa_type=Text)
    practices: list[str] = Field(default_factory=list, sa_type=Json)
    version: int = 1
    sponsor_agreed: date | None = None
    starts_on: date | None = None
    review_on: date | None = Field(default=None, index=True)
    decision: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Audit(SQLModel, table=True):
    """Who changed what and when: ``what`` is a verb, ``subject`` what it was done to, ``note`` a stated reason.

    Never the text of a private question.
    """

    __table_args__ = (Index(None, "tenant", "at"), Index(None, "tenant", "subject"))

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    what: str
    subject: str
    note: str = ""
