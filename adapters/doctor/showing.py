"""What was found, in lines for a terminal or as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from adapters.doctor.finding import Finding, State
from adapters.json_output import indented
from adapters.plain import one_line
from adapters.terminal.colour import DIM, GREEN, RED, YELLOW, styled

MARK_WIDTH = 12
COLOURS: dict[State, str] = {"ok": GREEN, "warning": YELLOW, "wrong": RED, "not set up": DIM}


def is_ok(found: Sequence[Finding]) -> bool:
    """A warning is nothing wrong."""
    return all(finding.state != "wrong" for finding in found)


def as_json(found: Sequence[Finding]) -> str:
    """The contract: ``{checks: [{id, state, said, remedy}], ok}``."""
    checks = [{"id": each.id, "state": each.state, "said": each.said, "remedy": each.remedy} for each in found]
    return indented({"checks": checks, "ok": is_ok(found)})


def line(finding: Finding, width: int, *, colour: bool, repeated: bool) -> str:
    """The mark, what was found, and below it what to do next, unless that was just said."""
    mark = styled(f"{finding.state:<{MARK_WIDTH}}", COLOURS[finding.state], colour)
    said = mark + _wrapped(finding.said, width)
    if not finding.remedy or repeated:
        return said
    return f"{said}\n{' ' * MARK_WIDTH}{_wrapped(f'Next: {finding.remedy}', width)}"


def summary(found: Sequence[Finding]) -> str:
    """The last line: how much is wrong, and how much to look at."""
    wrong, warnings = (sum(each.state == state for each in found) for state in ("wrong", "warning"))
    said = "Nothing is wrong." if not wrong else f"Wrong: {wrong}."
    return f"{said} To look at: {warnings}." if warnings else said


def _wrapped(text: str, width: int) -> str:
    """To stand after the mark."""
    indent = " " * MARK_WIDTH
    lines = textwrap.wrap(one_line(text), width - MARK_WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"\n{indent}".join(lines)
