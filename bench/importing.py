"""How well imports tell article, comments, spam and copies apart: ``bench/importing.py [FOLDER] [--misses]``.

Each page stands beside a ``.yaml`` of what is what (``bench/README.md``). Pages in ``unseen/`` were written after the
code and are a row of their own; below it stands how they did when the code first met them, before anything was mended.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess  # git says which version was measured
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

import knowledge
from knowledge.intake import Imported, import_document
from knowledge.intake.sentences import sentences

PAGES = Path(__file__).parents[1] / "tests" / "pages"
HISTORY = Path(__file__).parent / "imports.jsonl"
SEEN, UNSEEN = "looked at while working", "written after the code"
COLUMNS = ("article sentences", "genuine comments", "spam dropped", "copies found")


@dataclass
class Counted:
    """``right`` of ``found`` were right, and of ``wanted`` so many were found."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Counted) -> None:
        self.right += other.right
        self.found += other.found
        self.wanted += other.wanted
        self.misses += other.misses

    def __str__(self) -> str:
        precision = self.right / self.found if self.found else 1.0
        recall = self.right / self.wanted if self.wanted else 1.0
        return f"{precision:.3f} / {recall:.3f} ({self.right} of {self.wanted})"


def key(text: str) -> str:
    """A text as it is compared: letters and digits only."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def marked_pages(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every page with what is what."""
    for truth in sorted(folder.glob("*.yaml")):
        [page] = [path for path in folder.glob(f"{truth.stem}.*") if path.suffix != ".yaml"]
        yield page, yaml.safe_load(truth.read_text(encoding="utf-8"))


def graded(result: Imported, truth: dict[str, Any]) -> dict[str, Counted]:
    """The four columns for one page."""
    return {
        "article sentences": _article(result, truth),
        "genuine comments": _comments(result, truth),
        "spam dropped": _spam(result, truth),
        "copies found": _copies(result, truth),
    }


def _article(result: Imported, truth: dict[str, Any]) -> Counted:
    headings = {key(text) for text in truth.get("headings") or ()}
    wanted = {key(text) for text in truth["article"]}
    found = {key(text) for line in result.article.split("\n") for text in sentences(line)} - headings - {""}
    misses = [f"lost from the article: {text}" for text in sorted(wanted - found)]
    misses += [f"not of the article: {text}" for text in sorted(found - wanted)]
    return Counted(len(wanted & found), len(found), len(wanted), misses)


def _comments(result: Imported, truth: dict[str, Any]) -> Counted:
    wanted = [(key(author), key(text)) for author, text in truth["comments"]]
    found = [(key(comment.author), key(comment.text)) for comment in result.comments]
    right = [pair for pair in wanted if any(_is(pair, other) for other in found)]
    misses = [f"comment lost or misnamed: {pair}" for pair in wanted if pair not in right]
    misses += [f"not a genuine comment: {pair}" for pair in found if not any(_is(want, pair) for want in wanted)]
    return Counted(len(right), len(found), len(wanted), misses)


def _is(wanted: tuple[str, str], found: tuple[str, str]) -> bool:
    return wanted[0] == found[0] and wanted[1] in found[1]


def _spam(result: Imported, truth: dict[str, Any]) -> Counted:
    """Found is what was dropped for its words; a genuine comment among it is a wrong one."""
    dropped = [(key(one.text), one.reason) for one in result.dropped if one.reason != "signature"]
    said = [key(comment.text) for comment in result.comments]
    wanted = [key(text) for text in truth["spam"]]
    right = [
        text
        for text in wanted
        if any(text in other for other, _ in dropped) and not any(text in other for other in said)
    ]
    wrong = [
        key(text)
        for _, text in truth["comments"]
        if any(key(text) in other and not reason.startswith("copy") for other, reason in dropped)
        and not any(key(text) in other for other in said)
    ]
    misses = [f"spam kept: {text}" for text in wanted if text not in right] + [
        f"dropped as spam: {text}" for text in wrong
    ]
    return Counted(len(right), len(right) + len(wrong), len(wanted), misses)


def _copies(result: Imported, truth: dict[str, Any]) -> Counted:
    """A copy is found where its author's comment was dropped as one."""
    found = [(key(one.author), key(one.text)) for one in result.dropped if one.reason.startswith("copy")]
    wanted = [(key(author), key(text)) for author, text in truth["copies"]]
    right = [pair for pair in wanted if any(_is(pair, other) for other in found)]
    misses = [f"copy not found: {pair}" for pair in wanted if pair not in right]
    misses += [f"no copy: {pair}" for pair in found if not any(_is(want, pair) for want in wanted)]
    return Counted(len(right), len(found), len(wanted), misses)


def measured(pages: Iterable[tuple[Path, dict[str, Any]]]) -> tuple[dict[str, Counted], list[str]]:
    """The sums over some pages, and what went wrong, page by page."""
    total = {name: Counted() for name in COLUMNS}
    misses: list[str] = []
    for page, truth in pages:
        for name, counted in graded(import_document(page.read_bytes(), page.name), truth).items():
            total[name].add(counted)
            misses += [f"{page.name}: {miss}" for miss in counted.misses]
    return total, misses


def row(name: str, totals: dict[str, Counted]) -> list[str]:
    return [name, *(str(totals[column]) for column in COLUMNS)]


def record(note: str, rows: dict[str, dict[str, Counted]]) -> None:
    """Append what was right, found and wanted to ``imports.jsonl``, with the commit that was measured."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=Path(str(knowledge.__file__)).parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    figures = {
        name: {column: [one.right, one.found, one.wanted] for column, one in totals.items()}
        for name, totals in rows.items()
    }
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"commit": commit, "note": note, "figures": figures}) + "\n")


def recorded() -> Iterator[list[str]]:
    """A row for each run in which pages were new to the code."""
    for line in HISTORY.read_text(encoding="utf-8").splitlines() if HISTORY.exists() else ():
        run = json.loads(line)
        totals = {column: Counted(*numbers) for column, numbers in run["figures"][UNSEEN].items()}
        yield row(f"{run['note']} ({run['commit']})", totals)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PAGES)
    parser.add_argument("--misses", action="store_true", help="say what went wrong")
    parser.add_argument("--record", metavar="NOTE", help="append the figures to bench/imports.jsonl")
    asked = parser.parse_args(arguments)
    rows: dict[str, dict[str, Counted]] = {}
    table = Table("pages", *COLUMNS, title="precision / recall")
    lost: list[str] = []
    for name, folder in ((SEEN, asked.folder), (UNSEEN, asked.folder / "unseen")):
        if pages := list(marked_pages(folder)):
            rows[name], misses = measured(pages)
            table.add_row(*row(f"{name} ({len(pages)})", rows[name]))
            lost += misses
    if asked.record:
        record(asked.record, rows)
    for before in recorded():
        table.add_row(*before)
    console = Console(width=180)
    console.print(table)
    if asked.misses:
        console.print("\n".join(lost), markup=False)


if __name__ == "__main__":
    main()
