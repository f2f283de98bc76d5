"""Whose things a visitor looks at: their own tenant's; at the local shell each in turn."""

from __future__ import annotations

from dataclasses import replace

from adapters.web.desk.view import Screen
from bot.access import Who
from bot.storage.unit import Storage


class Tenants:
    def __init__(self, storage: Storage, screen: Screen) -> None:
        self._storage = storage
        self._screen = screen

    async def look(self, who: Who, wanted: str) -> tuple[Who, list[str]]:
        """The visitor as somebody of the tenant they look at, and the tenants they may choose from."""
        if not self._screen.is_shell(who):
            return who, [who.tenant]
        async with self._storage.view() as unit:
            known = (unit.questions, unit.teams, unit.subscriptions)
            tenants = sorted({who.tenant, *[name for each in known for name in await each.tenants()]})
        return replace(who, tenant=wanted if wanted in tenants else who.tenant), tenants
