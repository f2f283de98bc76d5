"""What the bot does beside answering, piece by piece: each has words, buttons and forms of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.replies import Reply
from bot.storage.tables import Team
from bot.storage.unit import Unit


class Feature(Protocol):
    """The advisor asks each in turn. What one does not know it leaves to the next, and at last to answering.

    ``actions`` and ``forms`` are those of its buttons and forms; no two features share one.
    """

    @property
    def actions(self) -> frozenset[str]: ...

    @property
    def forms(self) -> frozenset[str]: ...

    def meant(self, text: str) -> Any | None:
        """What the words ask of this feature; None where they do not."""
        ...

    async def said(self, incoming: Incoming, intent: Any) -> Reply | None:
        """Answer words that ``meant`` found to be this feature's; None where they turn out not to be, in this place and
        now.
        """
        ...

    async def pressed(self, press: ButtonPress) -> Reply: ...

    async def filled_in(self, form: FormSubmission) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A team (or a person whose team is unknown) has just said where it stands with a practice.

    ``asked_later`` is False where something else, such as the review of a pilot, asks how it went.
    """

    incoming: Incoming
    person: str
    team: Team | None
    practice_id: str
    state: str
    at: datetime
    asked_later: bool = True


class Follows(Protocol):
    """Does what follows when a state changes or a person joins a team, in the same unit of work."""

    async def stated(self, unit: Unit, stated: Stated) -> None: ...

    async def joined(self, unit: Unit, tenant: str, person: str, team_id: str) -> None: ...
