"""The transcripts, played on every platform; on PostgreSQL every second of them, on one platform in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.service import Knowledge
from tests.dialogues.stage import PLATFORMS, WITH_CHANNELS, Midway, stage
from tests.dialogues.transcript import FOLDER, Broken, play, turns

TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
# The first test of a run waits for the index to be made.
pytestmark = pytest.mark.timeout(600)


def _plays() -> Iterator[tuple[str, str, str]]:
    for number, file in enumerate(TRANSCRIPTS):
        platforms = WITH_CHANNELS if file.stem.startswith("channel_") else PLATFORMS
        yield from ((file.stem, platform, "sqlite") for platform in platforms)
        if number % 2 == 0:
            yield file.stem, platforms[number // 2 % len(platforms)], "postgresql"


@pytest.mark.parametrize(("name", "platform", "kind"), list(_plays()))
async def test_the_dialogue_goes_as_written(
    name: str, platform: str, kind: str, real_knowledge: Knowledge, migrated_database: Callable[[str, Path], str], tmp_path: Path
) -> None:
    """Every line of the transcript, in order."""
    midway = Midway(migrated_database(kind, tmp_path), real_knowledge)
    async with stage(platform, midway) as where:
        await play((FOLDER / f"{name}.txt").read_text(encoding="utf-8"), where)


def test_every_transcript_expects_something() -> None:
    """None is empty, and none has an act that leads to no look at the screen at its end."""
    for file in TRANSCRIPTS:
        played = list(turns(file.read_text(encoding="utf-8")))
        assert played and played[-1].expected, file.name


@pytest.mark.parametrize("text", ["< nobody asked", "words without a mark"])
def test_a_line_without_meaning_is_an_error(text: str) -> None:
    with pytest.raises(Broken):
        list(turns(text))
