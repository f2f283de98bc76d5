"""What is stored about whoever looks: shown, handed over, forgotten, or not written down any more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.view import Screen
from adapters.web.desk.visitors import Visitors
from adapters.web.parse import Refused
from adapters.web.session import TENANT, Sessions
from bot import my_data_views as views
from bot.access import Who
from bot.my_data import MyData
from bot.privacy import SecretKey

NOBODY = "I do not know who you are: you did not sign in, and this browser is new to me. Ask me something first."
NOT_SURE = "Tick the box first: it cannot be undone. Go back and try again."


class MyDataPages:
    """``/my-data``: of the person who signed in; at this machine, of whoever talked in the chat of this browser."""

    def __init__(
        self, my_data: MyData, sessions: Sessions, secret: SecretKey, visitors: Visitors, screen: Screen
    ) -> None:
        self._my_data = my_data
        self._sessions = sessions
        self._secret = secret
        self._visitors = visitors
        self._screen = screen

    async def show(self, request: Request, who: Who) -> Response:
        kept = await self._my_data.kept(*self._whose(request, who))
        return self._screen.page(
            "desk/my_data.html", who, "/my-data", facts=views.facts_of(kept.records, self._my_data.words_days),
            where=views.where_you_are(kept.team, kept.tracked), tracked=kept.tracked, views=views,
            until=self._visitors.at_most_until(request),
        )

    async def download(self, request: Request, who: Who) -> Response:
        """All of it as a file."""
        text = await self._my_data.download(*self._whose(request, who))
        headers = {"Content-Disposition": 'attachment; filename="midway-my-data.json"', "Cache-Control": "no-store"}
        return Response(text, media_type="application/json", headers=headers)

    async def act(self, request: Request, who: Who, form: Form) -> Response:
        """Forget this person, or change whether they are tracked."""
        whose = self._whose(request, who)
        if form["then"] in {"stop", "again"}:
            await self._my_data.track(*whose, form["then"] == "again")
            return RedirectResponse("/my-data", 303)
        if form["then"] != "forget" or form["sure"] != "yes":
            raise Refused(422, NOT_SURE)
        await self._my_data.forget(*whose)
        return self._goodbye()

    def _goodbye(self) -> Response:
        """Signed out, and a stranger to the chat from now on."""
        response = self._screen.sentence(None, 200, f"{views.FORGOTTEN} {views.STAYS}", "Done")
        self._visitors.forget(response)
        return response

    def _whose(self, request: Request, who: Who) -> tuple[str, str]:
        """Tenant and pseudonym. Raises Refused where nobody is known."""
        if not self._visitors.is_shell(who):
            return who.tenant, who.person
        session = self._sessions.read(request.cookies.get(self._sessions.cookie_name))
        if session is None:
            raise Refused(404, NOBODY)
        return TENANT, self._secret.pseudonym(TENANT, session.person)
