"""Weekly tips in a chat: subscribing, changing, pausing, stopping, by anybody who may post there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from bot import tip_views as views
from bot.commands import plain_command
from bot.errors import FieldWrong
from bot.messages import ButtonPress, FormSubmission, Incoming
from bot.privacy import SecretKey
from bot.replies import Reply
from bot.storage.subscriptions import KeptSubscription
from bot.subscription_keeping import Change, SubscriptionKeeping
from bot.tip_forms import FORM, PAUSE_FORM, day_named, pause_form, tips_form, wish_of
from bot.tip_times import is_zone
from bot.tips import Tips
from bot.views import OLD_BUTTON, OLD_FORM, sentence_reply
from knowledge.library import Library

Wanted = Literal["subscribe", "show", "unsubscribe", "pause", "skip", "unskip", "resume", "change", "test"]
ZoneFor = Callable[[Incoming], Awaitable[str | None]]
"""Finds out the time zone of somebody whose message does not tell it; None where nobody knows."""
UTC = "UTC"
_OURS = r"(?: (?:the|our|my|these|your))?(?: weekly)? tips?"
_HERE = r"(?: (?:me|us|here|(?:this|our|the) (?:channel|chat|team|conversation)))?"
_A_WEEK = r"(?: (?:every|each|a|per|once a) week)?"
_HOW = r"(?:how (?:can|do|could) (?:i|we)|(?:can|could) (?:i|we)|(?:i|we)(?:['’]d| would) like to|(?:i|we) want to)"
_WORDS: dict[Wanted, str] = {
    "subscribe": (
        rf"(?:subscribe|sign up){_HERE}(?: (?:to|for){_OURS})?{_HERE}|(?:send|give) (?:me|us)(?: a)?{_OURS}{_A_WEEK}|"
        rf"{_HOW} (?:get|receive|have|subscribe(?: to)?|sign up for)(?: a)?{_OURS}{_A_WEEK}{_HERE}\??|"
        rf"{_HOW} (?:subscribe|sign up){_HERE}\??|(?:i|we) want(?: a)?{_OURS}{_A_WEEK}"
    ),
    "show": r"(?:show (?:me |us )?)?(?:the |our |my )?(?:weekly )?tips?(?: here)?|(?:our |my |the )?subscriptions?",
    "unsubscribe": rf"unsubscribe{_HERE}(?: from{_OURS})?{_HERE}|(?:stop|end|cancel|no more){_OURS}",
    "pause": rf"(?:pause|mute){_OURS}(?: (?:until|till|for) (?P<until>.+?))?|pause until (?P<day>.+?)",
    "skip": rf"skip (?:the )?(?:next|this week's)(?: (?:one|weekly tip|tip))?|skip{_OURS}",
    "unskip": (
        r"unskip(?: (?:the )?(?:next|tip|it|that))?(?: (?:one|tip))?|(?:take|bring) (?:the |that |this )?skip back|"
        r"(?:undo|take back) (?:the |that |this )?skip|(?:do not|don['’]t) skip(?: (?:it|that|(?:the )?(?:next|tip)))?"
        r"(?: (?:one|tip))?"
    ),
    "resume": rf"(?:resume|unmute|restart|continue){_OURS}",
    "change": rf"(?:change|edit){_OURS}",
    "test": r"(?:send )?(?:us |me )?a test(?: tip)?(?: now)?|test(?: the)?(?: weekly)? tips?(?: now)?",
}
_ENDS = r"[.! ]*"
_OF_TIPS = re.compile(r"\btips?\b|^(?:skip|unskip)\b", re.IGNORECASE)
"""Words that can be about nothing but tips."""
_PRESSED: dict[str, Wanted] = {
    "tips-pause": "pause", "tips-skip": "skip", "tips-unskip": "unskip", "tips-resume": "resume",
    "tips-change": "change", "tips-test": "test", "tips-stop": "unsubscribe", "tips-show": "show",
}
"""By the action of a button."""


@dataclass(frozen=True, slots=True)
class Meant:
    """``detail`` is until when to pause, or which week to skip. Where the words are not ``sure`` to be about tips, they
    are so only in a place that has them.
    """

    wanted: Wanted
    detail: str = ""
    sure: bool = field(default=True, compare=False)


class Subscribing:
    """A ``Feature``. ``library`` gives the one in force."""

    actions = frozenset(_PRESSED)
    forms = frozenset({FORM, PAUSE_FORM})

    def __init__(
        self, keeping: SubscriptionKeeping, tips: Tips, secret: SecretKey, library: Callable[[], Library],
        zone_for: ZoneFor,
    ) -> None:
        self._keeping = keeping
        self._tips = tips
        self._secret = secret
        self._library = library
        self._zone_for = zone_for

    def meant(self, text: str) -> Meant | None:
        said = " ".join(re.sub(r"^please ", "", plain_command(text), flags=re.IGNORECASE).split())
        for wanted, words in _WORDS.items():
            if found := re.fullmatch(f"(?:{words}){_ENDS}", said, re.IGNORECASE):
                sure = wanted not in {"test", "skip", "pause"} or bool(_OF_TIPS.search(said))
                return Meant(wanted, next(filter(None, found.groups()), ""), sure)
        return None

    async def said(self, incoming: Incoming, intent: Meant) -> Reply | None:
        change = self._change(incoming)
        kept = await self._keeping.at(change.where)
        if intent.wanted == "subscribe" or (intent.wanted == "show" and kept is None):
            return await self._offer(incoming, kept)
        if kept is None:
            return views.none_here_reply() if intent.sure else None
        return await self._do(incoming, change, kept, intent)

    async def pressed(self, press: ButtonPress) -> Reply:
        change = self._change(press)
        kept = await self._keeping.at(change.where)
        wanted = _PRESSED.get(press.action)
        if wanted is None:
            return sentence_reply(OLD_BUTTON)
        if kept is None:
            return views.none_here_reply()
        if wanted == "pause":
            return views.form_reply(pause_form())
        return await self._do(press, change, kept, Meant(wanted, press.value))

    async def filled_in(self, form: FormSubmission) -> Reply:
        change = self._change(form)
        kept = await self._keeping.at(change.where)
        if form.form == FORM:
            return await self._save(form, change, kept)
        if form.form != PAUSE_FORM:
            return sentence_reply(OLD_FORM)
        if kept is None:
            return views.none_here_reply()
        return await self._pause(form, change, kept, form.values.get("until", ""))

    async def _do(self, incoming: Incoming, change: Change, kept: KeptSubscription, intent: Meant) -> Reply:
        match intent.wanted:
            case "show":
                return await self._standing(kept)
            case "change":
                return await self._offer(incoming, kept)
            case "pause":
                return await self._pause(incoming, change, kept, intent.detail)
            case "skip":
                return await self._skip(incoming, change, intent.detail)
            case "unskip":
                return await self._unskip(incoming, change, intent.detail)
            case "resume":
                after = await self._keeping.resume(change)
                return await self._standing(after, views.RESUMED, incoming) if after else views.none_here_reply()
            case "test":
                return await self._test(incoming, kept)
        after = await self._keeping.stop(change)
        return _seen_by_all(sentence_reply(views.UNSUBSCRIBED), incoming) if after else views.none_here_reply()

    async def _offer(self, incoming: Incoming, kept: KeptSubscription | None) -> Reply:
        """The form, preset to what stands, else to the asker's own zone."""
        zone = incoming.sender.zone or await self._zone_for(incoming) or UTC
        zone = zone if is_zone(zone) else UTC
        return views.form_reply(tips_form(self._topics(), zone, kept.wish if kept else None))

    async def _save(self, form: FormSubmission, change: Change, kept: KeptSubscription | None) -> Reply:
        try:
            wish = wish_of(form.values, self._topics())
        except FieldWrong as wrong:
            again = tips_form(self._topics(), UTC, kept.wish if kept else None, form.values)
            return views.form_reply(again, str(wrong))
        after, new = await self._keeping.save(change, wish)
        return await self._standing(after, views.subscribed(after) if new else views.CHANGED, form)

    async def _pause(self, incoming: Incoming, change: Change, kept: KeptSubscription, until: str) -> Reply:
        try:
            today = self._keeping.today(kept.wish.rhythm.zone)
            day = day_named(until, today) if until.strip() else None
        except FieldWrong as wrong:
            return views.form_reply(pause_form(until), str(wrong))
        after = await self._keeping.pause(change, day)
        return await self._standing(after, views.paused(day), incoming) if after else views.none_here_reply()

    async def _skip(self, incoming: Incoming, change: Change, week: str) -> Reply:
        skipped = await self._keeping.skip(change, incoming.at, _week(week) if week else None)
        if skipped is None:
            return sentence_reply(views.ALREADY_SKIPPED)
        after, slot = skipped
        said = views.skipped(slot.at, after.wish.rhythm.zone)
        return await self._standing(after, said, incoming, skipped=slot.week)

    async def _unskip(self, incoming: Incoming, change: Change, week: str) -> Reply:
        back = await self._keeping.unskip(change, _week(week) if week else None)
        if back is None:
            return sentence_reply(views.NOTHING_SKIPPED)
        after, slot = back
        return await self._standing(after, views.unskipped(slot.at, after.wish.rhythm.zone), incoming)

    async def _test(self, incoming: Incoming, kept: KeptSubscription) -> Reply:
        sent = await self._tips.test(kept, incoming.event_id)
        return sentence_reply(views.TEST_COMES if sent else views.NO_TEST)

    async def _standing(
        self, kept: KeptSubscription, said: str = "", changed: Incoming | None = None, *, skipped: int | None = None
    ) -> Reply:
        """``skipped`` is the week that was just skipped."""
        slots = await self._keeping.upcoming(kept, views.SHOWN_SLOTS)
        reply = views.standing_reply(kept, slots, said, skipped)
        return _seen_by_all(reply, changed) if changed else replace(reply, audience="sender")

    def _topics(self) -> list[str]:
        return sorted({practice.topic for practice in self._library().practices.values()})

    def _change(self, incoming: Incoming) -> Change:
        place = incoming.conversation.outside_threads()
        return Change(place, self._secret.pseudonym(place.tenant, incoming.sender.user))


def _week(value: str) -> int:
    """The week that a button is about; none (0) where it says something else."""
    return int(value) if re.fullmatch(r"[0-9]{6}", value) else 0


def _seen_by_all(reply: Reply, incoming: Incoming) -> Reply:
    """In a channel everybody sees what was changed and by whom."""
    if incoming.conversation.kind != "channel":
        return replace(reply, audience="conversation")
    return replace(reply, audience="everyone", by=incoming.sender)
