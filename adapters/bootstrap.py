"""The composition root: the one place that names every class and hands each what it needs."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from adapters.settings import Settings
from knowledge.embedder import MiniLM
from knowledge.gate import Desk, gate_data
from knowledge.index import IndexFolder
from knowledge.library import Library
from knowledge.reading import Reader
from knowledge.service import Knowledge, Writes

if TYPE_CHECKING:
    from adapters.keeper import LibraryKeeper
    from adapters.terminal.adapter import TerminalAdapter
    from bot.advisor import Advisor
    from bot.check_ins import CheckIns
    from bot.intake import DurableIntake
    from bot.office import Office
    from bot.ports import Messenger
    from bot.privacy import SecretKey
    from bot.storage.unit import Storage
    from bot.tracker import Tracker
    from bot.worker import Worker

log = logging.getLogger(__name__)


def now() -> datetime:
    return datetime.now(UTC)


def make_knowledge(settings: Settings, library: Library) -> Knowledge:
    """Knowledge, not yet prepared; loads neither a database nor a platform's SDK."""
    return Knowledge(
        library,
        IndexFolder(settings.data_dir / "index"),
        make_reader(settings),
        desks=_desks(settings),
        writer=_writer(settings),
    )


def make_reader(settings: Settings) -> Reader:
    """What reads messages and practices, by setting; loads no model yet."""
    models = settings.data_dir / "models"
    if settings.embeddings == "minilm":
        return MiniLM(models)
    from knowledge.llm import load_reader

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return load_reader(settings.embeddings, models, key, settings.llm_base_url)


def _writer(settings: Settings) -> Writes | None:
    if not settings.llm:
        return None
    from knowledge.llm import Writer

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return Writer(settings.llm, api_key=key, base_url=settings.llm_base_url)


def _desks(settings: Settings) -> dict[str, Desk]:
    """The built-in desks with what the organization says of them, and its own."""
    desks = dict(gate_data().desks)
    for said in settings.desks:
        known = desks.get(said.id) or Desk(said.id, said.name or said.id, "", tuple(said.topics))
        topics = tuple(dict.fromkeys((*said.topics, *known.topics)))
        desks[said.id] = replace(known, name=said.name or known.name, where=said.where, topics=topics)
    return desks


def make_secret(settings: Settings) -> SecretKey:
    """From the environment, else from a file made on the first start with mode 0600."""
    from bot.privacy import SecretKey

    if settings.secret_key:
        return SecretKey.from_text(settings.secret_key.get_secret_value())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SecretKey.load_or_make(settings.data_dir / "secret.key")


async def open_storage(settings: Settings, secret: SecretKey) -> Storage:
    """The database, brought to this version's tables."""
    from bot.storage.schema import migrate, schema_is_current
    from bot.storage.unit import Storage

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    storage = Storage(settings.database, secret, now)
    if not await schema_is_current(storage):
        await asyncio.to_thread(migrate, settings.database)
    return storage


@dataclass
class Bot:
    """The advisor with what it stands on."""

    settings: Settings
    secret: SecretKey
    storage: Storage
    knowledge: Knowledge
    tracker: Tracker
    office: Office
    keeper: LibraryKeeper
    check_ins: CheckIns
    advisor: Advisor


async def make_bot(settings: Settings, knowledge: Knowledge) -> Bot:
    from adapters.keeper import LibraryKeeper
    from bot.access import Role
    from bot.advisor import Advisor
    from bot.check_in_answers import CheckInAnswers
    from bot.check_ins import CheckIns
    from bot.office import Office
    from bot.tracker import Tracker

    secret = make_secret(settings)
    storage = await open_storage(settings, secret)
    check_ins = CheckIns(storage, now, knowledge.practice, enabled=settings.tracking)
    tracker = Tracker(storage, secret, now, enabled=settings.tracking, follows=(check_ins,))
    keeper = LibraryKeeper(storage, knowledge)
    await keeper.look()
    named = {Role.ADMIN: settings.admins, Role.CURATOR: settings.curators, Role.EXPERT: settings.experts}
    office = Office.over(
        storage, now, lambda: knowledge.library, keeper.examine, keeper.look, named=named,
        public_url=settings.public_url,
    )
    advisor = Advisor(
        knowledge, tracker, office.experts, office.desk, retention_days=settings.retention.questions_days,
        model_notice=model_notice(knowledge), whispers=frozenset({"slack"}),
        features=(CheckInAnswers(storage, now, tracker, check_ins, knowledge.practice),),
    )
    return Bot(settings, secret, storage, knowledge, tracker, office, keeper, check_ins, advisor)


def model_notice(knowledge: Knowledge) -> str:
    """Where questions go when a model is set for words or vectors; empty where neither is."""
    writer = getattr(knowledge.writer, "where", "")
    vectors = getattr(knowledge.reader, "where", "") if getattr(knowledge.reader, "is_external", False) else ""
    if not writer and not vectors:
        return ""
    places = " and ".join(dict.fromkeys(place for place in (writer, vectors) if place))
    return f"A model helps here: questions go to {places}; mentions, e-mail addresses and phone numbers are masked."


def owner_name() -> str:
    """Names this process for claims; new for each start."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Line:
    """Between intake and worker: they need each other, and the worker comes later."""

    def __init__(self) -> None:
        self.worker: Worker | None = None

    def wake(self) -> None:
        if self.worker:
            self.worker.wake()


def make_intake(bot: Bot, line: Line, owner: str) -> DurableIntake:
    from bot.intake import DurableIntake

    return DurableIntake(bot.storage, bot.advisor, line.wake, owner=owner, clock=now)


def make_worker(bot: Bot, messengers: Mapping[str, Messenger], line: Line, owner: str) -> Worker:
    from bot.worker import Worker

    line.worker = Worker(bot.storage, bot.advisor, messengers, owner=owner, clock=now)
    return line.worker


def make_terminal(bot: Bot, out: TextIO, user: str) -> tuple[TerminalAdapter, Worker]:
    """A conversation in the terminal and the worker that answers it."""
    from adapters.terminal.adapter import TerminalAdapter, TerminalMessenger

    line, owner = Line(), owner_name()
    messenger = TerminalMessenger(out, colour=out.isatty() and not os.environ.get("NO_COLOR"))
    adapter = TerminalAdapter(make_intake(bot, line, owner), messenger, user=user, clock=now)
    return adapter, make_worker(bot, {"terminal": messenger}, line, owner)
