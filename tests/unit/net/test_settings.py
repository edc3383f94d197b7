"""Settings of proxies in the forms of each system."""

from __future__ import annotations

import pytest

from a3check.net.settings import Settings, environment, windows

URL = "https://geridinss.dataprev.gov.br:8443/cas/login"


@pytest.mark.parametrize(
    ("rule", "source", "exempt"),
    [
        ("geridinss.dataprev.gov.br", "gnome", True),
        ("GERIDINSS.dataprev.gov.br", "gnome", True),
        ("dataprev.gov.br", "gnome", True),
        (".dataprev.gov.br", "gnome", True),
        ("prev.gov.br", "gnome", False),
        ("*.dataprev.gov.br", "gnome", True),
        ("*", "windows", True),
        ("*.gov.br", "windows", True),
        ("gerid*", "windows", True),
        ("dataprev.gov.br", "windows", False),
        (".dataprev.gov.br", "windows", True),
        ("https://geridinss.dataprev.gov.br", "windows", True),
        ("geridinss.dataprev.gov.br:8443", "kde", True),
        ("geridinss.dataprev.gov.br:443", "kde", False),
        ("<local>", "windows", False),
        ("10.0.0.0/8", "gnome", False),
        ("::1", "gnome", False),
        ("", "gnome", False),
        (".", "gnome", False),
    ],
)
def test_who_is_exempt(rule: str, source: str, exempt: bool) -> None:
    assert Settings(source, bypass=("outro.invalid", rule)).exempts(URL) is exempt
    assert (
        Settings(source, bypass=("outro.invalid", rule), reverse=True).exempts(URL) is not exempt
    )


@pytest.mark.parametrize(
    ("rule", "url", "exempt"),
    [
        ("<local>", "https://intranet/", True),
        ("<local>", "https://[::1]/", False),
        ("10.0.0.0/8", "https://10.1.2.3/", True),
        ("127.0.0.0/8", "http://127.0.0.1:80/", True),
        ("fd00::/8", "https://[fd00::1]/", True),
        ("10.0.0.0/x", "https://10.1.2.3/", False),
        ("::1", "https://[::1]/", True),
        ("[::1]:443", "https://[::1]/", True),
        ("[::1]:80", "https://[::1]/", False),
    ],
)
def test_addresses_and_plain_names(rule: str, url: str, exempt: bool) -> None:
    assert Settings("gnome", bypass=(rule,)).exempts(url) is exempt


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("proxy.invalid:3128", "proxy.invalid:3128"),
        ("http=h.invalid:80;https=s.invalid:3128", "s.invalid:3128"),
        ("http=h.invalid:80 https=s.invalid:3128", "s.invalid:3128"),
        ("http=h.invalid:80", ""),
        ("socks=k.invalid:1080", "socks://k.invalid:1080"),
        ("https=s.invalid:3128;socks=k.invalid:1080", "s.invalid:3128"),
        ("", ""),
    ],
)
def test_the_forms_of_windows(text: str, named: str) -> None:
    given = windows(text, "*.local;<local> intranet", wpad=True)
    assert given.named(URL) == named
    assert given.bypass == ("*.local", "<local>", "intranet")
    assert (given.source, given.pac, given.wpad) == ("windows", "", True)


def test_variables() -> None:
    assert environment({}) is None
    assert environment({"no": "a"}) is None
    assert environment({"ftp": "h:1"}) is None
    given = environment({"all": "h:1", "no": "a, .b,"})
    assert given is not None
    assert (given.named(URL), given.bypass) == ("h:1", ("a", ".b"))


def test_no_proxy_is_in_a_log() -> None:
    assert "segredo" not in repr(Settings("environment", {"all": "http://ana:segredo@h:1"}))
