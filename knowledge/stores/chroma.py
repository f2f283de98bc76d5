"""Chroma, embedded or as a server: the only home of chromadb.

The index is disposable. What is damaged is noticed by a canary, thrown away and filled again from the snapshot; see
``docs/adr/0003-chroma-is-disposable.md``.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess  # a child process opens a doubtful store first, because it may crash
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.errors import StoreDamaged
from knowledge.stores import Cosines, Places, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)
BATCH = 2000
PROBE_SECONDS = 30


class ChromaStore:
    """One collection, opened and checked."""

    def __init__(self, collection: str, handle: Any) -> None:
        self.collection = collection
        self._handle = handle

    def search(self, vector: Vectors, limit: int) -> tuple[Places, Cosines]:
        try:
            found = self._handle.query(query_embeddings=[vector.tolist()], n_results=limit, include=["distances"])
        except BaseException as error:  # chromadb's Rust core raises a BaseException for a damaged page
            raise _damaged(error) from error
        places = np.array([int(name) for name in found["ids"][0]], dtype=np.int64)
        return places, 1.0 - np.array(found["distances"][0], dtype=np.float32)


class ChromaHome:
    """Where collections live: a folder of our own, or a server's address."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = folder
        self._url = url
        self._in_use = folder.with_suffix(".in-use")
        self._client: ClientAPI | None = None

    def open(self, collection: str, vectors: Vectors) -> ChromaStore:
        """The collection if it holds these vectors, checked by canaries. Raises StoreDamaged."""
        try:
            self._probe()
            handle = self._connected().get_collection(collection)
            store = ChromaStore(collection, handle)
            if handle.count() != len(vectors):
                raise StoreDamaged("the collection does not hold every passage")
            _check_canaries(store, vectors)
        except StoreDamaged:
            raise
        except BaseException as error:
            raise _damaged(error) from error
        return store

    def fill(self, collection: str, vectors: Vectors) -> ChromaStore:
        """Make the collection anew; an embedded folder that cannot be opened is thrown away first. Raises StoreDamaged."""
        try:
            return self._fill(collection, vectors)
        except StoreDamaged:
            if self._url:
                raise
            log.warning("the vector store is damaged: it is thrown away and filled again")
            self._throw_away()
            return self._fill(collection, vectors)

    def drop_others(self, keep: set[str]) -> None:
        """Delete collections of ours that no pointer names any more; the one before stays for replicas still on it."""
        client = self._connected()
        for other in client.list_collections():
            if other.name.startswith("midway-") and other.name not in keep:
                client.delete_collection(other.name)

    def close(self) -> None:
        """Say that this process left in good order."""
        self._client = None
        self._in_use.unlink(missing_ok=True)

    def _fill(self, collection: str, vectors: Vectors) -> ChromaStore:
        try:
            self._probe()
            client = self._connected()
            if collection in {existing.name for existing in client.list_collections()}:
                client.delete_collection(collection)
            handle = client.create_collection(
                collection, configuration={"hnsw": {"space": "cosine", "ef_search": 400}}, embedding_function=None
            )
            for start in range(0, len(vectors), BATCH):
                rows = vectors[start : start + BATCH]
                handle.add(ids=[str(start + row) for row in range(len(rows))], embeddings=rows)
        except BaseException as error:
            raise _damaged(error) from error
        return ChromaStore(collection, handle)

    def _connected(self) -> ClientAPI:
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            quiet = Settings(anonymized_telemetry=False)
            if self._url:
                parts = urlsplit(self._url)
                self._client = chromadb.HttpClient(
                    host=parts.hostname or "127.0.0.1",
                    port=parts.port or (443 if parts.scheme == "https" else 8000),
                    ssl=parts.scheme == "https",
                    settings=quiet,
                )
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._in_use.write_text(str(os.getpid()), encoding="ascii")
                self._client = chromadb.PersistentClient(path=str(self._folder), settings=quiet)
        return self._client

    def _probe(self) -> None:
        """After an untidy end a child process opens the folder first: a damaged one can take the process with it."""
        if self._url or self._client is not None or not self._in_use.exists():
            return
        code = (
            "import sys, chromadb\n"
            "client = chromadb.PersistentClient(path=sys.argv[1])\n"
            "for found in client.list_collections(): found.query(query_embeddings=[[0.0] * 383 + [1.0]], n_results=1)\n"
        )
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and code
                [sys.executable, "-c", code, str(self._folder)], capture_output=True, timeout=PROBE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            self._throw_away()
            raise StoreDamaged("the vector store did not open in time") from error
        if done.returncode:
            self._throw_away()
            raise StoreDamaged("the vector store crashed when opened")

    def _throw_away(self) -> None:
        self._client = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self._in_use.unlink(missing_ok=True)


def _check_canaries(store: ChromaStore, vectors: Vectors) -> None:
    """Three passages that must find themselves."""
    for place in {0, len(vectors) // 2, len(vectors) - 1}:
        found, cosines = store.search(vectors[place], 3)
        if not len(found) or cosines[0] < 0.99:
            raise StoreDamaged("the vector store does not find its own passages")


def _damaged(error: BaseException) -> StoreDamaged:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
    return StoreDamaged(f"the vector store cannot be used ({type(error).__name__})")
