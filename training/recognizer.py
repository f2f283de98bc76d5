"""Teaches the recognizer of the shipped practices and keeps it in the package, with what a first build would read of
them: some minutes, once for each change of practices or of the messages in ``knowledge/asked``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Container
from importlib.resources import as_file
from pathlib import Path

import numpy as np

from adapters.progress import progress
from knowledge import read_before, taught
from knowledge.asked import asked_shortly
from knowledge.embedder import MiniLM
from knowledge.excerpts import points_of
from knowledge.gate import gate_data
from knowledge.index import IndexFolder, teaching, wording_for
from knowledge.kept import MESSAGES, PASSAGES, Kept, text_key
from knowledge.library import Library, load_shipped
from knowledge.points import texts
from knowledge.reading import Reader, Said, Vectors, unit
from knowledge.splitter import as_document, split
from knowledge.taught import short_key
from knowledge.translation import thread_in_english

QUESTION = 3.0
"""Messages as which the question of a short answer counts beside those that it settles: of the 214 questions of
``bench/short_answers.py`` that have a right short answer 137 then lie closest to one, 130 where it counts as one.
"""
STALE = "The recognizer was learnt from something else: run `.venv/bin/python -m training.recognizer`."


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--data", type=Path, default=Path("bench/data"), help="where vectors are kept between runs")
    said.add_argument("--check", action="store_true", help="only tell whether it was learnt from what stands there now")
    asked = said.parse_args()
    data, library = asked.data, load_shipped()
    reader = MiniLM(data / "models")
    if asked.check:
        sys.exit(0 if taught.learnt_from() == teaching(library, reader) else STALE)
    folder = IndexFolder(data / "teaching")
    with folder.building() as mine, progress("Reading what is learnt from") as report:
        if not mine:
            sys.exit("another run is at it")
        made = folder.made(library, reader, report, afresh=True)
    shorts = _shorts(library, reader)
    with as_file(taught.FILE) as path:
        taught.write(made.practice, shorts, reader.name, teaching(library, reader), path)
        sys.stdout.write(f"{len(made.practice.labels)} practices, {path.stat().st_size:,} bytes\n")
    located, points = _read_at_a_build(library, shorts)
    found = Kept(folder.vectors_file).read(reader, located, points, keep=False, afresh=True)
    with as_file(read_before.FILE) as path:
        sorts = {PASSAGES: [text_key(Said(text)) for text in located], MESSAGES: [text_key(said) for said in points]}
        rows = {"vectors": found.vectors, "wants": found.wants, "intents": found.intents}
        read_before.write(reader.name, sorts, rows, path)
        sys.stdout.write(f"{len(located) + len(points)} texts read before, {path.stat().st_size:,} bytes\n")


def _shorts(library: Library, reader: Reader) -> dict[int, Vectors]:
    """Each short answer in the middle of its question, which counts more, and all messages that it settles."""
    practices = library.practices.values()
    wording = wording_for([as_document(practice) for practice in practices], reader)
    keys, said, counts = [], [], []
    for practice in practices:
        shortly = asked_shortly(practice.id)
        for point in points_of(practice.sections.short_answers):
            for text in (point.lead, *shortly.get(point.lead, ())):
                keys.append(short_key(practice.id, point.lead))
                said.append(wording.said(thread_in_english([text])))
                counts.append(QUESTION if text == point.lead else 1.0)
    rows = reader.intents(said) * np.array(counts, dtype=np.float32)[:, None]
    places: dict[int, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return {key: unit(rows[found].sum(axis=0)) for key, found in places.items()}


def _read_at_a_build(library: Library, shorts: Container[int]) -> tuple[list[str], list[Said]]:
    """What a build reads of the shipped library: passages and what is off topic, and points, each once."""
    practices = library.practices.values()
    passages = (passage.text for practice in practices for passage in split(as_document(practice)))
    points = ((practice.id, text) for practice in practices for text in texts(practice))
    told = [Said(text) for practice, text in points if short_key(practice, text) not in shorts]
    return list(dict.fromkeys([*passages, *gate_data().off_topic])), list(dict.fromkeys(told))


if __name__ == "__main__":
    main()
