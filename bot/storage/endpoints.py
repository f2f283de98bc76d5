"""At which address a platform wants to be spoken to about a place: the newest that it named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.messages import Conversation, Reach
from bot.privacy import SecretKey
from bot.storage.platform_tables import Endpoint
from bot.storage.statements import execute, table_of, upsert


class Endpoints:
    """Ids of places are stored as keyed marks only: in direct messages they lead to a person."""

    def __init__(self, session: AsyncSession, secret: SecretKey) -> None:
        self._session = session
        self._secret = secret

    async def newest(self, tenant: str, platform: str, channel: str) -> str | None:
        """The address for this place (``Conversation.channel``); None where the platform named none."""
        same = Endpoint.tenant == tenant, Endpoint.platform == platform
        place = self._secret.place_key(tenant, platform, channel)
        one = select(Endpoint.url).where(*same, Endpoint.place == place)
        return (await self._session.exec(one)).first()

    async def named(self, where: Conversation, url: str, user: str, at: datetime) -> bool:
        """The platform named this address for the place; True if that is new.

        ``user`` is whose direct messages the place is, as in ``Sender``; it counts in those only.
        """
        tenant, platform = where.tenant, where.platform
        row = {
            "tenant": tenant, "platform": platform, "place": self._secret.place_key(tenant, platform, where.channel),
            "within": self._within(tenant, platform, where.within) if where.within else None,
            "person": self._secret.pseudonym(tenant, user) if where.kind == "direct" else None,
            "url": url, "at": at,
        }
        return await upsert(self._session, Endpoint, row, change="url", also=("within", "person", "at"))

    async def forget(self, reach: Reach, happened: datetime) -> None:
        """Nothing is known any more of these places, but what was named after it ``happened``."""
        tenant, platform = reach.tenant, reach.platform
        gone = [col(Endpoint.tenant) == tenant, col(Endpoint.platform) == platform, col(Endpoint.at) <= happened]
        if reach.channel:
            gone.append(col(Endpoint.place) == self._secret.place_key(tenant, platform, reach.channel))
        if reach.within:
            gone.append(col(Endpoint.within) == self._within(tenant, platform, reach.within))
        await execute(self._session, delete(table_of(Endpoint)).where(*gone))

    def _within(self, tenant: str, platform: str, within: str) -> str:
        return self._secret.mark("within", tenant, platform, within)
