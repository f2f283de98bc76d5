"""Text to vector: the embedded MiniLM, which also tells what a message wants."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from knowledge.errors import ModelMissing
from knowledge.minilm.branch import kinds_of, version
from knowledge.minilm.weights import BRANCH, GRAPH, PARTS, TRUNK
from knowledge.reading import Progress, Reading, Said, Vectors, unit

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
Lengths = np.ndarray[Any, np.dtype[np.int32]]


def model_name() -> str:
    """Names the converted model and its two spaces: another branch or another graph makes others. Raises
    ModelMissing.
    """
    return f"minilm-l6-v2-int8-{GRAPH}-{version()}"


class MiniLM:
    """all-MiniLM-L6-v2 in int8 on onnxruntime, with the intent branch: a ``Reader``, and LangChain's ``Embeddings``.

    Its graphs are made on first use from the model's package and kept in ``folder``; when one is no longer as it was
    made, both are made again. Loading takes some 0.3 s, a question some 3 ms on one core. Raises ModelMissing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, onnxruntime.InferenceSession] = {}
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return model_name()

    @property
    def intents_name(self) -> str:
        return self.name

    def file(self, part: str) -> Path:
        """The graph of this part, whether it is made already or not."""
        return self._folder / f"{self.name}-{part}.onnx"

    @property
    def files(self) -> list[Path]:
        """The graphs of all parts."""
        return [self.file(part) for part in PARTS]

    def is_made(self) -> bool:
        """Whether both graphs stand as they were made, so that ``load`` writes nothing."""
        from knowledge.minilm.weights import is_sound

        return all(map(is_sound, self.files))

    def load(self) -> None:
        """What every message takes. Raises ModelMissing."""
        _tokenizer()
        self._session(BRANCH)

    def embed_query(self, text: str) -> list[float]:
        return [float(number) for number in self.read(Said(text)).vector]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(number) for number in row] for row in self.passages(texts)[0]]

    def read(self, said: Said, begins: Sequence[int] = (0,)) -> Reading:
        """What the message wants; where it lies among passages is read when it is asked for."""
        tokens = self._tokens(said)
        branched = self._branch([tokens])
        intents = branched.intents[0]
        intent = _mean(intents, tokens.message)
        pieces = [tokens.between(*bounds) for bounds in pairwise([*begins, len(said.text)])]
        within = np.array([_mean(intents, piece) for piece in pieces])
        kinds = kinds_of(intent, said.text[said.start :])
        return Reading(unit(intent), kinds, unit(within), lambda: unit(self._trunk([tokens], branched)[0]))

    def pieces(self, texts: Sequence[str]) -> Vectors:
        """One by one: they are few, and padding to the longest would cost more than it saves."""
        return unit(np.concatenate([self._intents([Said(text)])[0] for text in texts]))

    def intents(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        return unit(self.means(said, progress))

    def means(self, said: Sequence[Said], progress: Progress | None = None) -> Vectors:
        """The branch's mean states, texts x 384, not yet at length one."""
        return np.asarray(self._many(said, self._intents, progress)[0])

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, Vectors]:
        vectors, wants = unit(self._many([Said(text) for text in texts], self._both, progress))
        return vectors, wants

    def _many(
        self, said: Sequence[Said], rows: Callable[[Sequence[Said]], Vectors], progress: Progress | None
    ) -> Vectors:
        """Kinds of rows x texts x 384. Batches are of texts of like length, so that little is padding."""
        order = sorted(range(len(said)), key=lambda place: len(said[place].text))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found: list[Vectors] = []
        done = 0
        with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
            made = pool.map(lambda batch: rows([said[place] for place in batch]), batches)
            for batch, part in zip(batches, made, strict=True):
                found.append(part)
                done += len(batch)
                if progress:
                    progress(done, len(order))
        back = np.argsort(np.array(order, dtype=np.int64))
        return np.concatenate(found, axis=1)[:, back] if found else np.zeros((2, 0, SIZE), dtype=np.float32)

    def words(self) -> Sequence[str]:
        """Whole words of the model's vocabulary, which stands in order of how common they are."""
        known = sorted(_tokenizer().get_vocab().items(), key=lambda item: item[1])
        return [word for word, _ in known if word.isascii() and word.isalpha()]

    def _intents(self, said: Sequence[Said]) -> Vectors:
        """Mean states of the branch, 1 x texts x 384."""
        tokens = [self._tokens(each) for each in said]
        return self._wishes(tokens, self._branch(tokens))[None]

    def _both(self, said: Sequence[Said]) -> Vectors:
        """Mean states of trunk and branch, 2 x texts x 384."""
        tokens = [self._tokens(each) for each in said]
        branched = self._branch(tokens)
        return np.stack([self._trunk(tokens, branched), self._wishes(tokens, branched)])

    def _wishes(self, tokens: list[_Tokens], branched: _Branched) -> Vectors:
        return np.array([_mean(rows, each.message) for rows, each in zip(branched.intents, tokens, strict=True)])

    def _tokens(self, said: Said) -> _Tokens:
        text = said.text.encode(errors="replace").decode()
        encoded = _tokenizer().encode(text, add_special_tokens=False)
        thread = sum(end <= said.start for _, end in encoded.offsets) if said.start else 0
        return _Tokens.of(np.array(encoded.ids, dtype=np.int32), encoded.offsets, thread)

    def _branch(self, tokens: list[_Tokens]) -> _Branched:
        """The layers that both share, and the branch."""
        ids = np.zeros((len(tokens), max(len(each.ids) for each in tokens)), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        return _Branched(*self._session(BRANCH).run(None, {"ids": ids, "mask": mask}))

    def _trunk(self, tokens: list[_Tokens], branched: _Branched) -> Vectors:
        """Mean states of the trunk, texts x 384, from the layers that both share."""
        rows: Vectors
        [rows] = self._session(TRUNK).run(None, {"shared": branched.shared, "length": branched.length})
        return np.array([_mean(states, each.all) for states, each in zip(rows, tokens, strict=True)])

    def _session(self, part: str) -> onnxruntime.InferenceSession:
        with self._loading:
            if part not in self._loaded:
                self._loaded[part] = self._load(part)
            return self._loaded[part]

    def _load(self, part: str) -> onnxruntime.InferenceSession:
        import onnxruntime

        if not self.is_made():
            self._convert()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Threads that spin while they wait take the processor from the search that comes next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(self.file(part)), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises types of its own
            raise ModelMissing("The embedding model does not load: reinstall with `make setup`.") from error

    def _convert(self) -> None:
        from knowledge.minilm.graph import convert

        try:
            convert(dict(zip(PARTS, self.files, strict=True)))
        except OSError as error:
            what = f"The embedding model cannot be written to {self._folder} ({error.strerror}): make room there."
            raise ModelMissing(what) from error
        kept = {file.stem for file in self.files}
        for older in self._folder.glob("minilm-l6-v2-int8*"):
            if older.stem not in kept:
                with contextlib.suppress(OSError):
                    older.unlink()


class _Branched(NamedTuple):
    """What the layers that both share made, texts x tokens x 384, how long each text is, and the branch's states."""

    shared: Vectors
    length: Lengths
    intents: Vectors


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
