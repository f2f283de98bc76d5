"""A document that could not be read is set aside with the reason, wherever its name would lead."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.quarantine import delete_older, set_aside

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_it_is_kept_whole_with_the_reason(tmp_path: Path) -> None:
    path = set_aside(tmp_path / "aside", b"%PDF-broken", "report.pdf", "It cannot be read.", NOW)
    assert path.read_bytes() == b"%PDF-broken" and path.name.endswith("-report.pdf")
    why = path.with_name(path.name + ".why.txt").read_text(encoding="utf-8")
    assert why == "2026-11-23T09:00:00+00:00\nIt cannot be read.\n"


def test_the_same_document_is_kept_once(tmp_path: Path) -> None:
    """With the last reason; another of the same name beside it."""
    first = set_aside(tmp_path, b"one", "report.pdf", "once", NOW)
    assert set_aside(tmp_path, b"one", "report.pdf", "twice", NOW) == first
    assert set_aside(tmp_path, b"two", "report.pdf", "once", NOW) != first
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", "", "a\x00b\n.html", "x" * 500 + ".pdf", "Bericht für alle.docx", "C:\\temp\\a.pdf"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "aside"
    path = set_aside(folder, b"data", name, "because", NOW)
    assert path.parent == folder and path.is_file() and len(path.name) <= 100
    assert [one.name for one in tmp_path.iterdir()] == ["aside"]


def test_what_was_set_aside_long_ago_is_deleted(tmp_path: Path) -> None:
    """With its reason; set aside again it counts from then."""
    folder = tmp_path / "aside"
    delete_older(folder, NOW)
    old, new = (set_aside(folder, data, "report.pdf", "because", NOW) for data in (b"old", b"new"))
    for path in folder.iterdir():
        late = path.name.startswith(new.name)
        os.utime(path, times=((NOW + timedelta(seconds=late)).timestamp(),) * 2)
    delete_older(folder, NOW + timedelta(seconds=1))
    assert not old.exists() and sorted(folder.iterdir()) == [new, new.with_name(new.name + ".why.txt")]
