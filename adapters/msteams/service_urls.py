"""Service URLs in the database: what one process heard, another speaks to, and a restart forgets nothing."""

from __future__ import annotations

import logging
from dataclasses import replace

from adapters.msteams.address import Address, Seen, without_thread
from adapters.msteams.parse import PLATFORM
from bot.errors import StorageUnavailable
from bot.storage.unit import Storage

log = logging.getLogger(__name__)

class StoredServiceUrls:
    """``ServiceUrls`` over ``bot.storage``, for any number of processes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def saw(self, seen: Seen) -> None:
        try:
            await self._keep(seen)
        except StorageUnavailable as error:
            # The request goes on: where nothing can be stored at all, Teams delivers it again.
            log.warning("msteams service url not stored: %s", error)

    async def newest(self, place: Address) -> Address:
        """While the database is away the address as it is: then nothing is sent but that, to where it came from."""
        try:
            async with self._storage.view() as unit:
                known = await unit.endpoints.newest(place.tenant, PLATFORM, without_thread(place.conversation))
        except StorageUnavailable as error:
            log.warning("msteams service url not looked up: %s", error)
            return place
        return replace(place, service_url=known) if known else place

    async def _keep(self, seen: Seen) -> None:
        where, url = seen.conversation, Address.unpack(seen.conversation.address).service_url
        async with self._storage.view() as unit:
            # Looked at first, because only one can write at a time and it hardly ever changes.
            known = await unit.endpoints.newest(where.tenant, where.platform, where.channel)
        if known != url:
            async with self._storage.unit() as unit:
                await unit.endpoints.named(where, url, seen.user, seen.at)
