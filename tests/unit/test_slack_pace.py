"""Turns to speak in a channel, by a clock that only sleeping moves."""

from __future__ import annotations

from adapters.slack.limits import LONGEST_WAIT_SECONDS
from adapters.slack.pace import Pace
from tests.fakes.slack_delivery import FakeClock


class Crowd:
    """Messages that come for their turn in one channel while the clock stands: where they are to wait, they do."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.pace = Pace(self.clock, self._waits)
        self.began = self.clock()
        self.spoken: dict[str, float] = {}
        self._wait = 0.0

    @property
    def seconds(self) -> float:
        return (self.clock() - self.began).total_seconds()

    async def _waits(self, seconds: float) -> None:
        self._wait = seconds

    async def comes(self, key: str) -> float:
        """The seconds in which to come back; 0 where it spoke."""
        self._wait = 0.0
        told = await self.pace.turn("C1", key)
        if not told:
            self.spoken[key] = round(self.seconds + self._wait, 3)
        return told


async def test_turns_are_a_second_apart_in_a_channel_and_free_of_other_channels() -> None:
    """Waiting in one channel holds nobody up in another."""
    clock = FakeClock()
    pace, started = Pace(clock, clock.sleep), clock()
    assert [await pace.turn("C1", "a"), await pace.turn("C2", "b"), await pace.turn("C1", "c")] == [0, 0, 0]
    assert (clock() - started).total_seconds() == 1


async def test_each_of_many_is_given_a_place_of_its_own() -> None:
    """Told when to come back, a second apart and somewhat early; then each speaks in its turn."""
    crowd = Crowd()
    told = {f"k{at}": await crowd.comes(f"k{at}") for at in range(10)}
    assert crowd.spoken == {"k0": 0, "k1": 1, "k2": 2, "k3": 3}
    assert list(told.values())[4:] == [2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    for at in range(4, 10):
        await crowd.clock.sleep(told[f"k{at}"] - crowd.seconds)
        assert await crowd.comes(f"k{at}") == 0
    assert list(crowd.spoken.values()) == list(range(10))


async def test_who_asks_again_too_early_keeps_the_place() -> None:
    """And takes none from those behind."""
    crowd = Crowd()
    told = [await crowd.comes(f"k{at}") for at in range(6)]
    assert [await crowd.comes("k5"), await crowd.comes("k5"), await crowd.comes("k6")] == [told[5], told[5], told[5] + 1]


async def test_who_comes_late_speaks_as_soon_as_may_be_and_never_within_the_second() -> None:
    """The turn is gone by, the others keep theirs or move by one."""
    crowd = Crowd()
    for at in range(6):
        await crowd.comes(f"k{at}")
    await crowd.clock.sleep(5.2)
    assert [await crowd.comes("k4"), await crowd.comes("k5"), await crowd.comes("new")] == [0, 0, 0]
    assert [crowd.spoken[key] for key in ("k4", "k5", "new")] == [5.2, 6.2, 7.2]


async def test_where_silence_is_asked_for_all_move_back_and_who_was_refused_is_first() -> None:
    """Nobody speaks within it, and nobody lost their place."""
    crowd = Crowd()
    for at in range(6):
        await crowd.comes(f"k{at}")
    crowd.pace.hold("C1", "k0", 30.0)
    assert not crowd.pace.take_if_free("C1")
    assert [await crowd.comes(key) for key in ("k5", "k4", "new")] == [30.5, 29.5, 31.5]
    await crowd.clock.sleep(30.5)
    assert [await crowd.comes(key) for key in ("k0", "k4", "k5")] == [0, 0, 0]
    assert [crowd.spoken[key] for key in ("k0", "k4", "k5")] == [30.5, 31.5, 32.5]


async def test_a_turn_is_free_for_a_stream_only_where_nobody_waits() -> None:
    clock = FakeClock()
    pace = Pace(clock, clock.sleep)
    pace.hold("C1", "k", LONGEST_WAIT_SECONDS + 5)
    assert not pace.take_if_free("C1")
    await clock.sleep(LONGEST_WAIT_SECONDS + 6)
    assert pace.take_if_free("C1")
    assert not pace.take_if_free("C1")


async def test_channels_that_are_quiet_are_forgotten() -> None:
    """Memory does not grow with the number of channels ever spoken in."""
    clock = FakeClock()
    pace = Pace(clock, clock.sleep)
    for number in range(3_000):
        await clock.sleep(1.5)
        await pace.turn(f"C{number}", f"k{number}")
    assert len(pace._lines) <= 1_001
