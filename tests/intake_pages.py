"""Pages made on the spot: the same article and the same four comments in many templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from knowledge.intake.document import take_apart
from knowledge.intake.values import Extract, Limits

PAGES = Path(__file__).parent / "pages"

TITLE = "How a hospital answers at night"
PARAGRAPHS = (
    "The night desk of a large hospital gets more questions on its page than the day desk does. "
    "Most of them are about visiting hours, parking and lost bags.",
    "We wrote down thirty answers and gave them to the porters, because the porters know. "
    "It took them a fortnight to believe that they were allowed to answer.",
    "What went wrong was the first weekend. Nobody had told the press office, and a reporter quoted a porter.",
)
COMMENTS = (
    ("night owl", "The porters in our clinic refused at first. They feared for their jobs, so the director signed a note that said they could not be blamed."),
    ("Ward 7", "Does the press office read every answer in advance? Ours would insist, and then nothing goes out before noon."),
    ("j. miller", "We gave the press office a list of five words that trigger a call. Everything else goes out at once."),
    ("parking_pete", "Visiting hours change every month here. A printed list of answers is wrong after four weeks, so put a date on it."),
)
DATES = ("February 2, 2010 at 4:05 pm", "February 2, 2010 at 6:10 pm", "February 3, 2010 at 9:00 am", "February 5, 2010 at 11:30 pm")
AGO = ("5 years ago", "4 years ago", "4 years ago", "3 years ago")
BEFORE, AFTER = "We agree on goals and on what it may cost", "and then we begin with the first small project."

Form = Callable[[str, str, str, str, int], str]
"""One comment written out: author, text, date, time past, number."""


def written(form: Form, between: str = "") -> str:
    """All four comments in this form."""
    cases = zip(COMMENTS, DATES, AGO, strict=True)
    return between.join(form(author, text, date, ago, number) for number, ((author, text), date, ago) in enumerate(cases, 1))


def glued(offer: str) -> list[tuple[str, str]]:
    """A text with this advert in it and the text without: at the end, without a space, between two, inside one."""
    return [
        (f"{BEFORE}. {offer}", f"{BEFORE}."),
        (f"{BEFORE}.{offer}", f"{BEFORE}."),
        (f"{BEFORE}. {offer} After that it is easy.", f"{BEFORE}. After that it is easy."),
        (f"{BEFORE} {offer} {AFTER}", f"{BEFORE} {AFTER}"),
    ]


def apart(document: str | bytes, name: str = "page.html", limits: Limits | None = None) -> Extract:
    """What is read in the child, without one."""
    data = document.encode() if isinstance(document, str) else document
    return take_apart(data, name, limits or Limits())


def key(author: str) -> str:
    """A name without what templates do to it."""
    return author.lower().replace("_", "").replace(" ", "").strip("@")


def said(extract: Extract) -> list[tuple[str, str]]:
    return [(key(comment.author), comment.text) for comment in extract.comments]


ALL_SAID = [(key(author), text) for author, text in COMMENTS]


def marked_pages() -> list[tuple[Path, dict[str, Any]]]:
    """Every page of ``tests/pages`` with what is what, those that were written after the code as well."""
    found = []
    for truth in sorted(PAGES.rglob("*.yaml")):
        [page] = [path for path in truth.parent.glob(f"{truth.stem}.*") if path.suffix != ".yaml"]
        found.append((page, yaml.safe_load(truth.read_text(encoding="utf-8"))))
    return found
