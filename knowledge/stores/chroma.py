"""Chroma, embedded or as a server: the only home of chromadb.

The index is disposable: what is in doubt is thrown away and filled again from the snapshot, and nothing that a store
finds is believed before it agrees with the snapshot. See ``docs/adr/0003-chroma-is-disposable.md``.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.errors import StoreDamaged, StoreUnavailable
from knowledge.stores import Cosines, Places, Vectors
from knowledge.stores.folder import ChromaFolder

log = logging.getLogger(__name__)
OURS, BEGUN = "midway-", "begun"
BATCH, PAUSE = 100, 0.1
"""Vectors that are added at once, and seconds until the next. Chroma's core lets no other thread of the process run
meanwhile: with two thousand at once no page was served for four seconds on a busy machine. Nobody waits for the end of
filling, as the snapshot answers.
"""
GRAPH = {"space": "cosine", "max_neighbors": 48, "ef_construction": 400, "ef_search": 400}
"""Dense enough that all true neighbours of a question are found among some five thousand passages."""
CANARIES = 16
TOLERANCE = 1e-3
"""Chroma and numpy differ in the last digits; a wrong vector differs by far more."""
MISSED = 0.1
"""Share of far neighbours that an approximate graph may miss; measured: one in a thousand."""
ASK_SECONDS, FILL_SECONDS = 5.0, 30.0
"""How long a server may take for a question, and for a batch of vectors; then the snapshot answers."""


class ChromaStore:
    """One collection. Whatever it finds is compared with the snapshot's vectors before it is given back."""

    def __init__(self, collection: str, handle: Any, vectors: Vectors, doubted: Callable[[str, bool], None]) -> None:
        self.collection = collection
        self._handle = handle
        self._vectors = vectors
        self._doubted = doubted

    def search(self, vector: Vectors, limit: int) -> tuple[Places, Cosines]:
        wanted = min(limit, len(self._vectors))
        try:
            found = self._handle.query(query_embeddings=[vector.tolist()], n_results=wanted, include=["distances"])
            places = np.array([int(name) for name in found["ids"][0]], dtype=np.int64)
            cosines = 1.0 - np.array(found["distances"][0], dtype=np.float32)
        except BaseException as error:  # chromadb's Rust core raises a BaseException for a damaged page
            self._doubted(self.collection, False)
            raise _damaged(error) from error
        if not self._true(vector, places, cosines, wanted):
            self._doubted(self.collection, True)
            raise StoreDamaged("the vector store finds something else than the snapshot")
        return places, cosines

    def check(self) -> None:
        """Passages from all over must find themselves. Raises StoreDamaged."""
        if self._handle.count() != len(self._vectors):
            raise StoreDamaged("the collection does not hold every passage")
        for place in np.unique(np.linspace(0, len(self._vectors) - 1, CANARIES).astype(int)):
            _, cosines = self.search(self._vectors[place], 3)
            if cosines[0] < 1 - TOLERANCE:
                self._doubted(self.collection, True)
                raise StoreDamaged("the vector store does not find its own passages")

    def _true(self, vector: Vectors, places: Places, cosines: Cosines, wanted: int) -> bool:
        if len(places) < wanted * (1 - MISSED) or len(set(places.tolist())) < len(places):
            return False
        if len(places) and not 0 <= places.min() <= places.max() < len(self._vectors):
            return False
        return bool(np.all(np.abs(self._vectors[places] @ vector - cosines) < TOLERANCE))


class ChromaHome:
    """Where collections live: a folder of our own, which this process then holds, or a server's address.

    Other programs may use the same server, but only one Midway the same database of it. All methods block.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = ChromaFolder(folder)
        self._url = url
        self._client: Any | None = None
        self._doubtful: set[str] = set()
        self._working = threading.Lock()
        self._closed = False

    def open(self, family: str, vectors: Vectors, named: str | None = None) -> ChromaStore:
        """A sound collection of these vectors, the ``named`` one if it is. Raises StoreDamaged, StoreUnavailable."""
        with self._at_work():
            names = sorted(self._names(family), key=lambda name: name != named)
            for name in names:
                try:
                    return self._checked(name, vectors)
                except StoreDamaged as error:
                    log.info("the collection %s is not used: %s", name, error)
                    if self._doubtful and not self._url:
                        raise  # nothing else in this folder is believed either
            raise StoreDamaged("there is no sound collection of these passages")

    def fill(self, family: str, vectors: Vectors, begun: float) -> ChromaStore:
        """A new collection of these vectors, checked; ``begun`` is now, in seconds.

        Raises StoreDamaged, StoreUnavailable.
        """
        with self._at_work():
            if not self._folder.take():
                raise StoreUnavailable("another process is filling the vector store")
            try:
                name = f"{family}-{uuid.uuid4().hex[:8]}"
                self._write(name, vectors, begun)
                return self._checked(name, vectors)
            finally:
                if self._url:
                    self._folder.release()

    def drop_others(self, keep: set[str], before: float) -> list[str]:
        """Delete collections of ours begun before that moment, except those to keep; returns their names."""
        with self._at_work():
            client = self._connected()
            old = [
                found.name
                for found in client.list_collections()
                if found.name.startswith(OURS) and found.name not in keep and _begun(found) < before
            ]
            for name in old:
                client.delete_collection(name)
            return old

    def close(self) -> None:
        """Leave in good order; where a thread is still at work, the folder counts as left untidily."""
        self._closed = True
        if not self._working.acquire(blocking=False):
            return
        try:
            embedded = self._client is not None and not self._url
            self._disconnect()
            if embedded and not self._doubtful:
                self._folder.left_tidily()
            self._folder.release()
        except OSError as error:
            log.warning("the vector store is not sealed and will be filled again: %s", error.strerror)
        finally:
            self._working.release()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """One thread at a time; every failure is a StoreDamaged."""
        with self._working:
            if self._closed:
                raise StoreUnavailable("the vector store is being closed")
            try:
                self._throw_away_if_doubtful()
                yield
            except (StoreDamaged, StoreUnavailable):
                raise
            except BaseException as error:
                self._disconnect()
                raise _damaged(error) from error

    def _checked(self, name: str, vectors: Vectors) -> ChromaStore:
        store = ChromaStore(name, self._connected().get_collection(name, embedding_function=None), vectors, self._doubt)
        store.check()
        return store

    def _names(self, family: str) -> list[str]:
        found = [one.name for one in self._connected().list_collections()]
        return [name for name in found if name.startswith(family) and name not in self._doubtful]

    def _write(self, name: str, vectors: Vectors, begun: float) -> None:
        client = self._server(FILL_SECONDS) if self._url else self._connected()
        try:
            handle = client.create_collection(
                name,
                metadata={BEGUN: begun},
                configuration={"hnsw": GRAPH},
                embedding_function=None,
            )
            for start in range(0, len(vectors), BATCH):
                if self._closed:
                    raise StoreUnavailable("the vector store is being closed")
                if start and not self._url:
                    time.sleep(PAUSE)
                rows = vectors[start : start + BATCH]
                handle.add(ids=[str(start + row) for row in range(len(rows))], embeddings=rows)
        except BaseException:
            self._doubt(name, wrong=False)
            raise
        finally:
            if self._url:
                client.close()

    def _doubt(self, collection: str, wrong: bool) -> None:
        """A folder in doubt is thrown away; a server that does not answer may only be away."""
        if wrong or not self._url:
            self._doubtful.add(collection)

    def _throw_away_if_doubtful(self) -> None:
        if self._doubtful and not self._url:
            log.warning("the vector store is damaged: it is thrown away and filled again")
            self._disconnect()
            self._folder.empty()
            self._doubtful.clear()

    def _connected(self) -> Any:
        if self._client is None:
            self._client = self._server(ASK_SECONDS) if self._url else self._embedded()
        return self._client

    def _embedded(self) -> Any:
        if not self._folder.take():
            raise StoreUnavailable("another process holds the vector store")
        import chromadb

        return chromadb.PersistentClient(path=str(self._folder.ready()), settings=_quiet())

    def _server(self, seconds: float) -> Any:
        import chromadb
        import httpx

        parts = urlsplit(self._url or "")
        secure = parts.scheme == "https"
        host, port = parts.hostname or "127.0.0.1", parts.port or (443 if secure else 8000)
        address = f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/api/v2/heartbeat"
        try:
            httpx.get(address, timeout=ASK_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            raise StoreUnavailable(f"the vector store's server is away ({type(error).__name__})") from error
        client: Any = chromadb.HttpClient(host=host, port=port, ssl=secure, settings=_quiet())
        client._server._session.timeout = httpx.Timeout(seconds)  # chromadb would wait for ever
        return client

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.close()
        except BaseException as error:
            log.info("the vector store did not close: %s", _damaged(error))


def _quiet() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _begun(collection: Any) -> float:
    return float((collection.metadata or {}).get(BEGUN, 0.0))


def _damaged(error: BaseException) -> StoreDamaged:
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error
    return StoreDamaged(f"the vector store cannot be used ({type(error).__name__})")
