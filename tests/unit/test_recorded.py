"""The table of figures in the documents is what was recorded last."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_documents_show_what_was_recorded_last() -> None:
    command = [sys.executable, str(ROOT / "bench" / "recorded.py")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.count("\n") > 20
    assert printed in (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
