"""What `midway chat` does."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from functools import partial
from typing import TextIO

from adapters.ask_command import prepared
from adapters.bootstrap import DEMO, make_bot, make_terminal, settings_of
from adapters.logs import quiet_log
from adapters.settings import Settings
from adapters.terminal.adapter import TerminalAdapter
from adapters.terminal.keyboard import Keyboard
from adapters.terminal.person import local_user, local_zone
from adapters.terminal.prompts import prompted
from bot.help_views import SUGGESTIONS
from bot.messages import Sender
from bot.replies import Form
from knowledge.service import Knowledge

COMMANDS = {"/quit", "/exit"}
LEAVE = COMMANDS | {"quit", "exit"}
WELCOME = "Midway: ask about social media practice. A number presses a button; /quit leaves.\nFor instance: {}\n"
FILLING_IN = "  /quit leaves, and nothing of this is recorded.\n"
DROPPED = "\nThe form was not sent: nothing of it is recorded.\n"


def chat(source: TextIO, out: TextIO, *, demo: bool = False) -> int:
    """Read lines until the end of input; every line is stored, answered and printed.

    ``OSError`` once nothing can be printed any more.
    """
    settings, keyboard = settings_of(demo=demo), Keyboard(source)
    knowledge = prepared(settings)
    with quiet_log() if keyboard.is_terminal else nullcontext():
        return asyncio.run(_chat(settings, knowledge, keyboard, out))


async def _chat(settings: Settings, knowledge: Knowledge, keyboard: Keyboard, out: TextIO) -> int:
    bot = await make_bot(settings, knowledge)
    adapter, worker = make_terminal(bot, out, Sender(local_user(), zone=local_zone()))
    # What became due while nobody was here: a check-in, the tip of this week.
    await bot.parts.check_ins.send_due()
    await bot.parts.office.tips.send_due()
    working = asyncio.gather(worker.run(), worker.outbox.run())
    adapter.messenger.show((DEMO if settings.is_demo else "") + WELCOME.format(SUGGESTIONS[0]))
    try:
        await _converse(adapter, keyboard)
    finally:
        worker.stop()
        worker.outbox.stop()
        await working
        await bot.storage.close()
    return 0


async def _converse(adapter: TerminalAdapter, keyboard: Keyboard) -> None:
    """Until somebody leaves."""
    messenger = adapter.messenger
    while messenger.lost is None:
        messenger.show("> " if keyboard.is_terminal else "")
        line = await keyboard.line()
        if not line or line.strip().lower() in LEAVE:
            break
        form = adapter.open_form()
        if line.strip() == "=" and form and len(form.fields) > 1:
            if not await _filled_in(adapter, form, keyboard):
                messenger.show(DROPPED)
                break
        elif line.strip():
            await adapter.say(line.rstrip("\n"))
    if messenger.lost:
        raise messenger.lost


async def _filled_in(adapter: TerminalAdapter, form: Form, keyboard: Keyboard) -> bool:
    """Ask for each field and send them; False if somebody left instead."""
    adapter.messenger.show(FILLING_IN)
    values = await prompted(form, partial(_answer, adapter, keyboard))
    if values is None:
        return False
    if await adapter.fill(form, values):
        await adapter.messenger.news.wait()
    return True


async def _answer(adapter: TerminalAdapter, keyboard: Keyboard, question: str) -> str | None:
    adapter.messenger.show(f"  {question}\n  > ")
    line = await keyboard.line() if adapter.messenger.lost is None else ""
    # “quit” alone may be an answer.
    return line if line and line.strip().lower() not in COMMANDS else None
