"""What `midway ask` does."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from adapters import asking
from adapters.bootstrap import make_bot, make_knowledge, models_at, storage_of
from adapters.data_folder import ready
from adapters.json_output import indented
from adapters.progress import progress
from adapters.settings import Settings
from adapters.terminal.person import local_user
from bot.errors import BotError
from bot.storage.glance import may_have_own_versions
from knowledge.answers import Answer, Outcome
from knowledge.language import tongue_of
from knowledge.library import Library, load_shipped
from knowledge.service import Knowledge

log = logging.getLogger(__name__)
USAGE = 2


def ask_one(question: str, as_json: bool, team: str | None) -> int:
    """Answer, print, then write the question down: what is slow comes after the answer."""
    settings = Settings()
    if team:
        asyncio.run(_check_team(settings, team))
    knowledge = prepared(settings)
    _say_where_it_goes(knowledge, question)
    answer, ms = asyncio.run(asking.answered(knowledge, [question]))
    if as_json:
        said = indented(asking.as_json(answer, ms)) + "\n"
    else:
        said = asking.in_words(answer) + "\n" + _to_read_on(answer)
    try:
        sys.stdout.write(said)
        sys.stdout.flush()
    finally:  # it was asked, whether or not anybody can read the answer
        asyncio.run(_record(settings, knowledge, question, answer, team))
    return 1 if answer.outcome is Outcome.FAILED else 0


def _say_where_it_goes(knowledge: Knowledge, question: str = "") -> None:
    """On stderr, before a question leaves the machine, in its language."""
    if places := models_at(knowledge):
        from bot.help_views import model_notice

        sys.stderr.write(model_notice(places, tongue_of(question)) + "\n")


def _to_read_on(answer: Answer) -> str:
    """How to see what the answer leaves out; elsewhere there is a button for it."""
    left_out = [part.practice for part in answer.parts if any(listing.cut for listing in part.lists)]
    return "".join(f"\nAll of it: midway practices show {name}\n" for name in left_out)


def ask_batch(batch: Path, out: Path | None) -> int:
    """Answer every line; nothing is recorded."""
    if out is not None and out.exists() and batch.exists() and out.samefile(batch):
        sys.stderr.write(f"{out} is the file of questions itself: name another one for the answers.\n")
        return USAGE
    with _questions(batch) as source:
        knowledge = prepared(Settings())
        _say_where_it_goes(knowledge)
        with _opened(out) as target:
            return asking.run_batch(knowledge, source, target, sys.stderr)


@contextmanager
def _questions(batch: Path) -> Iterator[TextIO]:
    if str(batch) == "-":
        yield sys.stdin
        return
    with batch.open(encoding="utf-8-sig", errors="replace") as source:
        yield source


def prepared(settings: Settings, *, answers: bool = True) -> Knowledge:
    """Knowledge ready to answer, ``answers`` soon or never; the first time this takes a while and says so on stderr.

    Raises DataFolderUnusable where an index has to be made and cannot be kept.
    """
    knowledge = make_knowledge(settings, in_force(settings))
    first = not knowledge.folder.snapshot_file.exists()
    if first:
        ready(settings.data_dir)
    if answers:
        threading.Thread(target=knowledge.load_reader, name="reader").start()
    with progress("Preparing the library, once", "about a minute") as report:
        if first:
            report.begin()  # the model is made before anything can be counted
        report.in_vain = not knowledge.prepare(report)
        if report.in_vain:
            ready(settings.data_dir)
    return knowledge


def in_force(settings: Settings) -> Library:
    """The shipped practices with the organization's own versions laid over them."""
    shipped = load_shipped(whole=False)
    if not may_have_own_versions(settings.database):
        return shipped
    try:
        return asyncio.run(_with_own(settings, shipped))
    except BotError as error:
        log.warning("answering from the shipped practices alone: %s", error)
        return shipped


async def _with_own(settings: Settings, shipped: Library) -> Library:
    from bot.curation import library_in_force

    async with storage_of(settings) as storage:
        return (await library_in_force(storage, shipped))[0]


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8") as target:
        yield target


async def _check_team(settings: Settings, team: str) -> None:
    from adapters.terminal.parse import TENANT

    async with storage_of(settings) as storage, storage.view() as unit:
        await unit.teams.taking_part(TENANT, team)


async def _record(settings: Settings, knowledge: Knowledge, question: str, answer: Answer, team: str | None) -> None:
    if not settings.tracking:
        return
    from bot.phrasing import say
    from bot.views import STORED

    try:
        bot = await make_bot(settings, knowledge)
        try:
            asked = await asking.record(bot.parts.tracker, question, answer, user=local_user(), team=team)
            if asked.first_here:
                sys.stderr.write(say(answer.tongue, STORED, days=settings.retention.questions_days) + "\n")
        finally:
            await bot.storage.close()
    except BotError as error:
        sys.stderr.write(f"The answer was not recorded: {error}\n")
