"""Text to vector: the embedded MiniLM, which also tells what a message wants."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from knowledge.errors import ModelMissing
from knowledge.minilm.branch import kinds_of, version
from knowledge.reading import Progress, Reading, Span, Vectors, View, unit

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Encoding, Tokenizer

MODEL_FILE = f"minilm-l6-v2-int8-{version()}.onnx"
MAX_TOKENS = 256
BATCH, MOST_AT_ONCE = 16, 4
"""Texts in a batch, and batches at once: one question is quickest on one core, many texts on several."""
SIZE = 384


class Embedder(Protocol):
    """LangChain's ``Embeddings`` interface as a structure, so that the default needs no import of LangChain.

    Any LangChain ``Embeddings`` is one (``knowledge.llm.load_embedder``); MiniLM is registered as one there.
    """

    def embed_query(self, text: str) -> list[float]: ...

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on onnxruntime, with the intent branch: a ``Reader`` and an ``Embedder``.

    The graph is made on first use from the model's package and kept in ``folder``; one that is no longer as it was made
    is made again. Loading takes some 0.3 s, a question some 3 ms on one core. Raises ModelMissing.
    """

    name = f"minilm-l6-v2-int8-{version()}"

    def __init__(self, folder: Path) -> None:
        self._path = folder / MODEL_FILE
        self._loaded: tuple[Tokenizer, onnxruntime.InferenceSession] | None = None
        self._loading = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether the graph has already been made."""
        return self._path.exists()

    def embed_query(self, text: str) -> list[float]:
        return [float(number) for number in self.texts([text]).vector[0]]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in row] for row in self.texts(texts).vector]

    def read(self, text: str, start: int, spans: Sequence[Span] = ()) -> Reading:
        """One pass for everything. A span beyond ``MAX_TOKENS`` is taken for the whole text."""
        [encoded] = self._encoded([text])
        states, intents = (rows[0] for rows in self._run([encoded]))
        offsets = np.array(encoded.offsets)
        message = _within(offsets, (start, len(text)))
        intent = _mean(intents, message | (offsets[:, 1] == 0) if not start else message)
        # Every token counts for where a text lies, the special ones too: so the published model was taught.
        whole = View(unit(states.mean(axis=0)), unit(intent))
        pieces = (_within(offsets, span) for span in spans)
        parts = tuple(View(unit(_mean(states, piece)), unit(_mean(intents, piece))) for piece in pieces)
        return Reading(whole, parts, kinds_of(intent))

    def texts(self, texts: Sequence[str], progress: Progress | None = None) -> View:
        """Batches are of texts of like length, so that little is padding."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found = np.zeros((2, len(texts), SIZE), dtype=np.float32)
        done = 0
        with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
            rows = pool.map(lambda batch: self._rows([texts[place] for place in batch]), batches)
            for batch, made in zip(batches, rows, strict=True):
                found[:, batch] = made
                done += len(batch)
                if progress:
                    progress(done, len(order))
        return View(*found)

    def words(self) -> Sequence[str]:
        """Whole words of the model's vocabulary, which stands in order of how common they are."""
        known = sorted(self._load()[0].get_vocab().items(), key=lambda item: item[1])
        return [word for word, _ in known if word.isascii() and word.isalpha()]

    def _rows(self, texts: list[str]) -> Vectors:
        """Two kinds of unit vectors x texts x 384."""
        encoded = self._encoded(texts)
        weights = np.array([item.attention_mask for item in encoded], dtype=np.float32)[..., None]
        means = [(states * weights).sum(axis=1) / weights.sum(axis=1) for states in self._run(encoded)]
        return unit(np.stack(means))

    def _encoded(self, texts: list[str]) -> list[Encoding]:
        tokenizer, _ = self._load()
        encoded: list[Encoding] = tokenizer.encode_batch([text.encode(errors="replace").decode() for text in texts])
        return encoded

    def _run(self, encoded: list[Encoding]) -> list[Vectors]:
        """States of the trunk and of the branch: texts x tokens x 384 each."""
        ids = np.array([item.ids for item in encoded], dtype=np.int32)
        mask = np.array([item.attention_mask for item in encoded], dtype=np.int32)
        found: list[Vectors] = self._load()[1].run(None, {"ids": ids, "mask": mask})
        return found

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
        options.intra_op_num_threads = 1
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


def _within(offsets: np.ndarray[Any, Any], span: Span) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which tokens lie in a span of characters; special tokens lie in none."""
    found: np.ndarray[Any, np.dtype[np.bool_]] = (offsets[:, 1] > max(span[0], 0)) & (offsets[:, 0] < span[1])
    return found & (offsets[:, 1] > offsets[:, 0])


def _mean(states: Vectors, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> Vectors:
    """The mean of the chosen tokens; of all where none is chosen."""
    return np.asarray(states[chosen].mean(axis=0) if chosen.any() else states.mean(axis=0), dtype=np.float32)


def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    from knowledge.minilm.weights import packaged

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(packaged("tokenizer.json")))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer
