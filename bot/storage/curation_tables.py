"""Tables of the curation loop: versions of practices, who may, what is owed, which gaps were closed.

As in ``tables.py``, each carries the tenant; people are pseudonyms, words and addresses are sealed.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from bot.storage.columns import UtcDateTime


class PracticeVersion(SQLModel, table=True):
    """The organization's own version of a practice, laid over the shipped one with the same id.

    ``base`` is the version that the writer had before them (0: the shipped one). Of one practice at most one version is
    ``published`` or ``withdrawn``: the one in force.
    """

    __tablename__: ClassVar[Any] = "practice_version"

    tenant: str = Field(primary_key=True)
    practice_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    state: str = "draft"
    body: str = Field(sa_type=Text)
    base: int = 0
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class PracticeEvent(SQLModel, table=True):
    """What was done with a version, when and by whom; the last id tells replicas whether the library changed."""

    __tablename__: ClassVar[Any] = "practice_event"
    __table_args__ = (Index(None, "tenant", "practice_id"),)

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    practice_id: str
    version: int
    what: str
    note: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class RoleGrant(SQLModel, table=True):
    """A role given to somebody whom no setting names, such as a person who is only on the web."""

    __tablename__: ClassVar[Any] = "role_grant"

    tenant: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    label: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class SignInLink(SQLModel, table=True):
    """A one-time link; ``mark`` is a keyed mark of its secret part, which is stored nowhere."""

    __tablename__: ClassVar[Any] = "sign_in_link"

    mark: str = Field(primary_key=True)
    tenant: str
    person: str
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignOut(SQLModel, table=True):
    """Until when no sign-in of somebody counts any more. ``mark`` names nobody and outlasts *forget me*."""

    __tablename__: ClassVar[Any] = "sign_out"

    tenant: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Post(SQLModel, table=True):
    """A channel with a task, such as the one where experts get questions. ``address`` is sealed."""

    tenant: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    address: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class Owed(SQLModel, table=True):
    """Where somebody is told of what we owe them: the answer of an expert, a closed gap. Gone when it was paid.

    ``address`` is sealed and leads to the conversation where they asked.
    """

    question_id: str = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    tenant: str
    person: str
    address: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Gap(SQLModel, table=True):
    """A closed gap: what was asked in a week near a practice and could not be answered, and what was done about it."""

    tenant: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    nearest: str = Field(primary_key=True)
    note: str
    practice_id: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
