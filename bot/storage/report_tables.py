"""Tables of reports: what was counted of each week that is over, so that a report reads no single question.

As in ``tables.py``, each carries the tenant. A week is counted again while ratings and experts' answers still come in,
then it is closed and stays as it is, whoever is forgotten later: counts name nobody.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from bot.storage.columns import UtcDateTime


class CountedWeek(SQLModel, table=True):
    """A week that was counted; closed once it is not counted again."""

    __tablename__: ClassVar[Any] = "counted_week"

    tenant: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    closed: bool = False
    at: datetime = Field(sa_type=UtcDateTime)


class TeamWeek(SQLModel, table=True):
    """Questions of a team (empty: of nobody's) in a week: each is one of ``helpful`` to ``failed``.

    ``silent`` were answered and nobody said whether it helped. ``handed`` went to an expert, ``human`` of those were
    answered by one; both are counted under their first outcome, too.
    """

    __tablename__: ClassVar[Any] = "team_week"

    tenant: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    team_id: str = Field(primary_key=True)
    helpful: int = 0
    unhelpful: int = 0
    silent: int = 0
    declined: int = 0
    routed: int = 0
    refused: int = 0
    failed: int = 0
    handed: int = 0
    human: int = 0


class PracticeWeek(SQLModel, table=True):
    """How many questions of a week were answered first with a practice; empty: with none."""

    __tablename__: ClassVar[Any] = "practice_week"

    tenant: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    practice_id: str = Field(primary_key=True)
    cited: int


class GapWeek(SQLModel, table=True):
    """Questions of a week that the library did not answer well, by the practice that was nearest."""

    __tablename__: ClassVar[Any] = "gap_week"

    tenant: str = Field(primary_key=True)
    week: int = Field(primary_key=True)
    nearest: str = Field(primary_key=True)
    questions: int


class Pulse(SQLModel, table=True):
    """A place that gets a short report when a month is over. ``place`` is a keyed mark, ``address`` sealed.

    ``by`` wished it and has to be somebody who may see reports; ``last`` is the month (202610) that was sent last.
    """

    tenant: str = Field(primary_key=True)
    platform: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    address: str = Field(sa_type=Text)
    by: str
    zone: str
    last: int
    at: datetime = Field(sa_type=UtcDateTime)


class TeamMonth(SQLModel, table=True):
    """How many people of a team asked in a month (202610); ``EVERYBODY`` is all of the tenant."""

    __tablename__: ClassVar[Any] = "team_month"

    tenant: str = Field(primary_key=True)
    month: int = Field(primary_key=True)
    team_id: str = Field(primary_key=True)
    people: int
