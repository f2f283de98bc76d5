"""Settings, data folder, clock, and whether Midway runs. Nothing heavy is loaded for them."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

from adapters.data_folder import LITTLE, PRIVATE, TOO_LITTLE, fault_of, free_on_disk
from adapters.doctor.finding import Finding, told
from adapters.doctor.looking import Check
from adapters.presence import SERVES, WORKS, is_present
from adapters.sentences import sentence_of
from adapters.settings import Settings, unknown_settings
from adapters.terminal.person import local_zone
from adapters.zones import known_zone

START = "Start Midway: `make run`, or its service."
WAIT = "Midway is starting: wait a minute, then run `midway doctor` again."


def to_begin(settings: Settings) -> str:
    """What to do about that which a start makes."""
    return WAIT if any(is_present(settings.data_dir, role) for role in (SERVES, WORKS)) else START


def settings_read() -> tuple[Settings | None, Finding]:
    """The settings, None where they cannot be read, and what is to be said of them."""
    try:
        strange = list(unknown_settings())
        settings = Settings()
    except Exception as error:
        sentence = sentence_of(error) or f"The settings cannot be read ({type(error).__name__})."
        return None, told("settings", "wrong", sentence, "Correct it in `.env` or in the environment.")
    if strange:
        return settings, Finding("settings", "warning", " ".join(strange), "Correct the name, then start Midway again.")
    where = ".env and the environment" if Path(".env").is_file() else "the environment; there is no .env here"
    return settings, Finding("settings", "ok", f"The settings are read from {where}.")


def data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding("data-folder", "not set up", f"There is no data folder yet ({folder}).", START)
    if fault := fault_of(folder):
        return Finding("data-folder", "wrong", *fault)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & ~PRIVATE:
        said = f"Others on this machine may look into the data folder {folder}: its mode is {mode:04o}."
        return Finding("data-folder", "warning", said, f"Run `chmod -R go= {folder}`.")
    return Finding("data-folder", "ok", f"The data folder {folder} can be written to.")


def disk(settings: Settings) -> Finding:
    free = free_on_disk(settings.data_dir)
    said = f"{_in_words(free)} are free on the disk of the data folder."
    if free >= LITTLE:
        return Finding("disk", "ok", said)
    return Finding("disk", "warning" if free >= TOO_LITTLE else "wrong", said, "Make room on that disk.")


def running(settings: Settings) -> Finding:
    serves, works = (is_present(settings.data_dir, role) for role in (SERVES, WORKS))
    if works:
        who = "serves pages and answers" if serves else "answers; no `midway serve` shows pages"
        return Finding("running", "ok", f"Midway runs here: it {who}.")
    if serves:
        said = "Midway serves pages here, and nobody answers: no `midway worker` runs on this data folder."
        return Finding("running", "wrong", said, "Start `midway worker`, or `midway serve` without --no-worker.")
    if not settings.data_dir.exists():
        return Finding("running", "not set up", "Midway has not run here yet.", START)
    return Finding("running", "warning", "Midway does not run here: nobody answers and no page opens.", START)


def clock() -> Finding:
    """Tips go out by the zones of those who set them: without the list of zones none would."""
    if not known_zone("Europe/Vienna"):
        return Finding("clock", "wrong", "The list of time zones cannot be found.", "Run `make setup` again.")
    here, zone = datetime.now().astimezone(), local_zone()
    said = f"It is {here:%H:%M} here ({zone or here.tzname()}); timers keep UTC, tips the zone of whoever set them."
    if os.environ.get("TZ") and not zone:
        return Finding("clock", "warning", "TZ names no time zone, so UTC is taken.", "Set TZ as in Europe/Vienna.")
    return Finding("clock", "ok", said)


def public_address(settings: Settings) -> Finding:
    url = settings.public_url
    if not url:
        said = "MIDWAY_PUBLIC_URL is not set: replies in chats have no links to pages."
        return Finding("public-address", "not set up", said, "If people are to open pages: docs/deployment.md.")
    if not url.startswith("https://"):
        said = "MIDWAY_PUBLIC_URL is not https: Slack and Teams call no such address, and cookies go unguarded."
        return Finding("public-address", "warning", said, "Put a proxy with TLS in front: docs/deployment.md.")
    return Finding("public-address", "ok", "Links lead to the address in MIDWAY_PUBLIC_URL, over https.")


def _in_words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1_000_000_000 else f"{size / 1e6:.0f} MB"


def checks(settings: Settings) -> list[Check]:
    return [
        Check("data-folder", "the data folder", lambda: data_folder(settings)),
        Check("disk", "the disk", lambda: disk(settings)),
        Check("running", "whether Midway runs", lambda: running(settings)),
        Check("public-address", "the public address", lambda: public_address(settings)),
        Check("clock", "the clock", clock),
    ]
