"""Reads a tree of Python packages as data: modules, who imports whom, functions. Nothing here runs the code it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
LAYERS = ("adapters", "bot", "knowledge")
"""Our packages, outermost first."""

When = Literal["top", "typing", "lazy"]


@dataclass(frozen=True, slots=True)
class Module:
    """``name`` is dotted, ``path`` relative to the tree's root."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@dataclass(frozen=True, slots=True)
class Import:
    """``target`` is what is imported, dotted and absolute; ``when`` it happens: on import, for types only, in a call."""

    importer: str
    path: Path
    line: int
    target: str
    when: When

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.target}"


@dataclass(frozen=True, slots=True)
class Function:
    path: Path
    name: str
    line: int
    length: int


def modules(root: Path, packages: Sequence[str] = LAYERS) -> dict[str, Module]:
    """Every module of these packages under ``root``, by dotted name."""
    found = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            relative = path.relative_to(root)
            parts = relative.with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, relative, ast.parse(text, str(path)), len(text.splitlines()))
    return found


@lru_cache(maxsize=1)
def ours() -> Mapping[str, Module]:
    """The project's own modules, read once."""
    return modules(ROOT)


def imports(found: Mapping[str, Module]) -> list[Import]:
    """Every import in these modules, also those inside functions and those by a constant name through importlib."""
    return [
        Import(module.name, module.path, line, target, when)
        for module in found.values()
        for line, target, when in _imports_in(module, found)
    ]


def functions(found: Mapping[str, Module]) -> list[Function]:
    """Every function and method, with its length in lines from ``def`` to its end."""
    return [
        Function(module.path, node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
        for module in found.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def top(name: str) -> str:
    """The first part of a dotted name."""
    return name.partition(".")[0]


def _imports_in(module: Module, found: Mapping[str, Module]) -> Iterator[tuple[int, str, When]]:
    for node, when in _with_when(module.tree, "top"):
        match node:
            case ast.Import():
                for alias in node.names:
                    yield node.lineno, alias.name, when
            case ast.ImportFrom():
                source = _absolute(module, node)
                for alias in node.names:
                    full = f"{source}.{alias.name}"
                    yield node.lineno, full if full in found else source, when
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _imports_by_name(node.func):
                yield node.lineno, name, "lazy"


def _with_when(node: ast.AST, when: When) -> Iterator[tuple[ast.AST, When]]:
    """Every node below this one, with the moment at which it is run."""
    yield node, when
    inside: When = when
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        inside = "lazy"
    guarded = node.body if isinstance(node, ast.If) and _is_for_types(node.test) else []
    for child in ast.iter_child_nodes(node):
        yield from _with_when(child, "typing" if child in guarded and inside == "top" else inside)


def _is_for_types(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _imports_by_name(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in {"import_module", "__import__", "find_spec"}


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + (1 if module.is_package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])
