"""Library, index, embedding model, and the language model that words answers."""

from __future__ import annotations

import asyncio

from adapters.bootstrap import make_reader
from adapters.doctor.database import in_order
from adapters.doctor.finding import Finding
from adapters.doctor.looking import Check
from adapters.doctor.machine_checks import to_begin
from adapters.settings import Settings
from bot.curation import library_in_force
from bot.errors import BotError
from knowledge.embedder import MiniLM
from knowledge.errors import KnowledgeError
from knowledge.index import IndexFolder, fingerprint
from knowledge.library import Library, load_shipped
from knowledge.llm.endpoint import Endpoint
from knowledge.minilm.weights import packaged

LOADS = 20.0
"""Seconds for what loads a model or the whole index, on a machine that has other things to do."""
RESTART = "Restart Midway: it makes the index again when it starts."


def library(settings: Settings) -> Finding:
    """All of it is read: an answer reads only what it needs."""
    try:
        found = _in_force(settings, load_shipped())
    except KnowledgeError as error:
        return Finding("library", "wrong", str(error), "Install Midway again: `make setup`.")
    return Finding("library", "ok", f"All {len(found.practices)} practices of the library can be read.")


def _in_force(settings: Settings, shipped: Library) -> Library:
    """With the organization's own versions, where the database can be asked; what is wrong there is said there."""
    async def look() -> Library:
        async with in_order(settings) as storage:
            return (await library_in_force(storage, shipped))[0] if storage else shipped

    try:
        return asyncio.run(look())
    except BotError:
        return shipped


def index(settings: Settings) -> Finding:
    folder = IndexFolder(settings.data_dir / "index")
    if not folder.snapshot_file.exists():
        return Finding("index", "not set up", "There is no index yet; the first start makes it.", to_begin(settings))
    snapshot = folder.load()
    if snapshot is None:
        said = f"The index ({folder.snapshot_file}) is damaged or of another version."
        return Finding("index", "wrong", said, RESTART)
    wanted = fingerprint(_in_force(settings, load_shipped(whole=False)), make_reader(settings).name)
    if snapshot.content_hash != wanted:
        return Finding("index", "warning", "The index is of another library or model than those in force.", RESTART)
    return Finding("index", "ok", f"The index is sound and of this library: {len(snapshot.passages)} passages.")


def embeddings(settings: Settings) -> Finding:
    """Loads the model that runs in the process, all of it, but makes no file of it."""
    model = MiniLM(settings.data_dir / "models")
    packaged("tokenizer.json")
    if not model.is_made():
        if any(file.exists() for file in model.files):
            said = "A file of the embedding model is not as it was made."
            return Finding("embeddings", "warning", said, "Restart Midway: it makes it again.")
        said = "The embedding model's package is there; the first start makes it ready."
        return Finding("embeddings", "not set up", said, to_begin(settings))
    model.embed_query("How do we launch a pilot?")
    if settings.embeddings != "minilm":
        return _provider(settings, "embeddings", settings.embeddings, "MIDWAY_EMBEDDINGS")
    return Finding("embeddings", "ok", "The embedding model loads and reads.")


def language_model(settings: Settings) -> Finding:
    if not settings.llm:
        said = "No language model is set: answers are composed from the practices, and no question leaves the machine."
        return Finding("language-model", "not set up", said)
    return _provider(settings, "language-model", settings.llm, "MIDWAY_LLM")


def _provider(settings: Settings, id_: str, spec: str, setting: str) -> Finding:
    """Whether it can be called; it is not, as that may cost money. Raises ModelSettingInvalid."""
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    others = setting == "MIDWAY_EMBEDDINGS"
    place = Endpoint.of(spec, api_key=key, base_url=settings.llm_base_url, setting=setting, others=others)
    if not place.is_installed():
        said = f"{setting} names {place.provider}, and its package {place.package} is not installed."
        return Finding(id_, "wrong", said, "Install it into the environment that Midway runs in.")
    return Finding(id_, "ok", f"{setting} can be used, at {place.where}; no call was made to try it.")


def checks(settings: Settings) -> list[Check]:
    return [
        Check("library", "the library", lambda: library(settings)),
        Check("index", "the index", lambda: index(settings), LOADS),
        Check("embeddings", "the embedding model", lambda: embeddings(settings), LOADS),
        Check("language-model", "the language model", lambda: language_model(settings)),
    ]
