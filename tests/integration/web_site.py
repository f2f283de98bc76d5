"""The web chat on a real port of this machine, with a bot that answers after a moment."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette

from adapters.web.adapter import WebAdapter
from adapters.web.live import Live
from adapters.web.messenger import WebMessenger
from adapters.web.store import WebConversations
from bot.messages import ButtonPress, FormSubmission, Incoming, IncomingMessage
from bot.privacy import SecretKey
from bot.replies import Button, Buttons, Field, Form, Heading, Paragraph, Reply, SourceLink, Sources, Step, Steps
from tests.fakes.web_store import MemoryWebConversations
from tests.ports import bound, port_of

SUGGESTIONS = (
    "How do we launch a pilot?",
    "How do I win a sponsor?",
    "What should we measure first?",
    "What goes into a pilot charter?",
)
CHOICES = Buttons(
    (
        Button("We'll try it", "adopt", "a1|pilot-charter|trying", primary=True),
        Button("Already do", "adopt", "a1|pilot-charter|adopted"),
        Button("Later", "adopt", "a1|pilot-charter|considering"),
        Button("Not for us", "adopt", "a1|pilot-charter|no"),
    )
)
MORE = Buttons(
    (
        Button("Helpful", "feedback", "a1|yes"),
        Button("Not helpful", "feedback", "a1|no"),
        Button("Ask an expert", "expert", "a1"),
        Button("More", "more", "a1"),
    )
)
ANSWER = Reply(
    text="Write the pilot down on one page before the first post.",
    blocks=(
        Heading("Write a one-page pilot charter"),
        Paragraph(
            "Before the first post, put the pilot on one page: purpose, audience, owner, measure, an end date and a rule for "
            "stopping. One page is short enough that a busy sponsor reads it [1]."
        ),
        Steps(
            (
                Step("Write the purpose in one sentence.", "Say which goal of the organization it serves, and for whom [1]."),
                Step("State the hypothesis.", "If we do X with audience Y, then Z changes within W weeks [2]."),
                Step("Name owner, stand-in and sponsor.", "Add the hours each gives a week and what the pilot may cost."),
                Step("Set the success measure.", "Record the baseline, the least you accept and the level that means go [2]."),
                Step("Fix an end date and a stop rule.", "Six to twelve weeks, and one event that ends it early."),
            )
        ),
        Paragraph("Watch one number: the success measure against its baseline, every two weeks."),
        Sources(
            (
                SourceLink(1, "Social Media Strategy: Digital Plan", "US National Archives", 2016, "https://example.org/digital-plan"),
                SourceLink(2, "How to structure pilot success criteria", "Brilliaz", 2025, "https://www.example.com/success-criteria?p=28008"),
            )
        ),
        CHOICES,
        MORE,
        Paragraph("Practice: Write a one-page pilot charter. Questions are kept for 30 days, without your name.", quiet=True),
    ),
)
TEAM_FORM = Reply(
    "Which team is this for?",
    (Form("team", "a1", "Which team is this for?", "Save", (Field("team", "Team", hint="As your colleagues would call it"),)),),
)
TOPICS = tuple((f"t{at}", name) for at, name in enumerate((
    "Getting started", "Pilots", "Sponsors and budget", "Roles and staffing", "Policy and legal", "Approval and pace", "Crisis and outage",
    "Community care", "Moderation", "Customer service", "Recruiting and employer brand", "Employee advocacy", "Executives in public",
    "Chapters, dealers and partners", "Content planning", "Video and pictures", "Accessibility", "Languages and regions", "Choosing a platform",
    "Paid reach", "Measuring what counts", "Reports and briefs", "Growing from pilot to programme",
), start=1))
TOPICS_FORM = Reply(
    "What are tips to be about?",
    (
        Heading("Weekly tips"),
        Form("tips", "a1", "What are tips to be about?", "Save", (
            Field("topics", "Topics", "Leave all empty for whatever fits best", "t2,t14", required=False, options=TOPICS, several=True),
            Field("day", "Day", value="mon", options=(("mon", "Monday"), ("thu", "Thursday"))),
        )),
    ),
)  # fmt: skip


@dataclass
class SlowBot:
    """Answers every question with the same answer once ``may_answer`` is set; a press on its card is recorded there."""

    messenger: WebMessenger
    accepted: list[Incoming]
    may_answer: asyncio.Event
    drafts: tuple[str, ...] = ()
    answer: Reply = ANSWER

    async def accept(self, incoming: Incoming) -> bool:
        if any(known.event_id == incoming.event_id for known in self.accepted):
            return False
        self.accepted.append(incoming)
        self.task = asyncio.create_task(self._work(incoming))
        return True

    async def answer_now(self, incoming: Incoming) -> Reply | None:
        self.accepted.append(incoming)
        if not isinstance(incoming, FormSubmission):
            return None
        said = f"Saved: {', '.join(incoming.values.values())}."
        return Reply(said, (Paragraph(said),), replaces=incoming.message_id)

    async def _work(self, incoming: Incoming) -> None:
        await self.messenger.draft(incoming.conversation, f"reply:{incoming.event_id}", "")
        for text in self.drafts:
            await self.messenger.draft(incoming.conversation, f"reply:{incoming.event_id}", text)
        await self.may_answer.wait()
        if isinstance(incoming, IncomingMessage):
            await self.messenger.send(incoming.conversation, self.answer, f"reply:{incoming.event_id}")
        elif isinstance(incoming, ButtonPress) and incoming.action == "expert":
            await self.messenger.send(incoming.conversation, TEAM_FORM, f"reply:{incoming.event_id}")
        elif incoming.message_id is not None:
            await self.messenger.replace(incoming.message_id, recorded(self.answer))


def recorded(answer: Reply) -> Reply:
    """The card as it stands after a choice."""
    note = Paragraph("Recorded: your team is trying this. I will ask in four weeks how it went.")
    change = Buttons((Button("Change", "adopt", "a1|pilot-charter|change"),))
    kept = tuple(change if block is CHOICES else block for block in answer.blocks)
    place = kept.index(change)
    return replace(answer, text=note.text, blocks=(*kept[:place], note, *kept[place:]))


@dataclass
class Site:
    address: str
    bot: SlowBot
    store: WebConversations
    messenger: WebMessenger


@asynccontextmanager
async def site(port: int = 0, store: WebConversations | None = None) -> AsyncIterator[Site]:
    """Serves until the end of the block, on 127.0.0.1 only."""
    store = store or MemoryWebConversations()
    live = Live(now)
    messenger = WebMessenger(store, live, now)
    bot = SlowBot(messenger, [], asyncio.Event())
    adapter = WebAdapter(bot, messenger, store, live, SecretKey(bytes(32)), now, suggestions=SUGGESTIONS)
    async with serving(Starlette(routes=adapter.routes()), bound(port)) as address:
        try:
            yield Site(address, bot, store, messenger)
        finally:
            adapter.close()


@asynccontextmanager
async def serving(application: Starlette, held: socket.socket | None = None) -> AsyncIterator[str]:
    """The address of an application that is served until the end of the block."""
    held = held or bound()
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1, ws="none"))
    task = asyncio.create_task(server.serve([held]))
    await _until_started(server)
    try:
        yield f"http://127.0.0.1:{port_of(held)}"
    finally:
        server.should_exit = True
        await task


async def _until_started(server: uvicorn.Server) -> None:
    for _ in range(1000):
        if server.started:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the server did not start")


def now() -> datetime:
    return datetime.now(UTC)
