"""Teaches the recognizer of the shipped practices and keeps it in the package: some minutes, once for each change of
practices or of the messages in ``knowledge/asked``.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import as_file
from pathlib import Path

from adapters.progress import progress
from knowledge.embedder import MiniLM
from knowledge.index import IndexFolder, teaching
from knowledge.library import load_shipped
from knowledge.taught import FILE, write


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--data", type=Path, default=Path("bench/data"), help="where vectors are kept between runs")
    data = said.parse_args().data
    library, reader = load_shipped(), MiniLM(data / "models")
    folder = IndexFolder(data / "teaching")
    with folder.building() as mine, progress("Reading what is learnt from") as report:
        if not mine:
            sys.exit("another run is at it")
        made = folder.made(library, reader, report, afresh=True)
    with as_file(FILE) as path:
        write(made.practice, reader.name, teaching(library, reader), path)
        sys.stdout.write(f"{len(made.practice.labels)} practices, {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
