"""Where teams stand with practices: events in order, and their fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.privacy import SecretKey
from bot.storage.records import AdoptionOutcome
from bot.storage.statements import insert_once
from bot.storage.tables import Adoption, AdoptionEvent, Question

PROVEN = "proven"
LESS_THAN_PROVEN = frozenset({"trying", "adopted", "considering"})
TAKEN_UP = ("trying", "adopted", PROVEN)


def holder_of(person: str, team_id: str | None) -> str:
    """Whose adoption it is: the team's, or the person's while nobody knows the team."""
    return f"team:{team_id}" if team_id else f"person:{person}"


def fold(events: Iterable[tuple[str, datetime]]) -> tuple[str, datetime] | None:
    """The last state and when it began; saying the same again does not begin it anew."""
    state: tuple[str, datetime] | None = None
    for name, at in events:
        if state is None or state[0] != name:
            state = (name, at)
    return state


class Adoptions:
    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def press(
        self, tenant: str, practice_id: str, state: str, person: str, team_id: str | None, question_id: str | None,
        now: datetime, *, event_key: str | None = None, reason: str | None = None, correct: bool = False,
        tip: str | None = None,
    ) -> AdoptionOutcome:
        """The holder says where it stands. Saying what stands already changes nothing and writes no event.

        ``question_id`` or ``tip`` is what it was said below.

        What is proven stays so when somebody says that it is tried or done; only ``correct`` takes it back.

        Two at once take effect one after the other. With ``event_key`` (the event's id) a repeat of an event that took
        effect changes nothing, even if the state has moved on since.
        """
        key = None if event_key is None else self._secret.mark("event", tenant, event_key)
        place = {"tenant": tenant, "holder": holder_of(person, team_id), "practice_id": practice_id}
        row = {**place, "team_id": team_id, "person": None if team_id else person, "state": state, "since": now}
        is_new = await insert_once(self._session, Adoption, row)
        adoption = await self._locked(place)
        stays = adoption.state == state or (adoption.state == PROVEN and state in LESS_THAN_PROVEN and not correct)
        if not is_new and (stays or await self._has_event(tenant, key)):
            return AdoptionOutcome(False, adoption.state, adoption.since, adoption.state)
        previous = None if is_new else adoption.state
        adoption.state, adoption.since = state, now
        self._session.add(AdoptionEvent(
            tenant=tenant, event_key=key, team_id=team_id, person=person, practice_id=practice_id, state=state,
            question_id=await self._own_question(tenant, question_id), tip=tip, at=now, reason=reason,
        ))
        await self._session.flush()
        return AdoptionOutcome(True, state, now, previous)

    async def waits_for_team(
        self, tenant: str, person: str, thread_key: str, since: datetime, *, alone: bool
    ) -> str | None:
        """Whether this person, whose team nobody knew, stated something in this thread since then and asked nothing
        after it: the language in which they asked, else None.

        ``alone`` is whether nobody else is there; then it counts as well what was stated below no question.
        """
        stated = select(AdoptionEvent).where(
            AdoptionEvent.tenant == tenant, AdoptionEvent.person == person, col(AdoptionEvent.team_id).is_(None),
            col(AdoptionEvent.at) >= since,
        )
        event = (await self._session.exec(stated.order_by(col(AdoptionEvent.id).desc()).limit(1))).first()
        if event is None:
            return None
        thread = self._secret.mark("thread", tenant, thread_key)
        asked = select(Question).where(Question.tenant == tenant, Question.thread_key == thread)
        mine = list(await self._session.exec(asked.where(Question.person == person, col(Question.asked_at) >= since)))
        below = await self._session.get(Question, event.question_id) if event.question_id else None
        if any(one.asked_at > event.at and one.id != event.question_id for one in mine):
            return None
        if below is None:
            return "en" if alone else None
        return below.lang if below.thread_key == thread else None

    async def explain(self, tenant: str, holder: str, practice_id: str, person: str, state: str, reason: str) -> bool:
        """Add the reason to what this person stated last; False if that is not what stands."""
        events = await self.history(tenant, holder, practice_id)
        if not events or (events[-1].person, events[-1].state) != (person, state):
            return False
        events[-1].reason = reason
        await self._session.flush()
        return True

    async def attach_person(self, tenant: str, person: str, team_id: str, now: datetime) -> int:
        """What the person stated without a team becomes the team's; how many practices.

        Where the team has stated something itself, the later statement stands. ``now`` is when a row is locked, not
        when anything was stated: dates of statements stay.
        """
        stated = (col(AdoptionEvent.team_id).is_(None), col(AdoptionEvent.person) == person)
        return await self._attach(tenant, holder_of(person, None), team_id, stated)

    async def attach_team(self, tenant: str, source_id: str, team_id: str) -> int:
        """What one team stated becomes another's, as in ``attach_person``; how many practices."""
        return await self._attach(tenant, holder_of("", source_id), team_id, (col(AdoptionEvent.team_id) == source_id,))

    async def states(self, tenant: str, holder: str) -> dict[str, Adoption]:
        """Where a holder (see ``holder_of``) stands, by practice."""
        return {adoption.practice_id: adoption for adoption in await self._of_holder(tenant, holder)}

    async def standing(self, tenant: str, person: str | None, team_id: str | None) -> dict[str, str]:
        """The state by practice of a team, or of a person without one, read without a lock; empty for nobody."""
        mine = select(Adoption.practice_id, Adoption.state).where(
            Adoption.tenant == tenant, Adoption.holder == holder_of(person or "", team_id)
        )
        return dict((await self._session.exec(mine)).all())

    async def all(self, tenant: str) -> list[Adoption]:
        """Where everybody stands."""
        order = col(Adoption.practice_id), col(Adoption.holder)
        return list(await self._session.exec(select(Adoption).where(Adoption.tenant == tenant).order_by(*order)))

    async def of_practice(self, tenant: str, practice_id: str) -> list[Adoption]:
        """Where everybody stands with one practice."""
        mine = select(Adoption).where(Adoption.tenant == tenant, Adoption.practice_id == practice_id)
        return list(await self._session.exec(mine.order_by(col(Adoption.holder))))

    async def followed(self, tenant: str, practice_id: str, without: str | None) -> Counter[str]:
        """What teams took up next after they took up this practice, each team once; ``without`` is left out."""
        taken_up = AdoptionEvent.tenant == tenant, col(AdoptionEvent.state).in_(TAKEN_UP)
        theirs = select(AdoptionEvent.team_id).where(*taken_up, AdoptionEvent.practice_id == practice_id)
        said = select(AdoptionEvent.team_id, AdoptionEvent.practice_id).where(
            *taken_up, col(AdoptionEvent.team_id).in_(theirs)
        )
        begun: dict[str, list[str]] = {}
        for team_id, taken in await self._session.exec(said.order_by(col(AdoptionEvent.id))):
            if team_id and team_id != without:
                begun.setdefault(team_id, []).append(taken)
        orders = [list(dict.fromkeys(order)) for order in begun.values()]
        return Counter(
            order[order.index(practice_id) + 1]
            for order in orders if order[-1] != practice_id
        )

    async def history(self, tenant: str, holder: str, practice_id: str) -> list[AdoptionEvent]:
        """Every statement of a holder about a practice, oldest first."""
        kind, _, who = holder.partition(":")
        return await self._events(tenant, practice_id, who if kind == "team" else None, who)

    async def _of_holder(self, tenant: str, holder: str) -> list[Adoption]:
        found = await self._session.exec(
            select(Adoption).where(Adoption.tenant == tenant, Adoption.holder == holder)
            .order_by(col(Adoption.practice_id)).with_for_update()
        )
        return list(found)

    async def _locked(self, place: dict[str, str]) -> Adoption:
        key = (place["tenant"], place["holder"], place["practice_id"])
        adoption = await self._session.get(Adoption, key, with_for_update=True, populate_existing=True)
        assert adoption is not None
        return adoption

    async def _has_event(self, tenant: str, key: str | None) -> bool:
        if key is None:
            return False
        same = select(AdoptionEvent.id).where(AdoptionEvent.tenant == tenant, AdoptionEvent.event_key == key)
        return (await self._session.exec(same)).first() is not None

    async def _own_question(self, tenant: str, question_id: str | None) -> str | None:
        if question_id is None:
            return None
        own = select(Question.id).where(Question.id == question_id, Question.tenant == tenant)
        return (await self._session.exec(own)).first()

    async def _events(self, tenant: str, practice_id: str, team_id: str | None, person: str) -> list[AdoptionEvent]:
        where: Any = AdoptionEvent.team_id == team_id
        if team_id is None:
            where = (col(AdoptionEvent.team_id).is_(None)) & (col(AdoptionEvent.person) == person)
        found = await self._session.exec(
            select(AdoptionEvent).where(AdoptionEvent.tenant == tenant, AdoptionEvent.practice_id == practice_id, where)
            .order_by(col(AdoptionEvent.id))
        )
        return list(found)

    async def _attach(self, tenant: str, holder: str, team_id: str, stated: tuple[Any, ...]) -> int:
        """``stated`` tells the holder's events from all others."""
        moved = await self._of_holder(tenant, holder)
        for adoption in moved:
            target = {"tenant": tenant, "holder": holder_of("", team_id), "practice_id": adoption.practice_id}
            row = {**target, "team_id": team_id, "person": None, "state": adoption.state, "since": adoption.since}
            await insert_once(self._session, Adoption, row)
            merged = await self._locked(target)
            about = (col(AdoptionEvent.tenant) == tenant, col(AdoptionEvent.practice_id) == adoption.practice_id)
            await self._session.exec(update(AdoptionEvent).where(*about, *stated).values(team_id=team_id))
            await self._refold(merged)
            await self._session.delete(adoption)
        await self._session.flush()
        return len(moved)

    async def _refold(self, adoption: Adoption) -> None:
        events = await self._events(adoption.tenant, adoption.practice_id, adoption.team_id, "")
        folded = fold((event.state, event.at) for event in events)
        if folded is not None:
            adoption.state, adoption.since = folded
