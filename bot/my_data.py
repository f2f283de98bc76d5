"""What is stored about a person: shown to that person, handed over, forgotten, or not written down any more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import my_data_views as views
from bot.commands import plain_command
from bot.erasure import Erasure
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.ports import Clock
from bot.replies import Reply
from bot.storage.unit import Storage
from bot.views import OLD_BUTTON, OLD_FORM, sentence_reply

Wish = Literal["show", "download", "forget", "stop", "again"]
SHORT = 2_500
"""Characters of JSON that a message of every platform can hold."""
ASKED_FOR = timedelta(days=1)
"""How long a question whether to forget somebody may be answered: an old card is not pressed by mistake."""
_ENDS = r"[.!? ]*"
_WORDS: dict[Wish, str] = {
    "show": r"(?:show (?:me )?)?my data|what do you (?:know|store|keep) about me",
    "download": r"(?:download|export) my data",
    "forget": r"forget me|(?:delete|erase) (?:my data|me)",
    "stop": r"stop tracking(?: me)?|(?:do not|don['’]t) track me",
    "again": r"track me(?: again)?|start tracking me",
}
_PRESSED: dict[str, Wish] = {
    "my-data-download": "download", "forget-me": "forget", "stop-tracking": "stop", "track-again": "again",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a person: ``records`` by kind, in the clear; the team they named; if they are tracked."""

    records: views.Records
    team: str | None
    tracked: bool

    def as_json(self, at: datetime) -> str:
        """All of it, to be handed to that person."""
        said = {"made_at": at.isoformat(), "tracked": self.tracked, "used_for": views.USED_FOR, **self.records}
        return json.dumps(said, ensure_ascii=False, indent=1)


class MyData:
    """A ``Feature``. ``page`` is the address of the page “My data”, empty where pages have none.

    ``whispers`` are the platforms that can show something in a channel to one person alone.
    """

    actions = frozenset({*_PRESSED, "forget-me-now", "keep-me"})
    forms = frozenset[str]()

    def __init__(
        self, storage: Storage, erasure: Erasure, clock: Clock, *, words_days: int, public_url: str,
        whispers: frozenset[str],
    ) -> None:
        self._storage = storage
        self._erasure = erasure
        self._clock = clock
        self.words_days = words_days
        self._page = f"{public_url.rstrip('/')}/my-data" if public_url else ""
        self._whispers = whispers

    def meant(self, text: str) -> Wish | None:
        """Only these exact words: whoever says more is asking a question."""
        said = " ".join(plain_command(text).split())
        return next((wish for wish, words in _WORDS.items() if _is_meant(words, said)), None)

    async def said(self, incoming: Incoming, intent: Wish) -> Reply:
        where = incoming.conversation
        if where.kind == "channel" and (intent == "download" or where.platform not in self._whispers):
            return sentence_reply(views.HERE_ALL_SEE)
        tenant, person = where.tenant, self._storage.secret.pseudonym(where.tenant, incoming.sender.user)
        match intent:
            case "show":
                kept = await self.kept(tenant, person)
                return views.my_data_reply(
                    kept.records, team=kept.team, tracked=kept.tracked, words_days=self.words_days
                )
            case "download":
                text = await self.download(tenant, person)
                if len(text) <= SHORT:
                    return views.download_reply(text)
                return views.file_reply() if where.platform == "web" else views.too_long_reply(self._page)
            case "forget":
                return views.confirm_reply(self._clock())
            case _:
                wanted = intent == "again"
                return views.tracking_reply(wanted=wanted, changed=await self.track(tenant, person, wanted))

    async def pressed(self, press: ButtonPress) -> Reply:
        """Answer a button of one of ``actions``. What may not be said in a channel is refused there, as words are."""
        match press.action:
            case "forget-me-now":
                return await self._confirmed(press)
            case "keep-me":
                return sentence_reply(views.KEPT)
        wish = _PRESSED.get(press.action)
        return await self.said(press, wish) if wish else sentence_reply(OLD_BUTTON)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """It has no forms."""
        return sentence_reply(OLD_FORM)

    async def kept(self, tenant: str, person: str) -> Kept:
        """What is stored about this person, to be shown to nobody else."""
        async with self._storage.view() as unit:
            records = await unit.personal_records.everything(tenant, person)
            team = await unit.personal_records.team(tenant, person)
            tracked = (await unit.choices.of(tenant, person)).tracked
        return Kept(records, team, tracked)

    async def download(self, tenant: str, person: str) -> str:
        """All of it as JSON."""
        return (await self.kept(tenant, person)).as_json(self._clock())

    async def forget(self, tenant: str, person: str) -> None:
        """Delete everything about this person. Doing it again changes nothing."""
        await self._erasure.forget(tenant, person)

    async def track(self, tenant: str, person: str, wanted: bool) -> bool:
        """Whether what this person asks and presses is written down from now on; True if that is a change."""
        now = self._clock()
        async with self._storage.unit() as unit:
            changed = await unit.choices.track(tenant, person, wanted, now)
            if changed:
                what = "tracking on" if wanted else "tracking off"
                await unit.audits.write(tenant, person, what, f"person:{person}", now)
        return changed

    async def _confirmed(self, press: ButtonPress) -> Reply:
        if not _is_recent(press.value, self._clock):
            return await self.said(press, "forget")
        tenant = press.conversation.tenant
        await self.forget(tenant, self._storage.secret.pseudonym(tenant, press.sender.user))
        return views.forgotten_reply()


def _is_meant(words: str, said: str) -> bool:
    return re.fullmatch(f"(?:please )?(?:{words}){_ENDS}", said, re.IGNORECASE) is not None


def _is_recent(asked: str, clock: Callable[[], datetime]) -> bool:
    try:
        return clock() - datetime.fromisoformat(asked) < ASKED_FOR
    except (ValueError, TypeError):
        return False
