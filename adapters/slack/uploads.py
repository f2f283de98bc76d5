"""Pictures of charts as files of Slack, which only an image block shows: none is shared with a channel by itself."""

from __future__ import annotations

import asyncio
import logging

from adapters.charts import pictures_of
from adapters.plain import one_line
from adapters.slack.api import Failure, SlackApi
from adapters.slack.draw import Files
from adapters.slack.limits import ALT_TEXT, UPLOAD_SECONDS
from bot.inert import shortened
from bot.replies import Chart, Reply

_log = logging.getLogger(__name__)


class Uploads:
    """Uploads in three calls (docs.slack.dev/reference/methods/files.getUploadURLExternal). Never raises."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def files_of(self, reply: Reply) -> Files:
        """Every chart of a reply; those that cannot be drawn or uploaded in time are missing."""
        files: dict[Chart, str] = {}
        pictures = await pictures_of(reply)
        try:
            async with asyncio.timeout(float(UPLOAD_SECONDS)):
                for chart, picture in pictures.items():
                    if file := await self._upload(chart, picture):
                        files[chart] = file
        except TimeoutError:
            _log.warning("slack: a picture was not uploaded in time")
        return files

    async def _upload(self, chart: Chart, picture: bytes) -> str | None:
        said = shortened(one_line(chart.summary), ALT_TEXT) or "Chart"
        wanted = {"filename": "chart.png", "length": len(picture), "alt_txt": said}
        place = await self._api.call("files.getUploadURLExternal", wanted)
        if isinstance(place, Failure):
            return _without(place)
        if failure := await self._api.upload(str(place.get("upload_url", "")), picture):
            return _without(failure)
        file = str(place.get("file_id", ""))
        named = {"files": [{"id": file, "title": shortened(one_line(chart.title), ALT_TEXT) or "Chart"}]}
        done = await self._api.call("files.completeUploadExternal", named)
        return _without(done) if isinstance(done, Failure) else file


def _without(failure: Failure) -> str | None:
    """No file but a line in the log; the figures are said in a table instead."""
    _log.warning("slack: a picture was not uploaded: %s", failure.code or type(failure.outcome).__name__)
    return None
