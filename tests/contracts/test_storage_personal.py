"""Whoever is forgotten stands in no table any more, and nobody else loses anything by it; on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from adapters.web.sql_store import SqlWebConversations
from bot.storage.adoption_tables import PersonChoice, Pilot, Result
from bot.storage.adoptions import holder_of
from bot.storage.ledger import Outcome
from bot.storage.openings import Opened
from bot.storage.personal import SPOTS, WITHIN
from bot.storage.platform_tables import WebMessage
from bot.storage.records import ERASED
from bot.storage.retention import purge
from bot.storage.tables import AdoptionEvent
from bot.storage.unit import Storage
from bot.storage.versions import EVERYBODY
from tests.fakes.history import AT, TENANT, asks, leaves_something_everywhere
from tests.whole_database import all_rows, places_of, rows_with

NAMES = {"person", "by", "holder"}
NO_PEOPLE = {("result", "replaced_by")}
"""Columns that sound like a person and name something else."""


def people_columns(tables: Iterable[str]) -> set[tuple[str, str]]:
    """Columns that name a person, by what they are called."""
    return {
        (name, column.name) for name in tables for column in SQLModel.metadata.tables[name].columns
        if column.name in NAMES or column.name.endswith("_by")
    } - NO_PEOPLE


def known() -> set[tuple[str, str]]:
    return {(str(spot.model.__tablename__), spot.column) for spot in SPOTS}


async def forget(storage: Storage, person: str, tenant: str = TENANT) -> list[str]:
    async with storage.unit() as unit:
        return await unit.personal.forget(tenant, person)


def test_every_column_that_names_a_person_is_known() -> None:
    """A new table with a person in it has to say what happens there when that person is forgotten."""
    assert people_columns(SQLModel.metadata.tables) == known()


def test_an_unknown_column_is_found() -> None:
    assert people_columns(["escalation"]) == {("escalation", "person"), ("escalation", "taken_by")}
    assert people_columns(["result"]) == {("result", "person")}


async def test_people_are_found_by_how_their_pseudonym_begins(storage: Storage) -> None:
    """In the tenant they are of, whatever kind of thing is stored; words on the web stand under one tenant for all."""
    one, other = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2", "web")
    await SqlWebConversations(storage).append("t", "you:m", "you", "words", AT, user="U3", tenant="web")
    talked = storage.secret.pseudonym("web", "U3")
    async with storage.view() as unit:
        for (tenant, person), length in itertools.product(((TENANT, one), ("web", other), ("web", talked)), (32, 12)):
            assert await unit.personal_records.beginning(person[:length]) == {(tenant, person)}
        assert {(TENANT, one), ("web", other), ("web", talked)} <= await unit.personal_records.beginning("")
        assert await unit.personal_records.beginning("%") == set()
    await forget(storage, one)
    async with storage.view() as unit:
        assert await unit.personal_records.beginning(one) == set()


async def test_the_history_fills_every_column_that_names_a_person(storage: Storage) -> None:
    """Else the tests below would look at empty tables."""
    people = [await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2", "web")]
    rows = await all_rows(storage)
    filled = {tuple(where.split(".")) for person in people for where in places_of(rows, person)}
    assert known() - filled == set()
    assert {(str(model.__tablename__), column) for model, column in WITHIN} <= filled


@pytest.mark.parametrize("tenant", [TENANT, "web"])
async def test_nothing_is_left_of_who_is_forgotten(storage: Storage, tenant: str) -> None:
    """Neither the pseudonym nor the platform's id nor a word of theirs, in any cell of any table, sealed or not."""
    person = await leaves_something_everywhere(storage, "U1", tenant)
    await forget(storage, person, tenant)
    rows = await all_rows(storage)
    assert places_of(rows, person, "words of U1", "Reply by U1", "credit of U1", "name of U1", "to U1", "asks U1", '"U1"', "address of U1") == []


async def test_nobody_else_loses_anything(storage: Storage) -> None:
    """Every row in which another person stands is what it was; so are the states of teams."""
    person, other = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U2")
    before = await all_rows(storage)
    await forget(storage, person)
    after = await all_rows(storage)
    assert rows_with(after, other) == rows_with(before, other)
    assert [row for row in after["adoption"] if row["team_id"]] == [row for row in before["adoption"] if row["team_id"]]
    assert after["team"] == before["team"]


async def test_another_tenant_is_not_touched(storage: Storage) -> None:
    """The same platform id there is another person; forgetting with the wrong tenant forgets nobody."""
    person, elsewhere = await leaves_something_everywhere(storage, "U1"), await leaves_something_everywhere(storage, "U1", "W2")
    before = await all_rows(storage)
    await forget(storage, person, "W2")
    await forget(storage, elsewhere)
    after = await all_rows(storage)
    # The library, roles and the chat on the web belong to no tenant: there the pseudonym alone tells who it was.
    for rows in (before["audit"], after["audit"]):
        rows[:] = [row for row in rows if row["tenant"] != EVERYBODY]
    assert {name for name, rows in after.items() if rows != before[name]} <= {"practice_version", "practice_event", "web_message"}


async def test_what_a_team_stated_stays_without_the_person(storage: Storage) -> None:
    """Its statements, its figures and its pilot; what was stated for nobody but the person goes."""
    person = await leaves_something_everywhere(storage, "U1")
    kept = await forget(storage, person)
    async with storage.view() as unit:
        events = list(await unit.session.exec(select(AdoptionEvent)))
        assert [(event.practice_id, event.person, event.state) for event in events] == [("pilot-charter", ERASED, "trying")]
        assert list(await unit.adoptions.states(TENANT, holder_of(person, None))) == []
        [result] = list(await unit.session.exec(select(Result)))
        assert (result.person, result.credit, result.before, result.after) == (ERASED, None, 1, 2)
        [pilot] = list(await unit.session.exec(select(Pilot)))
        assert pilot.person == ERASED and kept == [pilot.id]
        stands = await unit.pilots.get(TENANT, pilot.id)
        assert stands and (stands.where, stands.answers.sponsor, stands.answers.sponsor_listed) == (None, "Head of Courses", None)


async def test_a_question_that_an_expert_took_is_open_again(storage: Storage) -> None:
    """What the expert answered stays answered, without their name and words."""
    person = await leaves_something_everywhere(storage, "U1")
    await forget(storage, person)
    async with storage.view() as unit:
        handed = await unit.escalations.listed(TENANT, ("open", "taken", "answered"))
        assert sorted((one.state, one.taken_by, one.reply) for one in handed) == [("answered", ERASED, None), ("open", None, None)]


async def test_not_wanting_to_be_tracked_is_the_one_thing_that_stays(storage: Storage) -> None:
    """Else whoever switched it off would be tracked again; who did not has no row."""
    for user, tracked in (("U1", False), ("U2", True)):
        person = await leaves_something_everywhere(storage, user)
        async with storage.unit() as unit:
            await unit.choices.track(TENANT, person, tracked, AT)
        await forget(storage, person)
    async with storage.view() as unit:
        choices = list(await unit.session.exec(select(PersonChoice)))
        assert [(row.person, row.tracked, row.check_ins) for row in choices] == [(storage.secret.pseudonym(TENANT, "U1"), False, True)]
    assert set(places_of(await all_rows(storage), choices[0].person)) == {"person_choice.person"}


async def test_what_is_planned_for_them_is_not_sent(storage: Storage) -> None:
    """Nor fails what is being sent at this very moment."""
    person = await leaves_something_everywhere(storage, "U1")
    async with storage.unit() as unit:
        planned = await unit.ledger.next_planned(("slack",), AT, AT)
        assert planned is not None
    await forget(storage, person)
    async with storage.unit() as unit:
        entry = planned[0]
        await unit.ledger.record(entry.tenant, entry.key, Outcome("sent", "m1"), AT)
        assert await unit.ledger.as_new_message(entry) == entry
        assert await unit.ledger.next_planned(("slack",), AT, AT) is None
        assert await unit.ledger.outcome(entry.tenant, entry.key) is None


async def test_what_waits_is_not_answered_any_more(storage: Storage) -> None:
    person = await leaves_something_everywhere(storage, "U1")
    await forget(storage, person)
    async with storage.unit() as unit:
        assert await unit.inbox.claim("worker", AT, AT, ("slack",)) is None


@pytest.mark.parametrize("tenant", [TENANT, "web"])
async def test_their_records_are_all_that_is_theirs(storage: Storage, tenant: str) -> None:
    """Every kind, in the clear, and nothing of anybody else; none once they are forgotten. Whoever signed in talks in the
    web chat as somebody of their own tenant.
    """
    person, _ = await leaves_something_everywhere(storage, "U1", tenant), await leaves_something_everywhere(storage, "U2", tenant)
    async with storage.unit() as unit:
        await asks(unit, tenant, "U1", "again")
        records = await unit.personal_records.everything(tenant, person)
    said = str(records)
    assert len(records["questions"]) == 2 and records["statements"][0]["team"] == "Chapter North"
    assert all(word in said for word in ("words of U1", "name of U1", "credit of U1", "More replies", "Reply by U1"))
    assert not any(word in said for word in ("U2", "address of"))
    assert [row["message"] for row in records["web_messages"]] == ["words of U1", "to U1"]
    await forget(storage, person, tenant)
    async with storage.view() as unit:
        assert await unit.personal_records.everything(tenant, person) == {}


async def test_every_tenant_is_known_in_which_anything_of_anybody_is_stored(storage: Storage) -> None:
    """Also where nobody asked and no team is, but somebody wants no check-ins or opened a practice."""
    await leaves_something_everywhere(storage, "U1")
    async with storage.unit() as unit:
        await unit.choices.check_in("T8", "p1", False, AT)
        await unit.openings.record(Opened("T9", "e1", "D1", "p1", "pilot-charter", AT))
    async with storage.view() as unit:
        assert await unit.personal_records.tenants() == {TENANT, "web", "T8", "T9"}


async def test_whose_it_was_is_kept_no_longer_than_the_words(storage: Storage) -> None:
    """Of a delivery until its payload goes with retention, of what came in until it was answered without keeping the reply."""
    person = await leaves_something_everywhere(storage, "U1")
    async with storage.unit() as unit:
        claim = await unit.inbox.claim("worker", AT, AT + timedelta(minutes=1), ("slack",))
        assert claim and await unit.inbox.whose(claim) == person
        await unit.inbox.finish(claim, AT)
        assert await unit.inbox.whose(claim) is None
        await unit.ledger.record(TENANT, "reply:U1", Outcome("sent", "D-U1/1"), AT)
    for after, known in ((timedelta(days=30), True), (timedelta(days=30, seconds=1), False)):
        await purge(storage, AT + after, 30)
        [row] = [row for row in (await all_rows(storage))["delivery"] if row["key"] == "reply:U1"]
        assert (row["person"], row["message_id"]) == ((person, "D-U1/1") if known else (None, None))


async def test_what_came_unasked_into_their_chat_goes_too(storage: Storage) -> None:
    """Also where nothing that they wrote is kept in that conversation any more; not what stands in another's."""
    person = await leaves_something_everywhere(storage, "U1")
    async with storage.unit() as unit:
        said = {"tenant": "web", "author": "midway", "at": AT}
        for number, place in enumerate(("p1", "p1", "p2", None)):
            theirs = person if number == 0 else None
            message = unit.secret.seal(f"message {number}")
            unit.session.add(WebMessage(conversation=f"c-{number}", place=place, person=theirs, message=message, **said))
    async with storage.view() as unit:
        records = await unit.personal_records.everything(TENANT, person)
    assert [row["message"] for row in records["web_messages"]][-2:] == ["message 0", "message 1"]
    await forget(storage, person)
    async with storage.view() as unit:
        left = await unit.session.exec(select(WebMessage.conversation).order_by(WebMessage.conversation))
        assert list(left) == ["c-2", "c-3"]
