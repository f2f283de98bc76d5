"""What a reader of a conversation gets: the page, the history, the event stream."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.responses import JSONResponse, Response, StreamingResponse

from adapters.charts import png
from adapters.web.beside import Beside
from adapters.web.events import Changes, EventStream, is_awaited, latest_cursor, read_cursor
from adapters.web.live import Live
from adapters.web.parse import Refused
from adapters.web.render import Drawn, Frame, Page, others_of, render_entry, render_message, render_page
from adapters.web.session import Session, Sessions
from adapters.web.standing import NOT_THERE, standing_reply
from adapters.web.store import WebConversations, WebEntry
from bot.ports import Clock
from bot.replies import Chart

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why what was sent from a plain page was not taken, and the words, so that they need not be typed again."""

    sentence: str
    typed: str = ""


async def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Demo:
    """Whether these pages show the demo, and whether they offer it."""

    shown: bool = False
    is_offered: Callable[[], Awaitable[bool]] = _never


class Pages:
    """Reads conversations; changes nothing."""

    def __init__(
        self,
        store: WebConversations,
        live: Live,
        sessions: Sessions,
        clock: Clock,
        suggestions: Sequence[str],
        notice: str,
        demo: Demo,
    ) -> None:
        self._store, self._live, self._sessions, self._clock = store, live, sessions, clock
        self._suggestions, self._notice, self._demo = tuple(suggestions), notice, demo

    async def chat(self, session: Session, thread: str, trouble: Trouble | None = None) -> str:
        """The whole page as HTML, with everything said so far."""
        entries = await self._store.list_since(thread)
        frame = self._frame(session, thread)
        talks = await self._store.talks(session.place)
        if any(talk.unseen for talk in talks if talk.conversation == thread):
            await self._store.see(thread, self._clock())
        return render_page(
            Page(
                messages=_drawn(entries, frame),
                suggestions=self._suggestions,
                notice=self._notice,
                conversation=thread,
                csrf=frame.csrf,
                event_id=frame.event_id,
                cursor=latest_cursor(entries),
                waiting=self._waiting(entries, thread),
                sentence=trouble.sentence if trouble else "",
                typed=trouble.typed if trouble else "",
                demo=self._demo.shown,
                others=others_of(talks, thread),
                offers_demo=not entries and await self._demo.is_offered(),
            )
        )

    async def history(self, session: Session, thread: str) -> Response:
        """Everything said so far as JSON: ``messages``, ``cursor`` to resume from, ``waiting``."""
        entries = await self._store.list_since(thread)
        messages = [asdict(drawn) for drawn in _drawn(entries, self._frame(session, thread))]
        waiting = self._waiting(entries, thread)
        return JSONResponse({"messages": messages, "cursor": latest_cursor(entries), "waiting": waiting})

    async def chart(self, thread: str, message_id: str, number: int) -> Response:
        """The chart that is the block of this number in a message, as PNG. Raises Refused where none is."""
        blocks = (await standing_reply(self._store, thread, message_id)).blocks
        chart = blocks[number] if number < len(blocks) else None
        if not isinstance(chart, Chart) or not chart.categories or not chart.series:
            raise Refused(404, NOT_THERE)
        return Response(await asyncio.to_thread(png, chart), media_type="image/png")

    def events(self, session: Session, thread: str, cursor: str) -> Response:
        """Server-Sent Events after the cursor: ``message``, ``replaced``, ``withdrawn``, ``draft``, ``elsewhere``."""
        frame = self._frame(session, thread)
        stream = EventStream(
            Changes(self._store, thread, read_cursor(cursor)),
            self._live,
            thread,
            lambda entry: _told(render_entry(entry, frame)),
            self._clock,
            Beside(self._store, session.place, thread),
        )
        headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream.pieces(), media_type="text/event-stream", headers=headers)

    def _frame(self, session: Session, thread: str) -> Frame:
        return Frame(conversation=thread, csrf=self._sessions.csrf(session), event_id=secrets.token_urlsafe(12))

    def _waiting(self, entries: Sequence[WebEntry], thread: str) -> bool:
        last = entries[-1] if entries else None
        return is_awaited(last, self._clock()) or self._live.draft(thread) is not None


def _told(drawn: Drawn) -> dict[str, str]:
    return {"id": drawn.id, "html": render_message(drawn), "text": drawn.text}


def _drawn(entries: Sequence[WebEntry], frame: Frame) -> list[Drawn]:
    return [render_entry(entry, frame) for entry in entries if not entry.withdrawn]
