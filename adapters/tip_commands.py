"""What `midway tips …` does."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, TypeVar

from adapters.ask_command import in_force
from adapters.bootstrap import Bot, Line, make_bot, make_intake, make_knowledge, make_worker, owner_name
from adapters.json_output import print_json
from adapters.plain import as_text, table_lines
from adapters.settings import Settings
from bot import tip_admin_views as words
from bot.access import SHELL
from bot.storage.ledger import Entry, Outcome
from bot.storage.subscriptions import of_delivery
from bot.storage.unit import Unit
from bot.tip_admin import Listed

T = TypeVar("T")
NOBODY = "Nobody has subscribed yet. Say `subscribe` to Midway in a chat."
NOTHING_LEFT = "Nothing is left for it: what fits was taken up, turned down or shown within the last half year."
COLUMNS = ("id", "place", "state", "next", "last week")


def show_list(as_json: bool) -> int:
    listed = _run(lambda bot: bot.parts.office.tip_admin.listed(SHELL))
    if as_json:
        print_json([_as_json(one) for one in listed])
    elif not listed:
        _print(NOBODY)
    else:
        _print("\n".join(table_lines(COLUMNS, map(_cells, listed))))
    return 0


def preview(subscription_id: str | None, as_json: bool) -> int:
    """Raises SubscriptionUnknown."""
    shown = _run(lambda bot: _shown(bot, subscription_id))
    if as_json:
        print_json([{"id": one.kept.id, "text": text} for one, text in shown])
    elif not shown:
        _print("No subscription is active, so nothing would be sent.")
    for one, text in [] if as_json else shown:
        _print(f"{one.kept.id}  {_place(one)}\n\n{text or NOTHING_LEFT}\n")
    return 0


def send_due() -> int:
    planned, came, waiting = _run(_sent)
    _print(f"{_tips(planned)} planned, {came['sent']} sent.")
    if refused := came["rejected"] + came["uncertain"]:
        _print(f"{_tips(refused)} to be looked at: see `midway tips list`, or the page “Tips”.")
    if waiting:
        _print(
            f"{_tips(waiting)} planned and not sent: no token of the platform is set here, or it asked for patience. "
            "`midway serve` or `midway worker` sends them where the tokens are set."
        )
    return 0


async def _shown(bot: Bot, subscription_id: str | None) -> list[tuple[Listed, str | None]]:
    """With the text, None where nothing is left. Of direct messages the reason is left out."""
    admin, tips = bot.parts.office.tip_admin, bot.parts.office.tips
    if subscription_id is None:
        listed = [one for one in await admin.listed(SHELL) if one.kept.state == "active"]
    else:
        listed = [await admin.one(SHELL, subscription_id)]
    tip = [await tips.shown(one.kept, to_others=True) for one in listed]
    return [(one, as_text(each) if each else None) for one, each in zip(listed, tip, strict=True)]


async def _sent(bot: Bot) -> tuple[int, Counter[str], int]:
    """How many tips were planned, what came of those that were sent, how many wait."""
    # What serves pages is put together here as well: too much for the other commands.
    from adapters.platforms import switched_on

    came: Counter[str] = Counter()

    async def told(_unit: Unit, entry: Entry, outcome: Outcome) -> None:
        if of_delivery(entry.key) and outcome.final:
            came[outcome.state] += 1

    line, owner = Line(), owner_name()
    platforms = switched_on(bot, make_intake(bot, line, owner), listens=False)
    try:
        planned = await bot.parts.office.tips.send_due()
        await make_worker(bot, platforms.messengers, line, owner, (told,)).outbox.drain()
        return planned, came, await _waiting(bot)
    finally:
        for stop in platforms.stops:
            await stop()


async def _waiting(bot: Bot) -> int:
    listed = await bot.parts.office.tip_admin.listed(SHELL)
    return sum(words.is_waiting(one) for one in listed)


def _as_json(one: Listed) -> dict[str, Any]:
    """The contract. Moments are in UTC; what is not known or does not apply is null or empty."""
    kept, last = one.kept, one.last
    return {
        "id": kept.id, "tenant": kept.tenant, "platform": kept.platform, "kind": kept.kind, "team": one.team,
        "state": kept.state, "reason": kept.reason,
        "paused_until": kept.paused_until.isoformat() if kept.paused_until else None,
        "weekday": kept.wish.rhythm.weekday, "hour": kept.wish.rhythm.hour, "zone": kept.wish.rhythm.zone,
        "topics": list(kept.wish.topics), "audience": kept.wish.audience,
        "next": kept.due[1].astimezone(UTC).isoformat() if kept.due else None,
        "last": {
            "week": last.week, "state": last.state, "practice": last.practice_id, "delivery": one.delivery,
            "reason": one.reason,
        } if last else None,
    }


def _cells(one: Listed) -> tuple[str, ...]:
    return one.kept.id, _place(one), words.state(one.kept), words.next_send(one.kept), words.last_week(one)


def _place(one: Listed) -> str:
    return f"{words.place(one)} ({words.platform(one.kept.platform)})"


def _tips(count: int) -> str:
    return "1 tip" if count == 1 else f"{count} tips"


def _run(work: Callable[[Bot], Awaitable[T]]) -> T:
    """Over the bot with the library in force; no model is loaded, since nothing is asked."""
    settings = Settings()

    async def made_and_done() -> T:
        bot = await make_bot(settings, make_knowledge(settings, library))
        try:
            return await work(bot)
        finally:
            await bot.storage.close()

    library = in_force(settings)
    return asyncio.run(made_and_done())


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
