"""What is said of an update of the list of CAs."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from a3check.core.catalogue import catalogue
from a3check.core.register import Status
from a3check.core.resources import resource
from a3check.net.fetch import Reason
from a3check.pki.archive import Fault
from a3check.pki.brought import BAD_HASH
from a3check.report.renewal import CURRENT, CUT, NAMED, SHOWN, UPDATED, Renewal, document, text
from a3check.system import renewal as kept

DAY = date(2026, 6, 25)
URL = "http://acraiz.icpbrasil.gov.br/credenciadas/ACcompactado.zip"
WORDS = tomllib.loads(resource("pt_BR.toml").read_text("utf-8"))["update"]
REASONS = tuple(reason for reason in Reason if reason != CUT)
FAULTS = (*REASONS, *Fault, BAD_HASH, kept.NOTHING, kept.NOT_WRITABLE, kept.NO_SPACE)


def said(renewal: Renewal) -> list[str]:
    return list(text(renewal, catalogue()))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_one_line_that_says_what_stays_in_use(fault: str) -> None:
    (line,) = said(Renewal(fault, URL, place="/home/u/cas"))
    assert line.endswith("ainda não tem uma lista de ACs.")
    assert fault in WORDS
    assert "acraiz" in line or "/home/u/cas" in line
    (line,) = said(Renewal(fault, URL, DAY, 168, previous=DAY))
    assert line.endswith("25/06/2026, continua valendo.")


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (UPDATED, Status.PASSED),
        (CURRENT, Status.PASSED),
        ("bad_hash", Status.FAILED),
        ("not_zip", Status.FAILED),
        ("nothing", Status.FAILED),
        ("no_space", Status.FAILED),
        ("not_writable", Status.FAILED),
        ("proxy", Status.FAILED),
        ("http_403", Status.FAILED),
        ("http_404", Status.FAILED),
        ("http_500", Status.UNKNOWN),
        ("http_503", Status.UNKNOWN),
        ("name", Status.UNKNOWN),
        ("connect", Status.UNKNOWN),
        ("timeout", Status.UNKNOWN),
        ("truncated", Status.UNKNOWN),
        ("protocol", Status.UNKNOWN),
    ],
)
def test_what_somebody_can_mend_is_a_cause(result: str, status: Status) -> None:
    assert Renewal(result, URL, DAY).status is status


def test_a_status_of_http_is_said() -> None:
    assert "respondeu 403" in said(Renewal("http_403", URL))[0]
    assert "libere" in said(Renewal("http_403", URL))[0]
    assert "respondeu 502" in said(Renewal("http_502", URL))[0]


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_no_firewall_s_work(status: int) -> None:
    (line,) = said(Renewal(f"http_{status}", URL))
    assert f"respondeu {status}: a lista não está nesse endereço" in line
    assert "libere" not in line


@pytest.mark.parametrize(
    ("url", "port"),
    [
        (URL, 80),
        ("https://a.example/l.zip", 443),
        ("HTTPS://a.example/l.zip", 443),
        ("http://a.example:8080/l.zip", 8080),
        ("http://a.example:x/l.zip", 80),
    ],
)
def test_the_port_to_let_through_is_that_of_the_address(url: str, port: int) -> None:
    for result in ("http_403", "proxy", "protocol"):
        assert f"libere esse endereço, porta {port}" in said(Renewal(result, url))[0]


def test_new_cas_are_named_where_they_are_few() -> None:
    few = Renewal(UPDATED, URL, DAY, 168, added=("AC A", "AC B"))
    assert said(few) == [
        "ACs da ICP-Brasil atualizadas: 168 certificados, lista de 25/06/2026.",
        "Novas: AC A, AC B.",
    ]
    many = Renewal(UPDATED, URL, DAY, 168, added=("AC",) * (NAMED + 1))
    assert said(many)[1] == "Novas: 9."
    assert len(said(Renewal(UPDATED, URL, DAY, 168))) == 1
    assert len(said(Renewal(CURRENT, URL, DAY, 168))) == 1


def test_what_is_in_use_is_shown() -> None:
    assert "168 certificados" in said(Renewal(SHOWN, day=DAY, count=168))[0]
    assert Renewal(SHOWN, day=DAY).status is Status.PASSED
    assert said(Renewal(SHOWN)) == ["Este computador ainda não tem uma lista de ACs."]
    assert Renewal(SHOWN).status is Status.UNKNOWN


def test_what_was_stopped_says_what_stays() -> None:
    assert Reason.CUT == CUT
    (line,) = said(Renewal(CUT, URL, DAY))
    assert line.startswith("Interrompido: nada ficou gravado pela metade.")
    assert "continua valendo" in line
    assert Renewal(CUT).status is Status.UNKNOWN


def test_an_address_that_is_none_is_said_as_it_stands() -> None:
    assert "http://[::1" in said(Renewal("bad_url", "http://[::1"))[0]
    assert "lista.zip" in said(Renewal("damaged", "lista.zip"))[0]


def test_it_as_data() -> None:
    full = Renewal(
        UPDATED, URL, DAY, 168, date(2026, 1, 2), ("AC A",), 3, 1, verified=True, place="/p"
    )
    assert document(full) == {
        "format": "a3check-update",
        "version": 1,
        "status": "passed",
        "result": "updated",
        "source": URL,
        "hash_verified": True,
        "ca_bundle": "2026-06-25",
        "previous": "2026-01-02",
        "certificates": 168,
        "added": ["AC A"],
        "refused": 3,
        "unreadable": 1,
    }
    assert document(Renewal(SHOWN))["ca_bundle"] is None
