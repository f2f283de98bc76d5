"""Where the pipeline to compare with lives, and how its programs are started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent
PROGRAMS = BENCH / "peer"
PYTHON = BENCH / ".venv" / "bin" / "python"


def command(program: str, *arguments: str | Path) -> list[str]:
    """How to start one of its programs; ends with a sentence where it is not set up."""
    if not (BENCH / ".venv" / "peer.stamp").exists():
        sys.exit("The pipeline to compare with is not set up: run bench/peer/setup.sh once.")
    return [str(PYTHON), str(PROGRAMS / program), *map(str, arguments)]


def environment() -> dict[str, str]:
    """A plain one, without anything that would make the pipeline look for a network and wait for it."""
    quiet = {
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "LANGSMITH_TRACING": "false",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TQDM_DISABLE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    return {**plain(), **quiet}


def plain() -> dict[str, str]:
    """This process's, without settings of Midway or of Python: compiled files are used and kept on both sides."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MIDWAY_", "PYTHON"))}
