"""Slack as an entrance: genuine requests become values for the intake, stored before they are acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.guard import JSON_TYPE, Refused, SlackGuard
from adapters.slack import actions, parse
from adapters.slack.api import DEFAULT_API_URL, TIMEOUT_SECONDS, Failure, SlackApi, web_client
from adapters.slack.drafts import Drafts
from adapters.slack.home import home_view, prompts
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import Pace, Sleep
from adapters.slack.zones import Zones
from bot.faults import trace_without_words
from bot.messages import ButtonPress, Ending, Incoming, IncomingMessage
from bot.ports import Clock, Intake, Messenger
from bot.replies import Reply

FollowsUp = Callable[[IncomingMessage], Awaitable[bool]]
"""Whether words in a thread that do not mention the bot are meant for it all the same."""

TRY_AGAIN = "Midway cannot save this right now, so it would be lost. Please try again in a minute."

STRANGER = "I am here for the people of the company that runs me, so I cannot answer you. Please ask one of them."

# Slack delivers again whatever is not acknowledged; 429 says so without looking like a crash of ours.
_NOT_STORED = 429
_EVERYTHING = re.compile(r"(?s).*")

_log = logging.getLogger(__name__)
_bolt_log = logging.getLogger("adapters.slack.bolt")
# At debug level bolt writes whole events, that is people's words, into the log.
_bolt_log.setLevel(logging.INFO)


class SlackNotConfigured(Exception):
    """A setting is missing without which nothing could come in; the message names it."""


class SlackAdapter:
    """Receives over HTTP (``routes``) or Socket Mode (``start_socket``), and speaks through ``messenger``.

    ``signing_secret`` is needed for HTTP, ``app_token`` for Socket Mode. ``follows_up`` decides about words in a
    thread that do not mention the bot. ``questions`` are suggested on the home tab and in the messages tab, ``notice``
    is told on the home tab. People of other companies in shared channels are refused unless ``strangers`` are welcome.
    """

    def __init__(
        self,
        intake: Intake,
        *,
        bot_token: str,
        clock: Clock,
        follows_up: FollowsUp,
        signing_secret: str | None = None,
        app_token: str | None = None,
        api_url: str | None = None,
        questions: Sequence[str] = (), notice: str = "",
        strangers: bool = False,
        sleep: Sleep = asyncio.sleep,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._intake = intake
        self._clock = clock
        self._follows_up = follows_up
        self._questions, self._notice = tuple(questions), notice
        self._strangers = strangers
        self._app_token = app_token
        self._api_url = api_url or DEFAULT_API_URL
        self._api = SlackApi(bot_token, self._api_url, timeout_seconds)
        pace = Pace(clock, sleep)
        self.messenger: Messenger = SlackMessenger(self._api, pace, Drafts(self._api, pace, clock), sleep)
        self._zones = Zones(self._api, clock)
        self._guard = SlackGuard(signing_secret, clock) if signing_secret else None
        self._bolt = self._bolt_app(bot_token)
        self._http = AsyncSlackRequestHandler(self._bolt)
        self._socket: AsyncSocketModeHandler | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The one path for events, interactions and commands; none without a signing secret."""
        return [Route(EVENTS_PATH, self._receive, methods=["POST"])] if self._guard else []

    async def start_socket(self) -> None:
        """Begins to listen over Socket Mode; Slack being away is tried again in the background."""
        if not self._app_token:
            raise ValueError("Socket Mode needs an app-level token (xapp-…); set MIDWAY_SLACK__APP_TOKEN.")
        client = web_client(self._app_token, self._api_url)
        self._socket = AsyncSocketModeHandler(self._bolt, self._app_token, logger=_bolt_log, web_client=client)
        connect: Callable[[], Coroutine[Any, Any, None]] = self._socket.connect_async
        self._in_background(connect())

    async def is_connected(self) -> bool:
        """Whether Slack can say something over Socket Mode now."""
        return self._socket is not None and bool(await self._socket.client.is_connected())

    async def zone_of(self, user: str) -> str | None:
        """The IANA time zone in a person's profile; None where it cannot be told in time."""
        return await self._zones.of(user)

    async def settled(self) -> None:
        """Waits for what was begun after an acknowledgement."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Ends listening and closes every connection."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket:
            close: Callable[[], Awaitable[None]] = self._socket.close_async
            await close()
        await self._api.close()

    async def _receive(self, request: Request) -> Response:
        if self._guard is None:
            return Response(status_code=403)
        admitted = await self._guard.admit(request)
        if isinstance(admitted, Refused):
            return Response(status_code=admitted.status)
        try:
            return await self._http.handle(_as_json(request, admitted))
        except Exception as problem:
            # Bolt looks into the payload before any handler of errors is in place, and trusts its shape.
            _log_failure("reading a payload", problem)
            return Response(status_code=400)

    def _bolt_app(self, bot_token: str) -> AsyncApp:
        async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
            # Bolt's own way asks Slack within the request, and loses the event where Slack does not answer.
            return AuthorizeResult(
                enterprise_id=context.enterprise_id, team_id=context.team_id, bot_token=bot_token
            )

        app = AsyncApp(
            name="midway",
            logger=_bolt_log,
            client=web_client(None, self._api_url),
            signing_secret="checked by the guard",  # noqa: S106 - no secret: the guard has checked before bolt parses
            authorize=authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,  # parse does it, without writing the event into the log
            process_before_response=True,  # store first, then acknowledge
            attaching_conversation_kwargs_enabled=False,
        )
        app.error(_failed)
        app.use(_acknowledge_the_rest)
        app.event(_EVERYTHING)(self._on_event)
        app.action(_EVERYTHING)(self._on_press)
        app.command(_EVERYTHING)(self._on_command)
        return app

    async def _on_event(self, body: dict[str, Any]) -> BoltResponse:
        what = body["event"]["type"]
        if what == "app_home_opened":
            self._welcome(body)
        ending = parse.ended(body, self._clock())
        if ending and not await self._noted(ending):
            return BoltResponse(status=_NOT_STORED)
        heard = parse.heard(body) if what in ("message", "app_mention") else None
        if heard and self._is_refused(body):
            # A mention comes a second time, as a message.
            if what == "app_mention" or heard.message.conversation.kind == "direct":
                self._in_background(self._refuse(heard.message))
        elif heard and not await self._kept_if_for_us(heard):
            return BoltResponse(status=_NOT_STORED)
        return BoltResponse(status=200)

    async def _on_press(self, body: dict[str, Any]) -> BoltResponse:
        incoming, way_back = parse.pressed(body, self._clock()), str(body.get("response_url") or "")
        if incoming and self._is_refused(body):
            self._in_background(self._tell(way_back, STRANGER))
        elif incoming:
            is_new = await self._stored(incoming)
            if is_new is None:
                self._in_background(self._tell(way_back, TRY_AGAIN))
            elif not is_new and isinstance(incoming, ButtonPress) and incoming.action in actions.ONCE:
                self._in_background(self._tell(way_back, actions.ONCE[incoming.action]))
        return BoltResponse(status=200)

    async def _on_command(self, body: dict[str, Any]) -> BoltResponse:
        incoming = parse.commanded(body, self._clock())
        if incoming and not await self._kept(incoming):
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": TRY_AGAIN})
        return BoltResponse(status=200)

    async def _kept_if_for_us(self, heard: parse.Heard) -> bool:
        """False only where it is for us and could not be stored."""
        try:
            for_us = heard.addressed or await self._follows_up(heard.message)
        except Exception as problem:
            _log_failure("asking whose thread it is", problem)
            return False
        return not for_us or await self._kept(heard.message)

    async def _kept(self, incoming: Incoming) -> bool:
        return await self._stored(incoming) is not None

    async def _stored(self, incoming: Incoming) -> bool | None:
        """Whether it is new; None where it could not be stored."""
        return await self._done(self._intake.accept(incoming), "storing")

    async def _noted(self, ending: Ending) -> bool:
        async def note() -> bool:
            await self._intake.ended(ending)
            return True

        return await self._done(note(), "noting what has ended") is not None

    async def _done(self, work: Awaitable[bool], what: str) -> bool | None:
        """None whatever keeps it from being done: it must not be acknowledged as if it were."""
        try:
            return await work
        except Exception as problem:
            _log_failure(what, problem)
            return None

    def _welcome(self, body: dict[str, Any]) -> None:
        opened = parse.opened(body)
        if opened and opened.tab == "home":
            view = home_view(self._questions, opened.channel, self._notice)
            if opened.seen != view["callback_id"]:
                self._in_background(self._try("views.publish", {"user_id": opened.user, "view": view}))
        elif opened and opened.tab == "messages" and opened.channel and self._questions:
            # With thread_ts this call does nothing and says nothing.
            shown = {"channel_id": opened.channel, "prompts": prompts(self._questions)}
            self._in_background(self._try("assistant.threads.setSuggestedPrompts", shown))

    def _is_refused(self, body: dict[str, Any]) -> bool:
        return not self._strangers and parse.is_strangers(body)

    async def _refuse(self, message: IncomingMessage) -> None:
        await self.messenger.send(message.conversation, Reply(STRANGER, audience="sender"), message.event_id)

    async def _tell(self, url: str, text: str) -> None:
        if url:
            said = {"response_type": "ephemeral", "replace_original": False, "text": text}
            _note("answering a press", await self._api.answer(url, said))

    async def _try(self, method: str, arguments: dict[str, Any]) -> None:
        _note(method, await self._api.call(method, arguments))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _acknowledge_the_rest(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> BoltResponse | None:
    """What we do not answer is acknowledged, else Slack shows the person an error or delivers it again."""
    if parse.kind(body) is None:
        return BoltResponse(status=200)
    await next()
    return None


async def _failed(error: Exception) -> BoltResponse:
    _log_failure("handling a request", error)
    return BoltResponse(status=_NOT_STORED)


def _log_failure(doing: str, problem: Exception) -> None:
    _log.error("slack: %s failed: %s", doing, trace_without_words(problem))


def _note(doing: str, answer: object) -> None:
    if isinstance(answer, Failure):
        _log.warning("slack: %s failed: %s", doing, answer.code or type(answer.outcome).__name__)


def _as_json(request: Request, payload: dict[str, Any]) -> Request:
    """The request as bolt shall see it: what the guard read, not what a second parser would make of the same bytes.

    Bolt drops a slash command whose text has the word "payload" in it, and trusts headers that nobody signed.
    """
    body = json.dumps(payload).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {**request.scope, "query_string": b"", "headers": [(b"content-type", JSON_TYPE.encode())]}
    return Request(scope, receive)
