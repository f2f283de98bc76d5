"""Where an error happened, for the log, without the words that people wrote."""

from __future__ import annotations

import traceback
from collections.abc import Iterator


def trace_without_words(error: BaseException) -> str:
    """The types and source lines of an error and its causes, never its message: that may quote what a person wrote."""
    parts = (f"{type(each).__name__}\n{''.join(traceback.format_tb(each.__traceback__))}" for each in _chain(error))
    return "caused by ".join(parts).rstrip()


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        yield each
        seen.add(id(each))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
