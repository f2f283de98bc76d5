"""Whether weekly tips are lost or doubled, and how late they are: ``bench/tips.py [--quick] [--database KIND]``.

Three parts on each database: weeks of tips while platforms fail and processes are killed; thousands due in one minute;
a process killed at every line of the code that sends. Counted from what stand-ins for Slack and Teams showed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from tip_chaos import Size, chaos, describe, rush
from tip_deaths import describe_lines, lines

FULL = Size(channels=500, weeks=8, kills=20, together=5000)
QUICK = Size(channels=80, weeks=3, kills=6, together=300, every=6)
PARTS = ("chaos", "rush", "lines")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer places and weeks")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one of the two only")
    parser.add_argument("--part", choices=PARTS, help="one part only")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    size, wrong = QUICK if asked.quick else FULL, False
    console = Console(width=180)
    for kind in [asked.database] if asked.database else ["sqlite", "postgresql"]:
        for part in [asked.part] if asked.part else PARTS:
            wrong |= _run(console, part, kind, size, asked.seed)
    sys.exit(wrong)


def _run(console: Console, part: str, kind: str, size: Size, seed: int) -> bool:
    """Print one part; True if it was not as wanted."""
    if part == "chaos":
        ended = chaos(kind, size, seed)
        describe(console, f"{kind}: {size.channels} channels, {size.weeks} weeks, {size.kills} kills", ended, {})
    elif part == "rush":
        ended, facts = rush(kind, size, seed)
        describe(console, f"{kind}: {size.together} due in one minute", ended, facts)
    else:
        return describe_lines(console, kind, lines(kind, size.every, seed))
    return bool(ended.wrong)


if __name__ == "__main__":
    main()
