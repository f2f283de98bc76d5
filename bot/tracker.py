"""Keeps the count: who asked what, for which team, what they said of it. People only as keyed pseudonyms."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.features import Follows, Stated
from bot.joining import keeps_guest, takes_in, told_once
from bot.messages import ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.ports import Clock
from bot.privacy import SecretKey, clean_text
from bot.storage.adoptions import holder_of
from bot.storage.openings import Opened
from bot.storage.records import QuestionRecord
from bot.storage.subscriptions import of_name
from bot.storage.tables import Team
from bot.storage.teams import subject_of
from bot.storage.unit import Storage, Unit
from bot.thread_history import Lookup, earlier_in
from bot.tracked import UNTRACKED, Asked, Pressed, Registered
from knowledge.answers import Answer, Outcome
from knowledge.taking_up import picked

LONGEST_KEPT = 4_000
FORM_WAITS = timedelta(minutes=30)
"""How long words can be the reply to the form that asks for a team."""


class Tracker:
    """All that is counted. With ``enabled`` False nothing of a question is stored, nor of whoever chose so.

    ``follows`` act on what teams state. ``practice`` looks one up in the library in force.
    """

    def __init__(
        self, storage: Storage, secret: SecretKey, clock: Clock, *, enabled: bool = True,
        follows: Sequence[Follows] = (), practice: Lookup = lambda _: None,
    ) -> None:
        self._storage = storage
        self._secret = secret
        self._clock = clock
        self.enabled = enabled
        self._follows = follows
        self._practice = practice

    async def counts(self, incoming: Incoming) -> bool:
        """Whether anything of what this person asks and presses is stored: not while they switched that off."""
        if not self.enabled:
            return False
        async with self._storage.view() as unit:
            return await self._tracked(unit, incoming)

    def person(self, incoming: Incoming) -> str:
        return self._secret.pseudonym(incoming.conversation.tenant, incoming.sender.user)

    async def before(self, incoming: Incoming) -> list[str]:
        """Earlier questions of this thread and titles of what was opened there, oldest first; none past retention."""
        async with self._storage.view() as unit:
            turns = await earlier_in(unit, incoming.conversation, self._practice)
        # “The second one” is of those that the last answer named.
        picks = isinstance(incoming, IncomingMessage) and picked(incoming.text) is not None
        return [turn.text for turn in turns if turn.text and not (picks and turn.opened)]

    async def subject(self, incoming: Incoming) -> str | None:
        """The practice that this thread was about last: opened in it, or answered with."""
        async with self._storage.view() as unit:
            turns = await earlier_in(unit, incoming.conversation, self._practice)
        return next((turn.practices[0] for turn in reversed(turns) if turn.practices), None)

    async def asked(
        self, incoming: Incoming, text: str, answer: Answer, *, team: Team | None = None, assigned: bool = True,
        openly: bool = True,
    ) -> Asked:
        """Record a question and its answer; the same event again changes nothing and gives the same id.

        ``team`` is given where the asker named one for this question; else it is the person's or the channel's, or
        where it is not ``assigned`` none.
        What was not asked ``openly`` is not spoken of in that conversation later; after a slash command it is in direct
        messages.
        """
        where = incoming.conversation
        if not self.enabled:
            return Asked(UNTRACKED, first_here=False)
        async with self._storage.unit() as unit:
            if not await self._tracked(unit, incoming):
                return Asked(UNTRACKED, first_here=False)
            # What one person alone is told, the channel has not been told.
            told = where.channel if openly else f"{where.channel}/{self.person(incoming)}"
            place = self._secret.place_key(where.tenant, where.platform, told)
            first = await unit.places.first_time(where.tenant, place)
            if assigned and team is None:
                team = await self.team_in(unit, incoming)
            record = self._record(incoming, text, answer, team)
            asked = await unit.questions.record(record)
            if record.nearest and (openly or where.hidden):
                # Somebody may write that practice; then they are told.
                await unit.escalations.owe(where.tenant, asked, record.person, where, self._clock())
            return Asked(asked, first, await self._untold(unit, incoming) if openly else None)

    def now(self) -> datetime:
        return self._clock()

    async def press(
        self, incoming: Incoming, practice_id: str, state: str, question_id: str | None, *, correct: bool = False,
        asked_later: bool = True,
    ) -> Pressed:
        """A team (or a person whose team is unknown) says where it stands with a practice, or corrects it."""
        tenant, person, now = incoming.conversation.tenant, self.person(incoming), self._clock()
        async with self._storage.unit() as unit:
            team = await self.team_in(unit, incoming)
            tip = question_id if question_id and of_name(question_id) else None
            outcome = await unit.adoptions.press(
                tenant, practice_id, state, person, team.id if team else None, None if tip else question_id, now,
                event_key=incoming.event_id, correct=correct, tip=tip,
            )
            if tip:
                await unit.subscriptions.touched(tenant, tip, now)
            if outcome.changed:
                stated = Stated(incoming, person, team, practice_id, state, now, asked_later)
                await self.wrote(unit, stated)
            asked = await unit.check_ins.latest(tenant, holder_of(person, team.id if team else None), practice_id)
        waits = asked is not None and asked.state == "waiting"
        return Pressed(outcome, team.name if team else None, asked.due_at if asked and waits else None)

    async def opened(self, incoming: Incoming, name: str, practice_id: str) -> None:
        """Somebody opened a practice, below the answer or the tip of this ``name``: what they say next is about it."""
        where = incoming.conversation
        if not await self.counts(incoming):
            return
        async with self._storage.unit() as unit:
            event = incoming.event_id or uuid.uuid4().hex
            person = self.person(incoming)
            await unit.openings.record(Opened(where.tenant, event, where.thread_key, person, practice_id, incoming.at))
            if of_name(name):
                await unit.subscriptions.touched(where.tenant, name, self._clock())

    async def wrote(self, unit: Unit, stated: Stated) -> None:
        """Write down who stated it, and do what follows, in the unit of work in which the state changed."""
        subject = f"adoption:{holder_of(stated.person, stated.team.id if stated.team else None)}:{stated.practice_id}"
        tenant = stated.incoming.conversation.tenant
        await unit.audits.write(tenant, stated.person, stated.state, subject, stated.at)
        for follower in self._follows:
            await follower.stated(unit, stated)

    async def rate(self, incoming: Incoming, question_id: str, *, helpful: bool) -> bool | None:
        """True if this is new or other than what the person said before; None if there is no such question."""
        async with self._storage.unit() as unit:
            if await unit.questions.get(incoming.conversation.tenant, question_id) is None:
                return None
            return await unit.feedback.rate(
                incoming.conversation.tenant, question_id, self.person(incoming), helpful, self._clock()
            )

    async def language(self, incoming: Incoming, question_id: str) -> str:
        """The language in which a question was asked; English where it is not known any more."""
        async with self._storage.view() as unit:
            asked = await unit.questions.get(incoming.conversation.tenant, question_id)
        return asked.lang if asked else "en"

    async def rate_shown(self, incoming: ButtonPress | FormSubmission, *, helpful: bool) -> bool | None:
        """As ``rate``, of what this person was answered in that message; None where it is no answer to them that can
        be rated.
        """
        where, message = incoming.conversation, incoming.message_id
        if message is None:
            return None
        async with self._storage.view() as unit:
            mine = await unit.questions.shown_as(where.tenant, where.thread_key, self.person(incoming), message)
        return await self.rate(incoming, mine, helpful=helpful) if mine else None

    async def team_of(self, incoming: Incoming) -> Team | None:
        async with self._storage.view() as unit:
            return await self.team_in(unit, incoming)

    async def waits_for_team(self, message: Incoming) -> str | None:
        """The language of this person, where we have just asked for their team in this thread; None where not."""
        where, since = message.conversation, self._clock() - FORM_WAITS
        async with self._storage.view() as unit:
            if await self.team_in(unit, message) is not None:
                return None
            return await unit.adoptions.waits_for_team(
                where.tenant, self.person(message), where.thread_key, since, alone=where.kind == "direct"
            )

    async def team_named(self, tenant: str, name: str) -> Team:
        """Raises as ``Teams.taking_part``."""
        async with self._storage.view() as unit:
            return await unit.teams.taking_part(tenant, name)

    async def team_names(self, tenant: str) -> list[str]:
        """Of all that take part."""
        async with self._storage.view() as unit:
            return [team.name for team in await unit.teams.all(tenant) if team.left_at is None]

    async def join(self, incoming: Incoming, name: str) -> tuple[Team, bool]:
        """The person is in this team from now on, made if there was none; what they stated before becomes the team's.

        Raises TeamUnknown when the team exists and its joining is closed, or when it has withdrawn; TeamChangeRefused
        for a guest of another team.
        """
        tenant, person = incoming.conversation.tenant, self.person(incoming)
        async with self._storage.unit() as unit:
            team, made = await unit.teams.get_or_make(tenant, name)
            if not made:
                await takes_in(unit, team, person)
            await self.enter(unit, team, person)
        return team, made

    async def enter(self, unit: Unit, team: Team, person: str, *, by: str | None = None) -> None:
        """As ``join``, in a unit of work and whether joining is open or not; ``by`` is who let them in."""
        now, before = self._clock(), await unit.teams.membership(team.tenant, person)
        if by is None:
            await keeps_guest(unit, team, person)
        if await unit.teams.bind_person(team.tenant, person, team.id, now):
            if before:
                await unit.audits.write(team.tenant, person, "left", subject_of(before[0].id), now)
            await unit.audits.write(team.tenant, by or person, "joined", subject_of(team.id), now)
        await unit.adoptions.attach_person(team.tenant, person, team.id, now)
        for follower in self._follows:
            await follower.joined(unit, team.tenant, person, team.id)

    async def bind_channel(self, incoming: Incoming, name: str) -> tuple[Team, bool]:
        """The channel speaks for this team from now on, made if there was none. Raises as ``join``."""
        where, person = incoming.conversation, self.person(incoming)
        async with self._storage.unit() as unit:
            team, made = await unit.teams.get_or_make(where.tenant, name)
            bound = await unit.teams.of_channel(where.tenant, where.platform, where.channel)
            await keeps_guest(unit, team, person)
            if not made and not (bound and bound.id == team.id):
                await takes_in(unit, team, person)
            if await unit.teams.bind_channel(where.tenant, where.platform, where.channel, team.id):
                await unit.audits.write(
                    where.tenant, person, "joined", subject_of(team.id), self._clock(), "as a channel"
                )
        return team, made

    async def tells(self, team: Team) -> Registered | None:
        """The team, where an admin registered it and nobody was told so before; from now on somebody was."""
        if team.told:  # without a turn at writing
            return None
        async with self._storage.unit() as unit:
            return await told_once(unit, team)

    async def last_answered(self, incoming: Incoming) -> bool:
        """Whether this person is the one whom the bot last answered in this thread, be it a question or any other
        words.

        For other words that is known for a week; for questions, as long as they are kept.
        """
        where = incoming.conversation
        async with self._storage.view() as unit:
            asked = await unit.questions.last_asker(where.tenant, where.thread_key)
            answered = await unit.inbox.last_answered(where)
        return self.person(incoming) in {asked, answered}

    async def _untold(self, unit: Unit, incoming: Incoming) -> Registered | None:
        where = incoming.conversation
        if where.kind != "channel":
            return None
        team = await unit.teams.of_channel(where.tenant, where.platform, where.channel)
        return await told_once(unit, team) if team else None

    async def _tracked(self, unit: Unit, incoming: Incoming) -> bool:
        return (await unit.choices.of(incoming.conversation.tenant, self.person(incoming))).tracked

    async def team_in(self, unit: Unit, incoming: Incoming) -> Team | None:
        """The team that this person or this place speaks for, in a unit of work."""
        where = incoming.conversation
        return await unit.teams.of(where.tenant, self.person(incoming), where.platform, where.channel)

    def _record(self, incoming: Incoming, text: str, answer: Answer, team: Team | None) -> QuestionRecord:
        where = incoming.conversation
        return QuestionRecord(
            tenant=where.tenant, event_key=incoming.event_id or uuid.uuid4().hex,
            platform=where.platform, thread_key=where.thread_key,
            person=self.person(incoming),
            asked_at=incoming.at,
            text=clean_text(text, LONGEST_KEPT),
            lang=answer.lang,
            outcome=answer.outcome.value,
            confidence=answer.confidence,
            team_id=team.id if team else None,
            route=answer.route,
            practices=tuple(citation.id for citation in answer.citations),
            nearest=answer.nearest[0].id if answer.nearest and answer.outcome is Outcome.DECLINED else None,
            may_be_honest=answer.may_be_honest,
        )
