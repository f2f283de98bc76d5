"""A process that plans and sends tips as ``midway serve`` does: every minute what is due, and the outbox."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import parent_process
from pathlib import Path

import httpx
from tip_clock import FastClock

from adapters.msteams.address import ServiceUrls
from adapters.msteams.connector import Connector
from adapters.msteams.messenger import MsTeamsMessenger
from adapters.msteams.tokens import AppTokens
from adapters.slack.api import TIMEOUT_SECONDS, SlackApi
from adapters.slack.drafts import Drafts
from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Pace as SlackPace
from bot.messages import Incoming
from bot.outbox import Outbox
from bot.pace import Checkpoint, Pace, Sleep, no_checkpoint
from bot.ports import Clock, Draft, Messenger
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.tips import Tips
from bot.worker import Worker
from knowledge.library import Library, load_shipped
from tests.fakes.msteams import APP_ID, PASSWORD
from tests.fakes.slack_delivery import TOKEN

SECRET = SecretKey(bytes(range(32)))
TEAMS_TIMEOUT = 10.0


@dataclass(frozen=True)
class Life:
    """What a process of workers is given. ``pace`` counts in seconds of the clock, but for ``send``, which is real."""

    database: str
    slack: str
    teams: str
    clock: FastClock
    pace: Pace
    log: Path


@cache
def library() -> Library:
    return load_shipped()


def scaled(factor: float) -> Pace:
    """The pace of ``midway serve`` with the one time-out that no clock counts shortened like the clock."""
    return Pace(send=Pace().send / factor)


@asynccontextmanager
async def messengers(life: Life, clock: Clock, sleep: Sleep, factor: float) -> AsyncIterator[Mapping[str, Messenger]]:
    """The real ones, with time-outs as short as the clock is fast."""
    api = SlackApi(TOKEN, f"{life.slack}api/", TIMEOUT_SECONDS / factor)
    pace = SlackPace(clock, sleep)
    async with httpx.AsyncClient(timeout=TEAMS_TIMEOUT / factor) as http:
        tokens = AppTokens(app_id=APP_ID, password=PASSWORD, url=f"{life.teams}/token", http=http, clock=clock)
        teams = MsTeamsMessenger(
            connector=Connector(app_id=APP_ID, tokens=tokens, http=http), newest=ServiceUrls(),
            service_urls=(life.teams,), clock=clock,
        )
        yield {"slack": SlackMessenger(api, pace, Drafts(api, pace, clock), sleep), "msteams": teams}
    await api.close()


async def nobody(_incoming: Incoming, _draft: Draft) -> Reply | None:
    """Nobody writes here."""
    return None


def made(
    storage: Storage, life: Life, speaking: Mapping[str, Messenger], clock: Clock, sleep: Sleep,
    checkpoint: Checkpoint = no_checkpoint,
) -> tuple[Tips, Outbox]:
    """What plans and what sends, put together as in ``adapters/bootstrap.py``."""
    tips = Tips(storage, clock, library, "")
    worker = Worker(
        storage, nobody, speaking, owner="bench", clock=clock, pace=life.pace, sleep=sleep, checkpoint=checkpoint,
        told=(tips.told,),
    )
    return tips, worker.outbox


def live(life: Life) -> None:
    """Until killed."""
    logging.basicConfig(filename=life.log, level=logging.WARNING, format="%(process)d %(message)s")
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    clock = life.clock
    storage = Storage(life.database, SECRET, clock)
    async with messengers(life, clock, clock.sleep, clock.factor) as speaking:
        tips, outbox = made(storage, life, speaking, clock, clock.sleep)
        await asyncio.gather(outbox.run(), _every_minute(tips, clock), _end_with_the_bench())


async def _end_with_the_bench() -> None:
    if bench := parent_process():
        await asyncio.to_thread(bench.join)
        os._exit(1)


async def _every_minute(tips: Tips, clock: FastClock) -> None:
    while True:
        minute = clock.minute()
        try:
            await tips.send_due()
        except Exception as error:
            logging.warning("what is due was not planned: %s %s", type(error).__name__, str(error)[:300])
        await clock.sleep_past(minute)




library()
