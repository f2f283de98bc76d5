"""Teaches what words alone tell of the kind of a message: ``python -m training.words`` after new examples, in some
minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from knowledge.embedder import MiniLM
from knowledge.recognizer import ByWords
from training import WORDS_TARGET
from training.head import Read


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        read = Read.by(MiniLM(Path(folder)))
    words = ByWords.taught([said.text[said.start :] for said in read.said], read.labels, read.counts)
    np.savez_compressed(WORDS_TARGET, labels=np.array(words.linear.labels), **words.arrays())
    print(f"what words tell, learnt from {len(read.said)} messages, is in {WORDS_TARGET}")


if __name__ == "__main__":
    main()
