"""Reports in a chat, for sponsors and admins: on demand, and a short one when a month is over."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot import report_views as views
from bot.access import Access, Role, Who
from bot.commands import plain_command
from bot.messages import ButtonPress, Conversation, FormSubmission, Incoming
from bot.own_pages import page_at
from bot.ports import Clock
from bot.replies import Reply
from bot.report_counting import month_number
from bot.report_periods import Period, last_full_month, period_named
from bot.reports import Reports
from bot.storage.pulses import KeptPulse
from bot.storage.unit import Storage
from bot.subscribing import ZoneFor
from bot.tip_times import in_zone, is_zone
from bot.views import NO_WHISPER, OLD_BUTTON, OLD_FORM, sentence_reply

Wanted = Literal["report", "start", "stop"]
DAYTIME = range(8, 18)
_ENDS = r"[.!? ]*"
_STOP = r"(?:stop|end|cancel) (?:the |our )?monthly (?:report|pulse)"
_START = (
    r"(?:subscribe (?:me |us |this channel )?to (?:the |a )?)?monthly (?:report|pulse)(?: here)?|"
    r"(?:send|post) (?:me |us )?(?:the |a )?(?:monthly )?report (?:here )?(?:every|each) month"
)
_REPORT = (
    r"(?:(?:the|an?|our|show(?: me)?(?: the)?) )?(?:engagement )?report"
    r"(?: (?:(?:for|of|on) |(?=\d{4}-W?\d{1,2}\b))(?P<period>.+?))?"
)


@dataclass(frozen=True, slots=True)
class Meant:
    wanted: Wanted
    period: str = ""


class Reporting:
    """A ``Feature``. ``public_url`` is where the pages are, empty if nowhere; ``whispers`` are the platforms that can
    show something in a channel to one person alone.
    """

    actions = frozenset({"report"})
    forms = frozenset[str]()

    def __init__(
        self, storage: Storage, clock: Clock, reports: Reports, access: Access, public_url: str, zone_for: ZoneFor,
        whispers: frozenset[str],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._reports = reports
        self._access = access
        self._public_url = public_url.rstrip("/")
        self._zone_for = zone_for
        self._whispers = whispers

    def meant(self, text: str) -> Meant | None:
        said = " ".join(plain_command(text).split())
        if re.fullmatch(f"(?:{_STOP}){_ENDS}", said, re.IGNORECASE):
            return Meant("stop")
        if re.fullmatch(f"(?:{_START}){_ENDS}", said, re.IGNORECASE):
            return Meant("start")
        found = re.fullmatch(f"(?:{_REPORT}){_ENDS}", said, re.IGNORECASE)
        return Meant("report", found["period"] or "") if found else None

    async def said(self, incoming: Incoming, intent: Meant) -> Reply:
        """Raises NotAllowed, PeriodUnknown."""
        who = await self._access.of(incoming)
        who.needs(Role.SPONSOR, views.HERE)
        if intent.wanted == "report":
            return await self._shown(incoming, who, intent.period)
        where = incoming.conversation.outside_threads()
        if intent.wanted == "stop":
            async with self._storage.unit() as unit:
                stopped = await unit.pulses.stop(where)
            return sentence_reply(views.PULSE_OFF if stopped else views.NO_PULSE)
        return await self._start(incoming, who)

    async def pressed(self, press: ButtonPress) -> Reply:
        """Raises NotAllowed, PeriodUnknown."""
        if press.action != "report":
            return sentence_reply(OLD_BUTTON)
        who = await self._access.of(press)
        who.needs(Role.SPONSOR, views.HERE)
        return await self._report(who, press.value, press.conversation)

    async def filled_in(self, form: FormSubmission) -> Reply:
        """It has no forms in chats."""
        return sentence_reply(OLD_FORM)

    async def send_due(self) -> int:
        """Plan last month's report in the ledger for every place that waits for it; how many."""
        now = self._clock()
        month = last_full_month(now)
        async with self._storage.view() as unit:
            behind = await unit.pulses.behind(month_number(month))
        return sum([await self._send(kept, month, now) for kept in behind])

    async def _shown(self, incoming: Incoming, who: Who, said: str) -> Reply:
        """The report for the one who asked, or none where everybody would see it."""
        where = incoming.conversation
        if where.kind == "channel" and where.platform not in self._whispers:
            return sentence_reply(NO_WHISPER)
        return await self._report(who, said, where)

    async def _report(self, who: Who, said: str, where: Conversation) -> Reply:
        period = period_named(said, self._clock())
        report = await self._reports.of(who.tenant, period)
        return views.report_reply(report, self._url(period, where))

    async def _start(self, incoming: Incoming, who: Who) -> Reply:
        """From the month on that is not over yet: the last one can be asked for."""
        now = self._clock()
        zone = incoming.sender.zone or await self._zone_for(incoming) or "UTC"
        where, month = incoming.conversation.outside_threads(), last_full_month(now)
        async with self._storage.unit() as unit:
            started = await unit.pulses.wish(
                where, who.person, zone if is_zone(zone) else "UTC", month_number(month), now
            )
            if started:
                await unit.audits.write(who.tenant, who.person, "monthly report started", "report", now)
        return sentence_reply(views.PULSE_ON)

    async def _send(self, kept: KeptPulse, month: Period, now: datetime) -> bool:
        if in_zone(now, kept.zone).hour not in DAYTIME:
            return False
        who = await self._access.of_person(kept.tenant, kept.by)
        if kept.where is None or not who.may(Role.SPONSOR):
            async with self._storage.unit() as unit:
                await unit.pulses.drop(kept)
            return False
        report = await self._reports.of(kept.tenant, month)
        card = replace(views.report_reply(report, self._url(month, kept.where)), audience="conversation")
        async with self._storage.unit() as unit:
            if not await unit.pulses.take(kept, month_number(month)):
                return False
            key = f"pulse:{kept.place}:{month.name}"
            person = kept.by if kept.where.kind == "direct" else None
            return await unit.ledger.plan(kept.tenant, key, kept.where, card, now, person=person)

    def _url(self, period: Period, where: Conversation) -> str:
        return page_at(f"/reports?period={period.name}", where, self._public_url)
