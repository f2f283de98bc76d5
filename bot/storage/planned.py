"""Which rows of the ledger are to be sent next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from bot.storage.tables import Delivery
from bot.storage.tip_tables import SendingTurn

UNASKED = "unasked"
"""The kind of what nobody waits for at this moment: it is planned with what it tells of, and sent afterwards."""


def due(platforms: Collection[str], now: datetime) -> Any:
    """The longest due unasked row that nobody has in hand and whose workspace is free."""
    oldest = unsaid(platforms, now, now).order_by(col(Delivery.retry_at), col(Delivery.id)).limit(1)
    return oldest.with_for_update(skip_locked=True, of=Delivery)


def unsaid(platforms: Collection[str], now: datetime, free_at: datetime) -> Any:
    """Unasked rows that are due and whose workspace is free then."""
    spoken_to = select(SendingTurn.tenant).where(
        SendingTurn.tenant == Delivery.tenant, SendingTurn.platform == Delivery.platform,
        col(SendingTurn.free_at) > free_at,
    )
    return select(Delivery).where(
        Delivery.kind == UNASKED, col(Delivery.retry_at) <= now, col(Delivery.finished_at).is_(None),
        col(Delivery.platform).in_(platforms), ~spoken_to.exists(),
    )
