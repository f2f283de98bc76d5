"""Writes what ``learn.py`` learns from: every example and every practice as Midway itself would read it.

Run with the project's own Python: ``python -m training.prepare``. ``learn.py`` has another environment, with torch.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from knowledge.asked import asked, asked_shortly
from knowledge.embedder import MiniLM
from knowledge.gate import GOOD
from knowledge.index import wording_for
from knowledge.library import load_shipped
from knowledge.splitter import as_document, split
from knowledge.translation import thread_in_english
from knowledge.wording import Wording
from training import PREPARED
from training.examples import Example, read_examples


def main() -> None:
    documents = [as_document(practice) for practice in load_shipped().practices.values()]
    with tempfile.TemporaryDirectory() as folder:
        wording = wording_for(documents, MiniLM(Path(folder)))
    messages = [
        {"label": example.label, "practice": practice, "settled_by": question, "turns": _as_read(example, wording)}
        for practice, example, question in _messages()
    ]
    passages = [
        {"practice": passage.document, "text": passage.text}
        for document in documents
        for passage in split(document)
        if passage.kind == "text"
    ]
    PREPARED.write_text(json.dumps({"messages": messages, "passages": passages}), encoding="utf-8")
    print(f"{len(messages)} messages and {len(passages)} passages in {PREPARED}")


def _as_read(example: Example, wording: Wording) -> list[str]:
    return [wording.readable(turn) for turn in thread_in_english(example.typed)]


def _messages() -> Iterator[tuple[str | None, Example, str | None]]:
    """Each example with the practice that answers it, where one does: those messages are good by definition. With it
    the question of the short answer that settles the message, if one does.
    """
    for example in read_examples():
        yield None, example, None
    for practice in load_shipped().practices.values():
        shortly = asked_shortly(practice.id)
        settled_by = {text: question for question, said in shortly.items() for text in (question, *said)}
        typed = ((text,) for text in (practice.title, *practice.questions, *shortly))
        for turns in [*asked(practice.id), *typed]:
            yield practice.id, Example(GOOD, turns), settled_by.get(turns[-1])


if __name__ == "__main__":
    main()
