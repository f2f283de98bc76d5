"""Who may do what: roles of the settings, roles that were given, and links that let in once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.access import INVITATION_LASTS, LINK_LASTS, WEB, Access, Role, Who
from bot.errors import NotAllowed
from bot.messages import Conversation, IncomingMessage, Sender
from bot.storage.unit import Storage
from tests.fakes.answering import START
from tests.fakes.office import ADMIN, CURATOR, EXPERT, MEMBER, World
from tests.on_sqlite import database

__all__ = ["database"]

GIVEN = {Role.ADMIN: ["slack:U0ADMIN"], Role.CURATOR: ["U0CURATOR", "29:teams-person"], Role.EXPERT: ["msteams:29:teams-expert"]}

BEYOND_MEMBERS = [role for role in Role if role is not Role.MEMBER]


@pytest_asyncio.fixture
async def world(storage: Storage) -> AsyncIterator[World]:
    yield World(storage, GIVEN)


def says(user: str, platform: str = "slack", tenant: str = "W1") -> IncomingMessage:
    where = Conversation(platform, tenant, "D1", "D1", "direct", "address")
    return IncomingMessage("e1", where, Sender(user), START, "sign in")


@pytest.mark.parametrize(
    ("user", "platform", "role"),
    [
        ("U0ADMIN", "slack", Role.ADMIN), ("U0CURATOR", "slack", Role.CURATOR), ("29:teams-person", "msteams", Role.CURATOR),
        ("29:teams-expert", "msteams", Role.EXPERT),
    ],
)
async def test_settings_name_people_by_their_platforms_id(world: World, user: str, platform: str, role: Role) -> None:
    """With the platform before it or without; an id may itself have a colon. Who is not named is nothing."""
    assert (await world.office.access.of(says(user, platform))).roles == {role}
    assert (await world.office.access.of(says("U0SOMEBODY", platform))).roles == frozenset()


async def test_an_admin_may_do_what_curators_and_experts_may() -> None:
    for role in Role:
        ADMIN.needs(role)
    for role in BEYOND_MEMBERS:
        with pytest.raises(NotAllowed):
            MEMBER.needs(role)
    with pytest.raises(NotAllowed):
        CURATOR.needs(Role.EXPERT)
    with pytest.raises(NotAllowed):
        EXPERT.needs(Role.CURATOR)


async def test_a_platform_vouches_for_its_people_and_on_the_web_only_a_role_does() -> None:
    """Everybody of a workspace is a member; of those who are only on the web, who was given a role."""
    MEMBER.needs(Role.MEMBER)
    Who(WEB, "invited", frozenset({Role.MEMBER})).needs(Role.MEMBER)
    stranger = Who(WEB, "stranger", frozenset())
    assert MEMBER.welcome and not stranger.welcome
    with pytest.raises(NotAllowed):
        stranger.needs(Role.MEMBER)


@pytest.mark.parametrize("role", BEYOND_MEMBERS)
async def test_a_refusal_names_the_role_and_the_remedy(role: Role) -> None:
    with pytest.raises(NotAllowed) as refused:
        MEMBER.needs(role)
    assert str(refused.value) == f"That is for {role.value}s. An admin can make you one (MIDWAY_{role.value.upper()}S)."


async def test_on_no_platform_it_says_what_the_machine_itself_has() -> None:
    """Where that is known, and to nobody in a workspace: they have no shell there."""
    hint = " On the machine that I run on: `midway report`."
    for tenant, here, told in (("web", "`midway report`", True), ("web", "", False), (MEMBER.tenant, "`midway report`", False)):
        with pytest.raises(NotAllowed) as refused:
            Who(tenant, "p1", frozenset()).needs(Role.SPONSOR, here)
        how = " on the page “People”." if tenant == WEB else " (MIDWAY_SPONSORS)."
        assert str(refused.value) == "That is for sponsors. An admin can make you one" + how + (hint if told else "")


async def test_a_guest_of_a_team_is_sent_to_the_page_too() -> None:
    """No setting can name them: they have no id on the platform."""
    with pytest.raises(NotAllowed, match="on the page “People”"):
        Who("W1", "g-somebody", frozenset({Role.MEMBER})).needs(Role.CURATOR)


async def test_the_settings_people_are_listed_for_admins_alone(world: World) -> None:
    assert world.office.access.named(ADMIN) == [
        (Role.ADMIN, "slack:U0ADMIN"), (Role.CURATOR, "U0CURATOR"), (Role.CURATOR, "29:teams-person"), (Role.EXPERT, "msteams:29:teams-expert"),
    ]
    with pytest.raises(NotAllowed):
        world.office.access.named(CURATOR)


async def test_a_role_that_was_taken_away_is_gone_at_once(world: World) -> None:
    """Roles are looked up every time; what was given on the web counts there and nowhere else."""
    access = world.office.access
    who = await access.enter(await access.invite(ADMIN, Role.CURATOR, "Chapter North"))
    assert who and who.tenant == WEB and who.roles == {Role.CURATOR}
    assert (await access.of_person("W1", who.person)).roles == frozenset()
    assert await access.revoke(ADMIN, who.person) is True
    assert (await access.of_person(who.tenant, who.person)).roles == frozenset()
    assert await access.revoke(ADMIN, who.person) is False


@pytest.mark.parametrize("later", [timedelta(0), INVITATION_LASTS * 3], ids=["at once", "when the link is forgotten"])
async def test_a_form_that_comes_again_gives_no_role_again(world: World, later: timedelta) -> None:
    """Whoever was shown out stays out, also with the session that they had."""
    access = world.office.access
    token = await access.invite(ADMIN, Role.CURATOR, "Chapter North", "one form")
    assert await access.invitation(ADMIN, "one form") == token
    who = await access.enter(token)
    assert who and await access.invitation(ADMIN, "one form") is None
    assert await access.revoke(ADMIN, who.person) is True
    world.now += later
    await access.invite(ADMIN, Role.CURATOR, "somebody else", "another form")
    assert await access.invite(ADMIN, Role.CURATOR, "Chapter North", "one form") == token
    assert not (await access.of_person(WEB, who.person)).welcome
    assert [grant.label for grant in await access.given(ADMIN)] == ["somebody else"]
    assert await access.invitation(ADMIN, "one form") is None and await access.enter(token) is None


async def test_a_link_is_shown_only_while_it_lets_somebody_in(world: World) -> None:
    """Not after three days, not when the role was taken away before anybody came, and to admins alone."""
    access = world.office.access
    for event in ("first", "second"):
        await access.invite(ADMIN, Role.EXPERT, event, event)
    [first, _] = await access.given(ADMIN)
    assert await access.revoke(ADMIN, first.person) is True
    assert await access.invitation(ADMIN, "first") is None and await access.invitation(ADMIN, "second")
    world.now += INVITATION_LASTS
    assert await access.invitation(ADMIN, "second") is None and await access.invitation(ADMIN, "never made") is None
    with pytest.raises(NotAllowed):
        await access.invitation(EXPERT, "second")


async def test_roles_given_and_taken_and_who_came_in_stand_in_the_audit(world: World) -> None:
    """For admins of every tenant, as roles on the web are theirs to give; without what an admin calls somebody."""
    access = world.office.access
    who = await access.enter(await access.invite(ADMIN, Role.CURATOR, "Chapter North", "one form"))
    assert who
    await access.invite(ADMIN, Role.CURATOR, "Chapter North", "one form")
    assert await access.revoke(ADMIN, who.person) and not await access.revoke(ADMIN, who.person)
    await access.enter(await access.link_for(CURATOR))
    assert await access.enter("no such link") is None
    async with world.storage.view() as unit:
        mine, elsewhere = await unit.audits.about("W1"), await unit.audits.about("W2")
    subject = f"person:{who.person}"
    assert [(entry.what, entry.by, entry.subject, entry.note) for entry in reversed(elsewhere)] == [
        ("gave a role", ADMIN.person, subject, "curator"), ("signed in", who.person, subject, ""),
        ("took a role away", ADMIN.person, subject, "curator"),
    ]
    assert (mine[0].what, mine[0].by) == ("signed in", CURATOR.person) and mine[1:] == elsewhere


async def test_what_the_settings_no_longer_name_is_gone_with_the_next_start(world: World, storage: Storage) -> None:
    curator = await world.office.access.of(says("U0CURATOR"))
    later: Mapping[Role, Sequence[str]] = {Role.CURATOR: []}
    assert (await Access(storage, storage.secret, lambda: world.now, later).of_person("W1", curator.person)).roles == frozenset()


async def test_an_invitation_lets_in_once_within_three_days(world: World) -> None:
    access = world.office.access
    first, second = [await access.invite(ADMIN, Role.EXPERT, f"Law {number}") for number in (1, 2)]
    entered = await access.enter(first)
    assert entered and entered.roles == {Role.EXPERT}
    assert await access.enter(first) is None
    world.now += INVITATION_LASTS
    assert await access.enter(second) is None
    assert sorted(grant.label for grant in await access.given(ADMIN)) == ["Law 1", "Law 2"]


async def test_what_opens_nothing_waits_for_nobody_who_writes(world: World) -> None:
    """A guess, a link that was used and one that is too old are told from a read alone: anybody may send them."""
    access = world.office.access
    used, late = [await access.invite(ADMIN, Role.EXPERT, label) for label in ("used", "late")]
    assert await access.enter(used)
    world.now += INVITATION_LASTS
    async with world.storage.unit(), asyncio.timeout(2):
        assert [await access.enter(token) for token in ("a guess", used, late)] == [None] * 3


async def test_a_way_in_from_the_chat_lasts_a_quarter_of_an_hour(world: World) -> None:
    access = world.office.access
    token = await access.link_for(CURATOR)
    world.now += LINK_LASTS - timedelta(seconds=1)
    entered = await access.enter(token)
    assert entered and (entered.tenant, entered.person) == (CURATOR.tenant, CURATOR.person)
    late = await access.link_for(CURATOR)
    world.now += LINK_LASTS
    assert await access.enter(late) is None


async def test_a_member_gets_a_way_in_and_a_stranger_on_the_web_none(world: World) -> None:
    entered = await world.office.access.enter(await world.office.access.link_for(MEMBER))
    assert entered and (entered.person, entered.roles) == (MEMBER.person, frozenset())
    with pytest.raises(NotAllowed, match="ask an admin for a link"):
        await world.office.access.link_for(Who(WEB, "stranger", frozenset()))


@pytest.mark.parametrize("who", [MEMBER, CURATOR, EXPERT], ids=["member", "curator", "expert"])
async def test_only_an_admin_gives_and_takes_roles(world: World, who: Who) -> None:
    access = world.office.access
    with pytest.raises(NotAllowed):
        await access.invite(who, Role.ADMIN, "myself")
    with pytest.raises(NotAllowed):
        await access.revoke(who, "somebody")
    with pytest.raises(NotAllowed):
        await access.given(who)
    assert await access.given(ADMIN) == []
