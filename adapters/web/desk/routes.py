"""The pages behind the sign-in as routes: each knows who asks, and says every refusal in a sentence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.admission import refuse_foreign
from adapters.web.desk.astray import BROKEN, Astray
from adapters.web.desk.audit_pages import AuditPages
from adapters.web.desk.brief_pages import BriefPages
from adapters.web.desk.door import Door
from adapters.web.desk.import_pages import Aside, ImportPages
from adapters.web.desk.library_pages import LibraryPages
from adapters.web.desk.my_data_pages import MyDataPages
from adapters.web.desk.people_pages import PeoplePages
from adapters.web.desk.pilot_pages import PilotPages
from adapters.web.desk.posted import Form, read_form
from adapters.web.desk.question_pages import QuestionPages
from adapters.web.desk.report_pages import ReportPages
from adapters.web.desk.sign_in_pages import SignInPages
from adapters.web.desk.team_pages import TeamPages
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.tip_pages import TipPages
from adapters.web.desk.view import Screen
from adapters.web.desk.visitors import Visitors
from adapters.web.headers import SecurityHeaders
from adapters.web.limits import BODY_BYTES
from adapters.web.parse import Identity, Refused
from adapters.web.path_numbers import number
from adapters.web.session import Sessions
from bot.access import Who
from bot.assembly import Parts
from bot.errors import BotError, ChangedMeanwhile, NotAllowed, NotPublishable, StorageUnavailable
from bot.faults import trace_without_words
from bot.privacy import SecretKey
from bot.storage.unit import Storage
from knowledge.errors import KnowledgeError
from knowledge.intake import Nearest
from knowledge.library import Library

log = logging.getLogger(__name__)
Show = Callable[[Request, Who], Awaitable[Response]]
Act = Callable[[Request, Who, Form], Awaitable[Response]]
VERSION = f"/library/{{id}}/versions/{number('version')}"
NOT_OPEN = "This is not open to you"
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ChangedMeanwhile, 409), (NotPublishable, 422), (StorageUnavailable, 503), (BotError, 400), (KnowledgeError, 422),
)


class DeskPages:
    """Routes over the parts of the bot. ``library`` gives the one in force."""

    def __init__(
        self, parts: Parts, library: Callable[[], Library], nearest: Nearest, storage: Storage, secret: SecretKey,
        public_url: str, aside: Aside, *, demo: bool = False,
    ) -> None:
        office, secure = parts.office, urlsplit(public_url).scheme == "https"
        self._secret = secret
        sessions = Sessions(secret, storage.clock, secure=secure)
        self._visitors = Visitors(office.access, secret, sessions, secure=secure)
        self._screen = Screen(self._visitors, demo=demo)
        tenants = Tenants(storage, self._screen)
        self._library = LibraryPages(office, library, self._screen)
        self._imports = ImportPages(office.curation, nearest, aside, self._screen)
        self._questions = QuestionPages(office, library, tenants, self._screen)
        self._pilots = PilotPages(office.pilots, self._screen)
        self._briefs = BriefPages(office.briefs, self._screen)
        self._teams = TeamPages(parts.changes, parts.care, storage, library, self._screen, public_url)
        self._tips = TipPages(office, tenants, self._screen)
        self._reports = ReportPages(office.reports, storage, tenants, self._screen)
        self._audit = AuditPages(storage, library, tenants, self._screen)
        self._my_data = MyDataPages(parts.my_data, sessions, secret, self._visitors, self._screen)
        self.astray = Astray(self._visitors, self._screen)
        door = Door(secret, secure=secure)
        self._signing = SignInPages(office.access, door, self._visitors, self._screen)
        self._people = PeoplePages(office.access, parts.people, parts.my_data, self._screen, public_url)

    def routes(self) -> list[BaseRoute]:
        guarded = [Middleware(SecurityHeaders)]
        return [
            Route("/sign-in", self._said(self._signing.before), methods=["GET"], middleware=guarded),
            Route("/sign-in", self._said(self._enter), methods=["POST"], middleware=guarded),
            *(Route(at, self._shown(show), methods=["GET"], middleware=guarded) for at, show in self._shows().items()),
            *(Route(at, self._done(act), methods=["POST"], middleware=guarded) for at, act in self._acts().items()),
        ]

    def _shows(self) -> dict[str, Show]:
        """What is looked at, by address."""
        library, questions, pilots, briefs, teams = (
            self._library, self._questions, self._pilots, self._briefs, self._teams,
        )
        return {
            "/library": library.all, "/library/new": library.new, "/library/{id}": library.one,
            "/library/{id}/edit": library.edit, VERSION: library.version,
            "/import": self._imports.choose, "/experts": questions.experts, "/gaps": questions.gaps,
            "/pilots": pilots.all, "/pilots/new": pilots.new, "/pilots/{id}": pilots.one,
            "/pilots/{id}/plan.md": pilots.markdown, "/pilots/{id}/plan.pdf": pilots.pdf,
            "/briefs/{id}/chart.png": briefs.picture, "/briefs/{id}.png": briefs.as_png,
            "/briefs/{id}.pdf": briefs.as_pdf, "/briefs/{id}": briefs.page,
            "/teams": teams.all, "/teams/{id}": teams.one, "/people": self._people.all,
            "/people/{id}": self._people.one, "/people/{id}/download": self._people.download,
            "/tips": self._tips.all, "/tips/{id}": self._tips.one,
            "/reports": self._reports.page, "/reports/charts/{name}.png": self._reports.chart,
            "/reports/report.{form}": self._reports.download,
            "/audit": self._audit.entries, "/audit/changes.csv": self._audit.download, "/my-data": self._my_data.show,
            "/my-data/download": self._my_data.download,
        }

    def _acts(self) -> dict[str, Act]:
        """What changes something, by address."""
        library, questions, pilots, teams = self._library, self._questions, self._pilots, self._teams
        return {
            "/library/{id}/save": library.save, "/library/{id}/still-true": library.still_true,
            "/library/{id}/withdraw": library.withdraw, VERSION: library.move,
            "/import": self._imports.read, "/import/drafts": self._imports.keep,
            "/experts/{id}": questions.act, "/gaps": questions.close_gap,
            "/pilots/new": pilots.make, "/pilots/{id}": pilots.change,
            "/teams": teams.act, "/teams/{id}": teams.change,
            "/people": self._people.change_all, "/people/{id}": self._people.change, "/sign-out": self._signing.out,
            "/tips": self._tips.send_again, "/tips/{id}": self._tips.change,
            "/my-data": self._my_data.act,
        }

    async def identify(self, request: Request) -> Identity | None:
        """Who signed in and may still come in, for the chat: the same person there as here."""
        who = await self._visitors.signed_in(request)
        return Identity(who.tenant, self._secret.known(who.tenant, who.person)) if who and who.welcome else None

    async def renew(self, request: Request, response: Response) -> None:
        """Whoever comes back stays signed in, in the chat as on the pages."""
        await self._visitors.renew(request, response)

    async def _enter(self, request: Request) -> Response:
        refuse_foreign(request)
        form = await read_form(request, BODY_BYTES)  # from somebody who may be anybody
        return await self._signing.enter(request, form)

    def _shown(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            response = await show(request, await self._visitors.of(request))
            await self._visitors.renew(request, response)
            return response

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
                return self._screen.sentence(await self._visitors.known(request), refused.status, refused.sentence)
            except NotAllowed as error:
                return self._screen.sentence(await self._visitors.known(request), 403, str(error), NOT_OPEN)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:
                status = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
                if status is None:
                    log.error("%s failed: %s", request.url.path, trace_without_words(error))
                said = str(error) if status else BROKEN
                return self._screen.sentence(await self._visitors.known(request), status or 500, said)

        return saying

