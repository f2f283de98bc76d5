"""The app package to upload to Teams: manifest and icons in one zip, made from settings, nothing edited by hand."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from adapters.msteams import icons, limits
from adapters.msteams.faults import MsTeamsError

SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{limits.MANIFEST_VERSION}/MicrosoftTeams.schema.json"
SCOPES = ("personal", "team", "groupChat")
STARTERS = (
    ("Launch a pilot", "How do we launch a pilot?"),
    ("Convince a sponsor", "What should I show my sponsor to get backing for social media?"),
    ("Measure a result", "What should we measure in the first three months?"),
)
"""Prompt starters: title and the question it puts into the compose box. With these there is no welcome message."""

SHORT = "Social media advice from curated practices, with sources."
FULL = (
    "Ask how to launch, measure and grow social media work. Midway answers from curated practices and names its "
    "sources, remembers which team tries what, and helps you show the result to your sponsor."
)

FIRST_VERSION = "1.0.0"

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
# Fixed, so that the same settings give the same bytes.
_STAMP = (2020, 1, 1, 0, 0, 0)


class PackageImpossible(MsTeamsError):
    """A setting does not fit into a Teams app; the message says which and what it must be."""


def build_package(
    app_id: str, public_url: str, name: str = "Midway", *, version: str = FIRST_VERSION, developer: str = "Midway",
    website: str | None = None, privacy: str | None = None, terms: str | None = None,
    starters: Sequence[tuple[str, str]] = STARTERS,
) -> bytes:
    """The zip's bytes. ``app_id`` is the bot's, ``public_url`` where Midway answers over https; website and the pages
    about privacy and terms are that address unless given. Teams takes a changed package for the same app only with
    a higher ``version``. Raises ``PackageImpossible``.
    """
    manifest = build_manifest(
        app_id, public_url, name, version=version, developer=developer, website=website, privacy=privacy, terms=terms,
        starters=starters,
    )
    files = {
        "manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False).encode("utf-8"),
        "color.png": icons.color(limits.COLOR_ICON_PIXELS.value),
        "outline.png": icons.outline(limits.OUTLINE_ICON_PIXELS.value),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _STAMP), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def build_manifest(
    app_id: str, public_url: str, name: str, *, version: str, developer: str, website: str | None,
    privacy: str | None, terms: str | None, starters: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """The manifest as data; raises ``PackageImpossible``."""
    host = _host(public_url)
    _require(_GUID.fullmatch(app_id), "The app id must be a GUID, as the bot registration shows it.")
    _require(_VERSION.fullmatch(version), "The version must have the form 1.2.3.")
    _require(0 < len(name) <= limits.MANIFEST_NAME.value, "The app's name must have 1 to 30 characters.")
    _require(0 < len(developer) <= limits.MANIFEST_DEVELOPER.value, "The developer must have 1 to 32 characters.")
    pages = {"--website": website, "--privacy": privacy, "--terms": terms}
    for option, url in pages.items():
        _require(url is None or _https_host(url), f"{option} must be the https address of a page.")
    page = public_url.rstrip("/")
    return {
        "$schema": SCHEMA,
        "manifestVersion": limits.MANIFEST_VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": developer,
            "websiteUrl": website or page,
            "privacyUrl": privacy or page,
            "termsOfUseUrl": terms or page,
        },
        "name": {"short": name, "full": f"{name}, the social media advisor"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#{:02X}{:02X}{:02X}".format(*icons.BACKGROUND[:3]),
        "bots": [_bot(app_id, starters)],
        "validDomains": [host],
    }


def _bot(app_id: str, starters: Sequence[tuple[str, str]]) -> dict[str, Any]:
    _require(len(starters) <= limits.MANIFEST_COMMANDS.value, "A Teams app shows at most 12 prompt starters.")
    titles = [title for title, _ in starters]
    fit = all(0 < len(title) <= limits.MANIFEST_COMMAND_TITLE.value for title in titles)
    _require(fit, "The title of a prompt starter must have 1 to 128 characters.")
    commands = [
        {"title": title, "description": prompt, "type": "prompt", "prompt": prompt} for title, prompt in starters
    ]
    return {
        "botId": app_id,
        "scopes": list(SCOPES),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "commandLists": [{"scopes": list(SCOPES), "commands": commands}],
    }


def _host(public_url: str) -> str:
    host = _https_host(public_url)
    _require(host, "MIDWAY_PUBLIC_URL must be the https address at which Teams reaches Midway.")
    return host


def _https_host(url: str) -> str:
    """The host of an https address; empty where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme == "https" else ""


def _require(met: object, sentence: str) -> None:
    if not met:
        raise PackageImpossible(sentence)
