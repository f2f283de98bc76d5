"""The office over a real database, with a library of the shipped practices and a clock that is told the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.access import Role, Who
from bot.assembly import Outside, Terms, assemble
from bot.curation import library_in_force
from bot.messages import Conversation
from bot.storage.records import QuestionRecord
from bot.storage.unit import Storage
from knowledge.library import shipped_text
from knowledge.practice import Practice
from tests.fakes.answering import FakeAnswering, in_berlin, shipped
from tests.fakes.erasures import MemoryErasureNotes

TENANT = "W1"
CURATOR = Who(TENANT, "curator", frozenset({Role.CURATOR}))
OTHER_CURATOR = Who(TENANT, "other curator", frozenset({Role.CURATOR}))
EXPERT = Who(TENANT, "expert", frozenset({Role.EXPERT}))
OTHER_EXPERT = Who(TENANT, "other expert", frozenset({Role.EXPERT}))
ADMIN = Who(TENANT, "admin", frozenset({Role.ADMIN}))
MEMBER = Who(TENANT, "member", frozenset())
ASKED_IN = Conversation("slack", TENANT, "C1", "C1/1", "channel", '{"team":"W1","channel":"C1","thread":"1","user":"U1"}')
EXPERTS = Conversation("slack", TENANT, "C9", "C9", "channel", '{"team":"W1","channel":"C9"}')
CURATORS = Conversation("slack", TENANT, "C8", "C8", "channel", '{"team":"W1","channel":"C8"}')


class World:
    """Everything curators and experts work with. ``findings`` is what the next practice is held to, ``examined`` are
    those whose typed questions were tried.
    """

    def __init__(self, storage: Storage, named: Mapping[Role, Sequence[str]] | None = None) -> None:
        self.storage = storage
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.findings: tuple[str, ...] = ()
        self.library = shipped()
        self.examined: list[str] = []
        self.set_aside: list[tuple[bytes, str, str]] = []
        outside = Outside(FakeAnswering(), lambda: self.library, self._examine, self.look, MemoryErasureNotes(), in_berlin)
        self.parts = assemble(storage, lambda: self.now, outside, Terms(named or {}, "https://midway.example", 30, whispers=frozenset({"slack"})))
        self.office, self.tracker = self.parts.office, self.parts.tracker
        self.changes, self.care = self.parts.changes, self.parts.care

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def look(self) -> None:
        """What a process does that notices a change."""
        self.library, _ = await library_in_force(self.storage, shipped())

    async def _examine(self, practice: Practice, thorough: bool) -> tuple[str, ...]:
        if thorough:
            self.examined.append(practice.id)
        return self.findings

    def aside(self, data: bytes, name: str, why: str) -> None:
        """Where documents go that yield nothing."""
        self.set_aside.append((data, name, why))

    async def asks(
        self, event: str = "e1", *, person: str = "member", words: str = "May we repost what customers write?",
        outcome: str = "declined", nearest: str | None = "ugc-rights", practices: tuple[str, ...] = (), tenant: str = TENANT,
        owed: bool = True,
    ) -> str:
        """Somebody asked; the question's id."""
        record = QuestionRecord(
            tenant=tenant, event_key=event, platform="slack", thread_key="t1", person=person, asked_at=self.now, text=words,
            lang="en", outcome=outcome, confidence=0.2, practices=practices, nearest=nearest,
        )
        async with self.storage.unit() as unit:
            question = await unit.questions.record(record)
            if owed:
                await unit.escalations.owe(tenant, question, person, ASKED_IN, self.now)
        return question

    async def said(self) -> list[tuple[str, Conversation, str]]:
        """All that is planned or sent unasked, oldest first, and sends it: key, where, words."""
        found = []
        later = self.now + timedelta(days=1000)
        async with self.storage.unit() as unit:
            while taken := await unit.ledger.next_planned(("slack", "web", "msteams"), later, later + timedelta(days=1)):
                entry = taken[0]
                found.append((entry.key, entry.conversation, entry.reply.text))
        return found


def markdown(practice_id: str = "pilot-charter") -> str:
    """A shipped practice as a curator edits it."""
    text = shipped_text(practice_id)
    assert text
    return text
