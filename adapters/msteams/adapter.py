"""Teams' way in: one webhook that refuses what is not genuine, stores what is, and answers invokes at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters import guard
from adapters.charts import NO_PICTURES
from adapters.msteams import body, limits, parse, render, verify
from adapters.msteams.address import ServiceUrls
from adapters.msteams.connector import Connector
from adapters.msteams.keys import SigningKeys
from adapters.msteams.messenger import MsTeamsMessenger, drawn_charts
from adapters.msteams.required import require
from adapters.msteams.tokens import AppTokens, token_url
from adapters.msteams.verify import NotGenuine, TokenCheck
from bot.faults import trace_without_words
from bot.messages import ButtonPress, Ending, FormSubmission, Incoming
from bot.ports import Clock, Intake, Sent
from bot.replies import Reply

log = logging.getLogger(__name__)

PATH = "/msteams/messages"

NOT_STORED = "Midway could not save that just now. Please send it again in a minute."


class MsTeamsAdapter:
    """Give ``routes()`` to the application and ``messenger`` to the bot.

    ``http`` needs time-outs of its own and is closed by whoever made it. ``newest`` is what all processes know of where
    conversations are; ``service_urls`` is where the token may be sent at all. ``login_url`` is where the app id and
    password buy a token; by default the login service of the first tenant. ``invoke_seconds`` is how long a pressed
    button waits.
    """

    def __init__(
        self, *, intake: Intake, app_id: str, app_password: str, tenants: tuple[str, ...], clock: Clock,
        http: httpx.AsyncClient, newest: ServiceUrls, openid_url: str = verify.OPENID_URL, login_url: str | None = None,
        service_urls: tuple[str, ...] = verify.SERVICE_URLS, issuer: str = verify.ISSUER,
        invoke_seconds: float = limits.INVOKE_SECONDS.value,
    ) -> None:
        require(app_id, app_password, tenants, service_urls)
        self._intake, self._clock, self._invoke_seconds = intake, clock, invoke_seconds
        tokens = AppTokens(
            app_id=app_id, password=app_password, url=login_url or token_url(tenants[0]), http=http, clock=clock
        )
        self._connector = Connector(app_id=app_id, tokens=tokens, http=http)
        self._newest = newest
        self._keys = SigningKeys(openid_url=openid_url, http=http, clock=clock)
        self._check = TokenCheck(
            app_id=app_id, tenants=frozenset(tenants), service_urls=service_urls, clock=clock, issuer=issuer,
            keys=self._keys,
        )
        self._late: set[asyncio.Future[Any]] = set()
        self.messenger = MsTeamsMessenger(
            connector=self._connector, newest=newest, service_urls=service_urls, clock=clock
        )

    def routes(self) -> list[Route]:
        return [Route(PATH, self._receive, methods=["POST"])]

    async def settled(self) -> None:
        """Returns when every invoke that outlasted its request is done, and no keys are fetched; for an orderly
        shutdown.
        """
        await asyncio.gather(*self._late, self._keys.settled())

    async def _receive(self, request: Request) -> Response:
        try:
            activity = await self._admit(request)
        except NotGenuine as error:
            refusal = guard.refused("msteams", error.refused)
            return PlainTextResponse(refusal.reason, refusal.status)
        if ending := parse.ended(activity, self._clock()):
            return await self._ended(ending)
        if activity["type"] == "invoke":
            return await self._invoke(activity)
        await self._saw(activity)
        return await self._message(activity) if activity["type"] == "message" else Response(status_code=202)

    async def _admit(self, request: Request) -> Mapping[str, Any]:
        raw = await body.read(request)
        genuine = await self._check.token(request.headers.get("authorization"))
        activity = body.activity(raw)
        self._check.activity(genuine, activity)
        return activity

    async def _saw(self, activity: Mapping[str, Any]) -> None:
        """Before anybody answers, who may be another process."""
        if seen := parse.seen(activity, self._clock()):
            await self._newest.saw(seen)

    async def _message(self, activity: Mapping[str, Any]) -> Response:
        incoming = parse.message(activity, self._clock())
        stored = True

        async def work() -> None:
            nonlocal stored
            stored = incoming is None or await self._stored(incoming)

        await self._connector.turn(activity, work)
        # 429 makes Teams deliver again: neither stored nor told, it must not be taken as received.
        return Response(status_code=202 if stored else 429)

    async def _ended(self, ending: Ending) -> Response:
        try:
            await self._intake.ended(ending)
        except Exception as error:
            log.error("msteams ending not noted: %s", trace_without_words(error))
            return Response(status_code=429)
        return Response(status_code=202)

    async def _stored(self, incoming: Incoming) -> bool:
        """Whether it is stored, or the person knows that it is not."""
        try:
            await self._intake.accept(incoming)
        except Exception as error:
            log.error("msteams message not stored: %s", trace_without_words(error))
            told = await self.messenger.send(incoming.conversation, Reply(NOT_STORED), incoming.event_id)
            return isinstance(told, Sent)
        return True

    async def _invoke(self, activity: Mapping[str, Any]) -> Response:
        incoming = parse.invoke(activity, self._clock())
        reply: Reply | None = None

        async def work() -> dict[str, Any]:
            nonlocal reply
            if not isinstance(incoming, ButtonPress | FormSubmission):
                return {}
            answer, reply = await self._answer(activity, incoming)
            # Teams shows an error for its own thumbs unless the answer is empty.
            return {} if activity.get("name") == parse.FEEDBACK else answer

        answer = await self._connector.turn(activity, work)
        return JSONResponse(answer or {}, background=self._for_everyone(reply))

    async def _answer(self, activity: Mapping[str, Any], incoming: Incoming) -> tuple[dict[str, Any], Reply | None]:
        """The answer within the time there is; work that takes longer goes on and is not cut off."""
        running = asyncio.ensure_future(self._handled(activity, incoming))
        await asyncio.wait({running}, timeout=self._invoke_seconds)
        if not running.done():
            late = asyncio.ensure_future(self._afterwards(running))
            self._late.add(late)
            late.add_done_callback(self._late.discard)
            return render.invoke_text(render.SLOW), None
        try:
            reply = running.result()
            if reply and _apart(incoming, reply):
                # A card in answer to a press would take the place of the card that was pressed.
                await self._intake.say_besides(incoming, reply)
                return render.invoke_text(reply.text), None
        except Exception as error:
            log.error("msteams invoke failed: %s", trace_without_words(error))
            return render.invoke_text(render.FAILED), None
        return render.invoke_answer(reply, await drawn_charts(reply) if reply else NO_PICTURES), reply

    async def _handled(self, activity: Mapping[str, Any], incoming: Incoming) -> Reply | None:
        """A press that asks is stored as if it had been typed, and the worker answers it: Teams does not wait so long.
        """
        await self._saw(activity)
        if not (isinstance(incoming, ButtonPress) and incoming.asks):
            return await self._intake.answer_now(incoming)
        is_new = await self._intake.accept(incoming)
        return Reply(render.ASKED if is_new else render.ASKED_BEFORE, audience="sender")

    async def _afterwards(self, running: asyncio.Future[Reply | None]) -> None:
        """What was answered too late for the request still changes the message."""
        try:
            reply = await running
        except Exception as error:
            log.error("msteams invoke failed late: %s", trace_without_words(error))
            return
        if changed := self._for_everyone(reply):
            await changed()

    def _for_everyone(self, reply: Reply | None) -> BackgroundTask | None:
        """The answer to an invoke is seen by the person who pressed, until a reload: the message itself changes too."""
        if reply is None or reply.replaces is None or reply.audience == "sender":
            return None
        return BackgroundTask(self._replace, reply.replaces, reply)

    async def _replace(self, message_id: str, reply: Reply) -> None:
        outcome = await self.messenger.replace(message_id, reply)
        if not isinstance(outcome, Sent):
            log.warning("msteams card not replaced for everyone: %s", outcome)


def _apart(incoming: Incoming, reply: Reply) -> bool:
    """Whether the reply is said as a message of its own: it can be pressed, and nobody else is to be kept from it.

    In a channel, what is for the person alone can only be shown in place of the card, to them; and what is for everyone
    would be seen by them alone if it were the answer.
    """
    if reply.replaces is not None:
        return False
    if incoming.conversation.kind == "direct":
        return render.can_be_pressed(reply)
    return reply.audience == "everyone" or (reply.audience == "conversation" and render.can_be_pressed(reply))
