"""Names that tell a reader something, and pieces small enough to be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

from tests.architecture.source import Function, Module, functions, ours
from tests.architecture.trees import broken

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "managers", "misc", "shared", "lib"}
FILE_LINES = 300
FUNCTION_LINES = 60
MEDIAN_LINES = 10
GENERATED = Path("bot/storage/migrations/versions")
"""A migration is a list of columns, written once and never edited."""


def empty_names(found: Mapping[str, Module]) -> list[str]:
    """Modules and packages whose name tells nothing."""
    return [name for name in found if name.rpartition(".")[2].strip("_").lower() in EMPTY_NAMES]


def long_files(found: Mapping[str, Module]) -> list[str]:
    return [f"{module.path} has {module.lines} lines" for module in found.values() if module.lines > FILE_LINES]


def long_functions(found: Mapping[str, Module]) -> list[str]:
    return [f"{each.path}:{each.line} {each.name} has {each.length} lines"
            for each in _written(found) if each.length > FUNCTION_LINES]


def median_length(found: Mapping[str, Module]) -> float:
    return median(each.length for each in _written(found))


def _written(found: Mapping[str, Module]) -> list[Function]:
    return [each for each in functions(found) if GENERATED not in each.path.parents]


def test_no_module_has_an_empty_name() -> None:
    assert empty_names(ours()) == []


def test_no_file_is_too_long() -> None:
    assert long_files(ours()) == []


def test_no_function_is_too_long() -> None:
    assert long_functions(ours()) == []


def test_functions_are_small() -> None:
    """Half of them have at most ten lines, signature and docstring included."""
    assert median_length(ours()) <= MEDIAN_LINES


def test_an_empty_name_is_found(tmp_path: Path) -> None:
    found = broken(tmp_path, {"bot/_utils.py": "", "bot/common/__init__.py": "", "bot/database.py": ""})
    assert empty_names(found) == ["bot._utils", "bot.common"]


def test_a_long_file_is_found(tmp_path: Path) -> None:
    found = broken(tmp_path, {"bot/long.py": "x = 1\n" * 301, "bot/fits.py": "x = 1\n" * 300})
    assert long_files(found) == ["bot/long.py has 301 lines"]


def test_a_long_function_is_found(tmp_path: Path) -> None:
    """Also a method, and the median is that of all of them."""
    method = "class A:\n    async def f(self):\n" + "        x = 1\n" * 60
    found = broken(tmp_path, {"bot/a.py": method, "bot/b.py": "def g():\n" + "    x = 1\n" * 19})
    assert long_functions(found) == ["bot/a.py:2 f has 61 lines"]
    assert median_length(found) == 40.5


def test_a_migration_may_be_long(tmp_path: Path) -> None:
    found = broken(tmp_path, {f"{GENERATED}/rev.py": "def upgrade():\n" + "    x = 1\n" * 90, "bot/a.py": "def f(): ..."})
    assert long_functions(found) == []
