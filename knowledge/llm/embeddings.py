"""Text to vector by setting: MiniLM without LangChain, or any of LangChain's embeddings."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embedder import MiniLM
from knowledge.errors import KnowledgeError
from knowledge.llm.endpoint import NO_KEY, Endpoint, ModelSettingInvalid
from knowledge.llm.masking import masked
from knowledge.reading import Progress, Reader, Reading, Said, Vectors, unit

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

DEFAULT, SETTING = "minilm", "MIDWAY_EMBEDDINGS"
TIMEOUT = 15.0
"""Seconds. Tried twice, it must end before a question is given up (``bot.pace``): then words find its answer."""
BATCH = 100
"""Texts in one request while the index is built."""


class EmbeddingsUnreachable(KnowledgeError):
    """The provider of embeddings gave no vectors."""


def load_reader(spec: str, folder: Path, api_key: str | None, base_url: str | None) -> Reader:
    """``minilm`` with its graph in ``folder``, or ``provider:model`` where LangChain's package for it is installed.

    Raises ModelSettingInvalid.
    """
    made = load_embedder(spec, folder, api_key, base_url)
    return made if isinstance(made, MiniLM) else ProviderReader(made, MiniLM(folder))


def load_embedder(
    spec: str, folder: Path, api_key: str | None, base_url: str | None
) -> MiniLM | ProviderEmbedder:
    """The same as one of LangChain's ``Embeddings``. Raises ModelSettingInvalid."""
    if spec.strip().lower() == DEFAULT:
        if "langchain_core" in sys.modules:
            register_minilm()
        return MiniLM(folder)
    endpoint = Endpoint.of(spec, api_key=api_key, base_url=base_url, setting=SETTING, others=True)
    return ProviderEmbedder(endpoint, _made(endpoint))


def _made(place: Endpoint) -> Embeddings:
    from langchain.embeddings import init_embeddings

    try:
        return init_embeddings(place.model, provider=place.provider, **_options(place))
    except ImportError as error:
        what = f"{SETTING} names {place.provider}: install its LangChain package ({place.package})."
        raise ModelSettingInvalid(what) from error
    except ValueError as error:  # pydantic's errors, too
        what = f"{SETTING} names {place.provider}, but LangChain cannot make embeddings of it with these settings."
        raise ModelSettingInvalid(what) from error


def register_minilm() -> None:
    """Makes every MiniLM an instance of LangChain's ``Embeddings``, whose methods it has."""
    from langchain_core.embeddings import Embeddings

    Embeddings.register(MiniLM)


class ProviderEmbedder:
    """A provider's model through LangChain. Questions are masked before they go there."""

    def __init__(self, endpoint: Endpoint, embeddings: Embeddings) -> None:
        self._endpoint = endpoint
        self._embeddings = embeddings

    @property
    def name(self) -> str:
        """Names the vector space."""
        return f"{self._endpoint.provider}:{self._endpoint.model}"

    @property
    def is_external(self) -> bool:
        """Whether questions leave this machine."""
        return self._endpoint.is_external

    @property
    def where(self) -> str:
        """Provider and host, for the notice that questions go there."""
        return self._endpoint.where

    def embed_query(self, text: str) -> list[float]:
        """What somebody wrote, masked. Raises EmbeddingsUnreachable."""
        return self._embedded([masked(text)])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """What is shipped or curated, as it stands. Raises EmbeddingsUnreachable."""
        return self._embedded(texts)

    def _embedded(self, texts: list[str]) -> list[list[float]]:
        try:
            vectors = self._embeddings.embed_documents(texts)
        except Exception as error:  # each SDK raises types of its own
            what = f"{self.where} gave no vectors ({type(error).__name__}): is it running, is the key right?"
            raise EmbeddingsUnreachable(what) from error
        if len(vectors) != len(texts) or not all(vectors):
            what = f"{self.where} gave {len(vectors)} vectors for {len(texts)} texts: is it a model for embeddings?"
            raise EmbeddingsUnreachable(what)
        return vectors


class ProviderReader:
    """A provider's vectors; what a message wants is told on this machine all the same."""

    def __init__(self, embedder: ProviderEmbedder, own: MiniLM) -> None:
        self.embedder = embedder
        self._own = own

    @property
    def name(self) -> str:
        """Names both spaces."""
        return f"{self.embedder.name} {self._own.name}"

    @property
    def intents_name(self) -> str:
        """That of this machine's model."""
        return self._own.intents_name

    @property
    def is_external(self) -> bool:
        """Whether questions leave this machine."""
        return self.embedder.is_external

    @property
    def where(self) -> str:
        """Provider and host, for the notice that questions go there."""
        return self.embedder.where

    def load(self) -> None:
        """What runs on this machine. Raises ModelMissing."""
        self._own.load()

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        """The provider is asked where the message lies when that is needed; then it may raise EmbeddingsUnreachable."""
        return replace(self._own.read(said, begins), locate=lambda: self._located(said))

    def pieces(self, texts: Sequence[str]) -> Vectors:
        return self._own.pieces(texts)

    def intents(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        return self._own.intents(said, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        """In batches, as a request has a time-out. Raises EmbeddingsUnreachable."""
        wants = self._own.intents([Said(text) for text in texts])
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            vectors += self.embedder.embed_documents(list(texts[start : start + BATCH]))
            if progress:
                progress(len(vectors), len(texts))
        return unit(np.asarray(vectors, dtype=np.float32)), wants

    def words(self) -> Sequence[str]:
        return self._own.words()

    def _located(self, said: Said) -> Vectors:
        return unit(np.asarray(self.embedder.embed_query(said.text), dtype=np.float32))


def _options(place: Endpoint) -> dict[str, object]:
    """How each package names what is meant; others get the key and the address as far as they are set."""
    match place.provider:
        case "ollama":
            client = {"timeout": TIMEOUT, "headers": {"Authorization": f"Bearer {place.key}"}}
            return {"base_url": place.address, "client_kwargs": client}
        case "openai":
            # Checking the length of texts would download a tokenizer at run time.
            limits = {"timeout": TIMEOUT, "max_retries": 1, "check_embedding_ctx_length": False}
            return {"base_url": place.address, "api_key": place.key, **limits}
    given = {"base_url": place.address, "api_key": place.key if place.key != NO_KEY else ""}
    return {name: value for name, value in given.items() if value}
