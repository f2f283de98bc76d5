"""Turns to speak in a channel, by a clock that only sleeping moves."""

from __future__ import annotations

from adapters.slack.limits import LONGEST_WAIT_SECONDS
from adapters.slack.pace import Pace
from tests.fakes.slack_delivery import FakeClock


async def test_turns_are_a_second_apart_in_a_channel_and_free_of_other_channels() -> None:
    """Waiting in one channel holds nobody up in another."""
    clock = FakeClock()
    pace, started = Pace(clock, clock.sleep), clock()
    assert [await pace.turn("C1"), await pace.turn("C2"), await pace.turn("C1")] == [0, 0, 0]
    assert (clock() - started).total_seconds() == 1


async def test_a_turn_too_far_away_is_not_taken() -> None:
    """The seconds are handed back, so that the ledger can come again."""
    clock = FakeClock()
    pace, started = Pace(clock, clock.sleep), clock()
    pace.hold("C1", LONGEST_WAIT_SECONDS + 5)
    assert await pace.turn("C1") == LONGEST_WAIT_SECONDS + 5
    assert clock() == started
    assert not pace.take_if_free("C1")
    await clock.sleep(LONGEST_WAIT_SECONDS + 5)
    assert pace.take_if_free("C1")
    assert not pace.take_if_free("C1")


async def test_channels_that_are_quiet_are_forgotten() -> None:
    """Memory does not grow with the number of channels ever spoken in."""
    clock = FakeClock()
    pace = Pace(clock, clock.sleep)
    for number in range(3_000):
        await clock.sleep(1.5)
        await pace.turn(f"C{number}")
    assert len(pace._free_at) <= 1_001
