"""Keeps the organization's practices true: drafts, review, publishing, "still true", withdrawing."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import curation_views as views
from bot.access import Role, Who
from bot.draft_ids import id_in, id_of_title, is_free, may_change, renamed, with_id
from bot.errors import ChangedMeanwhile, FieldWrong, NotPublishable
from bot.ports import Clock
from bot.storage.people import CURATORS
from bot.storage.unit import Storage, Unit
from bot.storage.versions import IN_FORCE, OPEN, Event, State, Version
from knowledge.checks import read_draft
from knowledge.drafting import TODO, adds_to, title_in, unfinished
from knowledge.errors import PracticeInvalid
from knowledge.library import Library, Withdrawn, shipped_text
from knowledge.practice import Practice, parse_practice, with_tail

Examine = Callable[[Practice, bool], Awaitable[tuple[str, ...]]]
"""What keeps a practice from being published, as sentences; none if nothing does. With True also whether its typed
questions find it, which takes seconds.
"""
Changed = Callable[[], Awaitable[None]]
SENT = "sent to review"
"""As the history says it."""
NEWER = "A newer version was saved since you opened this one. Yours is not lost: compare, then save."
STILL_TRUE = {"law": timedelta(days=182), "other": timedelta(days=365)}
"""For how long "still true" puts the review off: laws and platforms' features age faster."""
_log = logging.getLogger(__name__)
_REVIEW_BY = re.compile(r"^review_by:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """A practice to be edited: its markdown, and the newest version that there was when it was read."""

    practice_id: str
    body: str
    seen: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the draft made of a document stands; ``before`` is whether it stood there already, so that nothing was
    written.
    """

    practice_id: str
    version: int
    before: bool = False


class Curation:
    """All that curators do. ``examine`` checks a practice against the library in force; ``changed`` is called after
    the library changed, in this process; others notice by the stamp. ``public_url`` is where the pages are.
    """

    def __init__(self, storage: Storage, clock: Clock, examine: Examine, changed: Changed, public_url: str) -> None:
        self._storage = storage
        self._clock = clock
        self._examine = examine
        self._changed = changed
        self._public_url = public_url.rstrip("/")

    async def text(self, practice_id: str) -> Text:
        """The newest open draft, else what is in force; an empty body if there is neither."""
        async with self._storage.view() as unit:
            seen = await unit.versions.newest(practice_id)
            draft = await unit.versions.standing(practice_id, OPEN)
            return Text(practice_id, draft.body if draft else await _in_force(unit, practice_id), seen)

    async def save(self, by: Who, practice_id: str, body: str, seen: int, note: str = "") -> int:
        """Keep a draft; its number. Raises NotAllowed, and ChangedMeanwhile where there is a newer version."""
        by.needs(Role.CURATOR)
        async with self._storage.unit() as unit:
            if await unit.versions.newest(practice_id) != seen:
                raise ChangedMeanwhile(NEWER)
            name = await renamed(unit, by, practice_id, body, self._clock())
            return await self._add(unit, by, name, body, seen, "draft", note)

    async def now_called(self, practice_id: str) -> str:
        """The id of a practice after it was renamed; else this one."""
        async with self._storage.view() as unit:
            return await unit.versions.now_called(practice_id)

    async def proposed_id(self, by: Who, version: Version) -> str:
        """An id made of the title of a draft that is not published, where it has another; empty where it may not be
        had. Raises NotAllowed.
        """
        by.needs(Role.CURATOR)
        wanted = id_of_title(version.body)
        if version.state not in OPEN or wanted in ("", version.practice_id):
            return ""
        async with self._storage.view() as unit:
            free = await may_change(unit, version.practice_id) and await is_free(unit, wanted)
        return wanted if free else ""

    async def findings(self, practice_id: str, body: str, *, thorough: bool = False) -> tuple[str, ...]:
        """All that keeps this text from being published under this id, as sentences; ``thorough`` as in ``Examine``."""
        if target := adds_to(body):
            return (f"it adds to {target}: what is new in it belongs in that practice",)
        read = read_draft(body, practice_id)
        if read.practice is None:
            return read.findings
        found = [*_still_to_write(body), *read.findings]
        if read.practice.id != practice_id and id_in(body):
            found.append(
                f"its id is {read.practice.id} and not {practice_id}: another practice or draft has that one, or this "
                f"one was published and keeps its id; write {practice_id}"
            )
        return (*found, *await self._examine(read.practice, thorough and not found))

    async def submit(self, by: Who, practice_id: str, version: int) -> None:
        """Ask for a review, and tell the curators' channels. Raises NotAllowed, ChangedMeanwhile."""
        by.needs(Role.CURATOR)
        async with self._storage.unit() as unit:
            await self._moved(unit, by, practice_id, version, ("draft",), "review", SENT)
            found = await unit.versions.get(practice_id, version)
            title = title_in(found.body) if found else ""
            url = f"{self._public_url}/library/{practice_id}/versions/{version}" if self._public_url else ""
            card, key = views.to_review_card(title or practice_id, url), f"to-review:{practice_id}:{version}"
            for post in await unit.people.posts(CURATORS):
                await unit.ledger.plan(post.tenant, key, post, card, self._clock())

    async def discard(self, by: Who, practice_id: str, version: int) -> None:
        """Give up a draft. Raises NotAllowed, ChangedMeanwhile."""
        by.needs(Role.CURATOR)
        async with self._storage.unit() as unit:
            await self._moved(unit, by, practice_id, version, OPEN, "discarded", "discarded")

    async def publish(self, by: Who, practice_id: str, version: int) -> None:
        """Put a version in force. Raises NotAllowed, ChangedMeanwhile, NotPublishable."""
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            found = await unit.versions.get(practice_id, version)
        if found is None or found.state not in OPEN:
            raise ChangedMeanwhile("This version is no longer a draft: somebody published, replaced or discarded it.")
        if findings := await self.findings(practice_id, found.body, thorough=True):
            raise NotPublishable(findings)
        async with self._storage.unit() as unit:
            if await unit.versions.in_force(practice_id) != found.base:
                raise ChangedMeanwhile("Another version has been published in the meantime: read it, then edit again.")
            await self._moved(unit, by, practice_id, version, OPEN, "published", "published")
        await self._changed()

    async def withdraw(self, by: Who, practice_id: str, why: str) -> None:
        """Stop citing it. Raises NotAllowed, FieldWrong without a reason, ChangedMeanwhile."""
        by.needs(Role.CURATOR)
        if not why.strip():
            raise FieldWrong("Say why it is withdrawn: its history keeps the reason. Go back and write it.")
        async with self._storage.unit() as unit:
            seen = await unit.versions.newest(practice_id)
            await self._add(unit, by, practice_id, await _in_force(unit, practice_id), seen, "withdrawn", why)
        await self._changed()

    async def still_true(self, by: Who, practice: Practice) -> date:
        """Put the review off after somebody looked; the new date. Raises NotAllowed, ChangedMeanwhile."""
        by.needs(Role.CURATOR)
        until = self._clock().date() + STILL_TRUE["law" if practice.ages_fast else "other"]
        if until <= practice.review_by:
            return practice.review_by
        async with self._storage.unit() as unit:
            seen = await unit.versions.newest(practice.id)
            standing = await unit.versions.standing(practice.id, IN_FORCE)
            if standing and standing.state == "withdrawn":
                raise ChangedMeanwhile("Somebody has withdrawn this practice in the meantime.")
            body = await _in_force(unit, practice.id)
            dated = _REVIEW_BY.sub(f"review_by: {until.isoformat()}", body, count=1)
            await self._add(unit, by, practice.id, dated, seen, "published", f"still true, next review {until}")
        await self._changed()
        return until

    async def open(self, by: Who) -> list[Version]:
        """Drafts, and what waits for review. Raises NotAllowed."""
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            return await unit.versions.in_states(OPEN)

    async def withdrawn(self, by: Who) -> list[Version]:
        """Practices that are no longer cited. Raises NotAllowed."""
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            return await unit.versions.in_states(("withdrawn",))

    async def keep_import(self, by: Who, practice_id: str, body: str, note: str) -> Kept:
        """Keep a new draft, under the first of its id, ``…-2``, ``…-3`` that is free.

        The very same draft is kept once, with what somebody wrote into it since. Raises NotAllowed, ChangedMeanwhile.
        """
        by.needs(Role.CURATOR)
        number, own = 1, practice_id
        async with self._storage.unit() as unit:
            while True:
                named = with_id(body, own)
                now = await unit.versions.now_called(own)
                standing = await unit.versions.standing(now, OPEN) or await unit.versions.standing(now, IN_FORCE)
                if standing is None and shipped_text(own) is None:
                    seen = await unit.versions.newest(own)
                    return Kept(own, await self._add(unit, by, own, named, seen, "draft", note))
                if standing and await unit.versions.ever(now, named):
                    return Kept(now, standing.version, before=True)
                number += 1
                own = with_tail(practice_id, f"-{number}")

    async def version(self, by: Who, practice_id: str, version: int) -> Version | None:
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            return await unit.versions.get(practice_id, version)

    async def history(self, by: Who, practice_id: str) -> list[Event]:
        by.needs(Role.CURATOR)
        async with self._storage.view() as unit:
            return await unit.versions.history(practice_id)

    async def _add(
        self, unit: Unit, by: Who, practice_id: str, body: str, seen: int, state: State, note: str
    ) -> int:
        if await unit.versions.newest(practice_id) != seen:
            raise ChangedMeanwhile(NEWER)
        base = await unit.versions.in_force(practice_id)
        number = await unit.versions.add(practice_id, body, state, base, by.person, self._clock())
        if number is None:
            raise ChangedMeanwhile("Somebody else saved at the same moment. Yours is not lost: compare, then save.")
        await unit.versions.note(practice_id, number, _SAID.get(state, state), by.person, self._clock(), note)
        return number

    async def _moved(
        self, unit: Unit, by: Who, practice_id: str, version: int, before: tuple[str, ...], state: State, what: str
    ) -> None:
        if not await unit.versions.move(practice_id, version, before, state):
            raise ChangedMeanwhile("This version is no longer a draft: somebody published, replaced or discarded it.")
        await unit.versions.note(practice_id, version, what, by.person, self._clock())


_SAID = {"draft": "saved"}


def _still_to_write(body: str) -> list[str]:
    """Where a text says itself that something is missing."""
    if not unfinished(body):
        return []
    lines = [str(number) for number, line in enumerate(body.splitlines(), start=1) if TODO in line]
    return [f"there is still a {TODO} in it: line {', '.join(lines)}"]


async def _in_force(unit: Unit, practice_id: str) -> str:
    """The markdown in force, or of what was withdrawn last; empty for a practice that never was."""
    standing = await unit.versions.standing(practice_id, IN_FORCE)
    return standing.body if standing else shipped_text(practice_id) or ""


async def library_in_force(storage: Storage, shipped: Library) -> tuple[Library, int]:
    """Shipped practices with the organization's versions laid over them, and the stamp of that state.

    Where a version cannot be read, the shipped one stands.
    """
    async with storage.view() as unit:
        stamp = await unit.versions.stamp()
        rows = await unit.versions.in_states(IN_FORCE) if stamp else []
    if not rows:
        return shipped, stamp
    own = (practice for _, practice in _readable(row for row in rows if row.state == "published"))
    gone = [row for row in rows if row.state == "withdrawn"]
    library = Library.of(shipped.practices.values(), own, [row.practice_id for row in gone])
    last = {row.practice_id: Withdrawn(practice, row.at.date()) for row, practice in _readable(gone)}
    return replace(library, withdrawn=last), stamp


def _readable(rows: Iterable[Version]) -> Iterator[tuple[Version, Practice]]:
    for row in rows:
        try:
            yield row, parse_practice(row.body, name=row.practice_id)
        except PracticeInvalid as error:
            # Written under other rules, by an older or newer Midway: one practice must not keep all from answering.
            _log.error("Version %d of %s is left out, it cannot be read: %s", row.version, row.practice_id, error)
