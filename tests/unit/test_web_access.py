"""Without sign-in a page opens at this machine only."""

from __future__ import annotations

import pytest

from adapters.web.access import refusal

HERE = ("host", "127.0.0.1:8080")


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:8080", "[::1]", "[::1]:8080"])
def test_this_machine_is_let_in(client: str, host: str) -> None:
    """Every way a browser here names this machine."""
    assert refusal(client, [("Host", host), ("Accept", "*/*")]) is None


@pytest.mark.parametrize("client", [None, "", "10.0.0.5", "192.168.1.2", "8.8.8.8", "::ffff:10.0.0.5", "fe80::1", "0.0.0.0", "testclient", "127.0.0.1.evil.example"])
def test_other_machines_are_refused(client: str | None) -> None:
    """Whatever Host they claim; an unknown peer is a stranger."""
    assert refusal(client, [HERE])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "[::]", "10.0.0.5", "", "localhost:80:80",
     "user@localhost", "localhost/", "127.1", "2130706433", "[::ffff:10.0.0.1]"],
)  # fmt: skip
def test_a_foreign_host_is_refused(host: str) -> None:
    """A name that was made to point here (DNS rebinding) is no name of this machine."""
    assert refusal("127.0.0.1", [("host", host)])


def test_a_missing_or_doubled_host_is_refused() -> None:
    """Which of two counts is not for us to guess."""
    assert refusal("127.0.0.1", [])
    assert refusal("127.0.0.1", [HERE, HERE])


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded", "Forwarded",
     "Forwarded-For", "X-Real-IP", "Via", "X-Client-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "CF-Ray", "CDN-Loop", "Fastly-Client-IP",
     "Fly-Client-IP", "X-Cluster-Client-IP", "X-Original-Forwarded-For", "X-Original-Host", "X-Original-URL", "X-Envoy-External-Address", "X-Azure-ClientIP",
     "X-Appengine-User-IP", "X-Amzn-Trace-Id", "X-ARR-SSL", "X-ProxyUser-IP", "X-Remote-IP", "X-Host"],
)  # fmt: skip
def test_any_sign_of_a_proxy_is_refused(name: str) -> None:
    """In any case, with any value, even one that claims to be this machine."""
    assert refusal("127.0.0.1", [HERE, (name, "127.0.0.1")])
    assert refusal("127.0.0.1", [HERE, (name.upper(), "")])


@pytest.mark.parametrize("name", ["X-CSRF-Token", "X-Requested-With", "Accept-Language", "Cookie", "Origin", "Last-Event-ID"])
def test_ordinary_headers_do_not_matter(name: str) -> None:
    assert refusal("127.0.0.1", [HERE, (name, "x")]) is None
