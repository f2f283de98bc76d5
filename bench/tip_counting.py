"""Tips counted from what the platforms showed. The database is asked only what it admits not to know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles

from rich.table import Table
from sqlmodel import select
from tip_log import Asked

from bot.storage.subscriptions import DELIVERY, tip_name
from bot.storage.tables import Delivery
from bot.storage.unit import Storage
from bot.tip_times import WEEK, next_slots

PLATFORMS = {"slack": "Slack", "msteams": "Teams"}
COLUMNS = (
    "attempted", "delivered", "lost", "duplicated", "uncertain", "… of them shown", "looked up and delivered",
    "looked up, sent again", "delay p50", "p95", "max",
)


@dataclass(frozen=True)
class Wanted:
    """A tip that was to be shown: since when, and where."""

    due: float
    platform: str
    channel: str


@dataclass
class Counted:
    """What became of the tips of one platform, or of both."""

    attempted: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    uncertain: int = 0
    uncertain_shown: int = 0
    looked_up: int = 0
    sent_again: int = 0
    delays: list[float] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def row(self, name: str) -> list[str]:
        half, most, longest = spread(self.delays)
        numbers = (
            self.attempted, self.delivered, len(self.lost), len(self.duplicated), self.uncertain, self.uncertain_shown,
            self.looked_up, self.sent_again,
        )
        return [name, *map(str, numbers), f"{half:.1f} s", f"{most:.1f} s", f"{longest:.1f} s"]


async def wanted_tips(storage: Storage, since: datetime, until: datetime) -> dict[str, Wanted]:
    """Every tip that is due from ``since`` to ``until``, by its name, as the rhythms alone say."""
    found: dict[str, Wanted] = {}
    weeks = (until - since) // WEEK + 2
    async with storage.view() as unit:
        for kept in await unit.subscriptions.listed():
            assert kept.where is not None, "the bench wrote its address"
            for slot in next_slots(kept.wish.rhythm, since, weeks):
                if slot.at < until:
                    name = tip_name(kept.id, slot.week)
                    found[name] = Wanted(slot.at.timestamp(), kept.platform, kept.where.channel)
    return found


async def uncertain_tips(storage: Storage) -> set[str]:
    """Those that the ledger lists as uncertain among its cases."""
    async with storage.view() as unit:
        cases = await unit.ledger.cases()
    keys = [case.key.removeprefix(DELIVERY) for case in cases if case.state == "uncertain"]
    return {f"tip-{key.replace(':', '-')}" for key in keys}


async def sent_tips(storage: Storage) -> set[str]:
    """Those that the ledger believes to be shown."""
    async with storage.view() as unit:
        keys = await unit.session.exec(select(Delivery.key).where(Delivery.state == "sent"))
        return {f"tip-{key.removeprefix(DELIVERY).replace(':', '-')}" for key in keys}


def counted(wanted: dict[str, Wanted], uncertain: set[str], log: Sequence[Asked], platform: str | None) -> Counted:
    """Of one platform, or of both."""
    result = Counted()
    asked = [one for one in log if platform in (None, one.platform)]
    shown: defaultdict[str, list[float]] = defaultdict(list)
    for one in asked:
        result.met[one.met] += 1
        result.met["unheard"] += one.unheard
        if one.shown:
            shown[one.tip].append(one.at)
    for name, want in wanted.items():
        if platform in (None, want.platform):
            _add(result, name, want, shown.get(name, []), name in uncertain)
    result.duplicated += [name for name in shown if name not in wanted]
    result.looked_up, result.sent_again = _looks(asked)
    return result


def _add(result: Counted, name: str, want: Wanted, shown: list[float], uncertain: bool) -> None:
    result.attempted += 1
    result.delivered += bool(shown)
    result.uncertain += uncertain
    result.uncertain_shown += bool(shown) and uncertain
    if shown:
        result.delays.append(shown[0] - want.due)
    elif not uncertain:
        result.lost.append(name)
    if len(shown) > 1:
        result.duplicated.append(name)


def _looks(asked: Iterable[Asked]) -> tuple[int, int]:
    """Tips that were found where they had been shown, and tips that were shown after a look that did not find them."""
    last: dict[str, str] = {}
    missed: set[str] = set()
    found: set[str] = set()
    again: set[str] = set()
    for one in asked:
        if one.what == "post":
            last[one.channel] = one.tip
            if one.shown and one.tip in missed:
                again.add(one.tip)
        elif one.met in ("", "slow"):
            tip = last.get(one.channel, "")
            (found if tip in one.tips else missed).add(tip)
    return len(found - {""}), len(again)


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, 95th percentile, most."""
    if len(values) < 2:
        return (values[0],) * 3 if values else (0.0,) * 3  # type: ignore[return-value]
    cut = quantiles(values, n=20, method="inclusive")
    return cut[9], cut[18], max(values)


def table(title: str, rows: Iterable[list[str]], columns: int = len(COLUMNS)) -> Table:
    """With the first so many columns."""
    made = Table("", *COLUMNS[:columns], title=title)
    for row in rows:
        made.add_row(*row)
    return made
