"""One ASGI application: web chat, webhooks of the platforms whose tokens are set, and health."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from adapters.bootstrap import Bot, Line, make_intake, make_worker, model_notice, now, owner_name
from adapters.timers import Timed, Timers
from adapters.web.adapter import WebAdapter
from adapters.web.desk.routes import DeskPages
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.sql_store import SqlWebConversations
from bot.errors import StorageUnavailable
from bot.ports import Messenger
from bot.storage.pointers import Pointers
from bot.storage.retention import purge
from bot.views import SUGGESTIONS
from bot.worker import Worker
from knowledge.live_store import LiveStore
from knowledge.stores.chroma import ChromaHome

if TYPE_CHECKING:
    from bot.intake import DurableIntake

log = logging.getLogger(__name__)
EVERY_MINUTE, EVERY_HOUR = "* * * * *", "7 * * * *"
Starts = Callable[[], Awaitable[None]]


@dataclass
class Platforms:
    """What is switched on: routes to serve, messengers to speak through, and what to start and stop."""

    routes: list[BaseRoute] = field(default_factory=list)
    messengers: dict[str, Messenger] = field(default_factory=dict)
    starts: list[Starts] = field(default_factory=list)
    stops: list[Starts] = field(default_factory=list)
    close_pages: Callable[[], None] = lambda: None


class Service:
    """A serving process: pages, platforms, the worker and the timers."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        line, owner = Line(), owner_name()
        intake = make_intake(bot, line, owner)
        self.platforms = _platforms(bot, intake)
        self.worker: Worker = make_worker(bot, self.platforms.messengers, line, owner)
        self.vectors = _live_store(bot)
        self.timers = _timers(bot, owner, self._keep_promises)
        self._tasks: list[asyncio.Task[None]] = []

    def app(self) -> Starlette:
        health = [Route("/healthz", self._healthz), Route("/readyz", self._readyz)]
        return Starlette(routes=[*health, *self.platforms.routes], lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self.start()
        yield
        await self.stop()

    async def start(self) -> None:
        # Before anybody is answered: the database may have been restored from a time before somebody was forgotten.
        await self._bot.parts.erasure.replay()
        for start in self.platforms.starts:
            await start()
        jobs = (
            self.worker.run(), self.worker.outbox.run(), self._keep_promises(), self._bot.keeper.keep(),
            self.vectors.keep(), self._warm_up(),
        )
        self._tasks = [asyncio.create_task(job) for job in jobs]
        self.timers.start()

    async def stop(self) -> None:
        self.worker.stop()
        self.vectors.close()
        await self.timers.stop()
        # Cut off, a message on its way could not be told from one that was lost: worker and outbox end by themselves.
        for task in self._tasks[2:]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for stop in self.platforms.stops:
            await stop()
        await self._bot.storage.close()

    async def _warm_up(self) -> None:
        """Load the model's library before the first question waits for it."""
        if load := getattr(self._bot.knowledge.writer, "load", None):
            await asyncio.to_thread(load)

    async def _keep_promises(self) -> None:
        """Delete words whose time is over, finish erasures that were cut off, remind of reviews and of pilots that are
        due: on start, and every hour.
        """
        office = self._bot.parts.office
        try:
            await purge(self._bot.storage, now(), self._bot.settings.retention.questions_days)
            await self._bot.parts.erasure.replay()
            await office.reviews.remind()
            await office.pilots.remind_due()
        except StorageUnavailable as error:
            log.warning("purge and reminders wait for the next hour: %s", error)

    async def _healthz(self, request: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    async def _readyz(self, request: Request) -> JSONResponse:
        """Ready when the database answers; says which vectors are searched."""
        try:
            async with self._bot.storage.view() as unit:
                await unit.teams.all("-")
        except StorageUnavailable as error:
            return JSONResponse({"ready": False, "reason": str(error)}, 503)
        ready = self._bot.knowledge.retriever is not None
        return JSONResponse(
            {"ready": True, "index": "built" if ready else "words only", "vectors": self.vectors.searched}
        )


def _platforms(bot: Bot, intake: DurableIntake) -> Platforms:
    found = Platforms()
    _web(bot, intake, found)
    if bot.settings.slack.bot_token:
        _slack(bot, intake, found)
    if bot.settings.msteams.app_id or bot.settings.msteams.app_password:
        _msteams(bot, intake, found)
    return found


def _web(bot: Bot, intake: DurableIntake, found: Platforms) -> None:
    store, live = SqlWebConversations(bot.storage), Live(now)
    messenger = WebMessenger(store, live, now)
    knowledge = bot.knowledge
    desk = DeskPages(
        bot.parts, lambda: knowledge.library, knowledge.nearest, bot.storage, bot.secret, bot.settings.public_url
    )
    web = WebAdapter(
        intake,
        messenger,
        store,
        live,
        bot.secret,
        now,
        public_url=bot.settings.public_url,
        suggestions=SUGGESTIONS,
        notice=model_notice(bot.knowledge),
        identify=desk.identify,
    )
    found.routes += [*web.routes(), *desk.routes()]
    found.messengers["web"] = messenger
    found.close_pages = web.close


def _slack(bot: Bot, intake: DurableIntake, found: Platforms) -> None:
    from adapters.slack.adapter import SlackAdapter

    said = bot.settings.slack
    assert said.bot_token
    slack = SlackAdapter(
        intake,
        bot_token=said.bot_token.get_secret_value(),
        signing_secret=said.signing_secret.get_secret_value() if said.signing_secret else None,
        app_token=said.app_token.get_secret_value() if said.app_token else None,
        api_url=said.api_url,
        clock=now,
        follows_up=bot.parts.advisor.follows_up,
        questions=SUGGESTIONS,
    )
    found.routes += slack.routes()
    found.messengers["slack"] = slack.messenger
    found.stops.append(slack.stop)
    if said.app_token:
        found.starts.append(slack.start_socket)


def _msteams(bot: Bot, intake: DurableIntake, found: Platforms) -> None:
    import httpx

    from adapters.msteams.adapter import MsTeamsAdapter

    said = bot.settings.msteams
    http = httpx.AsyncClient(timeout=httpx.Timeout(10, connect=5))
    chosen: Mapping[str, object] = {
        "openid_url": said.openid_url,
        "login_url": said.login_url,
        "service_urls": tuple(part.strip() for part in (said.service_urls or "").split(",") if part.strip()) or None,
    }
    adapter = MsTeamsAdapter(
        intake=intake,
        app_id=said.app_id or "",
        app_password=said.app_password.get_secret_value() if said.app_password else "",
        tenants=tuple(part.strip() for part in (said.tenant_id or "").split(",") if part.strip()),
        clock=now,
        http=http,
        **{name: value for name, value in chosen.items() if value},  # type: ignore[arg-type]  # names and types match
    )
    found.routes += adapter.routes()
    found.messengers["msteams"] = adapter.messenger
    found.stops += [adapter.settled, http.aclose]


def _timers(bot: Bot, owner: str, chores: Starts) -> Timers:
    """What is done at set times; the rows say what is due."""
    jobs = {
        "check-ins": Timed(EVERY_MINUTE, bot.parts.check_ins.send_due),
        "tips": Timed(EVERY_MINUTE, bot.parts.office.tips.send_due),
        "chores": Timed(EVERY_HOUR, chores),
    }
    return Timers(jobs, bot.settings.database, bot.settings.data_dir / "timers.db", owner)


def _live_store(bot: Bot) -> LiveStore:
    home = ChromaHome(bot.settings.data_dir / "chroma", bot.settings.chroma_url)
    return LiveStore(bot.knowledge, home, Pointers(bot.storage), now)
