"""The id of a practice that was never published: made of its title, changed with its history kept."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from bot.access import Who
from bot.storage.unit import Unit
from knowledge.drafting import TODO, title_in
from knowledge.library import SLUG, shipped_text
from knowledge.practice import LONGEST_ID

NEW = "new-practice"
"""The id of one that has no title yet."""
_LINE = re.compile(r"^id:[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def id_in(body: str) -> str:
    """The id that the front matter names; empty where it is none that a practice may have."""
    found = _LINE.search(body)
    return found[1] if found and SLUG.fullmatch(found[1]) and len(found[1]) <= LONGEST_ID else ""


def with_id(body: str, practice_id: str) -> str:
    """The same text, called this; a text without that line stays as it is."""
    return _LINE.sub(f"id: {practice_id}", body, count=1)


def id_of_title(body: str) -> str:
    """An id made of the words of the title; empty while that is still to be written."""
    title = title_in(body)
    if TODO in title:
        return ""
    letters = unicodedata.normalize("NFKD", title.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", letters.replace("'", ""))
    while len("-".join(words)) > LONGEST_ID:
        words.pop()
    return "-".join(words)


def id_for(body: str) -> str:
    """The id for a new text: the one that it names, else one made of its title."""
    named = id_in(body)
    return named if named not in ("", NEW) else id_of_title(body) or NEW


async def is_free(unit: Unit, practice_id: str) -> bool:
    """Whether no practice and no draft has or had this id."""
    return shipped_text(practice_id) is None and not await unit.versions.newest(practice_id)


async def may_change(unit: Unit, practice_id: str) -> bool:
    """Whether the id was never in force: adoptions, plans and links name those that were."""
    return shipped_text(practice_id) is None and not await unit.versions.in_force(practice_id)


async def renamed(unit: Unit, by: Who, practice_id: str, body: str, now: datetime) -> str:
    """What a draft with this text is called from now on: as its text says, where it may and nobody has that id."""
    wanted = id_in(body)
    if wanted in ("", practice_id) or not await may_change(unit, practice_id) or not await is_free(unit, wanted):
        return practice_id
    await unit.versions.rename(practice_id, wanted, by.person, now)
    return wanted
