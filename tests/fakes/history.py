"""A history in which each of several people left something in every table that names people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.web.sql_store import SqlWebConversations
from bot.messages import ButtonPress, Conversation, IncomingMessage, Sender
from bot.pilot_answers import Answers
from bot.replies import Reply
from bot.storage.adoption_tables import CheckIn
from bot.storage.curation_tables import SignInLink
from bot.storage.openings import Opened
from bot.storage.pilots import KeptPilot
from bot.storage.records import QuestionRecord
from bot.storage.results import Figures
from bot.storage.subscriptions import Wish
from bot.storage.unit import Storage, Unit
from bot.storage.versions import EVERYBODY
from bot.tip_times import Rhythm, next_slots

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TENANT = "W1"
FIGURES = Figures("replies", 1, 2, "a week", "October", "a note")
PLANNED = Answers("More replies", "Replies a week", 8, sponsor="Head of Courses", sponsor_agreed=AT.date(), sponsor_listed=AT.date())
WORDS = "May we repost what customers write, asks {user}?"


def direct(user: str, tenant: str = TENANT) -> Conversation:
    """The direct conversation with somebody."""
    return Conversation("slack", tenant, f"D-{user}", f"D-{user}/1", "direct", f'{{"team":"{tenant}","user":"{user}"}}')


async def leaves_something_everywhere(storage: Storage, user: str, tenant: str = TENANT) -> str:
    """This person did everything that can be done; their pseudonym."""
    person = storage.secret.pseudonym(tenant, user)
    async with storage.unit() as unit:
        await _asks(unit, tenant, user, person)
        await _states(unit, tenant, user, person)
        await _curates(unit, tenant, person)
        await _talks(unit, tenant, user, person)
    web = SqlWebConversations(storage)
    thread = f"thread of {person}"
    await web.append(thread, f"you:{person}", "you", f"words of {user}", AT, user=user, tenant=tenant)
    await web.append(thread, f"reply:{person}", "midway", f"to {user}", AT)
    return person


async def asks(unit: Unit, tenant: str, user: str, event: str, *, at: datetime = AT) -> str:
    """A question by somebody; its id."""
    return await unit.questions.record(QuestionRecord(
        tenant, event, "slack", f"D-{user}", unit.secret.pseudonym(tenant, user), at, WORDS.format(user=user), "en", "answered", 0.9,
        practices=("pilot-charter",), nearest="ugc-rights",
    ))


async def _asks(unit: Unit, tenant: str, user: str, person: str) -> None:
    question = await asks(unit, tenant, user, f"asks {user}")
    words = WORDS.format(user=user)
    await unit.openings.record(Opened(tenant, f"opens {user}", f"D-{user}", person, "pilot-charter", AT))
    await unit.feedback.rate(tenant, question, person, True, AT)
    await unit.escalations.open(tenant, question, person, words, AT)
    await unit.escalations.owe(tenant, question, person, direct(user, tenant), AT)
    for state in ("taken", "answered"):
        other = await asks(unit, tenant, f"asker {state}", f"{state} {user}")
        await unit.escalations.open(tenant, other, unit.secret.pseudonym(tenant, f"asker {state}"), "Words of another", AT)
        await unit.escalations.take(tenant, other, person, f"thread of {user}", AT)
        if state == "answered":
            await unit.escalations.finish(tenant, other, "answered", f"Reply by {user}", AT)


async def _states(unit: Unit, tenant: str, user: str, person: str) -> None:
    team, _ = await unit.teams.get_or_make(tenant, "Chapter North")
    await unit.teams.bind_person(tenant, person, team.id, AT)
    for practice, team_id in (("pilot-charter", team.id), ("sponsor-search", None)):
        await unit.adoptions.press(tenant, practice, "trying", person, team_id, None, AT, event_key=f"{practice} {user}")
    await unit.results.state(
        tenant, team.id, "pilot-charter", replace(FIGURES, credit=f"credit of {user}"), person, AT, event_key=f"r {user}"
    )
    await unit.contacts.offer(tenant, team.id, "pilot-charter", person, f"name of {user}", AT)
    await unit.choices.check_in(tenant, person, False, AT)
    await unit.pulses.wish(direct(user, tenant), person, "Europe/Berlin", 202609, AT)
    rhythm = Rhythm(2, 9, "Europe/Berlin")
    await unit.subscriptions.make(direct(user, tenant), person, Wish(rhythm), next_slots(rhythm, AT, 1)[0], AT)
    address = unit.secret.seal(f"address of {user}")
    for number, holder in enumerate((f"team:{team.id}", f"person:{person}")):
        unit.session.add(CheckIn(
            tenant=tenant, holder=holder, practice_id=f"for {user}", number=number + 1, person=person, address=address, due_at=AT,
        ))
        pilot = KeptPilot(
            "", tenant, team.id if number == 0 else None, person, PLANNED, ("pilot-charter",), AT.date(), AT, AT,
            where=direct(user, tenant),
        )
        await unit.pilots.make(pilot, f"pilot {number} {user}")
    await unit.audits.write(tenant, person, "trying", f"adoption:person:{person}:sponsor-search", AT)
    await unit.session.flush()


async def _curates(unit: Unit, tenant: str, person: str) -> None:
    number = await unit.versions.add(f"p-{person[:5]}", "body", "draft", 0, person, AT)
    await unit.versions.note(f"p-{person[:5]}", number or 0, "saved", person, AT)
    await unit.people.grant(tenant, person, "curator", "a label", person, AT)
    await unit.audits.write(EVERYBODY, person, "signed in", f"person:{person}", AT)
    await unit.people.grant(tenant, "somebody", f"role by {person[:4]}", "another", person, AT)
    unit.session.add(SignInLink(mark=person[::-1], tenant=tenant, person=person, expires_at=AT))
    channel = Conversation("slack", tenant, "C9", "C9", "channel", "address")
    await unit.people.assign(tenant, f"task {person[:4]}", channel, person, AT)
    await unit.gaps.close(tenant, 202640, f"near {person[:4]}", "done", None, person, AT)


async def _talks(unit: Unit, tenant: str, user: str, person: str) -> None:
    where, sender = direct(user, tenant), Sender(user)
    await unit.endpoints.named(where, "https://platform.example/", user, AT)
    waiting = IncomingMessage(f"waits {user}", where, sender, AT, f"words of {user}")
    await unit.inbox.put(waiting, AT)
    pressed = ButtonPress(f"pressed {user}", where, sender, AT, "ask", f"words of {user}")
    claim = await unit.inbox.take(pressed, "worker", AT, AT + timedelta(minutes=1))
    await unit.inbox.finish(claim, AT, reply=Reply(f"to {user}"))  # type: ignore[arg-type]
    for key in (f"reply:{user}", f"check-in:person:{person}:pilot-charter:1"):
        await unit.ledger.intend(tenant, key, where, Reply(f"to {user}"), AT, person=person if key.startswith("reply") else None)
    await unit.ledger.plan(tenant, f"gap:{user}", where, Reply(f"to {user}"), AT, person=person)

