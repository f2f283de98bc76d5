"""Small trees written on the spot, so that every rule is seen to fail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.architecture.source import LAYERS, Module, modules


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write these files under ``root`` and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def broken(root: Path, files: Mapping[str, str]) -> dict[str, Module]:
    """The modules of a tree of our three packages that holds these files besides empty ``__init__.py``."""
    return modules(write(root, {f"{package}/__init__.py": "" for package in LAYERS} | dict(files)))
