"""Text to vector: the embedded MiniLM, which also tells what a message wants."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import ModelMissing
from knowledge.minilm.branch import kinds_of, version
from knowledge.minilm.weights import GRAPH
from knowledge.reading import Progress, Reading, Said, Vectors, View, unit

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

MOST_OF_THREAD, FIRST_OF_MESSAGE, LAST_OF_MESSAGE = 60, 80, 110
"""Tokens that are read: the thread's last ones, the message's first and last: where people put what they want."""
BATCH, MOST_AT_ONCE = 16, 4
"""Texts in a batch, and batches at once: one question is quickest on one core, many texts on several."""
SIZE, BEGIN, END = 384, 101, 102
"""Numbers of a vector; the special tokens at both ends of a text, [CLS] and [SEP]."""
Chosen = np.ndarray[Any, np.dtype[np.bool_]]


def model_name() -> str:
    """Names the converted model and its two spaces: another branch or another graph makes others. Raises
    ModelMissing.
    """
    return f"minilm-l6-v2-int8-{GRAPH}-{version()}"


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on onnxruntime, with the intent branch: a ``Reader``, and LangChain's ``Embeddings``.

    The graph is made on first use from the model's package and kept in ``folder``; one that is no longer as it was made
    is made again. Loading takes some 0.3 s, a question some 3 ms on one core. Raises ModelMissing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._session_loaded: onnxruntime.InferenceSession | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return model_name()

    @property
    def file(self) -> Path:
        """The graph, whether it is made already or not."""
        return self._folder / f"{self.name}.onnx"

    def is_made(self) -> bool:
        """Whether the graph stands as it was made, so that ``load`` writes nothing."""
        from knowledge.minilm.weights import is_sound

        return is_sound(self.file)

    def load(self) -> None:
        """Raises ModelMissing."""
        _tokenizer()
        self._session()

    def embed_query(self, text: str) -> list[float]:
        return [float(number) for number in self.read(Said(text)).view.vector]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in row] for row in self.many([Said(text) for text in texts]).vector]

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        """One pass for everything."""
        tokens = self._tokens(said)
        states, intents = (rows[0] for rows in self._run([tokens]))
        intent = _mean(intents, tokens.message)
        pieces = [tokens.between(*bounds) for bounds in pairwise([*begins, len(said.text)])]
        within = (np.array([_mean(rows, piece) for piece in pieces]) for rows in (states, intents))
        view = View(unit(_mean(states, tokens.all)), unit(intent))
        return Reading(view, kinds_of(intent), View(*map(unit, within)))

    def questions(self, said: Sequence[Said]) -> View:
        """One by one: they are few, and padding to the longest would cost more than it saves."""
        return View(*unit(np.concatenate([self._rows([each]) for each in said], axis=1)))

    def many(self, said: Sequence[Said], progress: Progress | None = None) -> View:
        return View(*unit(self.means(said, progress)))

    def means(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        """Mean states of trunk and branch, 2 x texts x 384, not yet at length one.

        Batches are of texts of like length, so that little is padding.
        """
        order = sorted(range(len(said)), key=lambda place: len(said[place].text))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found = np.zeros((2, len(said), SIZE), dtype=np.float32)
        done = 0
        with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
            rows = pool.map(lambda batch: self._rows([said[place] for place in batch]), batches)
            for batch, made in zip(batches, rows, strict=True):
                found[:, batch] = made
                done += len(batch)
                if progress:
                    progress(done, len(order))
        return found

    def words(self) -> Sequence[str]:
        """Whole words of the model's vocabulary, which stands in order of how common they are."""
        known = sorted(_tokenizer().get_vocab().items(), key=lambda item: item[1])
        return [word for word, _ in known if word.isascii() and word.isalpha()]

    def _rows(self, said: Sequence[Said]) -> Vectors:
        """Two kinds of mean states x texts x 384."""
        tokens = [self._tokens(each) for each in said]
        states, intents = self._run(tokens)
        vectors = [_mean(rows, each.all) for rows, each in zip(states, tokens, strict=True)]
        wishes = [_mean(rows, each.message) for rows, each in zip(intents, tokens, strict=True)]
        return np.array([vectors, wishes], dtype=np.float32)

    def _tokens(self, said: Said) -> _Tokens:
        text = said.text.encode(errors="replace").decode()
        encoded = _tokenizer().encode(text, add_special_tokens=False)
        thread = sum(end <= said.start for _, end in encoded.offsets) if said.start else 0
        return _Tokens.of(np.array(encoded.ids, dtype=np.int32), encoded.offsets, thread)

    def _run(self, tokens: list[_Tokens]) -> list[Vectors]:
        """States of the trunk and of the branch: texts x tokens x 384 each."""
        ids = np.zeros((len(tokens), max(len(each.ids) for each in tokens)), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        found: list[Vectors] = self._session().run(None, {"ids": ids, "mask": mask})
        return found

    def _session(self) -> onnxruntime.InferenceSession:
        with self._loading:
            if self._session_loaded is None:
                self._session_loaded = self._load()
            return self._session_loaded

    def _load(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        path = self.file
        if not self.is_made():
            self._convert(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Threads that spin while they wait take the processor from the search that comes next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own
            raise ModelMissing("The embedding model does not load: reinstall with `make setup`.") from error

    def _convert(self, path: Path) -> None:
        from knowledge.minilm.graph import convert

        try:
            convert(path)
        except OSError as error:
            what = f"The embedding model cannot be written to {self._folder} ({error.strerror}): make room there."
            raise ModelMissing(what) from error
        for older in self._folder.glob("minilm-l6-v2-int8*"):
            if older.stem != path.stem:
                with contextlib.suppress(OSError):
                    older.unlink()


@dataclass(frozen=True)
class _Tokens:
    """What is read of a text: token ids, the characters at which they begin, and how many stand before the message."""

    ids: np.ndarray[Any, np.dtype[np.int32]]
    begins: np.ndarray[Any, np.dtype[np.int32]]
    thread: int

    @classmethod
    def of(cls, ids: Any, offsets: Sequence[tuple[int, int]], thread: int) -> _Tokens:
        """The first ``thread`` tokens stand before the message."""
        before = np.arange(max(0, thread - MOST_OF_THREAD), thread)
        message = np.arange(thread, len(ids))
        if len(message) > FIRST_OF_MESSAGE + LAST_OF_MESSAGE:
            message = np.concatenate([message[:FIRST_OF_MESSAGE], message[-LAST_OF_MESSAGE:]])
        kept = np.concatenate([before, message]).astype(np.int64)
        begins = np.array([begin for begin, _ in offsets], dtype=np.int32)[kept]
        return cls(np.concatenate([[BEGIN], ids[kept], [END]]).astype(np.int32), begins, len(before))

    @property
    def all(self) -> Chosen:
        """Every token, the special ones too: so the published model was taught to say where a text lies."""
        return np.ones(len(self.ids), dtype=np.bool_)

    @property
    def message(self) -> Chosen:
        """The message's own, and the special ones where no thread stands before it: so the branch was taught."""
        own = np.arange(len(self.ids)) > self.thread
        own[[0, -1]] = self.thread == 0
        return own

    def between(self, begin: int, end: int) -> Chosen:
        """Those that begin at these characters."""
        own = np.zeros(len(self.ids), dtype=np.bool_)
        own[1:-1] = (self.begins >= begin) & (self.begins < end)
        return own


def _mean(states: Vectors, chosen: Chosen) -> Vectors:
    """The mean of the chosen tokens, which may be followed by padding; of all where none is chosen."""
    rows = states[: len(chosen)]
    return np.asarray(rows[chosen].mean(axis=0) if chosen.any() else rows.mean(axis=0), dtype=np.float32)


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    from knowledge.minilm.weights import packaged

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(packaged("tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
