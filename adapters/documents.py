"""Papers to attach: a brief as one page, PDF or PNG, set by typst without a network.

What people wrote goes in as data and is never read as markup. The library is loaded when a paper is made.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from adapters.charts import png
from adapters.plain import inert, one_line
from bot.briefs import Brief
from bot.inert import shortened

Kind = Literal["pdf", "png"]

MEDIA_TYPES: dict[Kind, str] = {"pdf": "application/pdf", "png": "image/png"}
PIXELS_PER_INCH = 144
LONGEST = 420
"""Characters of a sentence on the page; a longer one is shortened, and stands whole in Midway."""
LONGEST_PHRASE = 200
"""The same for everything else on the page."""
PRINT = 3.0
"""How sharp the picture is: 600 pixels wide times this on 12 cm of paper."""
BELOW = "Made by Midway from what the team stated. Figures, their direction and their basis are as stated."


def brief_paper(brief: Brief, kind: Kind) -> bytes:
    """The brief as one page. The same brief gives the same bytes."""
    import typst

    with TemporaryDirectory(prefix="midway-") as folder:
        room = Path(folder)
        (room / "said.json").write_text(json.dumps(_said(brief)), encoding="utf-8")
        (room / "picture.png").write_bytes(png(brief.chart, PRINT))
        paper = files("adapters").joinpath("papers/brief.typ").read_bytes()
        compiler = typst.Compiler(input=paper, root=folder, sys_inputs={"as": "page" if kind == "pdf" else "picture"})
        made = compiler.compile(format=kind, ppi=PIXELS_PER_INCH, timestamp=int(brief.stated_at.timestamp()))
    assert isinstance(made, bytes)
    return made


def _said(brief: Brief) -> dict[str, object]:
    """All that stands on the page, as words."""
    return {
        "above": phrase(f"Brief · {brief.team} · “{brief.practice}”"), "title": phrase(brief.title),
        "author": phrase(brief.team), "picture": inert(brief.chart.summary),
        "sentences": [short(sentence) for sentence in brief.sentences], "asked": "Decision asked for",
        "decision": short(brief.decision), "facts": [[phrase(label), phrase(value)] for label, value in brief.facts],
        "thanks": "With thanks to", "credit": phrase(brief.credit), "below": BELOW,
    }


def phrase(text: str) -> str:
    """On one line, cut to what stands beside something."""
    return short(text, LONGEST_PHRASE)


def short(text: str, limit: int = LONGEST) -> str:
    """On one line, cut to a sentence that fits on paper."""
    return shortened(one_line(text), limit)
