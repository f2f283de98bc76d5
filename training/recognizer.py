"""Teaches the recognizer of the shipped practices and keeps it in the package, with what a first build would read of
them: some minutes, once for each change of practices or of the messages in ``knowledge/asked``.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import as_file
from pathlib import Path

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
from knowledge.reading import Reader, Said, Vectors
from knowledge.shorts import Short
from knowledge.splitter import as_document, split
from knowledge.taught import short_key
from knowledge.translation import thread_in_english

QUESTION = 2.0
"""Messages as which the question of a short answer counts beside those that it settles: of the 214 questions of
``bench/short_answers.py`` that have a right short answer 137 then lie closest to one, 132 where it counts as one, 140
as three.
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
    shorts = _shorts(library, reader, Kept(folder.vectors_file), made.practice.words.rarity)
    with as_file(taught.FILE) as path:
        taught.write(made.practice, shorts, reader.name, teaching(library, reader), path)
        sys.stdout.write(f"{len(made.practice.labels)} practices, {path.stat().st_size:,} bytes\n")
    located, points = _read_at_a_build(library)
    found = Kept(folder.vectors_file).read(reader, located, points, keep=False, afresh=True)
    with as_file(read_before.FILE) as path:
        sorts = {PASSAGES: [text_key(Said(text)) for text in located], MESSAGES: [text_key(said) for said in points]}
        rows = {"vectors": found.vectors, "wants": found.wants, "intents": found.intents}
        read_before.write(reader.name, sorts, rows, path)
        sys.stdout.write(f"{len(located) + len(points)} texts read before, {path.stat().st_size:,} bytes\n")


def _shorts(library: Library, reader: Reader, kept: Kept, rarity: Vectors) -> dict[int, Short]:
    """Each short answer in the middle of its question, which counts more, and all messages that it settles."""
    practices = library.practices.values()
    wording = wording_for([as_document(practice) for practice in practices], reader)
    keyed: dict[int, list[Said]] = {}
    for practice in practices:
        shortly = asked_shortly(practice.id)
        for point in points_of(practice.sections.short_answers):
            settled = (point.lead, *shortly.get(point.lead, ()))
            keyed[short_key(practice.id, point.lead)] = [wording.said(thread_in_english([text])) for text in settled]
    said = [each for messages in keyed.values() for each in messages]
    lie, begun = kept.read(reader, [], said, keep=False, afresh=True).intents, 0
    made = {}
    for key, messages in keyed.items():
        rows, begun = lie[begun : begun + len(messages)], begun + len(messages)
        each = [QUESTION, *(1.0 for _ in messages[1:])]
        made[key] = Short.of([message.text for message in messages], list(rows), each, rarity)
    return made


def _read_at_a_build(library: Library) -> tuple[list[str], list[Said]]:
    """What a build reads of the shipped library: passages and what is off topic, and points, each once."""
    practices = library.practices.values()
    passages = (passage.text for practice in practices for passage in split(as_document(practice)))
    points = (Said(text) for practice in practices for text in texts(practice))
    return list(dict.fromkeys([*passages, *gate_data().off_topic])), list(dict.fromkeys(points))


if __name__ == "__main__":
    main()
