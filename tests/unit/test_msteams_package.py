"""The app package, held against the facts of the manifest schema 1.27."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from typing import Any

import pytest

from adapters.msteams.package import PackageImpossible, build_package

APP_ID = "6f8b2c1d-3a4e-4f5a-9b6c-7d8e9f0a1b2c"
URL = "https://midway.example.org"
GUID = re.compile(r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")


def _files(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _manifest(**settings: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(_files(build_package(APP_ID, URL, **settings))["manifest.json"])
    return manifest


def _pixels(png: bytes) -> tuple[int, int, list[tuple[int, ...]]]:
    """Width, height and RGBA of an unfiltered 8-bit PNG; every checksum is checked."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, data, head = 8, b"", b""
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[place + 8 + size : place + 12 + size])[0]
        head, data = (body, data) if kind == b"IHDR" else (head, data + body)
        place += 12 + size
    width, height = struct.unpack(">II", head[:8])
    raw = zlib.decompress(data)
    lines = [raw[row * (width * 4 + 1) + 1 : (row + 1) * (width * 4 + 1)] for row in range(height)]
    return width, height, [tuple(line[at : at + 4]) for line in lines for at in range(0, len(line), 4)]


def test_the_package_holds_what_teams_asks_for_at_its_root() -> None:
    """Three files, no folder; the same settings give the same bytes."""
    packed = build_package(APP_ID, URL)
    assert sorted(_files(packed)) == ["color.png", "manifest.json", "outline.png"]
    assert packed == build_package(APP_ID, URL)


def test_the_manifest_is_as_the_schema_wants_it() -> None:
    """Required keys, the schema's version, lengths, patterns, and no key it does not know."""
    manifest = _manifest()
    assert set(manifest) == {"$schema", "manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor", "bots", "validDomains"}
    assert manifest["$schema"].endswith(f"/v{manifest['manifestVersion']}/MicrosoftTeams.schema.json")
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"]) and GUID.match(manifest["id"])
    assert len(manifest["name"]["short"]) <= 30 and len(manifest["name"]["full"]) <= 100
    assert len(manifest["description"]["short"]) <= 80 and len(manifest["description"]["full"]) <= 4000
    assert set(manifest["developer"]) == {"name", "websiteUrl", "privacyUrl", "termsOfUseUrl"}
    assert all(url.startswith("https://") for name, url in manifest["developer"].items() if name != "name")
    assert len(manifest["developer"]["name"]) <= 32
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["accentColor"])
    assert manifest["validDomains"] == ["midway.example.org"]


def test_the_bot_speaks_in_all_three_places_and_offers_questions() -> None:
    """Prompt starters stand instead of a welcome message; no list shows more than Teams draws."""
    [bot] = _manifest()["bots"]
    assert GUID.match(bot["botId"])
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    [listed] = bot["commandLists"]
    assert set(listed["scopes"]) <= set(bot["scopes"])
    assert 0 < len(listed["commands"]) <= 12
    for command in listed["commands"]:
        assert set(command) == {"title", "description", "type", "prompt"}
        assert command["type"] == "prompt" and command["prompt"].endswith("?")
        assert len(command["title"]) <= 128 and len(command["description"]) <= 4000


def test_settings_are_put_in() -> None:
    """Name, version, pages and starters."""
    pages = {name: f"https://example.org/{name}" for name in ("website", "privacy", "terms")}
    manifest = _manifest(name="Beacon", version="2.3.4", developer="Office 7", starters=(("Ask", "How?"),), **pages)
    assert (manifest["name"]["short"], manifest["version"]) == ("Beacon", "2.3.4")
    assert manifest["developer"] == {
        "name": "Office 7", "websiteUrl": pages["website"], "privacyUrl": pages["privacy"], "termsOfUseUrl": pages["terms"],
    }
    assert manifest["bots"][0]["commandLists"][0]["commands"][0]["title"] == "Ask"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"app_id": ""}, "GUID"), ({"app_id": "not-a-guid"}, "GUID"),
        ({"public_url": "http://midway.example.org"}, "https"), ({"public_url": ""}, "https"), ({"public_url": "https://["}, "https"),
        ({"name": "x" * 31}, "30"), ({"name": ""}, "30"), ({"developer": "x" * 33}, "32"), ({"version": "v1"}, "1.2.3"),
        ({"privacy": "http://example.org/p"}, "--privacy"), ({"terms": ""}, "--terms"), ({"website": "https://["}, "--website"),
        ({"starters": tuple(("a", "b") for _ in range(13))}, "12"), ({"starters": (("", "b"),)}, "128"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(settings: dict[str, Any], says: str) -> None:
    """Before the upload, in one sentence."""
    with pytest.raises(PackageImpossible, match=says):
        build_package(**{"app_id": APP_ID, "public_url": URL, **settings})


def test_the_icons_have_the_size_and_colours_that_teams_asks_for() -> None:
    """192 pixels and opaque; 32 pixels, white on nothing."""
    files = _files(build_package(APP_ID, URL))
    width, height, pixels = _pixels(files["color.png"])
    assert (width, height) == (192, 192)
    assert all(alpha == 255 for *_, alpha in pixels) and len(set(pixels)) > 2
    width, height, pixels = _pixels(files["outline.png"])
    assert (width, height) == (32, 32)
    assert all((red, green, blue) == (255, 255, 255) for red, green, blue, _ in pixels)
    assert {0, 255} <= {alpha for *_, alpha in pixels}
