"""Teams that try things, and what they are asked: the advisor with check-ins over a real database and a clock."""

from __future__ import annotations

import itertools
from datetime import timedelta

from sqlmodel import col, select

from bot.messages import Conversation
from bot.replies import Reply
from bot.storage.adoption_tables import CheckIn
from bot.storage.adoptions import holder_of
from bot.storage.ledger import Outcome
from bot.storage.unit import Storage
from tests.fakes.answering import PRACTICES, START, FakeAnswering, Someone, make_parts, shipped, usual_terms

CHARTER = PRACTICES[0]
TENANT = "W1"


class Asking:
    """``pass_`` moves the clock, ``due`` asks what is due and gives what was said, once."""

    def __init__(self, storage: Storage, *, tracking: bool = True) -> None:
        self.storage = storage
        self.now = START
        self.answering, self.library = FakeAnswering(), shipped()
        self.parts = make_parts(
            storage, self.answering, lambda: self.now, usual_terms(tracking=tracking), library=lambda: self.library
        )
        self.advisor, self.check_ins, self.tips = self.parts.advisor, self.parts.check_ins, self.parts.office.tips
        self._events = itertools.count(1)

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)

    def someone(self, user: str = "U1", **where: str) -> Someone:
        return Someone(self.advisor, user, **where)

    async def states(self, who: Someone, state: str = "trying", practice: str = CHARTER) -> Reply:
        return await who.presses("adopt", f"-|{practice}|{state}", f"state {next(self._events)}")

    async def due(self) -> list[tuple[str, Conversation, Reply]]:
        await self.check_ins.send_due()
        await self.tips.send_due()
        later, found = self.now + timedelta(days=1000), []
        async with self.storage.unit() as unit:
            while taken := await unit.ledger.next_planned(("slack",), later, later + timedelta(days=1)):
                found.append((taken[0].key, taken[0].conversation, taken[0].reply))
                await unit.ledger.record(taken[0].tenant, taken[0].key, Outcome("sent"), self.now)
        return found

    async def asked(self) -> Reply:
        """The one question that is due."""
        [(_, _, reply)] = await self.due()
        return reply

    async def state(self, who: Someone, team: str | None = None, practice: str = CHARTER) -> str | None:
        async with self.storage.unit() as unit:
            named = await unit.teams.named(TENANT, team) if team else None
            person = self.storage.secret.pseudonym(TENANT, who.sender.user)
            states = await unit.adoptions.states(TENANT, holder_of(person, named.id if named else None))
        return states[practice].state if practice in states else None

    async def rows(self) -> list[CheckIn]:
        order = col(CheckIn.holder), col(CheckIn.practice_id), col(CheckIn.number)
        async with self.storage.view() as unit:
            return list(await unit.session.exec(select(CheckIn).order_by(*order)))
