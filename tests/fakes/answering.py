"""Knowledge that answers as it is told, and people who speak to the advisor without any platform between."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from bot.access import Role
from bot.advisor import Advisor
from bot.answering import Answering
from bot.assembly import Outside, Parts, Terms, assemble
from bot.erasure import ErasureNotes
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming, IncomingMessage, Sender
from bot.ports import Clock, Draft
from bot.replies import Facts, Form, Paragraph, Reply
from bot.storage.unit import Storage
from knowledge.answers import Answer, Citation, Outcome, Part
from knowledge.library import Library, load_shipped
from knowledge.practice import Practice, Source
from tests.fakes.erasures import MemoryErasureNotes

SOURCE = Source(key="plan", title="Digital Plan", publisher="National Archives", year=2016, url="https://example.org/plan")
PRACTICES = ("pilot-charter", "sponsor-search")
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def answer_of(*practices: str) -> Answer:
    parts = tuple(Part(name, f"About {name}", "One page is enough [1].") for name in practices)
    citations = tuple(Citation(name, f"About {name}", (SOURCE,)) for name in practices)
    return Answer(Outcome.ANSWERED, parts=parts, citations=citations, confidence=0.9)


class FakeAnswering:
    """Gives ``answer`` to every question; ``asked`` are the questions with what came before them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.given = answer_of(PRACTICES[0])
        library = shipped().practices
        self._practices = {name: library[name] for name in PRACTICES}

    async def answer(self, question: str, before: Sequence[str], draft: Draft) -> Answer:
        self.asked.append((question, list(before)))
        return self.given

    async def everything(self, practice_id: str, tongue: str = "en") -> tuple[Part, Answer] | None:
        answer = answer_of(practice_id)
        return (answer.parts[0], answer) if practice_id in self._practices else None

    def practice(self, practice_id: str) -> Practice | None:
        return self._practices.get(practice_id)

    def nearest(self, text: str) -> tuple[str, float] | None:
        return next(((name, 0.9) for name in self._practices if name.replace("-", " ") in text), None)


@lru_cache(maxsize=1)
def shipped() -> Library:
    return load_shipped()


def make_advisor(
    storage: Storage, answering: Answering, clock: Clock = lambda: START, *, notes: ErasureNotes | None = None, **terms: Any
) -> Advisor:
    """The advisor with its office, over this storage; ``terms`` are those of ``usual_terms``."""
    return make_parts(storage, answering, clock, usual_terms(**terms), notes).advisor


def usual_terms(
    *, tracking: bool = True, retention_days: int = 30, models_at: tuple[str, ...] = (),
    named: Mapping[Role, Sequence[str]] | None = None, public_url: str = "https://midway.example",
) -> Terms:
    return Terms(named or {}, public_url, retention_days, tracking, models_at, frozenset({"slack"}))


def make_parts(
    storage: Storage, answering: Answering, clock: Clock, terms: Terms, notes: ErasureNotes | None = None,
    library: Callable[[], Library] | None = None,
) -> Parts:
    """All that is behind chats and pages; a draft passes every check, and everybody lives in Berlin."""
    async def nothing_wrong(practice: Practice) -> tuple[str, ...]:
        return ()

    async def nothing_to_do() -> None:
        return None

    outside = Outside(answering, library or shipped, nothing_wrong, nothing_to_do, notes or MemoryErasureNotes(), in_berlin)
    return assemble(storage, clock, outside, terms)


async def in_berlin(_incoming: Incoming) -> str:
    return "Europe/Berlin"


class Someone:
    """A person in one conversation. Every act gives the advisor's reply."""

    _numbers = itertools.count(1)

    def __init__(self, advisor: Advisor, user: str = "U1", *, channel: str = "C1", thread: str = "T1", kind: str = "direct", tenant: str = "W1") -> None:
        self.advisor = advisor
        self.sender = Sender(user)
        self.where = Conversation("slack", tenant, channel, thread, "channel" if kind == "channel" else "direct", "address")

    async def says(self, text: str, event: str | None = None) -> Reply:
        number = next(self._numbers)
        said = IncomingMessage(event or f"e{number}", self.where, self.sender, _moment(number), text)
        return await self._reply(said)

    async def presses(self, action: str, value: str, event: str | None = None) -> Reply:
        number = next(self._numbers)
        return await self._reply(ButtonPress(event or f"e{number}", self.where, self.sender, _moment(number), action, value))

    async def chooses(self, reply: Reply, label: str, event: str | None = None) -> Reply:
        """Press the button with this label."""
        button = next(button for button in reply.buttons if button.label == label)
        return await self.presses(button.action, button.value, event)

    async def fills(
        self, form: str, context: str, values: dict[str, str], event: str | None = None, *, card: str | None = None
    ) -> Reply:
        """``card`` is the message in which the form stands."""
        number = next(self._numbers)
        return await self._reply(
            FormSubmission(event or f"e{number}", self.where, self.sender, _moment(number), form, context, values, card)
        )

    async def _reply(self, incoming: IncomingMessage | ButtonPress | FormSubmission) -> Reply:
        reply = await self.advisor(incoming, _no_draft)
        assert reply is not None
        return reply


def forms_of(reply: Reply) -> list[Form]:
    return [block for block in reply.blocks if isinstance(block, Form)]


def _moment(number: int) -> datetime:
    return START + timedelta(seconds=number)


async def _no_draft(text: str) -> None:
    return None


def small_print(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Paragraph) and block.quiet]


def facts_of(reply: Reply) -> dict[str, str]:
    return {label: value for block in reply.blocks if isinstance(block, Facts) for label, value in block.pairs}


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]
