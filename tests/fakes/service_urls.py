"""Service URLs without a database, for tests of what Teams is told and not of what is kept."""

from __future__ import annotations

from dataclasses import replace

from adapters.msteams.address import Address, Seen, without_thread


class MemoryServiceUrls:
    """``ServiceUrls`` of one process."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], str] = {}

    async def saw(self, seen: Seen) -> None:
        where = seen.conversation
        self._newest[where.tenant, where.channel] = Address.unpack(where.address).service_url

    async def newest(self, place: Address) -> Address:
        known = self._newest.get((place.tenant, without_thread(place.conversation)))
        return replace(place, service_url=known) if known else place
