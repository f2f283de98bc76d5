"""Draws the pages behind the sign-in."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from adapters.web.desk.visitors import Visitors
from adapters.web.render import environment, heading_of
from bot.access import SHELL, Role, Who
from bot.dates import long_date

PAGES = (
    ("/library", "Library", Role.MEMBER),
    ("/import", "Import", Role.CURATOR),
    ("/experts", "Questions for experts", Role.EXPERT),
    ("/gaps", "Gaps", Role.CURATOR),
    ("/reports", "Reports", Role.SPONSOR),
    ("/teams", "Teams", Role.MEMBER),
    ("/people", "People", Role.ADMIN),
    ("/pilots", "Pilots", Role.MEMBER),
    ("/tips", "Tips", Role.ADMIN),
    ("/audit", "Audit", Role.ADMIN),
    ("/my-data", "My data", Role.MEMBER),
)


_FIRST = {
    Role.ADMIN: "/library", Role.CURATOR: "/library", Role.EXPERT: "/experts", Role.SPONSOR: "/reports",
    Role.MEMBER: "/teams",
}


def first_page(who: Who) -> str:
    """Where somebody who signed in begins; without a role of their own, in the chat."""
    return next((path for role, path in _FIRST.items() if role in who.roles), "/")


class Screen:
    """Every page gets who looks, the pages they may open, and their token."""

    def __init__(self, visitors: Visitors, *, demo: bool = False) -> None:
        self._visitors = visitors
        self._templates = environment()
        self._templates.globals["demo"] = demo
        self._templates.filters.update(day=long_date, person=person)

    def page(self, template: str, who: Who | None, here: str, status: int = 200, **values: Any) -> HTMLResponse:
        """One page; ``here`` is its own address in the menu, which a stranger has none of."""
        menu = [(path, name) for path, name, role in PAGES if who and who.may(role)]
        csrf, local = (self._visitors.csrf(who), self._visitors.is_shell(who)) if who else ("", False)
        drawn = self._templates.get_template(template).render(
            who=who, menu=menu, here=here, csrf=csrf, local=local, **values
        )
        return HTMLResponse(drawn, status)

    def is_shell(self, who: Who) -> bool:
        """Whether this is the person at this machine, who signed in nowhere."""
        return self._visitors.is_shell(who)

    def sentence(self, who: Who | None, status: int, sentence: str, heading: str = "") -> HTMLResponse:
        """A page that says one thing, with the ways on that whoever reads it has."""
        return self.page("sentence.html", who, "", status, heading=heading or heading_of(status), sentence=sentence)


def said(request: Request, words: Mapping[str, str]) -> str:
    """What was just done, in the words for what stands in the address as ``done``; empty where nothing was."""
    return words.get(request.query_params.get("done", ""), "")


def person(pseudonym: str) -> str:
    """As it is shown: the shell by its name, others by the beginning of their pseudonym."""
    return pseudonym if pseudonym == SHELL.person else pseudonym[:6]


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Lines of a comparison, each with what it is: ``same``, ``gone``, ``new`` or ``between``."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    for line in itertools.islice(lines, 2, None):  # the first two name the files
        kind = {"+": "new", "-": "gone", "@": "between"}.get(line[:1], "same")
        yield kind, "…" if kind == "between" else line[1:]
