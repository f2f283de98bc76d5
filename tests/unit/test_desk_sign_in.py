"""What somebody is told who wants in, where nobody set an address for pages."""

from __future__ import annotations

import pytest

from bot.messages import Conversation, IncomingMessage, Sender
from bot.role_chat import NO_NEED, NOWHERE_TO_GO
from bot.storage.unit import Storage
from tests.fakes.answering import START, FakeAnswering, make_advisor


@pytest.fixture
def database() -> str:
    """The rules are the same on both: the contracts of storage try both."""
    return "sqlite"


async def _no_draft(text: str) -> None:
    return None


@pytest.mark.parametrize(("platform", "told"), [("web", NO_NEED), ("slack", NOWHERE_TO_GO)])
async def test_without_an_address_pages_are_reached_from_the_web_alone(storage: Storage, platform: str, told: str) -> None:
    """An admin's setting is no advice for somebody who is at the pages already."""
    advisor = make_advisor(storage, FakeAnswering(), public_url="")
    where = Conversation(platform, "W1", "D1", "D1", "direct", "address")
    reply = await advisor(IncomingMessage("e1", where, Sender("U1"), START, "sign in"), _no_draft)
    assert reply is not None and reply.text == told
