"""What the stand-in platforms were asked and what they showed: the one witness by which tips are counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

_TIP = re.compile(r"tip-[0-9a-f]{32}-[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, at seconds since 1970 by the fast clock.

    ``tip`` is the name in the buttons of a tip, ``shown`` whether people see it now; of a look, ``tips`` are those that
    stood there. ``met`` is the fate, or ``pace`` or ``window`` where a limit refused; ``unheard`` is whether the asker
    had hung up by itself.
    """

    at: float
    platform: str
    workspace: str
    channel: str
    what: str
    met: str = ""
    tip: str = ""
    shown: bool = False
    unheard: bool = False
    tips: tuple[str, ...] = ()


def tip_in(said: object) -> str:
    """The name of the tip in a message, empty if it is none."""
    found = _TIP.search(json.dumps(said))
    return found[0] if found else ""


class Log:
    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)

    def write(self, asked: Asked) -> None:
        self._file.write(json.dumps(asdict(asked)) + "\n")


def read(file: Path) -> Iterator[Asked]:
    for line in file.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        yield Asked(**{**said, "tips": tuple(said["tips"])})
