"""Where an error happened, for the log, without the words that people wrote."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Iterator
from typing import TypeVar

from bot.errors import StorageUnavailable

Came = TypeVar("Came")
_log = logging.getLogger(__name__)


async def held_apart(what: str, work: Awaitable[Came]) -> Came | None:
    """What came of one piece of work among many; None where it failed, which is logged as ``what`` and holds up no
    other.

    Raises StorageUnavailable: then the others would fail as well.
    """
    try:
        return await work
    except StorageUnavailable:
        raise
    except Exception as error:
        _log.error("%s: %s", what, trace_without_words(error))
        return None


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
