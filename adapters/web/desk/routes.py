"""The pages behind the sign-in as routes: each knows who asks, and says every refusal in a sentence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.admission import refuse_foreign
from adapters.web.desk.audit_pages import AuditPages
from adapters.web.desk.library_pages import LibraryPages, Nearest
from adapters.web.desk.my_data_pages import MyDataPages
from adapters.web.desk.posted import Form, read_form
from adapters.web.desk.question_pages import QuestionPages
from adapters.web.desk.sign_in_pages import SignInPages
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen
from adapters.web.desk.visitors import Visitors
from adapters.web.headers import SecurityHeaders
from adapters.web.parse import Refused
from adapters.web.session import Sessions
from bot.access import Who
from bot.errors import BotError, ChangedMeanwhile, NotAllowed, NotPublishable, StorageUnavailable
from bot.faults import trace_without_words
from bot.my_data import MyData
from bot.office import Office
from bot.privacy import SecretKey
from bot.storage.unit import Storage
from knowledge.errors import KnowledgeError
from knowledge.library import Library

log = logging.getLogger(__name__)
Show = Callable[[Request, Who], Awaitable[Response]]
Act = Callable[[Request, Who, Form], Awaitable[Response]]
BROKEN = "Something went wrong on Midway's side. Try it again in a moment."
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotAllowed, 403), (ChangedMeanwhile, 409), (NotPublishable, 422), (StorageUnavailable, 503), (BotError, 400),
    (KnowledgeError, 422),
)


class DeskPages:
    """Routes over the office. ``library`` gives the one in force."""

    def __init__(
        self, office: Office, library: Callable[[], Library], nearest: Nearest, storage: Storage, secret: SecretKey,
        public_url: str, my_data: MyData,
    ) -> None:
        secure = urlsplit(public_url).scheme == "https"
        self._visitors = Visitors(office.access, secret, secure=secure)
        self._screen = Screen(self._visitors)
        self._library = LibraryPages(office, library, nearest, self._screen)
        tenants = Tenants(storage, self._screen)
        self._questions = QuestionPages(office, library, tenants, self._screen)
        self._audit = AuditPages(storage, library, tenants, self._screen)
        sessions = Sessions(secret, storage.clock, secure=secure)
        self._my_data = MyDataPages(my_data, sessions, secret, self._visitors, self._screen)
        self._signing = SignInPages(office.access, self._visitors, self._screen, public_url)

    def routes(self) -> list[BaseRoute]:
        library, questions, signing = self._library, self._questions, self._signing
        shows: dict[str, Show] = {
            "/library": library.all, "/library/new": library.new, "/library/{id}": library.one,
            "/library/{id}/edit": library.edit, "/library/{id}/versions/{version:int}": library.version,
            "/import": library.import_page, "/experts": questions.experts, "/gaps": questions.gaps,
            "/people": signing.people, "/audit": self._audit.entries, "/my-data": self._my_data.show,
            "/my-data/download": self._my_data.download,
        }
        acts: dict[str, Act] = {
            "/library/{id}/save": library.save, "/library/{id}/still-true": library.still_true,
            "/library/{id}/withdraw": library.withdraw, "/library/{id}/versions/{version:int}": library.move,
            "/import": library.import_file, "/import/drafts": library.keep_draft,
            "/experts/{id}": questions.act, "/gaps": questions.close_gap, "/people": signing.change_people,
            "/sign-out": signing.out, "/my-data": self._my_data.act,
        }
        guarded = [Middleware(SecurityHeaders)]
        return [
            Route("/sign-in", self._said(signing.door), methods=["GET"], middleware=guarded),
            Route("/sign-in", self._said(self._enter), methods=["POST"], middleware=guarded),
            *(Route(path, self._shown(show), methods=["GET"], middleware=guarded) for path, show in shows.items()),
            *(Route(path, self._done(act), methods=["POST"], middleware=guarded) for path, act in acts.items()),
        ]

    async def lets_in(self, request: Request) -> bool:
        """Whether this request comes from somebody who signed in and may still come in."""
        who = await self._visitors.signed_in(request)
        return who is not None and who.welcome

    async def _enter(self, request: Request) -> Response:
        refuse_foreign(request)
        return await self._signing.enter(await read_form(request))

    def _shown(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await show(request, await self._visitors.of(request))

        return self._said(endpoint)

    def _done(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            who = await self._visitors.of(request)
            form = await read_form(request)
            self._visitors.check(request, who, form["csrf"])
            return await act(request, who, form)

        return self._said(endpoint)

    def _said(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def saying(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refused as refused:
                return self._sentence(refused.status, refused.sentence)
            except Exception as error:
                status = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
                if status is None:
                    log.error("%s failed: %s", request.url.path, trace_without_words(error))
                return self._sentence(status or 500, str(error) if status else BROKEN)

        return saying

    def _sentence(self, status: int, sentence: str) -> HTMLResponse:
        return HTMLResponse(self._screen.sentence(sentence), status)

