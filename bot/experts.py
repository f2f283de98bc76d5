"""Questions that go to experts: handed over, taken, answered where they were asked, turned into a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot import curation_views as views
from bot.access import Access, Role, Who
from bot.curation import Curation
from bot.errors import ChangedMeanwhile, NotAllowed
from bot.messages import Incoming
from bot.ports import Clock
from bot.privacy import clean_text
from bot.replies import Reply
from bot.storage.escalations import UNFINISHED, Handed, State
from bot.storage.people import ADMINS, EXPERTS
from bot.storage.unit import Storage, Unit
from bot.tracked import Reading
from knowledge.drafting import draft_of_reply

LONGEST_REPLY = 4000
LISTED = (*UNFINISHED, "answered")
NOT_YOURS = (
    "Only the person who asked a question can send it to an expert. Ask it yourself, then press the button below my "
    "answer."
)
TAKEN_BACK = frozenset({"recall", "recalled", "cancelled"})
"""The states of a card that the experts no longer have."""
Title = Callable[[str], str | None]


class Experts:
    """``title`` names a practice by its id, None if it is gone."""

    def __init__(self, storage: Storage, clock: Clock, curation: Curation, title: Title, access: Access) -> None:
        self._storage = storage
        self._clock = clock
        self._curation = curation
        self._title = title
        self._access = access

    async def hand_over(self, asked: Incoming, person: str, question_id: str) -> bool | None:
        """Give a question to the experts, with what was found; None if there is no such question or its words are no
        longer kept, False if it was.

        Raises NotAllowed for anybody but the asker: experts read the words.
        """
        where = asked.conversation
        async with self._storage.unit() as unit:
            turn = await unit.questions.get(where.tenant, question_id)
            if turn is None or turn.text is None:
                return None
            if turn.person != person:
                raise NotAllowed(NOT_YOURS)
            if not await unit.escalations.open(where.tenant, question_id, person, turn.text, self._clock()):
                return False
            await unit.escalations.owe(where.tenant, question_id, person, where, self._clock())
            await self._tell_experts(unit, where.tenant, question_id)
            if await self._reading(unit, where.tenant) is Reading.ADMINS:
                await self._tell_admins(unit, where.tenant)
        return True

    async def reading(self, tenant: str) -> Reading:
        """Who reads what is handed over there now."""
        async with self._storage.view() as unit:
            return await self._reading(unit, tenant)

    async def take_back(self, tenant: str, person: str, question_id: str) -> bool | None:
        """The asker wants it of no expert after all; False if one has taken or ended it, None if none has it."""
        async with self._storage.unit() as unit:
            handed = await unit.escalations.get(tenant, question_id)
            if handed is None or not await unit.escalations.is_of(tenant, question_id, person):
                return None
            if not await unit.escalations.take_back(tenant, question_id):
                return False
            for key in _cards(question_id):
                await unit.ledger.drop(tenant, key, self._clock())
                await unit.ledger.recall(tenant, key, self._clock())
            if handed.nearest is None:
                await unit.escalations.paid(tenant, question_id)  # else a gap that closes is still owed
        return True

    async def tell_all(self, unit: Unit, tenant: str) -> None:
        """Show the experts of a tenant every question that nobody has taken, in the channel that is theirs now."""
        for handed in await unit.escalations.listed(tenant, ("open",)):
            await self._tell_experts(unit, tenant, handed.question_id)

    async def take(self, by: Who, question_id: str, thread: str) -> Handed | None:
        """This expert will answer it, in this thread. Raises NotAllowed, ChangedMeanwhile; None if it is gone."""
        by.needs(Role.EXPERT)
        async with self._storage.unit() as unit:
            handed = await unit.escalations.get(by.tenant, question_id)
            if handed is None:
                return None
            if not await unit.escalations.take(by.tenant, question_id, by.person, thread, self._clock()):
                raise ChangedMeanwhile("Somebody else has taken this question, or it is closed.")
            if handed.state == "open":
                await self._tell_asker(unit, by.tenant, question_id, "taken", views.taken_notice(handed))
        return handed

    async def taken_here(self, by: Who, thread: str) -> str | None:
        """The question that this person took and answers in this thread."""
        async with self._storage.view() as unit:
            return await unit.escalations.taken_in(by.tenant, thread, by.person)

    async def answered_here(self, by: Who, thread: str, words: str) -> str | None:
        """The question that this person answered in this thread with these very words: the platform said it twice, or
        we died before we could confirm it.
        """
        async with self._storage.view() as unit:
            return await unit.escalations.answered_in(by.tenant, thread, by.person, clean_text(words, LONGEST_REPLY))

    async def answer(self, by: Who, question_id: str, words: str) -> None:
        """Send an expert's words to the asker. Raises NotAllowed, ChangedMeanwhile."""
        by.needs(Role.EXPERT)
        await self._finish(by, question_id, "answered", clean_text(words, LONGEST_REPLY))

    async def close(self, by: Who, question_id: str, words: str = "") -> None:
        """End it without an answer; the asker is told, with the reason if there is one. Raises as ``answer``."""
        by.needs(Role.EXPERT)
        await self._finish(by, question_id, "closed", clean_text(words, LONGEST_REPLY))

    async def close_overdue(self, before: datetime) -> None:
        """End, in all tenants, what was asked before this moment and not answered, and tell whoever asked."""
        async with self._storage.unit() as unit:
            for handed in await unit.escalations.overdue(before):
                if await unit.escalations.finish(handed.tenant, handed.question_id, "closed", None, self._clock()):
                    await self._tell_end(unit, handed, "closed", views.overdue_notice(handed))

    async def draft(self, by: Who, question_id: str) -> str:
        """Turn a reply into the draft of a practice; its id. Raises NotAllowed, ChangedMeanwhile."""
        by.needs(Role.EXPERT)
        async with self._storage.view() as unit:
            handed = await unit.escalations.get(by.tenant, question_id)
        if handed is None or not handed.reply:
            raise ChangedMeanwhile("There is no reply to make a draft of, or its words are no longer kept.")
        practice_id = await self._curation.now_called(f"draft-{question_id[:8]}")
        body = draft_of_reply(practice_id, handed.reply, self._clock().date())
        text = await self._curation.text(practice_id)
        if not text.seen:
            curator = Who(by.tenant, by.person, by.roles | {Role.CURATOR})
            await self._curation.save(curator, practice_id, body, 0, "from an expert's reply")
        return practice_id

    async def listed(self, by: Who) -> list[Handed]:
        """Open, taken and answered ones of this tenant. Raises NotAllowed."""
        by.needs(Role.EXPERT)
        async with self._storage.view() as unit:
            return await unit.escalations.listed(by.tenant, LISTED)

    async def _finish(self, by: Who, question_id: str, state: State, words: str) -> None:
        async with self._storage.unit() as unit:
            handed = await unit.escalations.get(by.tenant, question_id)
            ended = await unit.escalations.finish(by.tenant, question_id, state, words or None, self._clock())
            if handed is None or not ended:
                raise ChangedMeanwhile("This question has already been answered or closed.")
            await self._tell_end(unit, handed, state, views.ended_notice(handed, state, words))

    async def _tell_end(self, unit: Unit, handed: Handed, state: State, notice: Reply) -> None:
        for key in _cards(handed.question_id):
            await unit.ledger.drop(handed.tenant, key, self._clock())
        await self._tell_asker(unit, handed.tenant, handed.question_id, state, notice)
        await unit.escalations.paid(handed.tenant, handed.question_id)

    async def _tell_asker(self, unit: Unit, tenant: str, question_id: str, what: str, notice: Reply) -> None:
        turn = await unit.questions.get(tenant, question_id)
        for _, where in await unit.escalations.owed(tenant, [question_id]):
            person = turn.person if turn else None
            await unit.ledger.plan(tenant, f"{what}:{question_id}", where, notice, self._clock(), person=person)

    async def _tell_experts(self, unit: Unit, tenant: str, question_id: str) -> None:
        post = await unit.people.post(tenant, EXPERTS)
        handed = await unit.escalations.get(tenant, question_id)
        if post and handed:
            near = handed.practices or ((handed.nearest,) if handed.nearest else ())
            card = views.handed_card(handed, [title for title in map(self._title, near) if title])
            turn = await unit.questions.get(tenant, question_id)
            person = turn.person if turn else None
            first, again = _cards(question_id)
            before = await unit.ledger.outcome(tenant, first)
            key = again if before and before.state in TAKEN_BACK else first
            await unit.ledger.plan(tenant, key, post, card, self._clock(), person=person)

    async def _reading(self, unit: Unit, tenant: str) -> Reading:
        if await unit.people.post(tenant, EXPERTS) or await self._access.anybody(unit, tenant, Role.EXPERT):
            return Reading.EXPERTS
        return Reading.ADMINS if await unit.people.post(tenant, ADMINS) else Reading.NOBODY

    async def _tell_admins(self, unit: Unit, tenant: str) -> None:
        """Once a day, that questions wait for experts that there are none of."""
        if post := await unit.people.post(tenant, ADMINS):
            now = self._clock()
            await unit.ledger.plan(tenant, f"no-experts:{now.date()}", post, views.no_experts_card(), now)


def _cards(question_id: str) -> tuple[str, str]:
    """The keys of what the experts are shown of it: when it is handed over, and once more after it was taken back."""
    return f"expert:{question_id}", f"expert:{question_id}:again"
