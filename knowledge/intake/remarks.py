"""What the readers of a thread hand over: comments as they stand in the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.intake.values import Dropped


@dataclass(slots=True)
class Remark:
    """One comment as it stands in the document. Lines of ``lines`` are paragraphs."""

    author: str = ""
    date: str = ""
    to: str = ""
    lines: list[str] = field(default_factory=list)
    links: int = 0

    @property
    def text(self) -> str:
        """All its lines."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class Thread:
    """Comments in order, and what of the blocks is none."""

    remarks: list[Remark] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
