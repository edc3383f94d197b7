"""The port, without a network."""

from pathlib import Path

import pytest

from a3check.core import internet as net_values
from a3check.core import ports
from a3check.core.internet import Endpoint, ProxyServer, Reach
from a3check.core.profile import Limits, NetworkWishes, Portal, Profile, Trust
from a3check.net import fetch
from a3check.net.fetch import FetchFailed, Reason
from a3check.net.network import Internet, internet

URL = "https://lcr.invalid/ac.crl"
HOST = Endpoint("portal.invalid", 443)


def test_offline_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(*_: object, **__: object) -> None:
        raise AssertionError("something left")

    monkeypatch.setattr("socket.socket", leave)
    monkeypatch.setattr("socket.getaddrinfo", leave)
    offline: ports.Network = Internet(Limits(), offline=True)
    assert [r.reach for r in offline.reach([HOST])] == [Reach.UNREACHABLE]
    assert [r.reach for r in offline.direct([HOST])] == [Reach.UNREACHABLE]
    assert offline.unfollowed([HOST]) == ()
    assert [t.detail for t in offline.times([URL])] == ["offline"]
    assert [f.fault for f in offline.fetch([URL])] == ["offline"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (fetch.Fetched(URL, b"crl", 200, 0.5), net_values.Fetched(URL, b"crl", "", 0.5)),
        (fetch.Fetched(URL, b"page", 404, 0.5), net_values.Fetched(URL, b"", "http_404", 0.5)),
        (FetchFailed(URL, Reason.TIMEOUT, "", 0.5), net_values.Fetched(URL, b"", "timeout", 0.5)),
    ],
)
def test_answers_are_carried_over(
    monkeypatch: pytest.MonkeyPatch,
    answer: fetch.Fetched | FetchFailed,
    expected: net_values.Fetched,
) -> None:
    asked: dict[str, object] = {}

    def fake(url: str, **how: object) -> fetch.Fetched | FetchFailed:
        asked.update(how, url=url)
        return answer

    monkeypatch.setattr(fetch, "fetch", fake)
    net = Internet(Limits(fetch=7), proxy="http://proxy.invalid:3128", allow_private=True)
    assert net.fetch([URL], b"ocsp") == (expected,)
    assert asked["data"] == b"ocsp"
    assert asked["deadline_seconds"] == 7
    assert asked["connect_seconds"] == Limits().connect
    assert asked["proxy"] == "http://proxy.invalid:3128"
    assert asked["allow_private"] is True


def test_the_proxy_of_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://ana:segredo@proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "perto.invalid")
    net = Internet(Limits())
    found = net.proxy("https://longe.invalid/")
    assert found == ProxyServer("proxy.invalid", 3128, "Basic YW5hOnNlZ3JlZG8=")
    assert "YW5h" not in repr(found)
    assert net.proxy("https://perto.invalid/") is None
    assert Internet(Limits(), offline=True).proxy("https://longe.invalid/") is None


def test_a_url_may_be_anything() -> None:
    assert Internet(Limits()).fetch(["http://[", "ldap://x"])[0].fault == "bad_url"
    assert Internet(Limits()).fetch(["ldap://x"])[0].fault == "bad_url"


def test_after_a_cancel_everything_is_cancelled() -> None:
    net = Internet(Limits())
    net.cancel()
    assert net.fetch([URL])[0].fault == "cancelled"
    assert net.times([URL])[0].detail == "cancelled"
    assert net.reach([HOST])[0].reach is Reach.NO_ANSWER


def test_roots_that_cannot_be_read_give_no_time(tmp_path: Path) -> None:
    profile = Profile(
        "lab",
        Portal("https://portal.invalid/"),
        trust=Trust(server_roots=str(tmp_path / "nenhum.pem")),
        network=NetworkWishes(proxy="none"),
    )
    sample = internet(profile).times([URL])[0]
    assert sample.offset is None
    assert "FileNotFoundError" in sample.detail


def test_only_https_gives_a_time() -> None:
    sample = Internet(Limits(), proxy="none").times(["http://hora.invalid/"])[0]
    assert (sample.offset, sample.detail) == (None, "ValueError: no https address")
