"""The figures that were recorded last of every set of questions, as the table in docs/quality.md:
``python bench/recorded.py``.
"""

from __future__ import annotations

from figures import Figures, last_recorded

COLUMNS = {
    "questions": "",
    "first": "right practice cited first",
    "in three": "right practice among the first three",
    "turned away": "good turned away",
    "nothing answered": "the same, with nothing answered",
    "both of two": "both cited, where two are right",
    "two for one": "two cited, where one is right",
    "harmful": "harmful refused",
    "private": "private refused",
    "off topic": "off-topic turned away",
    "near misses": "near-miss turned away",
}
"""What stands over each column, and the name of its figure."""


def table() -> str:
    """In markdown, a row for each set that was recorded, by its name."""
    head = f"| set | {' | '.join(COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}\n"
    rows = last_recorded()
    return head + "".join(_row(file, *rows[file]) for file in sorted(rows))


def _row(file: str, questions: int, figures: Figures) -> str:
    values = [f"{questions}" if not name else _shown(figures.get(name)) for name in COLUMNS.values()]
    return f"| `{file.removesuffix('.jsonl')}` | {' | '.join(values)} |\n"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    print(table(), end="")
