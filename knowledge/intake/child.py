"""The child process, run with ``-m``: a line of JSON and a document come in, a line of JSON goes out.

It limits itself before it imports any parser. Whatever goes wrong is said in one sentence without the document's words.
"""

from __future__ import annotations

import json
import os
import sys

from knowledge.errors import DocumentUnusable
from knowledge.intake.values import Limits, as_plain

_OPEN_FILES = 64


def main() -> None:
    """Read one document from standard input and answer on standard output."""
    header, _, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(header)
    limits = Limits(**asked["limits"])
    _restrict(limits)
    answer = json.dumps(_read(data, str(asked["name"]), limits)).encode()
    sys.stdout.buffer.write(answer[: limits.output_bytes + 1])
    sys.stdout.buffer.flush()
    os._exit(0)  # a damaged heap must not spoil an answer that is already given


def _read(data: bytes, name: str, limits: Limits) -> dict[str, object]:
    try:
        from knowledge.intake.document import take_apart  # parsers are loaded under the limits

        return as_plain(take_apart(data, name, limits))
    except DocumentUnusable as error:
        return {"unusable": str(error)}
    except MemoryError:
        return {"unusable": f"{name} takes too much memory to read: import it in parts."}
    except Exception:  # parsers of foreign formats raise anything; the person gets one sentence
        return {
            "unusable": f"{name} cannot be read, it may be damaged: save it again, or its text as a plain text file."
        }


def _restrict(limits: Limits) -> None:
    """Where the system knows such limits; the parent's clock holds everywhere."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for kind, most in wanted.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # the system allows less already
            continue


if __name__ == "__main__":
    main()
