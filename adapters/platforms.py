"""The platforms that are switched on, each put together from its parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from adapters.aside import aside
from adapters.bootstrap import Bot, models_at, now
from adapters.web.adapter import WebAdapter
from adapters.web.desk.astray import Handler
from adapters.web.desk.routes import DeskPages
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.pages import Demo
from adapters.web.sql_store import SqlWebConversations
from bot.help_views import SUGGESTIONS, model_notice
from bot.ports import Messenger

if TYPE_CHECKING:
    from bot.intake import DurableIntake

Starts = Callable[[], Awaitable[None]]


@dataclass
class Platforms:
    """What is switched on: routes to serve, messengers to speak through, and what to start and stop.

    ``astray`` speaks where no route does; ``starts`` open connections by which things come in without a route;
    ``connected`` tells by platform whether that is open.
    """

    routes: list[BaseRoute] = field(default_factory=list)
    astray: Mapping[int | type[Exception], Handler] = field(default_factory=dict)
    messengers: dict[str, Messenger] = field(default_factory=dict)
    starts: list[Starts] = field(default_factory=list)
    connected: dict[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)
    stops: list[Starts] = field(default_factory=list)
    close_pages: Callable[[], None] = lambda: None


def switched_on(bot: Bot, intake: DurableIntake, *, listens: bool = True) -> Platforms:
    """The web, and each platform whose tokens are set; none of those in the demo.

    Who ``listens`` needs what lets messages in, too. Raises SlackNotConfigured, MsTeamsNotConfigured.
    """
    found = Platforms()
    _web(bot, intake, found)
    if bot.settings.is_demo:
        return found
    if bot.settings.slack.bot_token:
        _slack(bot, intake, found, listens)
    if bot.settings.msteams.app_id or bot.settings.msteams.app_password:
        _msteams(bot, intake, found)
    return found


def _web(bot: Bot, intake: DurableIntake, found: Platforms) -> None:
    store, live = SqlWebConversations(bot.storage), Live(now)
    messenger = WebMessenger(store, live, now)
    knowledge = bot.knowledge
    desk = DeskPages(
        bot.parts, lambda: knowledge.library, knowledge.nearest, bot.storage, bot.secret, bot.settings.public_url,
        partial(aside, bot.settings), demo=bot.settings.is_demo,
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
        notice=model_notice(models_at(bot.knowledge)),
        identify=desk.identify,
        renew=desk.renew,
        demo=Demo(bot.settings.is_demo, partial(_is_empty, bot)),
    )
    found.routes += [*web.routes(), *desk.routes()]
    found.astray = desk.astray.handlers()
    found.messengers["web"] = messenger
    found.close_pages = web.close


async def _is_empty(bot: Bot) -> bool:
    """Whether nobody has asked anything and no team is there: then the demo is offered."""
    if bot.settings.is_demo:
        return False
    async with bot.storage.view() as unit:
        return not await unit.teams.tenants()


def _slack(bot: Bot, intake: DurableIntake, found: Platforms, listens: bool) -> None:
    from adapters.slack.adapter import SlackAdapter, SlackNotConfigured

    said = bot.settings.slack
    assert said.bot_token
    if listens and not said.app_token and not said.signing_secret:
        raise SlackNotConfigured(
            "MIDWAY_SLACK__APP_TOKEN and MIDWAY_SLACK__SIGNING_SECRET are empty; set one of them, or leave Slack out."
        )
    slack = SlackAdapter(
        intake,
        bot_token=said.bot_token.get_secret_value(),
        signing_secret=said.signing_secret.get_secret_value() if said.signing_secret else None,
        app_token=said.app_token.get_secret_value() if said.app_token else None,
        api_url=said.api_url,
        clock=now,
        follows_up=bot.parts.advisor.follows_up,
        questions=SUGGESTIONS,
        notice=model_notice(models_at(bot.knowledge)),
        strangers=said.other_companies,
    )
    found.routes += slack.routes()
    found.messengers["slack"] = slack.messenger
    bot.zones["slack"] = lambda sender: slack.zone_of(sender.user)
    found.stops.append(slack.stop)
    if said.app_token:
        found.starts.append(slack.start_socket)
        found.connected["slack"] = slack.is_connected


def _msteams(bot: Bot, intake: DurableIntake, found: Platforms) -> None:
    import httpx

    from adapters.msteams.adapter import MsTeamsAdapter
    from adapters.msteams.service_urls import StoredServiceUrls

    said = bot.settings.msteams
    http = httpx.AsyncClient(timeout=httpx.Timeout(10, connect=5))
    chosen: Mapping[str, object] = {
        "openid_url": said.openid_url,
        "login_url": said.login_url,
        "service_urls": said.service_urls,
    }
    adapter = MsTeamsAdapter(
        intake=intake,
        app_id=said.app_id or "",
        app_password=said.app_password.get_secret_value() if said.app_password else "",
        tenants=said.tenant_id,
        clock=now,
        http=http,
        newest=StoredServiceUrls(bot.storage),
        **{name: value for name, value in chosen.items() if value},  # type: ignore[arg-type]  # names and types match
    )
    found.routes += adapter.routes()
    found.messengers["msteams"] = adapter.messenger
    found.stops += [adapter.settled, http.aclose]
