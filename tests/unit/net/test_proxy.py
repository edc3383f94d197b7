"""Which proxy leads to an address."""

from __future__ import annotations

import pytest

from a3check.core.internet import Unfollowed
from a3check.net import proxy as module
from a3check.net import winhttp
from a3check.net.proxy import Proxies, Proxy, Way, parse, without_secrets
from a3check.net.settings import Settings

PORTAL = "https://portal.invalid:8443/cas/login"
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD")
PAC = "http://proxy.invalid/proxy.pac"


def proxy_for(url: str, setting: str) -> Proxy | None:
    return Proxies(setting).way(url).proxy


@pytest.fixture(autouse=True)
def _no_proxy_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
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


# ---- what is not followed


def told(
    monkeypatch: pytest.MonkeyPatch, given: Settings, *answers: str | None, url: str = PORTAL
) -> tuple[Way, Way]:
    """Ask twice, with these settings and, where a script decides, these answers of it."""
    left = list(answers)
    monkeypatch.setattr(module, "system", lambda: given)
    monkeypatch.setattr(winhttp, "scripted", lambda *_: left.pop(0))
    proxies = Proxies("system")
    return proxies.way(url), proxies.way(f"{url}?other")


@pytest.mark.parametrize(
    ("given", "odd"),
    [
        (Settings("gnome", pac=PAC), Unfollowed("pac", "gnome", PAC)),
        (Settings("gnome", {"https": "h:1"}, pac=PAC), Unfollowed("pac", "gnome", PAC)),
        (Settings("kde", wpad=True), Unfollowed("wpad", "kde")),
    ],
)
def test_a_script_that_cannot_be_run_is_said(
    monkeypatch: pytest.MonkeyPatch, given: Settings, odd: Unfollowed
) -> None:
    assert told(monkeypatch, given, None) == (Way(unfollowed=odd), Way(unfollowed=odd))


def test_no_script_runs_where_there_is_no_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "system", lambda: Settings("gnome", pac=PAC))
    assert Proxies("system").way(PORTAL).unfollowed == Unfollowed("pac", "gnome", PAC)
    assert winhttp.settings() is None


@pytest.mark.parametrize(
    ("said", "proxy"),
    [
        ("", None),
        ("proxy.invalid:3128", Proxy("proxy.invalid", 3128)),
        ("proxy.invalid:3128;outro.invalid:80", Proxy("proxy.invalid", 3128)),
        ("proxy.invalid:3128 outro.invalid:80", Proxy("proxy.invalid", 3128)),
    ],
)
def test_what_a_script_says_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, said: str, proxy: Proxy | None
) -> None:
    assert told(monkeypatch, Settings("windows", pac=PAC), said) == (Way(proxy), Way(proxy))


@pytest.mark.parametrize(
    ("named", "odd"),
    [
        (
            {"all": "socks5://ana:segredo@p.invalid:1080"},
            Unfollowed("socks", "environment", "socks5://p.invalid:1080"),
        ),
        (
            {"socks": "p.invalid:1080"},
            Unfollowed("socks", "environment", "socks://p.invalid:1080"),
        ),
        ({"https": "http://[::1"}, Unfollowed("unreadable", "environment", "http://[::1")),
    ],
)
def test_a_proxy_of_another_kind_is_said(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], odd: Unfollowed
) -> None:
    given = Settings("environment", named)
    assert told(monkeypatch, given) == (Way(unfollowed=odd), Way(unfollowed=odd))
    near = Settings("environment", named, ("portal.invalid",))
    assert told(monkeypatch, near)[0] == Way()


def test_a_http_proxy_goes_before_a_socks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Settings("gnome", {"https": "h.invalid:3128", "socks": "s.invalid:1080"})
    assert told(monkeypatch, both)[0] == Way(Proxy("h.invalid", 3128))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://ana:segredo@h.invalid/p.pac?quem=ana#x", "http://h.invalid/p.pac"),
        ("ana:segredo@h.invalid:1", "h.invalid:1"),
        ("h.invalid:1", "h.invalid:1"),
        ("", ""),
    ],
)
def test_no_credentials_are_shown(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


def test_the_desktop_is_asked_where_the_environment_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "desktop", lambda _: Settings("gnome", {"https": "h.invalid:1"}))
    assert proxy_for(PORTAL, "system") == Proxy("h.invalid", 1)
    monkeypatch.setenv("https_proxy", "http://outro.invalid:2")
    assert proxy_for(PORTAL, "system") == Proxy("outro.invalid", 2)
