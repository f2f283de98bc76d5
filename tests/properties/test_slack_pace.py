"""However many speak in one Slack channel, and however late they come back: all have their turn, none within the second."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.pace import Pace

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
come = st.tuples(st.floats(0, 10), st.floats(0, 2))
"""When somebody comes first, and how much later than told they always come back."""


@settings(deadline=None)
@given(st.lists(come, min_size=1, max_size=80), st.none() | st.tuples(st.floats(0, 20), st.floats(1, 60)))
def test_everybody_has_a_turn(crowd: list[tuple[float, float]], silence: tuple[float, float] | None) -> None:
    spoken, asked = asyncio.run(_play(crowd, silence))
    moments = sorted(spoken.values())
    assert len(moments) == len(crowd)
    assert all(later - earlier > 0.999 for earlier, later in itertools.pairwise(moments))
    assert moments[-1] <= max(at for at, _ in crowd) + 2 * len(crowd) + 5 + (silence[1] if silence else 0)
    # Refused once for the length of the line, and again only for those who were late or for silence.
    assert max(asked.values()) <= 8


async def _play(
    crowd: list[tuple[float, float]], silence: tuple[float, float] | None
) -> tuple[dict[str, float], dict[str, int]]:
    now, waits, spoken, asked = 0.0, [0.0], {}, dict.fromkeys(map(str, range(len(crowd))), 0)

    async def sleep(seconds: float) -> None:
        waits[0] = seconds

    pace = Pace(lambda: START + timedelta(seconds=now), sleep)
    coming = [(at, str(number)) for number, (at, _) in enumerate(crowd)]
    if silence:
        coming.append((silence[0], "silence"))
    heapq.heapify(coming)
    while coming:
        now, key = heapq.heappop(coming)
        if key == "silence":
            assert silence
            pace.hold("C1", "refused", silence[1])
            continue
        waits[0] = 0.0
        if told := await pace.turn("C1", key):
            asked[key] += 1
            heapq.heappush(coming, (now + told + crowd[int(key)][1], key))
        else:
            spoken[key] = now + waits[0]
    return spoken, asked
