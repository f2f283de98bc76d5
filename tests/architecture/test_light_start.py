"""Asking for help loads nothing heavy: SDKs are imported inside the command that needs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, top

HEAVY = {
    "chromadb", "slack_bolt", "slack_sdk", "botbuilder", "botframework", "msrest", "aiohttp", "httpx", "onnx", "onnxruntime",
    "tokenizers", "safetensors", "numpy", "bm25s", "sqlalchemy", "sqlmodel", "alembic", "psycopg", "starlette", "uvicorn", "jinja2",
    "cryptography", "jwt", "lxml", "pypdf", "charset_normalizer", "altair", "vl_convert", "typst", "xlsxwriter",
}
HEAVY_FAMILIES = ("langchain", "langgraph", "langsmith", "openai", "anthropic", "ollama")
PROBE = """
import json, sys
module, sys.argv = sys.argv[1], ["midway", *sys.argv[2:]]
try:
    __import__(module, fromlist=["main"]).main()
except SystemExit as end:
    assert not end.code, end.code
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def heavy(loaded: Iterable[str]) -> list[str]:
    """The heavy libraries among these modules, by their first name."""
    roots = {top(name) for name in loaded}
    return sorted(root for root in roots if root in HEAVY or root.startswith(HEAVY_FAMILIES))


def loaded_by(module: str, arguments: Sequence[str], root: Path) -> list[str]:
    """Every module that is loaded when ``module.main()`` has run with these arguments in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, module, *arguments], cwd=root, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["ask", "--help"], ["report", "--help"], ["practices", "--help"], ["doctor", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = loaded_by("adapters.cli", arguments, ROOT)
    assert "adapters.cli" in loaded
    assert heavy(loaded) == []


def test_a_heavy_start_is_found(tmp_path: Path) -> None:
    """A command line that imports a web server before it knows what is wanted."""
    (tmp_path / "heavy_cli.py").write_text("import uvicorn.config\ndef main(): pass\n", encoding="utf-8")
    (tmp_path / "light_cli.py").write_text("import json\ndef main(): pass\n", encoding="utf-8")
    assert "uvicorn" in heavy(loaded_by("heavy_cli", [], tmp_path))
    assert heavy(loaded_by("light_cli", [], tmp_path)) == []


def test_families_are_known_by_their_beginning() -> None:
    assert heavy(["langchain_openai.chat_models", "langchain_core", "json", "botbuilder.core"]) == [
        "botbuilder", "langchain_core", "langchain_openai",
    ]
