"""Reports in a chat: for sponsors and admins alone, and once a month where somebody wished it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.plain import as_text
from bot.access import Role
from bot.replies import Chart, Link
from bot.storage.ledger import Entry, Outcome
from bot.storage.unit import Storage
from bot.views import NO_WHISPER
from tests.fakes.answering import FakeAnswering, Someone, make_parts, usual_terms

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


class House:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.now = NOW
        terms = usual_terms(named={Role.SPONSOR: ["U-SPONSOR"], Role.ADMIN: ["U-ADMIN"]})
        self.parts = make_parts(storage, FakeAnswering(), lambda: self.now, terms)

    def someone(self, user: str, **where: str) -> Someone:
        return Someone(self.parts.advisor, user, **where)

    async def sent(self) -> list[tuple[str, str]]:
        """What is planned unasked and not sent yet, by key and words."""
        await self.parts.reporting.send_due()
        later, found = self.now + timedelta(days=900), []
        async with self.storage.unit() as unit:
            while taken := await unit.ledger.next_planned(("slack",), later, later + timedelta(days=1)):
                assert isinstance(taken[0], Entry)
                found.append((taken[0].key, as_text(taken[0].reply)))
                await unit.ledger.record(taken[0].tenant, taken[0].key, Outcome("sent"), self.now)
        return found


@pytest.fixture
def house(storage: Storage) -> House:
    return House(storage)


@pytest.mark.parametrize("said", ["report", "midway report", "report for October", "report 2026-10", "show me the report for 2026-10", "the engagement report"])
async def test_a_sponsor_gets_one_picture_and_five_lines(house: House, said: str) -> None:
    reply = await house.someone("U-SPONSOR", kind="channel").says(said)
    assert reply.audience == "sender"
    assert [type(block) for block in reply.blocks].count(Chart) == 1
    assert [block.url for block in reply.blocks if isinstance(block, Link)] == ["https://midway.example/reports?period=2026-10"]
    for lead in ("Questions:", "Teams:", "Spread:", "Results:", "So I will:"):
        assert lead in as_text(reply)


async def test_where_everybody_would_see_it_there_is_none(house: House) -> None:
    """In a channel of a platform that shows nothing to one person alone; in direct messages there is one."""
    for kind, shown in (("channel", False), ("direct", True)):
        sponsor = house.someone("U-SPONSOR", kind=kind)
        sponsor.where = replace(sponsor.where, platform="msteams")
        reply = await sponsor.says("report")
        assert any(isinstance(block, Chart) for block in reply.blocks) is shown
        assert (reply.text == NO_WHISPER) is not shown


async def test_nobody_else_does(house: House) -> None:
    for said in ("report", "monthly report", "stop the monthly report"):
        assert "That is for sponsors" in (await house.someone("U1").says(said)).text


async def test_on_ones_own_machine_it_says_where_the_report_is(house: House) -> None:
    """There somebody is an admin on the pages, and nobody in the chat."""
    someone = house.someone("U1")
    someone.where = replace(someone.where, platform="terminal", tenant="web")
    for refused in (await someone.says("report"), await someone.presses("report", "2026-10")):
        assert "On the machine that I run on: the page “Reports”, or `midway report`." in refused.text


async def test_a_question_about_reports_is_a_question(house: House) -> None:
    reply = await house.someone("U1").says("How do I write a report for my sponsor?")
    assert "sponsors. An admin" not in reply.text


async def test_the_monthly_report_comes_once_when_the_month_is_over_and_by_day(house: House) -> None:
    sponsor = house.someone("U-SPONSOR")
    await sponsor.says("monthly report")
    assert await house.sent() == []
    house.now = datetime(2026, 11, 30, 3, tzinfo=UTC)  # the month's last week is over, and it is night in Berlin
    assert await house.sent() == []
    house.now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    [(key, words)] = await house.sent()
    assert key.endswith("2026-11") and "November 2026" in words
    assert await house.sent() == []
    house.now += timedelta(days=3)
    assert await house.sent() == []


async def test_who_may_no_longer_see_reports_gets_none(house: House, storage: Storage) -> None:
    await house.someone("U-SPONSOR").says("monthly report")
    later = House(storage)
    later.parts = make_parts(storage, FakeAnswering(), lambda: later.now, usual_terms())
    later.now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert await later.sent() == []
    async with storage.view() as unit:
        assert await unit.pulses.behind(202612) == []


async def test_it_can_be_stopped(house: House) -> None:
    sponsor = house.someone("U-SPONSOR")
    await sponsor.says("monthly report")
    assert "does not come here any more" in (await sponsor.says("stop the monthly report")).text
    assert "no monthly report" in (await sponsor.says("stop the monthly report")).text
    house.now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert await house.sent() == []
