"""Refuses what Teams did not send: the SDK accepts too much and answers the rest with 500, so this check is our own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from adapters.guard import Refused, Status
from adapters.msteams import address
from adapters.msteams.faults import MsTeamsError
from adapters.msteams.keys import SigningKey, SigningKeys
from adapters.msteams.limits import CLOCK_SKEW_SECONDS
from bot.ports import Clock

CHANNEL = "msteams"
ISSUER = "https://api.botframework.com"
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
SERVICE_URLS = ("https://smba.trafficmanager.net/",)


# Times are checked against our own clock; PyJWT would read the machine's.
_CHECKED: Options = {
    "require": ["exp", "iss", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False,
}


class NotGenuine(MsTeamsError):
    """A request to refuse: the HTTP status, and a reason that repeats nothing of the request."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(status, reason)


@dataclass(frozen=True, slots=True)
class Genuine:
    """What a good token says: its claims, and the channels its key may sign for."""

    claims: Mapping[str, Any]
    endorsements: frozenset[str]


class TokenCheck:
    """Checks a bearer token by itself, then the activity against it. Every failure raises ``NotGenuine``."""

    def __init__(
        self, *, app_id: str, tenants: frozenset[str], service_urls: tuple[str, ...], keys: SigningKeys, clock: Clock,
        issuer: str = ISSUER,
    ) -> None:
        self._app_id, self._tenants, self._service_urls = app_id, tenants, service_urls
        self._keys, self._clock, self._issuer = keys, clock, issuer

    async def token(self, header: str | None) -> Genuine:
        """The token of an ``Authorization`` header, with everything checked that needs no body."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotGenuine(401, "the request has no bearer token")
        key = await self._key(token)
        claims = self._claims(token, key)
        self._times(claims)
        return Genuine(claims, key.endorsements)

    def activity(self, genuine: Genuine, activity: Mapping[str, Any]) -> None:
        """The body belongs to this token: channel, service URL and tenant are the ones it was made for."""
        if activity.get("channelId") != CHANNEL:
            raise NotGenuine(403, "the activity is not of the Teams channel")
        if CHANNEL not in genuine.endorsements:
            raise NotGenuine(403, "the signing key is not endorsed for Teams")
        self._service_url(genuine.claims, activity.get("serviceUrl"))
        named = tenants(activity)
        if not named or not self._tenants.issuperset(named):
            raise NotGenuine(403, "the tenant is not known")

    async def _key(self, token: str) -> SigningKey:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise NotGenuine(401, "the token cannot be read") from error
        key_id = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(key_id, str):
            raise NotGenuine(401, "the token is not signed with RS256")
        key = await self._keys.get(key_id)
        if key is None:
            raise NotGenuine(401, "the signing key is not known")
        return key

    def _claims(self, token: str, key: SigningKey) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, key.key, algorithms=["RS256"], audience=self._app_id, issuer=self._issuer,
                options=_CHECKED,
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise NotGenuine(401, "the token is not valid") from error
        if claims["aud"] != self._app_id:
            raise NotGenuine(401, "the token is for others too")
        return claims

    def _times(self, claims: Mapping[str, Any]) -> None:
        now, skew = self._clock().timestamp(), CLOCK_SKEW_SECONDS.value
        if _moment(claims["exp"]) + skew <= now:
            raise NotGenuine(401, "the token has expired")
        if "nbf" in claims and _moment(claims["nbf"]) - skew > now:
            raise NotGenuine(401, "the token is not valid yet")

    def _service_url(self, claims: Mapping[str, Any], named: object) -> None:
        # The connector spells the claim "serviceurl", its documentation "serviceUrl".
        claimed = [value for name, value in claims.items() if name.lower() == "serviceurl"]
        if not claimed or not isinstance(named, str):
            raise NotGenuine(403, "the token or the activity has no service URL")
        if not all(isinstance(value, str) and address.same_url(value, named) for value in claimed):
            raise NotGenuine(403, "the service URL is not the one of the token")
        if not address.is_allowed(named, self._service_urls):
            raise NotGenuine(403, "the service URL is not on the allow-list")


def _moment(value: object) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
    except OverflowError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise NotGenuine(401, "the times of the token cannot be read")
    return seconds


def tenants(activity: Mapping[str, Any]) -> list[str]:
    """Every tenant an activity names, the conversation's own first; all of them must be known."""
    conversation, data = activity.get("conversation"), activity.get("channelData")
    found = [conversation.get("tenantId")] if isinstance(conversation, Mapping) else []
    tenant = data.get("tenant") if isinstance(data, Mapping) else None
    found += [tenant.get("id")] if isinstance(tenant, Mapping) else []
    return [str(name) for name in found if name]
