"""Whose is it: is every code of the catalogue somebody's, and the right one's?"""

import pytest
from tests.unit.report.samples import ABOUT, diagnosis, finding

from a3check.core.check import found
from a3check.core.model import Diagnosis, Finding
from a3check.core.ports import JSON
from a3check.core.register import Acts, Blame, Status, register
from a3check.report.addressee import Addressee, Kind, Site, addressee, named
from a3check.report.document import document

ASKED = {
    Acts.PORTAL: Kind.PORTAL,
    Acts.SUPPLIER: Kind.SUPPLIER,
    Acts.TECHNICIAN: Kind.TECHNICIAN,
    Acts.PROVIDER: Kind.PROVIDER,
}


def report(*found_: Finding, ended: Diagnosis | None = None) -> dict[str, JSON]:
    return document(ended or diagnosis(*found_), ABOUT)


def of(code: str) -> Addressee:
    return addressee(report(finding(code)))


def causes() -> list[str]:
    """The codes that can be a verdict's cause by themselves."""
    bad = {Status.FAILED, Status.UNKNOWN}
    return [code for code in register().codes if finding(code).status in bad]


@pytest.mark.parametrize("code", causes())
def test_every_cause_is_somebody_s(code: str) -> None:
    made, shown = of(code), finding(code)
    if shown.acts in ASKED:
        assert made.kind is ASKED[Acts(shown.acts)]
        assert not made.yourself
    elif shown.blame == Blame.PORTAL:
        assert made.kind is Kind.PORTAL
        assert not made.yourself, "the user only says what the portal did"
    elif shown.acts == Acts.USER:
        assert made.yourself
        behind = shown.blame in {Blame.TOKEN, Blame.CERTIFICATE, Blame.USER}
        assert made.kind is (Kind.SUPPLIER if behind else Kind.TECHNICIAN)
    else:
        assert (made.kind, made.why) == (Kind.TECHNICIAN, "unclear")
    assert made.why == (shown.blame if shown.blame != Blame.NOBODY else "unclear")
    assert made.portal is (made.kind is Kind.PORTAL)


def test_who_got_in_reports_to_the_portal_and_who_cannot_tell_asks_the_technician() -> None:
    assert of("login.accepted") == Addressee(Kind.PORTAL, "passed")
    unclear = Addressee(Kind.TECHNICIAN, "unclear")
    assert addressee(report(ended=diagnosis(complete=False))) == unclear
    assert addressee({}) == unclear
    odd: dict[str, JSON] = {"verdict": {"cause": "x.y", "acts": "outro", "blame": "outra"}}
    assert addressee(odd) == unclear


def test_the_supplier_s_page_goes_by_the_certificate_s_issuer_not_by_a_server_s() -> None:
    server = found("server.trusted", host="h", tls_version="", issuer="AC SOLUTI", not_after="")
    expired = found("certificate.expired", issuer="AC CERTISIGN RFB G5", days=1)
    assert addressee(report(expired, server)).sites == (
        Site("supplier", "https://www.certisign.com.br/"),
    )
    assert addressee(report(found("certificate.expired", issuer="AC Outra"), server)).sites == ()
    joined = found("certificate.expired", issuer="Autoridade Certificadora SERPRORFBv5")
    assert addressee(report(joined)).sites[0].url == "https://www.serpro.gov.br/"
    inside = found("certificate.expired", issuer="AC INVALIDADA")
    assert addressee(report(inside)).sites == (), "a word that only holds “valid”"


def test_the_maker_s_page_stands_with_faults_of_token_and_driver() -> None:
    locked = found(
        "token.pin_locked", module="m", token_model="eToken", token_maker="SafeNet, Inc."
    )
    usable = found("certificate.usable", issuer="AC VALID RFB v5", policy="A3", not_after="")
    made = addressee(report(locked, usable))
    assert made.sites == (
        Site("supplier", "https://validcertificadora.com.br/"),
        Site("driver", "https://cpl.thalesgroup.com/"),
    )
    driver = found("driver.absent", needed="OpenSC")
    assert [site.whose for site in addressee(report(driver)).sites] == ["driver"]
    clock = found("clock.wrong", computer_time="", trusted_time="", days=1, minutes=0)
    working = found("driver.working", module="m", seconds=1.0, module_company="OpenSC Project")
    assert addressee(report(clock, working)).sites == (), "the clock is not the driver's"


def test_no_address_comes_from_a_report() -> None:
    evil = found("certificate.expired", issuer="https://evil.test/ certisign")
    sites = addressee(report(evil)).sites
    assert [site.url for site in sites] == ["https://www.certisign.com.br/"]


def test_the_user_may_choose_another() -> None:
    absent = report(finding("card.absent"))
    assert named(absent, Kind.SUPPLIER) == addressee(absent)
    assert named(absent, Kind.PORTAL) == Addressee(Kind.PORTAL, "token")
