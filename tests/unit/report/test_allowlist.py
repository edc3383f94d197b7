"""The list for the firewall: what stands in it, and what for."""

from dataclasses import replace

from cryptography import x509
from tests.unit.checks.world import PROFILE
from tests.unit.pki.maker import ca

from a3check.core.internet import Endpoint
from a3check.core.profile import Trust, builtin
from a3check.report.allowlist import Line, Purpose, lines

URLS = ("http://lcr.test/ac.crl", "https://lcr.test/ac.crl", "http://lcr.test/outra.crl")
ACRAIZ = "http://acraiz.icpbrasil.gov.br/x.crl"
ODD = ("ldap://ldap.test/x", "http://", "http://[::1/x", "http://a b/x")


def published(*urls: str) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [
            x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
            for url in urls
        ]
    )


def test_the_built_in_list() -> None:
    made = lines(builtin(), ())
    shown = {str(line.endpoint): line for line in made}
    assert len(shown) == len(made)
    assert [line.purpose for line in made] == sorted(
        (line.purpose for line in made), key=list(Purpose).index
    )
    assert shown["atendimento.inss.gov.br:443"].purpose is Purpose.PORTAL
    assert shown["geridinss.dataprev.gov.br:443"].purpose is Purpose.PORTAL
    assert shown["geridinss.dataprev.gov.br:8443"].purpose is Purpose.MAYBE
    assert shown["www.gov.br:443"].purpose is Purpose.TIME
    acraiz = shown["acraiz.icpbrasil.gov.br:80"]
    assert (acraiz.purpose, acraiz.owner, acraiz.plain) == (
        Purpose.AUTHORITY,
        "ICP-Brasil (AC-Raiz)",
        True,
    )
    assert not any("hom" in str(line.endpoint) for line in made)
    assert all(line.owner and line.plain for line in made if line.purpose is Purpose.AUTHORITY)


def test_a_laboratory_has_its_own_authorities_alone() -> None:
    made = ca("AC Teste", None, (published(*URLS, *ODD), False))
    found = lines(PROFILE, (made.facts, made.facts))
    assert found[3:] == (
        Line(Endpoint("data.test", 443, needed=False), Purpose.TIME),
        Line(Endpoint("hora.test", 443, needed=False), Purpose.TIME),
        Line(
            Endpoint("lcr.test", 80, needed=False),
            Purpose.AUTHORITY,
            made.facts.issuer_common_name,
            plain=True,
        ),
        Line(
            Endpoint("lcr.test", 443, needed=False),
            Purpose.AUTHORITY,
            made.facts.issuer_common_name,
            plain=False,
        ),
    )
    assert [line.purpose for line in found[:3]] == [Purpose.PORTAL, Purpose.PORTAL, Purpose.MAYBE]


def test_what_a_certificate_adds_to_the_known_ones() -> None:
    made = ca("AC Teste", None, (published(ACRAIZ, *URLS), False))
    known = replace(PROFILE, trust=Trust())
    found = {str(line.endpoint): line.owner for line in lines(known, (made.facts,))}
    assert found["acraiz.icpbrasil.gov.br:80"] == "ICP-Brasil (AC-Raiz)"
    assert found["lcr.test:80"] == made.facts.issuer_common_name
