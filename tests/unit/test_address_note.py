"""Where links to pages lead that are made at the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.address_note import FILE, note_address, pages_at
from adapters.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"), ("192.0.2.7", "http://192.0.2.7:9000"), ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::1", "http://[::1]:9000"), ("::", "http://[::1]:9000"),
    ],
)
def test_where_it_listens_is_where_they_lead(settings: Settings, capsys: pytest.CaptureFixture[str], host: str, address: str) -> None:
    """Whoever listens everywhere is reached at this machine."""
    note_address(settings, host, 8080)
    note_address(settings, host, 9000)
    assert (pages_at(settings), capsys.readouterr().err) == (address, "")


@pytest.mark.parametrize("kept", [None, b"", b"\xff"])
def test_where_nothing_is_known_the_usual_port_is_a_guess_and_said_to_be(
    settings: Settings, capsys: pytest.CaptureFixture[str], kept: bytes | None
) -> None:
    if kept is not None:
        (settings.data_dir / FILE).write_bytes(kept)
    assert pages_at(settings) == "http://127.0.0.1:8080"
    assert "if not 8080" in capsys.readouterr().err


def test_a_public_address_comes_first(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    note_address(settings, "127.0.0.1", 9000)
    public = settings.model_copy(update={"public_url": "https://midway.example/"})
    assert (pages_at(public), capsys.readouterr().err) == ("https://midway.example", "")


def test_a_folder_that_cannot_be_written_to_keeps_nothing_from_being_served(tmp_path: Path) -> None:
    note_address(Settings(data_dir=tmp_path / "gone"), "127.0.0.1", 9000)
    assert not (tmp_path / "gone").exists()
