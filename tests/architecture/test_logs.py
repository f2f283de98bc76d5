"""No message of an error reaches the log: it may quote what a person wrote (``bot/faults.py``)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.architecture.source import Module, ours
from tests.architecture.trees import broken


def told_whole(found: Mapping[str, Module]) -> list[str]:
    """Calls that log an error with its message: ``log.exception(…)``, and ``exc_info=True``."""
    return [f"{module.path}:{node.lineno}" for module in found.values() for node in ast.walk(module.tree) if _tells_whole(node)]


def _tells_whole(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    named = (isinstance(each.value, ast.Constant) and each.value.value is True for each in node.keywords if each.arg == "exc_info")
    return (node.func.attr == "exception" and bool(node.args)) or any(named)


def test_no_error_is_logged_with_its_message() -> None:
    assert told_whole(ours()) == []


def test_an_error_that_is_logged_whole_is_found(tmp_path: Path) -> None:
    """What a task ended with is only asked for."""
    found = broken(tmp_path, {
        "bot/a.py": "log.exception('failed')\ntask.exception()", "adapters/b.py": "log.error('failed', exc_info=True)",
        "knowledge/c.py": "log.error('failed', exc_info=without_words(error))",
    })
    assert told_whole(found) == ["adapters/b.py:1", "bot/a.py:1"]
