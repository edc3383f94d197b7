import time
from urllib.parse import urlsplit

import pytest

from a3check.portal.cookies import MOST, Cookie, Jar

NOW = 1_800_000_000.0
HERE = "https://cas.inss.gov.br/cas/login?x=1"


def jar(*lines: str, url: str = HERE) -> Jar:
    made = Jar(NOW)
    made.keep(url, [("Set-Cookie", line) for line in lines])
    return made


@pytest.mark.parametrize(
    ("line", "to", "goes"),
    [
        # the host
        ("a=1; Path=/", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/", "https://CAS.inss.gov.br:8443/", True),
        ("a=1; Path=/", "https://cas.inss.gov.br./", True),
        ("a=1; Path=/", "https://inss.gov.br/", False),
        ("a=1; Path=/", "https://x.cas.inss.gov.br/", False),
        ("a=1; Path=/; Domain=inss.gov.br", "https://pat.inss.gov.br/", True),
        ("a=1; Path=/; Domain=.INSS.gov.br", "https://inss.gov.br/", True),
        ("a=1; Path=/; Domain=cas.inss.gov.br", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Domain=cas.inss.gov.br", "https://x.cas.inss.gov.br/", False),
        ("a=1; Path=/; Domain=", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Domain=inss.gov.br", "https://outroinss.gov.br/", False),
        ("a=1; Path=/; Domain=gov.br", "https://cas.inss.gov.br/", False),
        ("a=1; Path=/; Domain=br", "https://cas.inss.gov.br/", False),
        ("a=1; Path=/; Domain=pat.inss.gov.br", "https://pat.inss.gov.br/", False),
        ("a=1; Path=/; Domain=dataprev.gov.br", "https://x.dataprev.gov.br/", False),
        # the path
        ("a=1", "https://cas.inss.gov.br/cas", True),
        ("a=1", "https://cas.inss.gov.br/cas/x", True),
        ("a=1", "https://cas.inss.gov.br/castelo", False),
        ("a=1", "https://cas.inss.gov.br/", False),
        ("a=1; Path=relative", "https://cas.inss.gov.br/cas/x", True),
        ("a=1; Path=/cas/", "https://cas.inss.gov.br/cas/x", True),
        ("a=1; Path=/cas/", "https://cas.inss.gov.br/cas", False),
        ("a=1; Path=/", "https://cas.inss.gov.br", True),
        # safety
        ("a=1; Path=/; Secure", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Secure", "http://cas.inss.gov.br/", False),
        ("a=1; Path=/", "http://cas.inss.gov.br/", True),
        # its end
        ("a=1; Path=/; Max-Age=1", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Max-Age=0", "https://cas.inss.gov.br/", False),
        ("a=1; Path=/; Max-Age=-5", "https://cas.inss.gov.br/", False),
        ("a=1; Path=/; Max-Age=soon", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Max-Age=\u0661", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Expires=Thu, 01 Jan 2015 00:00:00 GMT", "https://cas.inss.gov.br/", False),
        ("a=1; Path=/; Expires=Thu, 01-Jan-2015 00:00:00 GMT", "https://cas.inss.gov.br/", False),
        (
            "a=1; Path=/; Expires=Thu, 01 Jan 2015 00:00:00 -0000",
            "https://cas.inss.gov.br/",
            False,
        ),
        ("a=1; Path=/; Expires=Thu, 01 Jan 2099 00:00:00 GMT", "https://cas.inss.gov.br/", True),
        ("a=1; Path=/; Expires=never", "https://cas.inss.gov.br/", True),
        (
            "a=1; Path=/; Max-Age=9; Expires=Thu, 01 Jan 2015 00:00:00 GMT",
            "https://cas.inss.gov.br/",
            True,
        ),
        # no cookie
        ("a", "https://cas.inss.gov.br/cas/x", False),
        ("=1", "https://cas.inss.gov.br/cas/x", False),
        ("a=1\x00; Path=/", "https://cas.inss.gov.br/", False),
        ("a=" + "1" * 4096, "https://cas.inss.gov.br/cas/x", False),
        # prefixes
        ("__Secure-a=1; Path=/", "https://cas.inss.gov.br/", False),
        ("__Secure-a=1; Path=/; Secure", "https://cas.inss.gov.br/", True),
        ("__Host-a=1; Path=/; Secure", "https://cas.inss.gov.br/", True),
        ("__Host-a=1; Path=/", "https://cas.inss.gov.br/", False),
        ("__Host-a=1; Path=/cas; Secure", "https://cas.inss.gov.br/cas/", False),
        ("__Host-a=1; Path=/; Secure; Domain=inss.gov.br", "https://cas.inss.gov.br/", False),
    ],
)
def test_where_a_cookie_goes(line: str, to: str, goes: bool) -> None:
    assert bool(jar(line).header(to)) is goes


def test_a_domain_of_two_labels_where_it_is_no_countrys() -> None:
    assert jar("a=1; Domain=host.test", url="https://x.host.test/").header("https://y.host.test/")
    assert not jar("a=1; Domain=test", url="https://host.test/").header("https://host.test/")


def test_addresses_have_no_domains() -> None:
    assert not jar("a=1; Domain=0.0.1", url="https://127.0.0.1/").header("https://127.0.0.1/")
    assert jar("a=1", url="https://127.0.0.1/").header("https://127.0.0.1/") == "a=1"
    wide = Cookie("a", "1", "0.0.1", "/", host_only=False)
    assert not wide.goes_to(urlsplit("https://127.0.0.1/"))


def test_an_address_without_a_host_keeps_and_sees_nothing() -> None:
    assert jar("a=1", url="data:x").header(HERE) == ""
    assert jar("a=1; Path=/").header("data:x") == ""


def test_a_cookie_is_renewed_and_taken_back() -> None:
    made = jar("a=1; Path=/", "b=2; Path=/cas", "a=3; Path=/")
    assert made.header(HERE) == "b=2; a=3"
    made.keep(HERE, [("set-cookie", "a=; Path=/; Max-Age=0"), ("X", "c=1")])
    assert made.header(HERE) == "b=2"


def test_a_walk_keeps_so_many_and_no_more() -> None:
    made = jar(*(f"c{n}=1; Path=/" for n in range(MOST + 1)))
    assert len(made.cookies) == MOST
    assert "c0=" not in made.header(HERE)


def test_without_a_trusted_moment_the_clock_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    made = Jar()
    made.keep(HERE, [("Set-Cookie", "a=1; Path=/; Max-Age=10")])
    assert made.cookies[0].expires == NOW + 10


def test_a_value_shows_in_no_log() -> None:
    assert "geheim" not in repr(jar("a=geheim"))
