"""What `midway doctor` does."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.doctor.checks import all_findings
from adapters.doctor.finding import Finding
from adapters.doctor.looking import hanging
from adapters.doctor.showing import as_json as in_json
from adapters.doctor.showing import is_ok, line, summary
from adapters.terminal.colour import in_colour

NARROWEST, WIDEST = 60, 110


def doctor(*, as_json: bool) -> int:
    """Look at everything and say it, each line as soon as it is known; 1 if something is wrong."""
    with _without_log():
        found = _gathered() if as_json else _shown()
    sys.stdout.write((in_json(found) if as_json else f"\n{summary(found)}") + "\n")
    sys.stdout.flush()
    code = 0 if is_ok(found) else 1
    if hanging():
        os._exit(code)  # the end of the program would wait for what a check waits for; nothing is written there
    return code


def _gathered() -> list[Finding]:
    return list(all_findings())


def _shown() -> list[Finding]:
    found: list[Finding] = []
    width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
    colour, before = in_colour(sys.stdout), ""
    for finding in all_findings():
        sys.stdout.write(line(finding, width, colour=colour, repeated=finding.remedy == before) + "\n")
        sys.stdout.flush()
        found.append(finding)
        before = finding.remedy or before
    return found


@contextmanager
def _without_log() -> Iterator[None]:
    """What goes wrong is said by the checks."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
