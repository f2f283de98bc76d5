"""The token check: every claim wrong one at a time, and the keys behind it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from adapters.msteams.keys import SigningKeys
from adapters.msteams.verify import NotGenuine, TokenCheck
from tests.fakes import msteams as fake

ALLOWED = ("https://smba.trafficmanager.net/",)
SERVICE_URL = "https://smba.trafficmanager.net/emea/"


class Teams(fake.FakeTeams):
    """The fake without a socket: keys are served in memory, the service URL is a real one."""

    @property
    def root(self) -> str:
        return "https://login.invalid"

    @property
    def service_url(self) -> str:
        return SERVICE_URL

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app()))


@pytest.fixture
def teams() -> Teams:
    return Teams(fake.Clock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC)))


def _keys(teams: Teams) -> SigningKeys:
    return SigningKeys(openid_url=f"{teams.root}/openid", http=teams.http(), clock=teams.clock)


def _check(teams: Teams, keys: SigningKeys | None = None) -> TokenCheck:
    tenants = frozenset({fake.TENANT})
    return TokenCheck(app_id=fake.APP_ID, tenants=tenants, service_urls=ALLOWED, keys=keys or _keys(teams), clock=teams.clock)


def _activity(**more: Any) -> dict[str, Any]:
    return {"channelId": "msteams", "serviceUrl": SERVICE_URL, "conversation": {"id": "a:1", "tenantId": fake.TENANT},
            "channelData": {"tenant": {"id": fake.TENANT}}, **more}


async def _status(teams: Teams, token: str, activity: dict[str, Any] | None = None) -> int:
    """The status of the refusal, or 200."""
    check = _check(teams)
    try:
        check.activity(await check.token(f"Bearer {token}"), activity or _activity())
    except NotGenuine as error:
        return error.refused.status
    return 200


async def test_a_good_token_is_let_through(teams: Teams) -> None:
    """As Teams signs it, with the claim spelled either way and the scheme in any case."""
    assert await _status(teams, teams.token()) == 200
    assert await _status(teams, teams.token(serviceurl=None, serviceUrl=SERVICE_URL)) == 200
    assert await _status(teams, teams.token(serviceurl=SERVICE_URL.rstrip("/"))) == 200
    await _check(teams).token("bearer " + teams.token())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.microsoftonline.com/other/v2.0"}, {"iss": None}, {"iss": ["https://api.botframework.com"]},
        {"aud": "another-app"}, {"aud": None}, {"aud": [fake.APP_ID, "another-app"]}, {"aud": ""}, {"aud": [fake.APP_ID]},
        {"exp": None}, {"exp": 0}, {"exp": "tomorrow"}, {"exp": True}, {"exp": 10**400}, {"exp": []},
        {"nbf": 99999999999}, {"nbf": "now"},
    ],
    ids=repr,
)
async def test_a_wrong_claim_is_refused_with_401(teams: Teams, claims: dict[str, Any]) -> None:
    """One claim wrong at a time is enough."""
    assert await _status(teams, teams.token(**claims)) == 401


@pytest.mark.parametrize(
    "claimed", [None, "https://smba.trafficmanager.net/amer/", "https://evil.example/", 7, [SERVICE_URL]], ids=repr
)
async def test_the_service_url_must_be_the_one_the_token_was_made_for(teams: Teams, claimed: Any) -> None:
    """Present, and equal to the activity's."""
    assert await _status(teams, teams.token(serviceurl=claimed)) == 403


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "http://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/", "https://smba.trafficmanager.net:444/", "https://[", "not a url", "",
    ],
)
async def test_a_service_url_off_the_list_is_refused_even_when_signed(teams: Teams, url: str) -> None:
    """The bot's own token would be sent there."""
    assert await _status(teams, teams.token(serviceurl=url), _activity(serviceUrl=url)) == 403


async def test_a_missing_service_url_is_refused(teams: Teams) -> None:
    """The SDK lets this through."""
    assert await _status(teams, teams.token(), _activity(serviceUrl=None)) == 403


@pytest.mark.parametrize(
    "activity",
    [
        {"channelId": "emulator"}, {"channelId": None},
        {"conversation": {"id": "a:1", "tenantId": "foreign"}}, {"channelData": {"tenant": {"id": "foreign"}}},
        {"conversation": {"id": "a:1"}, "channelData": None}, {"conversation": None, "channelData": "x"},
    ],
    ids=repr,
)
async def test_another_channel_or_a_foreign_tenant_is_refused_with_403(teams: Teams, activity: dict[str, Any]) -> None:
    """Every tenant named must be known, and one must be named."""
    assert await _status(teams, teams.token(), _activity(**activity)) == 403


@pytest.mark.parametrize("endorsed", [(), ("webchat",), ("msteams2",)])
async def test_a_key_must_be_endorsed_for_teams(teams: Teams, endorsed: tuple[str, ...]) -> None:
    """A key of another channel cannot speak for Teams."""
    teams.kids["k1"] = endorsed
    assert await _status(teams, teams.token()) == 403


async def test_skew_of_five_minutes_is_allowed_and_no_more(teams: Teams) -> None:
    """Clocks differ; tokens still end."""
    token = teams.token()
    teams.clock.pass_(3600 + 299)
    assert await _status(teams, token) == 200
    teams.clock.pass_(1)
    assert await _status(teams, token) == 401


async def test_the_wrong_signature_is_refused(teams: Teams) -> None:
    """Signed by a stranger's key under a known id."""
    assert await _status(teams, teams.token(signer=fake.private_key("stranger"))) == 401


async def test_other_algorithms_are_refused(teams: Teams) -> None:
    """Neither unsigned, nor signed with the public key as a shared secret, nor with another hash."""
    assert await _status(teams, teams.token(algorithm="none", signer="")) == 401
    assert await _status(teams, _hs256_with_the_public_key(teams)) == 401
    assert await _status(teams, teams.token(algorithm="RS384")) == 401


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "Bearer é", "Bearer " + "a" * 9000, "Bearer ..", "Bearer a b c"]
)
async def test_what_is_no_token_is_refused(teams: Teams, header: str | None) -> None:
    """Whatever stands in the header."""
    with pytest.raises(NotGenuine) as refusal:
        await _check(teams).token(header)
    assert refusal.value.refused.status == 401


@pytest.mark.parametrize("kid", [None, 7, ["k1"]])
async def test_a_token_names_its_key(teams: Teams, kid: Any) -> None:
    """Without a readable key id there is nothing to check with."""
    head, payload, signature = teams.token().split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**header, "kid": kid}).encode()).decode().rstrip("=")
    assert await _status(teams, f"{forged}.{payload}.{signature}") == 401


async def test_an_unknown_key_refreshes_the_keys_once(teams: Teams) -> None:
    """A rotated key works at once; invented ids do not make us fetch again and again."""
    check = _check(teams)
    await check.token(f"Bearer {teams.token()}")
    teams.kids["k2"] = ("msteams",)
    await check.token(f"Bearer {teams.token(kid='k2')}")
    assert teams.key_fetches == 2
    for number in range(5):
        with pytest.raises(NotGenuine):
            await check.token(f"Bearer {teams.token(kid=f'invented{number % 2}')}")
    assert teams.key_fetches == 2
    teams.clock.pass_(11)
    with pytest.raises(NotGenuine):
        await check.token(f"Bearer {teams.token(kid='invented0')}")
    assert teams.key_fetches == 3


async def test_a_withdrawn_key_is_gone_after_a_day(teams: Teams) -> None:
    """Keys are fetched anew each day, while the first request of the day is let in by those that are known."""
    keys = _keys(teams)
    check = _check(teams, keys)
    await check.token(f"Bearer {teams.token()}")
    teams.kids = {"k2": ("msteams",)}
    teams.clock.pass_(86_400)
    await check.token(f"Bearer {teams.token()}")
    await keys.settled()
    with pytest.raises(NotGenuine):
        await check.token(f"Bearer {teams.token()}")


async def test_a_key_server_that_hangs_holds_up_nobody_whose_key_is_known(teams: Teams) -> None:
    """Not the first who finds that the keys are a day old, and not whoever comes while they are fetched."""
    silent, hanging = asyncio.Event(), False

    async def served(request: httpx.Request) -> httpx.Response:
        if hanging:
            await silent.wait()
        listed = {"jwks_uri": "https://login.invalid/keys", "keys": [fake.public_jwk("k1", ("msteams",))]}
        return httpx.Response(200, json=listed)

    transport = httpx.MockTransport(served)
    keys = SigningKeys(openid_url="https://login.invalid/openid", http=httpx.AsyncClient(transport=transport), clock=teams.clock)
    assert await keys.get("k1")
    hanging = True
    teams.clock.pass_(86_400)
    strange = asyncio.create_task(keys.get("k2"))
    async with asyncio.timeout(5):
        assert all(await asyncio.gather(*[keys.get("k1") for _ in range(3)]))
    silent.set()
    assert await strange is None
    await keys.settled()


async def test_known_keys_serve_on_while_the_key_server_is_down_but_not_for_ever(teams: Teams) -> None:
    """Authentication fails closed in the end."""
    check = _check(teams)
    await check.token(f"Bearer {teams.token()}")
    teams.keys_down = True
    teams.clock.pass_(4 * 86_400)
    await check.token(f"Bearer {teams.token()}")
    teams.clock.pass_(86_400)
    with pytest.raises(NotGenuine):
        await check.token(f"Bearer {teams.token()}")


async def test_without_any_keys_nobody_is_let_in_until_the_server_answers(teams: Teams) -> None:
    """And the server is not asked at the caller's pace."""
    teams.keys_down = True
    check = _check(teams)
    for _ in range(3):
        with pytest.raises(NotGenuine):
            await check.token(f"Bearer {teams.token()}")
    teams.keys_down = False
    teams.clock.pass_(10)
    await check.token(f"Bearer {teams.token()}")
    assert teams.key_fetches == 1


@pytest.mark.parametrize(
    "answer", [b"[]", b"{}", b"null", b'{"jwks_uri": 7}', b'{"keys": null}', b'{"keys": [7]}', b'{"keys": [{"kty": "RSA"}]}', b"\xff"]
)
async def test_a_key_server_that_answers_nonsense_lets_nobody_in(teams: Teams, answer: bytes) -> None:
    """And raises nothing but the refusal."""

    def nonsense(request: httpx.Request) -> httpx.Response:
        known = b'{"jwks_uri": "https://login.invalid/keys"}'
        return httpx.Response(200, content=known if b"keys" in answer and "openid" in str(request.url) else answer)

    keys = SigningKeys(openid_url="https://login.invalid/openid", http=_mocked(nonsense), clock=teams.clock)
    assert await keys.get("k1") is None


def _mocked(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(handler))


def _hs256_with_the_public_key(teams: Teams) -> str:
    """Made by hand: libraries refuse to sign like this, attackers do not."""
    public = fake.private_key("k1").public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    payload = teams.token().split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode()).decode().rstrip("=")
    signature = hmac.new(pem, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    return f"{header}.{payload}." + base64.urlsafe_b64encode(signature).decode().rstrip("=")
