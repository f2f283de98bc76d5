"""Whatever comes in and goes out survives being stored, exactly."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import replies
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming, IncomingMessage, Sender
from bot.replies import Block, Reply
from bot.storage.codec import (
    PayloadUnreadable,
    dump_incoming,
    dump_outgoing,
    dump_reply,
    load_incoming,
    load_outgoing,
    load_reply,
)

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
NUMBER = st.one_of(st.none(), st.integers(-1000, 1000), st.floats(allow_nan=False))
WORDS = st.lists(TEXT, max_size=3).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)


def many(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


FIELD = st.builds(replies.Field, name=TEXT, label=TEXT, hint=TEXT, value=TEXT, required=st.booleans(), multiline=st.booleans(), options=PAIRS)
CHOICE = st.builds(replies.Field, name=TEXT, label=TEXT, value=TEXT, several=st.just(True), options=st.just((("a", "A"), ("b", "B"))))
BLOCKS: dict[type, st.SearchStrategy[object]] = {
    replies.Heading: st.builds(replies.Heading, text=TEXT),
    replies.Paragraph: st.builds(replies.Paragraph, text=TEXT, quiet=st.booleans()),
    replies.Steps: st.builds(replies.Steps, items=many(st.builds(replies.Step, lead=TEXT, text=TEXT)), numbered=st.booleans()),
    replies.Facts: st.builds(replies.Facts, pairs=PAIRS),
    replies.Table: st.builds(replies.Table, header=WORDS, rows=many(WORDS)),
    replies.Chart: st.builds(
        replies.Chart, title=TEXT, summary=TEXT, categories=WORDS, unit=TEXT,
        series=many(st.builds(replies.Series, label=TEXT, values=st.lists(NUMBER, max_size=3).map(tuple))),
    ),
    replies.Buttons: st.builds(replies.Buttons, items=many(st.builds(replies.Button, label=TEXT, action=TEXT, value=TEXT, primary=st.booleans()))),
    replies.Form: st.builds(replies.Form, form=TEXT, context=TEXT, title=TEXT, submit=TEXT, fields=many(FIELD | CHOICE)),
    replies.Link: st.builds(replies.Link, label=TEXT, url=TEXT),
    replies.Sources: st.builds(
        replies.Sources,
        items=many(st.builds(replies.SourceLink, number=st.integers(1, 99), title=TEXT, publisher=TEXT, year=st.none() | st.integers(1900, 2100), url=TEXT)),
    ),
}
SENDER = st.builds(Sender, user=TEXT, locale=st.none() | TEXT, name=st.none() | TEXT, zone=st.none() | TEXT)
REPLY = st.builds(
    Reply, text=TEXT, blocks=many(st.one_of(*BLOCKS.values())), audience=st.sampled_from(["conversation", "sender", "everyone"]),
    replaces=st.none() | TEXT, ai_generated=st.booleans(), by=st.none() | SENDER,
)
CONVERSATION = st.builds(
    Conversation, platform=TEXT, tenant=TEXT, channel=TEXT, thread=TEXT, kind=st.sampled_from(["direct", "channel"]), address=TEXT
)
MOMENT = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
COMMON = {"event_id": TEXT, "conversation": CONVERSATION, "sender": SENDER, "at": MOMENT}
INCOMING: dict[type, st.SearchStrategy[Incoming]] = {
    IncomingMessage: st.builds(IncomingMessage, **COMMON, text=TEXT),
    ButtonPress: st.builds(ButtonPress, **COMMON, action=TEXT, value=TEXT, message_id=st.none() | TEXT),
    FormSubmission: st.builds(
        FormSubmission, **COMMON, form=TEXT, context=TEXT, values=st.dictionaries(TEXT, TEXT, max_size=3), message_id=st.none() | TEXT
    ),
}


def test_every_kind_is_tried() -> None:
    """A new block or kind of incoming cannot be left out of these tests."""
    assert set(BLOCKS) == set(get_args(Block))
    assert set(INCOMING) == set(get_args(Incoming))


@given(REPLY)
def test_a_reply_comes_back(reply: Reply) -> None:
    """Every block with every field, and the JSON is ASCII without NUL."""
    text = dump_reply(reply)
    assert load_reply(text) == reply
    assert text.isascii() and "\0" not in text


@given(st.one_of(*INCOMING.values()))
def test_what_came_in_comes_back(incoming: Incoming) -> None:
    """Every kind of incoming, with the moment in its own zone."""
    assert load_incoming(dump_incoming(incoming)) == incoming


@given(CONVERSATION, REPLY)
def test_a_reply_comes_back_with_its_conversation(conversation: Conversation, reply: Reply) -> None:
    """What the ledger keeps is enough to send it."""
    assert load_outgoing(dump_outgoing(conversation, reply)) == (conversation, reply)


def test_a_field_that_is_missing_takes_its_default() -> None:
    """A reply written before a field existed can still be read."""
    stored = json.loads(dump_reply(Reply("hello", replaces="m1")))
    del stored["ai_generated"], stored["audience"], stored["by"]
    assert load_reply(json.dumps(stored)) == Reply("hello", replaces="m1")


def test_a_field_that_is_unknown_is_left_out() -> None:
    """A reply written by a newer version can still be read."""
    stored = json.loads(dump_reply(Reply("hello"))) | {"mood": "bright"}
    assert load_reply(json.dumps(stored)) == Reply("hello")


@pytest.mark.parametrize("stored", ["", "{", "null", "[]", "3", '{"is":"Os"}', '{"is":"Reply"}', '{"is":"Heading","text":"x"}', '{"text":"x"}'])
def test_what_is_not_a_reply_is_refused(stored: str) -> None:
    """Damage is one kind of error, not five; it does not quote what was stored."""
    for load in (load_reply, load_incoming, load_outgoing):
        with pytest.raises(PayloadUnreadable):
            load(stored)


def test_only_plain_values_are_stored() -> None:
    """Every field of every block is a text, number, flag, tuple or another such value."""
    for kind in get_args(Block):
        assert is_dataclass(kind)
        assert all(not str(field.type).startswith(("dict", "list", "Mapping")) for field in fields(kind))
