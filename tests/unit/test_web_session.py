"""A cookie says who it is, and nobody can make one up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from adapters.web.limits import COOKIE_AGE
from adapters.web.session import Sessions, address_of, conversation_of, place_of, thread_of
from bot.privacy import SecretKey

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def sessions(key: int = 1, at: datetime = NOW, *, secure: bool = False) -> Sessions:
    numbers = count(1)
    return Sessions(SecretKey(bytes([key]) * 32), lambda: at, secure=secure, new_id=lambda: f"id{next(numbers)}")


def cookie(made: Sessions, owner: str = "") -> str:
    response = Response()
    made.remember(made.start(owner), response)
    return response.headers["set-cookie"].partition("=")[2].partition(";")[0]


def test_a_session_comes_back() -> None:
    """Person, place and newest conversation are what they were."""
    made = sessions()
    assert made.read(cookie(made)) == sessions().start()


def test_a_session_is_of_whoever_it_was_begun_for() -> None:
    """Not of the next to sign in at the same browser, nor of whoever is signed in nowhere; and the other way round."""
    made = sessions()
    anna, ben = made.owner("W1", "anna"), made.owner("W1", "ben")
    assert len({anna, ben, made.owner("W2", "anna"), ""}) == 4
    for owner in (anna, ben, ""):
        theirs = cookie(made, owner)
        assert [reader for reader in (anna, ben, "") if made.read(theirs, reader)] == [owner]
        session = made.read(theirs, owner)
        assert session and made.with_new_conversation(session).owner == owner


def test_a_cookie_from_before_owners_were_known_is_nobodys_who_signed_in() -> None:
    made = sessions()
    begun = made.start()
    old = str(made._signer.dumps([int(NOW.timestamp()), begun.person, begun.place, begun.conversation]))
    assert made.read(old) == begun and made.read(old, made.owner("W1", "anna")) is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    """HttpOnly and SameSite=Lax always, Secure where the public address is https."""
    response = Response()
    made = sessions(secure=True)
    made.remember(made.start(), response)
    parts = {part.strip().lower() for part in response.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "secure", "path=/"} <= parts


def test_the_cookie_names_nobody() -> None:
    """Two browsers have nothing in common."""
    made = sessions()
    first, second = made.start(), made.start()
    assert not {first.person, first.place, first.conversation} & {second.person, second.place, second.conversation}


def test_forged_and_foreign_cookies_are_nobodys() -> None:
    """One changed letter, another secret, no signature."""
    good = cookie(sessions())
    for forged in (good[:-1] + ("A" if good[-1] != "A" else "B"), "A" + good[1:], good.partition(".")[0], cookie(sessions(2)), "", "x.y"):
        assert sessions().read(forged) is None
    assert sessions().read(None) is None


@given(st.text())
def test_no_text_breaks_reading(text: str) -> None:
    """Whatever a browser sends is a session or none."""
    assert sessions().read(text) is None


@given(st.text())
def test_no_made_up_conversation_is_owned(text: str) -> None:
    made = sessions()
    session = made.start()
    assert made.owns(session, text) is (text == session.conversation)


def test_an_old_cookie_is_forgotten() -> None:
    """After its age, whatever the browser thinks of it."""
    good = cookie(sessions())
    assert sessions(at=NOW + COOKIE_AGE - timedelta(seconds=1)).read(good) is not None
    assert sessions(at=NOW + COOKIE_AGE).read(good) is None


def test_conversations_belong_to_their_place() -> None:
    """The old one too after a new one was begun; another browser's never."""
    made = sessions()
    mine, other = made.start(), made.start()
    later = made.with_new_conversation(mine)
    assert (later.person, later.place) == (mine.person, mine.place)
    assert later.conversation != mine.conversation
    assert made.owns(later, mine.conversation) and made.owns(later, later.conversation)
    assert not made.owns(mine, other.conversation)


def test_tokens_are_bound_to_the_session() -> None:
    made = sessions()
    mine, other = made.start(), made.start()
    assert made.csrf_matches(mine, made.csrf(mine))
    for wrong in (made.csrf(other), "", "\ud800", made.csrf(mine)[:-1]):
        assert not made.csrf_matches(mine, wrong)


def test_two_installations_on_one_machine_keep_apart() -> None:
    """Cookies know no ports: the names differ, so neither signs the other out."""
    assert sessions(1).cookie_name != sessions(2).cookie_name


def test_an_address_leads_back() -> None:
    made = sessions()
    session = made.start()
    conversation = conversation_of(session, session.conversation)
    assert thread_of(conversation.address) == session.conversation
    assert (conversation.channel, conversation.tenant, conversation.kind) == (session.place, "web", "direct")
    assert place_of(conversation.address) == session.place
    assert thread_of(address_of('"}', "p")) == '"}' and place_of('{"conversation": "c1"}') == ""


def test_whoever_signed_in_has_one_place_in_every_browser() -> None:
    """And nobody else has it; their conversations are still theirs after signing in anew."""
    made = sessions()
    anna, ben = made.owner("W1", "anna"), made.owner("W1", "ben")
    first, again = made.start(anna), made.start(anna)
    assert first.place == again.place and first.conversation != again.conversation
    assert made.owns(again, first.conversation) and not made.owns(made.start(ben), first.conversation)
    assert len({first.place, made.start(ben).place, made.start().place, made.start().place}) == 4


@pytest.mark.parametrize("address", ["", "{}", "[]", '{"conversation": 1}', "C123"])
def test_a_foreign_address_is_said_to_be_one(address: str) -> None:
    with pytest.raises(ValueError):
        thread_of(address)
