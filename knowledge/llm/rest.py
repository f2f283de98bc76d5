"""A model that fails again and again is left alone for a while, so that nobody waits for it in vain."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
FAILURES, SECONDS = 3, 60.0
"""How often in a row it has to fail, and for how long it is left alone then."""


class Rest:
    """``clock`` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed = 0
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it is left alone now."""
        return self._clock() < self._until

    def worked(self) -> None:
        self._failed = 0

    def failed(self) -> None:
        """One more failure; after a rest the first is enough for another."""
        self._failed += 1
        if self._failed >= FAILURES:
            self._until = self._clock() + SECONDS
            log.warning("the model failed %d times in a row: it is not asked for %.0f seconds", self._failed, SECONDS)
