"""What a process that stays does when its terminal is gone."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator

import pytest

from adapters.process import on_hang_up


@pytest.fixture
def started_with() -> Iterator[Callable[[signal.Handlers], object]]:
    """What a process inherits from whoever started it."""
    before = signal.getsignal(signal.SIGHUP)
    yield lambda how: signal.signal(signal.SIGHUP, how)
    signal.signal(signal.SIGHUP, before)


async def test_it_ends_as_it_does_when_asked_to(started_with: Callable[[signal.Handlers], object]) -> None:
    started_with(signal.SIG_DFL)
    ended = asyncio.Event()
    on_hang_up(ended.set)
    signal.raise_signal(signal.SIGHUP)
    await asyncio.wait_for(ended.wait(), 10)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)


async def test_what_is_to_outlive_its_terminal_goes_on(started_with: Callable[[signal.Handlers], object]) -> None:
    """As under ``nohup``."""
    started_with(signal.SIG_IGN)
    ended = asyncio.Event()
    on_hang_up(ended.set)
    signal.raise_signal(signal.SIGHUP)
    await asyncio.sleep(0)
    assert not ended.is_set() and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
