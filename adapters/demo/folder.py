"""The data folder of the demo: made, replaced, and never mixed with real data."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from adapters.bootstrap import make_secret, now
from adapters.data_folder import ready
from adapters.settings import DEMO_MARK, Settings
from bot.errors import BotError

FOLDER = "demo"
WEEKS = 26
"""How much there is to see unless another number is named: half a year."""
SEED = 7
"""What chance begins with unless another number is named; any would do."""
OLD = timedelta(days=14)
"""From this age on a demo is said to be old: what it calls last month is not last month any more."""
PREPARED = ("index", "models")
"""What a data folder holds that is the same in each, and takes long to make."""
MADE = "The demo, a made-up organization, is in {}: {} questions from {} teams. `midway serve --demo` opens it.\n"


class NotADemo(BotError):
    """Something else is where the demo belongs."""


def demo_settings(settings: Settings) -> Settings:
    """The same settings for the demo's own folder, database and key, without platforms; the demo is made if there is
    none. Blocking, not for use in an event loop. Raises NotADemo.
    """
    if _demo_at(folder := settings.data_dir / FOLDER):
        _say_how_old(folder)
    else:
        make(settings)
    return _over(folder, settings)


def make(settings: Settings, weeks: int = WEEKS, seed: int = SEED, until: datetime | None = None) -> None:
    """Write the demo up to ``until`` (now), in place of the one that is there; says on stderr what it does.

    Raises NotADemo, and then changes nothing.
    """
    folder, until = settings.data_dir / FOLDER, until or now()
    said = "Replacing" if _demo_at(folder) else "Making"
    sys.stderr.write(f"{said} the demo in {folder} …\n")
    ready(settings.data_dir)
    with tempfile.TemporaryDirectory(prefix=f".{FOLDER}-", dir=settings.data_dir) as beside:
        new = Path(beside) / "new"
        new.mkdir()
        about = {"weeks": weeks, "seed": seed, "until": until.date().isoformat()}
        (new / DEMO_MARK).write_text(json.dumps(about) + "\n", encoding="utf-8")
        asked, teams = asyncio.run(_write(_over(new, settings), weeks, seed, until))
        _keep_prepared((folder, settings.data_dir), new)
        if folder.exists():
            folder.rename(Path(beside) / "old")
        new.rename(folder)
    sys.stderr.write(MADE.format(folder, f"{asked:,}", teams))


def _demo_at(folder: Path) -> bool:
    """Whether a demo is there; False where nothing is. Raises NotADemo."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    if not (folder / DEMO_MARK).is_file():
        raise NotADemo(f"{folder} is not a demo that Midway made, so it was left alone. Move it away and try again.")
    return True


def _say_how_old(folder: Path) -> None:
    """On stderr, where the demo ended weeks ago."""
    until = date.fromisoformat(json.loads((folder / DEMO_MARK).read_text(encoding="utf-8"))["until"])
    if now().date() - until > OLD:
        sys.stderr.write(f"This demo ends on {until}. `midway demo` makes a new one, up to today.\n")


def _over(folder: Path, settings: Settings) -> Settings:
    return settings.model_copy(update={
        "data_dir": folder, "database_url": None, "chroma_url": None, "secret_key": None, "public_url": "",
        "tracking": True, "serve": type(settings.serve)(), "slack": type(settings.slack)(),
        "msteams": type(settings.msteams)(),
    })


def _keep_prepared(places: Sequence[Path], new: Path) -> None:
    """Copy the index and the model, which take long to make, from the first of these places that has them."""
    for name in PREPARED:
        if found := next((place / name for place in places if (place / name).is_dir()), None):
            shutil.copytree(found, new / name)


async def _write(settings: Settings, weeks: int, seed: int, until: datetime) -> tuple[int, int]:
    """How many questions and teams were written."""
    from adapters.demo.happenings import Asked
    from adapters.demo.plan import happenings
    from adapters.demo.words import TEAMS
    from adapters.demo.write import Moment, Writer
    from bot.storage.schema import migrate
    from bot.storage.unit import Storage
    from knowledge.library import load_shipped

    library, clock = load_shipped(), Moment(until)
    await asyncio.to_thread(migrate, settings.database)
    storage = Storage(settings.database, make_secret(settings), clock)
    try:
        found = happenings(library, seed, until, weeks)
        await Writer(storage, clock, library, until).write(found, until - timedelta(weeks=weeks, days=8))
    finally:
        await storage.close()
    return sum(isinstance(one, Asked) for one in found), len(TEAMS)
