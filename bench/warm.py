"""Midway kept warm for ``speed.py``: lines ``{"questions": […]}`` in, ``{way: {"ms": […], "cpu": […]}}`` out.

Ways: ``snapshot`` and ``chroma`` are the whole answer, the vectors searched in the one or the other; ``floor`` is one
embedding and one exact search with nothing around them.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from adapters.ask_command import prepared
from adapters.settings import Settings
from knowledge.answers import Outcome
from knowledge.embedder import MiniLM
from knowledge.minilm.weights import packaged
from knowledge.reading import Vectors
from knowledge.service import Knowledge
from knowledge.stores.chroma import ChromaHome
from knowledge.stores.exact import ExactStore

NEAREST = 4
"""As many passages as the pipeline hands on that Midway is compared with."""

Way = Callable[[str], object]


def ways(knowledge: Knowledge, chroma: Path) -> dict[str, Way]:
    retriever = knowledge.retriever
    assert retriever
    snapshot = retriever.snapshot
    live = ChromaHome(chroma).fill(snapshot.collection, snapshot.vectors, time.time())
    exact, bare = ExactStore(snapshot.collection, snapshot.vectors), bare_embedding(Settings().data_dir / "models")

    def answer(question: str) -> object:
        return knowledge.look_up(question)

    def from_snapshot(question: str) -> object:
        retriever.prefer(None)
        return answer(question)

    def from_chroma(question: str) -> object:
        retriever.prefer(live)
        return answer(question)

    def floor(question: str) -> object:
        return exact.search(bare(question), NEAREST)

    return {"snapshot": from_snapshot, "chroma": from_chroma, "floor": floor}


def bare_embedding(models: Path) -> Callable[[str], Vectors]:
    """The published model alone in int8, as a program would run it that wants a vector and nothing else."""
    import onnx
    import onnxruntime
    from tokenizers import Tokenizer

    first, rest = (onnx.load(file) for file in MiniLM(models).files)
    shared = onnx.utils.Extractor(first).extract_model(["ids", "mask"], ["shared", "length"])
    joints = [(name, name) for name in ("shared", "length")]
    named = onnx.compose.add_prefix(rest, "trunk_", rename_inputs=False, rename_outputs=False)
    trunk = onnx.compose.merge_models(shared, named, io_map=joints)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(trunk.SerializeToString(), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(packaged("tokenizer.json")))
    tokenizer.no_padding()

    def embed(question: str) -> Vectors:
        ids = np.array([tokenizer.encode(question).ids], dtype=np.int32)
        mean = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0][0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    return embed


def timed(known: dict[str, Way], questions: list[str]) -> dict[str, dict[str, list[float]]]:
    """Every question goes each way before the next one; who begins changes, so that a busy moment is nobody's alone."""
    spent: dict[str, dict[str, list[float]]] = {name: {"ms": [], "cpu": []} for name in known}
    names = list(known)
    for number, question in enumerate(questions):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            begun, worked = time.perf_counter(), time.process_time()
            known[name](question)
            spent[name]["ms"].append((time.perf_counter() - begun) * 1000)
            spent[name]["cpu"].append((time.process_time() - worked) * 1000)
    return spent


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    knowledge = prepared(Settings())
    assert knowledge.retriever
    assert knowledge.look_up("How do we launch a pilot?").outcome is Outcome.ANSWERED
    snapshot = knowledge.retriever.snapshot
    with TemporaryDirectory() as scratch:
        known = ways(knowledge, Path(scratch) / "chroma")
        print(json.dumps({"practices": len(snapshot.documents), "passages": len(snapshot.passages)}), flush=True)
        for line in sys.stdin:
            print(json.dumps(timed(known, json.loads(line)["questions"])), flush=True)


if __name__ == "__main__":
    main()
