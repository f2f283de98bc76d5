"""What `midway chat` does."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TextIO

from adapters.ask_command import prepared
from adapters.bootstrap import DEMO, make_bot, make_terminal, settings_of
from adapters.settings import Settings
from adapters.terminal.person import local_user, local_zone
from adapters.terminal.prompts import prompted
from bot.help_views import SUGGESTIONS
from bot.messages import Sender
from knowledge.service import Knowledge

LEAVE = {"/quit", "/exit", "quit", "exit"}
WELCOME = "Midway: ask about social media practice. A number presses a button; /quit leaves.\nFor instance: {}\n"


def chat(source: TextIO, out: TextIO, *, demo: bool = False) -> int:
    """Read lines until the end of input; every line is stored, answered and printed."""
    settings = settings_of(demo=demo)
    return asyncio.run(_chat(settings, prepared(settings), source, out))


async def _chat(settings: Settings, knowledge: Knowledge, source: TextIO, out: TextIO) -> int:
    bot = await make_bot(settings, knowledge)
    adapter, worker = make_terminal(bot, out, Sender(local_user(), zone=local_zone()))
    # What became due while nobody was here: a check-in, the tip of this week.
    await bot.parts.check_ins.send_due()
    await bot.parts.office.tips.send_due()
    working = asyncio.gather(worker.run(), worker.outbox.run())
    out.write(DEMO if settings.is_demo else "")
    out.write(WELCOME.format(SUGGESTIONS[0]))
    try:
        while line := await asyncio.to_thread(_read, source, out):
            if line.strip().lower() in LEAVE:
                break
            form = adapter.open_form()
            if line.strip() == "=" and form and len(form.fields) > 1:
                values = await asyncio.to_thread(prompted, form, partial(_answer, source, out))
                if await adapter.fill(form, values):
                    await adapter.messenger.news.wait()
            elif line.strip():
                await adapter.say(line.rstrip("\n"))
    finally:
        worker.stop()
        worker.outbox.stop()
        await working
        await bot.storage.close()
    return 0


def _answer(source: TextIO, out: TextIO, question: str) -> str:
    out.write(f"  {question}\n  > ")
    out.flush()
    return source.readline()


def _read(source: TextIO, out: TextIO) -> str:
    if source.isatty():
        out.write("> ")
        out.flush()
    return source.readline()
