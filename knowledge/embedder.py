"""Text to vector: the embedded MiniLM, or any LangChain embeddings provider by setting."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from knowledge.errors import ModelMissing

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[int, int], None]

MODEL_FILE = "minilm-l6-v2-int8.onnx"
MAX_TOKENS = 256
BATCH = 16


class Embedder(Protocol):
    """LangChain's ``Embeddings`` interface as a structure, so that the default needs no import of LangChain.

    Any LangChain ``Embeddings`` is one (``knowledge.providers.load_embedder``); MiniLM is registered as one there.
    """

    def embed_query(self, text: str) -> list[float]: ...

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on onnxruntime: texts to unit vectors of 384 numbers.

    The graph is made on first use from the model's package and kept as ``folder/minilm-l6-v2-int8.onnx``; one that is
    no
    longer as it was made is made again. Loading takes some 0.3 s, a question some 4 ms on one core. Raises
    ModelMissing.
    """

    name = "minilm-l6-v2-int8"

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._path = folder / MODEL_FILE
        self._threads = threads
        self._loaded: tuple[Tokenizer, onnxruntime.InferenceSession] | None = None
        self._loading = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether the graph has already been made."""
        return self._path.exists()

    def embed_query(self, text: str) -> list[float]:
        return [float(number) for number in self.vectors([text])[0]]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in row] for row in self.vectors(texts)]

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors, one row a text, in order. Batches are of texts of like length, so that little is padding."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            found[places] = self._batch([texts[place] for place in places])
            if progress:
                progress(min(start + BATCH, len(order)), len(order))
        return found

    def _batch(self, texts: list[str]) -> Vectors:
        tokenizer, session = self._load()
        encoded = tokenizer.encode_batch([text.encode(errors="replace").decode() for text in texts])
        ids = np.array([item.ids for item in encoded], dtype=np.int32)
        mask = np.array([item.attention_mask for item in encoded], dtype=np.int32)
        states = np.asarray(session.run(None, {"ids": ids, "mask": mask})[0])
        weights = mask[..., None].astype(np.float32)
        pooled = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    def _load(self) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
        with self._loading:
            if self._loaded is None:
                self._loaded = (_tokenizer(), self._session())
            return self._loaded

    def _session(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        from knowledge.minilm.weights import is_sound

        if not is_sound(self._path):
            self._convert()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        # Threads that spin while they wait take the processor from the search that comes next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own
            raise ModelMissing("The embedding model does not load: reinstall with `make setup`.") from error

    def _convert(self) -> None:
        from knowledge.minilm.graph import convert

        try:
            convert(self._path)
        except OSError as error:
            what = f"The embedding model cannot be written to {self._path.parent} ({error.strerror}): make room there."
            raise ModelMissing(what) from error


def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    from knowledge.minilm.weights import packaged

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(packaged("tokenizer.json")))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer
