"""The web chat as routes of a Starlette application."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode, urlsplit

from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.access import refusal_of
from adapters.web.admission import Admission, Identify, Renew
from adapters.web.headers import SecurityHeaders
from adapters.web.live import Live
from adapters.web.pages import STATIC, Demo, Pages, Trouble
from adapters.web.parse import Identity, Posted, Refused, Visit, wants_page
from adapters.web.path_numbers import number
from adapters.web.posts import Posts
from adapters.web.render import render_sentence
from adapters.web.session import Sessions
from adapters.web.store import WebConversations
from bot.errors import StorageUnavailable
from bot.faults import trace_without_words
from bot.ports import Clock, Intake, Messenger
from bot.privacy import SecretKey

log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]
Work = Callable[[Visit, Posted], Awaitable[None]]

STORE_AWAY = "Midway cannot save this just now. Keep it and send it again in a moment."
BROKEN = "Something went wrong on Midway's side. Send it again in a moment."


class WebAdapter:
    """Everything between a browser and the bot. ``messenger`` and ``live`` are shared with whoever sends replies.

    ``secret`` signs cookies and tokens; ``public_url`` tells whether cookies are for https only; ``suggestions`` are
    first questions; ``notice`` is small print under the question (where questions go, when a model is used);
    ``identify`` tells who signed in: they may come in from elsewhere, and are the same person here as on the pages;
    ``renew`` keeps them signed in when they open the chat or send something.
    """

    def __init__(
        self,
        intake: Intake,
        messenger: Messenger,
        store: WebConversations,
        live: Live,
        secret: SecretKey,
        clock: Clock,
        *,
        public_url: str = "",
        suggestions: Sequence[str] = (),
        notice: str = "",
        identify: Identify | None = None,
        renew: Renew | None = None,
        demo: Demo | None = None,
    ) -> None:
        self._live = live
        self._identify = identify or _nobody
        self._renew = renew or _unchanged
        self._demo = demo or Demo()
        self._sessions = Sessions(secret, clock, secure=urlsplit(public_url).scheme == "https")
        self._admission = Admission(self._sessions, clock, self._identify)
        self._posts = Posts(intake, messenger, store, live)
        self._pages = Pages(store, live, self._sessions, clock, suggestions, notice, self._demo)

    def routes(self) -> list[BaseRoute]:
        """Pages and chat. Each refuses by itself whoever is neither at this machine nor signed in; webhooks do not."""
        guarded = [Middleware(SecurityHeaders)]
        gets: dict[str, Endpoint] = {
            "/": self._used(self._page),
            "/chat/history": self._history,
            "/chat/events": self._events,
            f"/chat/charts/{{message}}/{number('number')}.png": self._chart,
        }
        posts: dict[str, Endpoint] = {
            "/chat/messages": self._taking(self._posts.message),
            "/chat/press": self._taking(self._posts.press),
            "/chat/forms": self._taking(self._posts.form),
            "/chat/new": self._new,
        }
        return [
            *(Route(path, self._saying(get), methods=["GET"], middleware=guarded) for path, get in gets.items()),
            *(Route(path, self._saying(self._used(post)), methods=["POST"], middleware=guarded)
              for path, post in posts.items()),
            Mount("/static", StaticFiles(directory=STATIC), middleware=[Middleware(SecurityHeaders)]),
        ]

    def close(self) -> None:
        """End the event streams: to be called when the server is asked to stop, which otherwise waits for them."""
        self._live.close()

    async def _let_in(self, request: Request) -> None:
        """Raises Refused for whoever is neither at this machine nor signed in."""
        sentence = refusal_of(request)
        if sentence and await self._identify(request) is None:
            raise Refused(401, sentence)

    async def _page(self, request: Request) -> Response:
        session = await self._admission.visitor(request)
        thread = request.query_params.get("c", session.conversation)
        if not self._sessions.owns(session, thread):
            return RedirectResponse("/", 303)
        response = HTMLResponse(await self._pages.chat(session, thread))
        self._sessions.remember(session, response)
        return response

    async def _history(self, request: Request) -> Response:
        return await self._pages.history(*await self._admission.reader(request))

    async def _events(self, request: Request) -> Response:
        cursor = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        return self._pages.events(*await self._admission.reader(request), cursor)

    async def _chart(self, request: Request) -> Response:
        _, thread = await self._admission.reader(request)
        asked = request.path_params
        return await self._pages.chart(thread, asked["message"], asked["number"])

    async def _new(self, request: Request) -> Response:
        session, posted, _ = await self._admission.sender(request)
        session = self._sessions.with_new_conversation(session)
        response: Response = JSONResponse({"conversation": session.conversation}, 201)
        if posted.plain:
            response = RedirectResponse("/?" + urlencode({"c": session.conversation}), 303)
        self._sessions.remember(session, response)
        return response

    def _taking(self, work: Work) -> Endpoint:
        """An endpoint that admits a request, lets ``work`` take it in, and acknowledges."""

        async def endpoint(request: Request) -> Response:
            visit, posted = await self._admission.writer(request)
            try:
                await work(visit, posted)
            except Refused as refused:
                if not posted.plain:
                    raise
                return await self._page_with(visit, Trouble(refused.sentence, posted.words("text")), refused.status)
            if posted.plain:
                return RedirectResponse(f"/?{urlencode({'c': visit.thread})}#latest", 303)
            return JSONResponse({"accepted": True}, 202)

        return endpoint

    async def _page_with(self, visit: Visit, trouble: Trouble, status: int) -> Response:
        return HTMLResponse(await self._pages.chat(visit.session, visit.thread, trouble), status)

    def _used(self, endpoint: Endpoint) -> Endpoint:
        """The same endpoint as one that somebody uses, and not a page that was left open."""

        async def using(request: Request) -> Response:
            response = await endpoint(request)
            await self._renew(request, response)
            return response

        return using

    def _saying(self, endpoint: Endpoint) -> Endpoint:
        """The same endpoint for whoever is let in, with every failure said in one sentence; the log gets where, never
        anyone's words.
        """

        async def saying(request: Request) -> Response:
            try:
                await self._let_in(request)
                return await endpoint(request)
            except Refused as refused:
                return self._sentence(request, refused.status, refused.sentence)
            except StorageUnavailable as error:
                log.error("%s: the database cannot be used now: %s", request.url.path, error)
                return self._sentence(request, 503, STORE_AWAY)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:
                log.error("%s failed: %s", request.url.path, trace_without_words(error))
                return self._sentence(request, 500, BROKEN)

        return saying

    def _sentence(self, request: Request, status: int, sentence: str) -> Response:
        headers = {"Retry-After": "5"} if status == 503 else None
        if wants_page(request.headers.get("accept", "")):
            return HTMLResponse(render_sentence(sentence, status, demo=self._demo.shown), status, headers)
        return JSONResponse({"error": sentence}, status, headers)


async def _nobody(request: Request) -> Identity | None:
    return None


async def _unchanged(request: Request, response: Response) -> None:
    return None
