"""The composition root: knowledge, storage, bot and worker by the settings. ``platforms``, ``work`` and ``process`` go
on from here, and commands take from here what they share.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from adapters.data_folder import ready
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
    from bot.assembly import Parts
    from bot.erasure import Erasure, ErasureNotes
    from bot.intake import DurableIntake
    from bot.messages import Incoming, Sender
    from bot.outbox import Told
    from bot.ports import Messenger, ZoneOf
    from bot.privacy import SecretKey
    from bot.storage.unit import Storage
    from bot.worker import Worker

log = logging.getLogger(__name__)
DEMO = "This is the demo: a made-up organization. What you ask is kept with it alone.\n"
PLATFORMS = ("slack", "msteams", "web", "terminal")
WHISPERS = frozenset({"slack"})
"""The platforms that can show something in a channel to one person alone."""
BY_MENTION = frozenset({"msteams"})
"""The platforms that hand over nothing of a channel that does not mention the bot."""


def now() -> datetime:
    return datetime.now(UTC)


def settings_of(*, demo: bool) -> Settings:
    """As the environment says; those of the demo, which is made if there is none. Raises NotADemo."""
    settings = Settings()
    if not demo:
        return settings
    from adapters.demo.folder import demo_settings

    return demo_settings(settings)


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
    """From the environment, else from a file made on the first start with mode 0600. Raises SecretKeyLost."""
    from bot.privacy import SecretKey, SecretKeyLost
    from bot.storage.glance import holds_questions

    if settings.secret_key:
        return SecretKey.from_text(settings.secret_key.get_secret_value())
    ready(settings.data_dir)
    key = settings.data_dir / "secret.key"
    if not key.exists() and holds_questions(settings.database):
        raise SecretKeyLost(
            f"There is a database in use and no secret key ({key}): with a new key nothing sealed in it could be read. "
            "Put back the key from your backup."
        )
    return SecretKey.load_or_make(key)


async def open_storage(settings: Settings, secret: SecretKey) -> Storage:
    """The database, brought to this version's tables. Raises SecretKeyLost where it was sealed with another key."""
    from bot.privacy import SecretKeyLost
    from bot.storage.schema import migrate, schema_is_current
    from bot.storage.unit import Storage

    ready(settings.data_dir)
    storage = Storage(settings.database, secret, now)
    if not await schema_is_current(storage):
        await asyncio.to_thread(migrate, settings.database)
    async with storage.view() as unit:
        fits = await unit.health.key_fits()
    if fits is False:
        await storage.close()
        raise SecretKeyLost(
            "The secret key does not open what is stored in the database: it was sealed with another one. Put back the "
            "key from your backup."
        )
    return storage


@asynccontextmanager
async def storage_of(settings: Settings) -> AsyncIterator[Storage]:
    """The database for as long as a command needs it."""
    storage = await open_storage(settings, make_secret(settings))
    try:
        yield storage
    finally:
        await storage.close()


@dataclass
class Bot:
    """The advisor with what it stands on. ``zones`` tell, by platform, somebody's time zone where a message does
    not; a platform that is switched on puts its own there.
    """

    settings: Settings
    secret: SecretKey
    storage: Storage
    knowledge: Knowledge
    keeper: LibraryKeeper
    parts: Parts
    zones: dict[str, ZoneOf]


async def make_bot(settings: Settings, knowledge: Knowledge) -> Bot:
    from adapters.keeper import LibraryKeeper
    from bot.access import Role
    from bot.assembly import Outside, Terms, assemble

    secret = make_secret(settings)
    storage = await open_storage(settings, secret)
    keeper = LibraryKeeper(storage, knowledge)
    await keeper.look()
    named = {
        Role.ADMIN: settings.admins, Role.CURATOR: settings.curators, Role.EXPERT: settings.experts,
        Role.SPONSOR: settings.sponsors,
    }
    zones: dict[str, ZoneOf] = {}

    async def zone_for(incoming: Incoming) -> str | None:
        find = zones.get(incoming.conversation.platform)
        return await find(incoming.sender) if find else None

    outside = Outside(
        knowledge, lambda: knowledge.library, keeper.examine, keeper.look, erasure_notes(settings), zone_for
    )
    terms = Terms(
        named, settings.public_url, settings.retention.questions_days, settings.tracking, models_at(knowledge),
        WHISPERS, BY_MENTION, frozenset({Role.SPONSOR} if settings.is_demo else ()), settings.is_demo,
    )
    return Bot(settings, secret, storage, knowledge, keeper, assemble(storage, now, outside, terms), zones)


def erasure_notes(settings: Settings) -> ErasureNotes:
    """Kept beside the database, so that a backup of it does not bring a person back."""
    from adapters.erasure_file import FILE, ErasureFile

    return ErasureFile(settings.data_dir / FILE)


def make_erasure(settings: Settings, storage: Storage) -> Erasure:
    """Forgets people, and keeps beside the database that it did."""
    from bot.erasure import Erasure

    return Erasure(storage, erasure_notes(settings), now)


def models_at(knowledge: Knowledge) -> tuple[str, ...]:
    """Where questions go when a model is set for words, for vectors or for both; empty where neither is."""
    writer = getattr(knowledge.writer, "where", "")
    vectors = getattr(knowledge.reader, "where", "") if getattr(knowledge.reader, "is_external", False) else ""
    return tuple(dict.fromkeys(place for place in (writer, vectors) if place))


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

    parts = bot.parts
    return DurableIntake(
        bot.storage, parts.advisor, line.wake, end=parts.office.endings.follow, owner=owner, clock=now
    )


def make_worker(
    bot: Bot, messengers: Mapping[str, Messenger], line: Line, owner: str, also_told: Sequence[Told] = ()
) -> Worker:
    """``also_told`` hear what came of what was said unasked, besides those who have to do something about it."""
    from bot.worker import Worker

    told = (*bot.parts.office.told, *also_told)
    line.worker = Worker(bot.storage, bot.parts.advisor, messengers, owner=owner, clock=now, told=told)
    return line.worker


def make_terminal(bot: Bot, out: TextIO, who: Sender) -> tuple[TerminalAdapter, Worker]:
    """A conversation in the terminal and the worker that answers it."""
    from adapters.terminal.adapter import TerminalAdapter, TerminalMessenger
    from adapters.terminal.colour import in_colour

    line, owner = Line(), owner_name()
    messenger = TerminalMessenger(out, colour=in_colour(out))
    adapter = TerminalAdapter(make_intake(bot, line, owner), messenger, who=who, clock=now)
    return adapter, make_worker(bot, {"terminal": messenger}, line, owner)
