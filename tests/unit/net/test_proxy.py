"""Which proxy leads to an address."""

import pytest

from a3check.net.proxy import Proxy, parse, proxy_for

PORTAL = "https://portal.invalid:8443/cas/login"
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD")


@pytest.fixture(autouse=True)
def _no_proxy_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_a_setting_of_the_system_there_is_none() -> None:
    assert proxy_for(PORTAL, "system") is None


def test_the_environment_is_the_system() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("https_proxy", "http://ana:se%40nha@proxy.invalid:3128")
        assert proxy_for(PORTAL, "system") == Proxy("proxy.invalid", 3128, "ana", "se@nha")
        assert proxy_for("http://lcr.invalid/ac.crl", "system") is None
        assert proxy_for("sem-endereco", "system") is None


@pytest.mark.parametrize(
    ("exempt", "used"),
    [
        ("", True),
        ("outro.invalid", True),
        ("portal.invalid", False),
        (".invalid", False),
        ("portal.invalid:8443", False),
        ("portal.invalid:443", True),
        ("*", False),
    ],
)
def test_no_proxy_exempts(monkeypatch: pytest.MonkeyPatch, exempt: str, used: bool) -> None:
    monkeypatch.setenv("all_proxy", "proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", exempt)
    assert (proxy_for(PORTAL, "system") is not None) is used


def test_the_profile_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    assert proxy_for(PORTAL, "none") is None
    assert proxy_for(PORTAL, "http://outro.invalid:8080") == Proxy("outro.invalid", 8080)


@pytest.mark.parametrize(
    "text", ["socks5://proxy.invalid:1080", "http://proxy.invalid:porta", "http://[::1", "http://"]
)
def test_what_is_no_http_proxy_is_none(text: str) -> None:
    assert parse(text) is None


def test_forms() -> None:
    assert parse("proxy.invalid") == Proxy("proxy.invalid", 80)
    assert str(parse("http://[2001:db8::1]:3128")) == "[2001:db8::1]:3128"
    assert Proxy("h", 1).url == "http://h:1"
    assert Proxy("h", 1).authorization == ""


def test_credentials_are_only_where_they_must_be() -> None:
    proxy = Proxy("h", 1, "ana", "s:@")
    assert proxy.url == "http://ana:s%3A%40@h:1"
    assert proxy.authorization == "Basic YW5hOnM6QA=="
    assert "ana" not in repr(proxy) + str(proxy)
    assert "s:@" not in repr(proxy) + str(proxy)
