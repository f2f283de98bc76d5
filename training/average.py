"""Averages branches: ``python -m training.average ONE.npz OTHER.npz …`` writes ``knowledge/minilm/branch.npz``.

The mean of runs that began alike is steadier than any of them. The mean of changes of rank 16 is of a higher rank: of
each, the sixteen directions that say most are kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training import TARGET

RANK = 16
Learnt = dict[str, np.ndarray[Any, Any]]


def average(runs: Sequence[Learnt]) -> Learnt:
    """Raises ValueError for runs that tell other kinds."""
    first = runs[0]
    if any(run["labels"].tolist() != first["labels"].tolist() for run in runs):
        raise ValueError("these branches tell different kinds: teach them anew from the same examples")
    made = {"labels": first["labels"]}
    for name in first:
        if name.endswith(".up"):
            made |= _change(name.removesuffix(".up"), runs)
        elif not name.endswith(".down") and name != "labels":
            made[name] = np.mean([run[name].astype(np.float32) for run in runs], axis=0).astype(first[name].dtype)
    return made


def _change(at: str, runs: Sequence[Learnt]) -> Learnt:
    changes = [run[f"{at}.up"].astype(np.float32) @ run[f"{at}.down"].astype(np.float32) for run in runs]
    left, strength, right = np.linalg.svd(np.mean(changes, axis=0), full_matrices=False)
    share = np.sqrt(strength[:RANK])
    return {
        f"{at}.up": (left[:, :RANK] * share).astype(np.float16),
        f"{at}.down": (share[:, None] * right[:RANK]).astype(np.float16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path, metavar="FILE", help="written by learn.py --out FILE")
    runs = []
    for path in parser.parse_args().runs:
        with np.load(path) as stored:
            runs.append({name: stored[name] for name in stored.files})
    np.savez_compressed(TARGET, allow_pickle=False, **average(runs))
    print(f"the mean of {len(runs)} branches is in {TARGET}")


if __name__ == "__main__":
    main()
