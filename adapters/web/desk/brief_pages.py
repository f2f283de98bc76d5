"""The brief of a result as a page, its picture, and as papers to attach: for its team and for admins."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from adapters.charts import png
from adapters.documents import MEDIA_TYPES, Kind, brief_paper
from adapters.plain import chart_table
from adapters.web.desk.view import Screen
from adapters.web.parse import Refused
from bot.access import Who
from bot.brief_chat import Briefs
from bot.briefs import Brief
from bot.errors import NoBrief


class BriefPages:
    """``/briefs/{id}`` and, below it, the picture alone and both papers."""

    def __init__(self, briefs: Briefs, screen: Screen) -> None:
        self._briefs = briefs
        self._screen = screen

    async def page(self, request: Request, who: Who) -> Response:
        brief = await self._brief(request, who)
        return self._screen.page("desk/brief.html", who, "", brief=brief, figures=chart_table(brief.chart))

    async def picture(self, request: Request, who: Who) -> Response:
        """The chart alone, for the page."""
        brief = await self._brief(request, who)
        return Response(await asyncio.to_thread(png, brief.chart), media_type=MEDIA_TYPES["png"])

    async def as_png(self, request: Request, who: Who) -> Response:
        return await self._paper(request, who, "png")

    async def as_pdf(self, request: Request, who: Who) -> Response:
        return await self._paper(request, who, "pdf")

    async def _paper(self, request: Request, who: Who, kind: Kind) -> Response:
        brief = await self._brief(request, who)
        made = await asyncio.to_thread(brief_paper, brief, kind)
        named = {"Content-Disposition": f'inline; filename="brief-{brief.result_id[:8]}.{kind}"'}
        return Response(made, media_type=MEDIA_TYPES[kind], headers=named)

    async def _brief(self, request: Request, who: Who) -> Brief:
        try:
            return await self._briefs.of(who, request.path_params["id"])
        except NoBrief as error:
            raise Refused(404, str(error)) from None
