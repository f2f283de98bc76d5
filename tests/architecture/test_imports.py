"""Imports go one way, adapters to bot to knowledge, and never in a circle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.source import LAYERS, Import, Module, imports, ours, top
from tests.architecture.trees import broken

PLATFORM_SDKS = {"slack_bolt", "slack_sdk", "botbuilder", "botframework", "msrest", "starlette", "uvicorn", "typer", "rich"}
NOT_FOR = {
    "bot": PLATFORM_SDKS | {"aiohttp", "httpx", "chromadb"},
    "knowledge": PLATFORM_SDKS | {"sqlmodel", "sqlalchemy", "alembic", "psycopg", "aiosqlite", "aiohttp"},
}
NOT_OURS_TO_IMPORT = {"tests", "bench", "training"}
CYCLE_KINDS = {"top", "typing"}


def upward(found: Mapping[str, Module]) -> list[str]:
    """Imports of a layer further out, and of what is not shipped."""
    return [str(each) for each in imports(found) if _is_upward(each)]


def _is_upward(each: Import) -> bool:
    inner, outer = top(each.importer), top(each.target)
    return outer in NOT_OURS_TO_IMPORT or (outer in LAYERS and LAYERS.index(outer) < LAYERS.index(inner))


def forbidden(found: Mapping[str, Module]) -> list[str]:
    """Imports of libraries that a layer must not know of."""
    return [str(each) for each in imports(found) if top(each.target) in NOT_FOR.get(top(each.importer), ())]


def between_platforms(found: Mapping[str, Module]) -> list[str]:
    """Imports of one platform's folder by another's; a platform is a folder with an ``adapter.py``."""
    platforms = {name.removesuffix(".adapter") for name in found if re.fullmatch(r"adapters\.\w+\.adapter", name)}

    def platform(name: str) -> str | None:
        folder = ".".join(name.split(".")[:2])
        return folder if folder in platforms else None

    return [str(each) for each in imports(found)
            if platform(each.importer) and platform(each.target) not in (None, platform(each.importer))]


def cycles(found: Mapping[str, Module]) -> list[str]:
    """Circles of modules, by imports at the top and for types only, each as ``a -> b -> a``."""
    edges: dict[str, set[str]] = {name: set() for name in found}
    for each in imports(found):
        if each.when in CYCLE_KINDS and each.target in found and each.target != each.importer:
            edges[each.importer].add(each.target)
    return sorted({" -> ".join(path) for name in edges if (path := _way_back(name, edges))})


def _way_back(start: str, edges: Mapping[str, set[str]]) -> list[str] | None:
    """The shortest way from ``start`` to itself, told from its first name in the alphabet, so that a circle is told once."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        for following in sorted(edges[way[-1]]):
            if following == start:
                first = way.index(min(way))
                return [*way[first:], *way[:first], way[first]]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


def test_nothing_imports_upward() -> None:
    """knowledge knows nothing of bot, bot nothing of adapters, none of them tests or bench; lazy imports count."""
    assert upward(ours()) == []


def test_layers_do_not_know_what_is_not_theirs() -> None:
    """bot imports no platform's SDK; knowledge no database library and no platform's SDK."""
    assert forbidden(ours()) == []


def test_platforms_do_not_know_each_other() -> None:
    """A platform can be taken out by deleting its folder and its lines in the wiring."""
    assert between_platforms(ours()) == []


def test_there_are_no_import_cycles() -> None:
    """Not even for types only."""
    assert cycles(ours()) == []


@pytest.mark.parametrize("line", [
    "from bot import advisor", "import adapters.guard", "def f():\n    from bot.advisor import Advisor",
    "import importlib\nimportlib.import_module('adapters.cli')", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bot",
    "import tests.harness",
])
def test_an_upward_import_is_found(tmp_path: Path, line: str) -> None:
    """Whatever its form: at the top, in a function, by name, for types."""
    found = broken(tmp_path, {"bot/advisor.py": "", "adapters/cli.py": "from bot import advisor", "knowledge/x.py": line})
    [where] = upward(found)
    assert where.startswith("knowledge/x.py:")


def test_a_forbidden_library_is_found(tmp_path: Path) -> None:
    found = broken(tmp_path, {"bot/a.py": "def f():\n    import slack_sdk.web", "knowledge/b.py": "import sqlmodel"})
    assert len(forbidden(found)) == 2


def test_an_import_between_platforms_is_found(tmp_path: Path) -> None:
    """What the platforms share, and the wiring, may be imported by or import them."""
    found = broken(tmp_path, {
        "adapters/slack/adapter.py": "import adapters.plain", "adapters/web/adapter.py": "", "adapters/plain.py": "",
        "adapters/web/a.py": "def f():\n    from adapters.slack import adapter", "adapters/server.py": "import adapters.web.adapter",
    })
    assert between_platforms(found) == ["adapters/web/a.py:2 imports adapters.slack.adapter"]


def test_a_cycle_is_found(tmp_path: Path) -> None:
    """Of three modules, one edge of it for types only; told once."""
    found = broken(tmp_path, {
        "bot/a.py": "from bot.b import B", "bot/b.py": "import bot.c",
        "bot/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bot import a",
    })
    assert cycles(found) == ["bot.a -> bot.b -> bot.c -> bot.a"]


def test_a_package_that_imports_its_own_module_back_is_a_cycle(tmp_path: Path) -> None:
    found = broken(tmp_path, {"bot/p/__init__.py": "from bot.p.q import Q\nP = 1", "bot/p/q.py": "from bot.p import P"})
    assert cycles(found) == ["bot.p -> bot.p.q -> bot.p"]


def test_a_lazy_import_makes_no_cycle(tmp_path: Path) -> None:
    """It is a choice with a reason; only the direction binds it."""
    found = broken(tmp_path, {"bot/a.py": "from bot.b import B", "bot/b.py": "def f():\n    from bot.a import A"})
    assert cycles(found) == []
