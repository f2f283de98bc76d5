"""The page “Import”: what a document holds, and its drafts, each to be kept or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.desk.posted import Form, id_in
from adapters.web.desk.view import Screen
from adapters.web.parse import Refused
from bot.access import Role, Who
from bot.curation import Curation
from bot.errors import ChangedMeanwhile
from bot.faults import trace_without_words
from knowledge.intake import DocumentUnusable, Nearest, import_document

log = logging.getLogger(__name__)
Aside = Callable[[bytes, str, str], object]
"""Sets a document aside, by its name and with the reason."""


class ImportPages:
    """Everything below ``/import``."""

    def __init__(self, curation: Curation, nearest: Nearest, aside: Aside, screen: Screen) -> None:
        self._curation = curation
        self._nearest = nearest
        self._aside = aside
        self._screen = screen

    async def choose(self, request: Request, who: Who) -> Response:
        who.needs(Role.CURATOR)
        return self._page(who)

    async def read(self, request: Request, who: Who, form: Form) -> Response:
        """Show what a document holds; nothing is kept until somebody says so."""
        who.needs(Role.CURATOR)
        if not form.file_name:
            raise Refused(400, "Choose a file first: a saved web page, markdown, text, PDF or DOCX.")
        try:
            found = await asyncio.to_thread(import_document, form.file, form.file_name, nearest=self._nearest)
        except DocumentUnusable as error:
            kept = await asyncio.to_thread(self._set_aside, form, str(error))
            return self._page(who, 422, trouble=str(error), aside=kept)
        return self._page(who, found=found, name=form.file_name)

    async def keep(self, request: Request, who: Who, form: Form) -> Response:
        """Keep one draft, to be completed. What cannot be kept stands there to be mended."""
        body = form["body"].replace("\r\n", "\n")
        try:
            name = id_in(body)
            kept = await self._curation.keep_import(who, name, body, f"imported from {form['name'][:80]}")
        except Refused as error:
            return self._page(who, error.status, trouble=error.sentence, body=body, name=form["name"])
        except ChangedMeanwhile:
            return self._page(who, 409, trouble=AT_ONCE, body=body, name=form["name"])
        done = "kept-before" if kept.before else "kept" if kept.practice_id == name else "kept-beside"
        return RedirectResponse(f"/library/{kept.practice_id}/versions/{kept.version}?done={done}", 303)

    def _page(self, who: Who, status: int = 200, **values: Any) -> Response:
        shown = {"found": None, "trouble": "", "aside": False, "body": "", "name": ""} | values
        page = self._screen.page("desk/import.html", who, "/import", status, **shown)
        # What a form led to cannot be asked for again: whoever comes back to it gets it from their browser, as it was.
        page.headers["Cache-Control"] = "private, no-cache"
        return page

    def _set_aside(self, form: Form, why: str) -> bool:
        """Whether there was room for it."""
        try:
            self._aside(form.file, form.file_name, why)
        except OSError as error:
            log.error("A document could not be set aside: %s", trace_without_words(error))
            return False
        return True


AT_ONCE = "Somebody else kept a draft at the same moment. Nothing of yours is lost: keep it again."
