"""Tables of teams, questions and adoption, and of what comes in and goes out; others stand in ``*_tables.py``.

Each carries the tenant; people are pseudonyms, words are sealed.
``table=True`` models do not validate: whatever comes from outside is cleaned before it gets here.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcDateTime

UNFINISHED = text("finished_at IS NULL")


class Team(SQLModel, table=True):
    """An organizational unit that asks. ``name_key`` is the name as compared: casefolded, single spaces.

    ``check_in_days`` is after how many days of trying it wants to be asked how it went, 0 for never. ``told`` is False
    while a team that was imported has not been told so. ``merged_into`` is the team that took its place, ``left_at``
    when it withdrew.
    """

    __table_args__ = (UniqueConstraint("tenant", "name_key"),)

    id: str = Field(primary_key=True)
    tenant: str
    name: str
    name_key: str
    parent_id: str | None = Field(default=None, foreign_key="team.id")
    relationship: str = "unit"
    visibility: str = "named"
    joining_open: bool = True
    check_in_days: int = 14
    told: bool = True
    merged_into: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ChannelTeam(SQLModel, table=True):
    """Which team a channel speaks for. ``platform`` is empty where the channel alone was named."""

    __tablename__: ClassVar[Any] = "channel_team"

    tenant: str = Field(primary_key=True)
    platform: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    team_id: str = Field(foreign_key="team.id", index=True)


class PersonTeam(SQLModel, table=True):
    """Which team a person said to be in."""

    __tablename__: ClassVar[Any] = "person_team"

    tenant: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    team_id: str = Field(foreign_key="team.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)


class Place(SQLModel, table=True):
    """A place that was told what is stored."""

    tenant: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    first_seen: datetime = Field(sa_type=UtcDateTime)


class Question(SQLModel, table=True):
    """A question that was asked. ``week`` is the ISO year and week as 202647; ``text`` is sealed, then blanked.

    ``may_be_honest`` as in ``Answer``.
    """

    __table_args__ = (
        UniqueConstraint("tenant", "event_key"),
        Index(None, "tenant", "thread_key", "asked_at"),
        Index(None, "tenant", "week", "team_id"),
    )

    id: str = Field(primary_key=True)
    tenant: str
    event_key: str
    platform: str
    thread_key: str
    person: str
    team_id: str | None = Field(default=None, foreign_key="team.id")
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    week: int
    text: str | None = Field(default=None, sa_type=Text)
    lang: str
    outcome: str
    route: str | None = None
    confidence: float
    practices: list[str] = Field(default_factory=list, sa_type=Json)
    nearest: str | None = None
    may_be_honest: bool = False


class QuestionPractice(SQLModel, table=True):
    """One practice that an answer cited, by rank from 1; week and team repeated here to be counted without a join."""

    __tablename__: ClassVar[Any] = "question_practice"
    __table_args__ = (Index(None, "tenant", "team_id", "week", "practice_id"),)

    question_id: str = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    practice_id: str = Field(primary_key=True)
    tenant: str
    rank: int
    week: int
    team_id: str | None = Field(default=None, foreign_key="team.id")


class Opening(SQLModel, table=True):
    """A practice that somebody opened by a button in a thread; goes when the words of questions are blanked."""

    __table_args__ = (Index(None, "tenant", "thread_key", "at"),)

    tenant: str = Field(primary_key=True)
    event_key: str = Field(primary_key=True)
    thread_key: str
    person: str
    practice_id: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Feedback(SQLModel, table=True):
    """Whether an answer helped this person; the last word counts."""

    question_id: str = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    person: str = Field(primary_key=True)
    tenant: str = Field(index=True)
    helpful: bool
    at: datetime = Field(sa_type=UtcDateTime)


class Escalation(SQLModel, table=True):
    """A question handed to an expert, at most once: open, taken, answered, closed.

    ``words`` are the asker's, ``reply`` the expert's, both sealed; ``thread`` is a keyed mark of where the expert who
    took it answers.
    """

    question_id: str = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    tenant: str = Field(index=True)
    person: str
    state: str = "open"
    at: datetime = Field(sa_type=UtcDateTime)
    words: str | None = Field(default=None, sa_type=Text)
    taken_by: str | None = None
    thread: str | None = Field(default=None, index=True)
    reply: str | None = Field(default=None, sa_type=Text)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AdoptionEvent(SQLModel, table=True):
    """One statement about a practice; the order of ids is the order in which they took effect.

    ``question_id`` or ``tip`` (see ``subscriptions.tip_name``) is what it was pressed below.
    """

    __tablename__: ClassVar[Any] = "adoption_event"
    __table_args__ = (
        UniqueConstraint("tenant", "event_key"),
        Index(None, "tenant", "team_id", "practice_id"),
        Index(None, "tenant", "person", "practice_id"),
        Index(None, "tenant", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    event_key: str | None = None
    team_id: str | None = Field(default=None, foreign_key="team.id")
    person: str
    practice_id: str
    state: str
    question_id: str | None = Field(default=None, foreign_key="question.id", ondelete="SET NULL")
    tip: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str | None = Field(default=None, sa_type=Text)


class Adoption(SQLModel, table=True):
    """Where a holder stands with a practice: always the fold of its events.

    ``holder`` is ``team:ID``, or ``person:PSEUDONYM`` while nobody knows that person's team.
    """

    __table_args__ = (Index(None, "tenant", "practice_id", "state", "team_id"),)

    tenant: str = Field(primary_key=True)
    holder: str = Field(primary_key=True)
    practice_id: str = Field(primary_key=True)
    team_id: str | None = Field(default=None, foreign_key="team.id", index=True)
    person: str | None = None
    state: str
    since: datetime = Field(sa_type=UtcDateTime)


class InboxRow(SQLModel, table=True):
    """Something that came in. ``due_at`` is when it may be taken: of a working row, when its claim runs out.

    ``conversation_key`` keeps one conversation in order; ``failures`` counts handler errors, ``attempts`` claims.
    ``person`` is who sent it, as long as its words or the reply to it are kept; of words in a channel that were
    answered, as long as the row: their follow-ups need no mention.
    """

    __tablename__: ClassVar[Any] = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant", "platform", "event_key"),
        Index(None, "state", "id"),
        Index(None, "tenant", "conversation_key", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    platform: str
    event_key: str
    conversation_key: str
    person: str | None = None
    payload: str | None = Field(default=None, sa_type=Text)
    state: str = "pending"
    attempts: int = 0
    failures: int = 0
    lease_owner: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reply: str | None = Field(default=None, sa_type=Text)
    note: str = ""


class Delivery(SQLModel, table=True):
    """One thing said: written as ``intent`` before it is sent, then sent, rejected or uncertain; or cancelled.

    ``payload`` (conversation and reply) and ``message_id`` are sealed. A rejected row with ``retry_at`` is tried again.
    What is sent unasked is ``planned`` first, together with what it tells of. ``person`` is whom it is for, as long as
    words are kept. What is not said by ``expires_at`` is not said any more.
    """

    __table_args__ = (
        UniqueConstraint("tenant", "key"), Index(None, "tenant", "state"), Index(None, "tenant", "person"),
        Index(None, "kind", "retry_at", postgresql_where=UNFINISHED, sqlite_where=UNFINISHED),
    )

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    platform: str
    key: str
    kind: str = "reply"
    person: str | None = None
    payload: str | None = Field(default=None, sa_type=Text)
    state: str = "intent"
    message_id: str | None = Field(default=None, sa_type=Text)
    reason: str = ""
    attempts: int = 1
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IndexPointer(SQLModel, table=True):
    """Which collection of vectors is in use under a name, and what it was built from."""

    __tablename__: ClassVar[Any] = "index_pointer"

    tenant: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    collection: str
    content_hash: str
    model: str
    built_at: datetime = Field(sa_type=UtcDateTime)
