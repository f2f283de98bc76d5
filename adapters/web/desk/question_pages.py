"""Questions that experts answer, and what the library could not answer."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form
from adapters.web.desk.tenants import Tenants
from adapters.web.desk.view import Screen, said
from adapters.web.parse import Refused
from bot.access import Role, Who
from bot.office import Office
from bot.titles import title_told
from knowledge.library import Library

MOST_ANSWERED = 6
"""Answered questions that are seen at a glance; the others are folded away."""
MOST_GAPS = 12
"""Gaps that are seen at a glance; the others are folded away."""
DONE = {
    "drafted": "Kept as a draft for the curators: one of them completes it and publishes it. Your answer stays.",
    "answered": "Sent to the person who asked, where they asked.",
    "closed": "Closed. Whoever asked is told.",
}
"""What is said after a change, by the word that stands in the address."""
NO_SUCH_PRACTICE = (
    "No practice in force has “{}” as its title or id, so nothing was closed. Go back, your page is as you left it, "
    "and choose one of the list, or leave the field empty."
)
PAGE_THREAD = "page:{}"
"""A question taken on the page is answered there and in no thread."""


class QuestionPages:
    """``/experts`` and ``/gaps``: of the visitor's own tenant; the local shell may look at each."""

    def __init__(self, office: Office, library: Callable[[], Library], tenants: Tenants, screen: Screen) -> None:
        self._office = office
        self._library = library
        self._tenants = tenants
        self._screen = screen

    async def experts(self, request: Request, who: Who) -> Response:
        seen, tenants = await self._tenants.look(who, request.query_params.get("tenant", ""))
        handed = await self._office.experts.listed(seen)
        answered = [one for one in reversed(handed) if one.state == "answered"]
        waiting = [one for one in handed if one.state != "answered"]
        library = self._library()
        named = {name for one in handed for name in (*one.practices, one.nearest or "") if name}
        titles = {name: title_told(library, name) for name in named}
        return self._screen.page(
            "desk/experts.html", who, "/experts", waiting=waiting, answered=answered, most=MOST_ANSWERED, titles=titles,
            cited=library.practices, tenants=tenants, tenant=seen.tenant, curates=who.may(Role.CURATOR),
            done=said(request, DONE),
        )

    async def act(self, request: Request, who: Who, form: Form) -> Response:
        """Take a question, answer it, close it, or make a draft of its reply."""
        seen, _ = await self._tenants.look(who, form["tenant"])
        experts, question = self._office.experts, request.path_params["id"]
        done = {"answer": "answered", "close": "closed", "draft": "drafted"}.get(form["then"], "")
        match form["then"]:
            case "take":
                await experts.take(seen, question, PAGE_THREAD.format(question))
            case "answer":
                if not form["words"].strip():
                    raise Refused(422, "Write the answer first: go back, your page is as you left it.")
                await experts.answer(seen, question, form["words"])
            case "close":
                await experts.close(seen, question, form["words"])
            case "draft":
                made = await experts.draft(seen, question)
                if who.may(Role.CURATOR):
                    return RedirectResponse(f"/library/{made}/edit", 303)
        told = {"done": done} if done else {}
        return RedirectResponse(f"/experts?{urlencode({'tenant': seen.tenant, **told})}", 303)

    async def gaps(self, request: Request, who: Who) -> Response:
        seen, tenants = await self._tenants.look(who, request.query_params.get("tenant", ""))
        rows = await self._office.gaps.rows(seen)
        return self._screen.page(
            "desk/gaps.html", who, "/gaps", rows=rows, tenants=tenants, tenant=seen.tenant,
            practices=self._library().practices, closed=request.query_params.get("closed") == "yes", most=MOST_GAPS,
        )

    async def close_gap(self, request: Request, who: Who, form: Form) -> Response:
        seen, _ = await self._tenants.look(who, form["tenant"])
        if not form["note"].strip():
            raise Refused(422, "Say in a sentence what was done: those who asked read it. Go back and write it.")
        practice = self._named(form["practice"].strip())
        await self._office.gaps.close(seen, form.number("week"), form["nearest"], form["note"][:300], practice)
        return RedirectResponse(f"/gaps?{urlencode({'tenant': seen.tenant, 'closed': 'yes'})}", 303)

    def _named(self, wanted: str) -> str | None:
        """The id of the practice with this id or title; None where no practice is named. Raises Refused."""
        practices = self._library().practices
        if not wanted or wanted in practices:
            return wanted or None
        for name, practice in practices.items():
            if practice.title.casefold() == wanted.casefold():
                return name
        raise Refused(422, NO_SUCH_PRACTICE.format(wanted[:100]))
