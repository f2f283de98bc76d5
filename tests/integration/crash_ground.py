"""What outlives the processes that a test kills: a database, and a platform that is a file."""

from __future__ import annotations

from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.storage.ledger import Case
from bot.storage.unit import Storage
from tests.integration.chat_on_file import ChatOnFile

MINUTES_PER_LIFE = 5
"""By so much the clock of each process is ahead of the one before: past whatever that one had in hand."""
KILLED = -9
"""How a process ends that was killed."""


class Ground:
    """``findable`` is whether the platform can be asked what it shows."""

    def __init__(self, storage: Storage, url: str, file: Path, *, findable: bool = True) -> None:
        self.storage = storage
        self.url = url
        self.file = file
        self.findable = findable
        self.chat = ChatOnFile(file, findable=findable)
        self.lives = 0

    def ahead(self, *, beside: bool = False) -> int:
        """By how many minutes the clock of the next process is ahead; one ``beside`` another shares its clock."""
        self.lives += not beside
        return self.lives * MINUTES_PER_LIFE

    async def uncertain(self) -> list[Case]:
        """What nobody knows to have been shown or not; nothing else may be left over."""
        async with self.storage.view() as unit:
            cases = await unit.ledger.cases()
        assert all(case.state == "uncertain" for case in cases)
        return cases


def ended(process: BaseProcess) -> int | None:
    """How it ended: 0, or minus the signal."""
    process.join(60)
    return process.exitcode
