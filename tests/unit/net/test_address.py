"""Which addresses are public, and which name may be asked for?"""

from __future__ import annotations

import errno
import socket

import pytest
from tests.unit.net.fetching import (
    body,
    get,
    serving,
    why,
)

from a3check.net.address import RefusedUrlError, may_name, public, target
from a3check.net.fetch import Reason


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("200.152.38.155", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b:1::a00:1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("64:ff9b::c898:269b", True),
        ("2804:d59::1", True),
    ],
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert public(address) is expected


def test_hosts_that_a_proxy_may_be_asked_for() -> None:
    assert may_name("acraiz.icpbrasil.gov.br")
    assert may_name("200.152.38.155")
    assert may_name("2804:d59::1")
    for inside in (
        "x.localhost.",
        "intranet",
        "proxy.LOCAL",
        "a.lan",
        "router.home.arpa",
        "wpad.",
    ):
        assert not may_name(inside), inside


def test_private_addresses_among_public_ones_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A DNS answer that mixes both, as a rebinding attack's does."""
    with serving(body(b"segredo")) as server:
        places = [(a, server.port) for a in ("10.0.0.1", "127.0.0.1", "198.41.0.4")]
        rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
        tried = []

        def refuse(_: socket.socket, place: tuple[str, int]) -> int:
            tried.append(place[0])
            return errno.ECONNREFUSED

        monkeypatch.setattr(socket.socket, "connect_ex", refuse)
        assert why(get("http://misto.test/", private=False)) is Reason.CONNECT
        assert tried == ["198.41.0.4"]
        monkeypatch.undo()
    assert server.requests == []


def test_targets() -> None:
    assert target("http://Teste.invalid").url == "http://teste.invalid/"
    assert target("https://teste.invalid:8443/a?b#c").url == "https://teste.invalid:8443/a?b"
    assert target("http://[2804:d59::1]:80/").url == "http://[2804:d59::1]/"
    assert target("http://teste.invalid/a b").path == "/a%20b"
    with pytest.raises(RefusedUrlError):
        target("http://teste.invalid/é")
