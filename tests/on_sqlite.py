"""For modules whose tests ask nothing that depends on the database: they are run with one."""

from __future__ import annotations

import pytest


@pytest.fixture
def database() -> str:
    return "sqlite"
