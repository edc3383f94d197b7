"""Who signs in a server's place: by name, by a stranger's root, by comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import PROFILE, World
from tests.unit.pki.maker import ca, leaf
from tests.unit.portal import said as talk

from a3check.core import knowledge
from a3check.core.internet import ProxyServer
from a3check.pki.trust import Trust, pinned
from a3check.portal import interception
from a3check.portal.interception import (
    Interceptor,
    Roots,
    interceptor,
    wants_witnesses,
    witness,
)
from a3check.portal.walk import Walker
from a3check.tls.transcript import VerifyError

if TYPE_CHECKING:
    from tests.unit.pki.maker import Made

    from a3check.tls.transcript import Transcript

HOST = "atendimento.inss.gov.br"
WEB = ca("Raiz da Web", organization="Web")
TOWN = ca("Firewall da Prefeitura", organization="Prefeitura")
HOUSE = ca("Kaspersky Anti-Virus Personal Root Certificate", organization="AO Kaspersky Lab")
SYSTEM = Roots(frozenset({WEB.facts.sha256}))
UNTOLD = Roots(None)
CHOSEN = Roots(frozenset(), chosen=True)
UNKNOWN = 20
"""X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY."""


def trusted(root: Made, host: str = HOST, own: str = "portal") -> Transcript:
    made = leaf(root, common=host, own=own)
    return talk.to(host, server_chain=(made.der,), trust_path=(made.der, root.der))


def unknown(root: Made, host: str = HOST, *more: int, own: str = "portal") -> Transcript:
    errors = tuple(VerifyError(code, 0, "") for code in (UNKNOWN, *more))
    made = leaf(root, common=host, own=own)
    return talk.to(host, server_chain=(made.der,), verify_code=UNKNOWN, verify_errors=errors)


def both(root: Made, *, known: bool) -> tuple[Transcript, ...]:
    """What two control hosts say."""
    told = trusted if known else unknown
    return tuple(told(root, host, own=host) for host in ("www.gov.br", "www.google.com"))


HOSTS = ("www.gov.br", "www.google.com")


# ---- by name


@pytest.mark.parametrize("roots", [SYSTEM, UNTOLD, CHOSEN])
@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_a_product_s_name_tells_wherever_it_stands(roots: Roots, host: str) -> None:
    for said in (trusted(HOUSE, host), unknown(HOUSE, host), unknown(HOUSE, host, 62)):
        caught = interceptor(said, roots)
        assert caught == Interceptor(HOUSE.facts.common_name, "Kaspersky")
        assert not wants_witnesses(said, roots)


def test_a_name_above_the_issuer_tells_too() -> None:
    below = ca("Intermediate", HOUSE, organization="X")
    said = talk.to(HOST, server_chain=(leaf(below).der, below.der), verify_code=UNKNOWN)
    assert interceptor(said, CHOSEN) == Interceptor("Intermediate", "Kaspersky")


def test_a_root_of_the_web_s_is_no_product_s_whatever_its_name() -> None:
    roots = Roots(frozenset({HOUSE.facts.sha256}))
    assert interceptor(trusted(HOUSE), roots) is None


def test_who_shows_no_certificate_is_nobody() -> None:
    for chain in ((), (b"none",)):
        said = talk.to(HOST, server_chain=chain, verify_code=UNKNOWN)
        assert interceptor(said, SYSTEM, both(TOWN, known=False)) is None


# ---- by a stranger's root


def test_a_root_that_somebody_added_signs_a_public_host() -> None:
    said = trusted(TOWN)
    assert wants_witnesses(said, SYSTEM)
    assert interceptor(said, SYSTEM) == Interceptor("Firewall da Prefeitura")
    assert interceptor(said, SYSTEM, both(TOWN, known=True)) == Interceptor(
        "Firewall da Prefeitura", hosts=HOSTS
    )


def test_other_hosts_may_speak_against_it() -> None:
    caught = interceptor(trusted(TOWN), SYSTEM, both(WEB, known=True))
    assert caught == Interceptor("Firewall da Prefeitura", doubtful=True)
    one, other = both(WEB, known=True)[0], both(TOWN, known=True)[1]
    mixed = interceptor(trusted(TOWN), SYSTEM, (one, other))
    assert mixed == Interceptor("Firewall da Prefeitura", hosts=("www.google.com",))
    away = talk.to("www.gov.br", server_chain=(), verify_code=None)
    assert interceptor(trusted(TOWN), SYSTEM, (away,)) == Interceptor("Firewall da Prefeitura")


def test_a_system_that_cannot_tell_needs_a_witness() -> None:
    said = trusted(TOWN)
    assert wants_witnesses(said, UNTOLD)
    assert interceptor(said, UNTOLD) is None
    assert interceptor(said, UNTOLD, both(WEB, known=True)) is None
    assert interceptor(said, UNTOLD, both(TOWN, known=True)) == Interceptor(
        "Firewall da Prefeitura", hosts=HOSTS
    )


def test_the_portal_itself_is_no_witness() -> None:
    again = replace(trusted(TOWN), host=HOST)
    assert interceptor(trusted(TOWN), UNTOLD, (again,)) is None


@pytest.mark.parametrize(
    ("host", "public"),
    [
        (HOST, True),
        ("portal.example.com", True),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("localhost", False),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("::1", False),
        ("inss.gov", True),
        ("gov.br.", True),
        ("intranet", False),
        ("servidor", False),
        ("portal.prefeitura.local", False),
        ("portal.laboratorio.invalid", False),
        ("portal.laboratorio.INVALID.", False),
    ],
)
def test_only_a_public_host_s_root_must_be_known(host: str, public: bool) -> None:
    assert wants_witnesses(trusted(TOWN, host), SYSTEM) is public
    assert (interceptor(trusted(TOWN, host), SYSTEM) is not None) is public
    found = interceptor(unknown(TOWN, host), SYSTEM, both(TOWN, known=False))
    assert (found is not None) is public


def test_whom_the_profile_names_is_no_stranger() -> None:
    for said in (trusted(TOWN), unknown(TOWN)):
        assert not wants_witnesses(said, CHOSEN)
        assert interceptor(said, CHOSEN, both(TOWN, known=said.trusted)) is None


def test_roots_of_the_web_and_of_the_system_are_no_strangers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = trusted(WEB)
    assert not wants_witnesses(said, SYSTEM)
    assert interceptor(said, SYSTEM, both(WEB, known=True)) is None
    monkeypatch.setattr(knowledge, "public_root", lambda sha256: sha256 == TOWN.facts.sha256)
    assert interceptor(trusted(TOWN), SYSTEM) is None


def test_icp_brasil_s_own_roots_are_no_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    known = pinned()
    held = {**known.known, TOWN.facts.sha256: next(iter(known.known.values()))}

    def pinned_with_ours() -> Trust:
        return replace(known, known=held)

    monkeypatch.setattr(interception, "pinned", pinned_with_ours)
    assert not wants_witnesses(trusted(TOWN), SYSTEM)
    assert interceptor(trusted(TOWN), SYSTEM, both(TOWN, known=True)) is None


def test_a_path_without_its_root_proves_nothing() -> None:
    bare = replace(trusted(TOWN), trust_path=())
    cut = replace(bare, trust_path=(leaf(TOWN).der,))
    for said in (bare, cut):
        assert not wants_witnesses(said, SYSTEM)
        assert interceptor(said, SYSTEM, both(TOWN, known=True)) is None


# ---- by comparison


def test_an_issuer_that_nobody_knows_signs_unrelated_hosts() -> None:
    said = unknown(TOWN)
    assert wants_witnesses(said, SYSTEM)
    assert wants_witnesses(said, UNTOLD)
    assert interceptor(said, UNTOLD, both(TOWN, known=False)) == Interceptor(
        "Firewall da Prefeitura", hosts=HOSTS
    )


def test_one_host_is_too_few_and_one_that_differs_too_many() -> None:
    one, other = both(TOWN, known=False)
    away = talk.to("hora.gov.br", server_chain=(), verify_code=None)
    twin = ca("Firewall da Prefeitura", own="other key", organization="Prefeitura")
    assert interceptor(unknown(TOWN), SYSTEM) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one,)) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one, one)) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one, away)) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one, other, trusted(WEB, "a.com.br"))) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one, unknown(twin, "www.google.com"))) is None
    assert interceptor(unknown(TOWN), SYSTEM, (one, other, away)) is not None


@pytest.mark.parametrize("code", [62, 64])
def test_who_has_the_wrong_name_is_a_captive_portal_perhaps(code: int) -> None:
    said = unknown(TOWN, HOST, code)
    assert not wants_witnesses(said, SYSTEM)
    assert interceptor(said, SYSTEM, both(TOWN, known=False)) is None


@pytest.mark.parametrize("code", [9, 10])
def test_dates_say_nothing_of_who_signed(code: int) -> None:
    said = replace(trusted(TOWN), verify_code=code, verify_errors=(VerifyError(code, 0, ""),))
    assert not wants_witnesses(said, SYSTEM)
    assert interceptor(said, SYSTEM, both(TOWN, known=False)) is None


def test_who_is_trusted_is_not_signed_like_who_is_not() -> None:
    here, there = both(TOWN, known=False)
    trusting = both(TOWN, known=True)
    assert interceptor(unknown(TOWN), SYSTEM, trusting) is None
    assert interceptor(trusted(TOWN), UNTOLD, (here, there)) is None
    bare = tuple(replace(each, trust_path=()) for each in trusting)
    assert interceptor(trusted(TOWN), UNTOLD, bare) is None
    silent = replace(here, server_chain=(b"none",))
    assert interceptor(unknown(TOWN), SYSTEM, (silent, there)) is None


def test_one_s_own_signature_is_nobody_else_s() -> None:
    said = replace(unknown(TOWN), server_chain=(TOWN.der,))
    alike = tuple(replace(each, server_chain=(TOWN.der,)) for each in both(TOWN, known=False))
    assert interceptor(said, SYSTEM, alike) is None


# ---- the question to a witness


def test_a_witness_is_asked_as_the_portal_is() -> None:
    proxy = ProxyServer("proxy", 3128, "Basic eA==")
    walker = Walker(PROFILE, World().handshakes.converse, 7, lambda _: proxy, "PEM")
    asked = witness("https://www.gov.br:8443/hora?x=1", walker)
    assert (asked.host, asked.port, asked.path) == ("www.gov.br", 8443, "/hora")
    assert (asked.proxy, asked.proxy_authorization) == (("proxy", 3128), "Basic eA==")
    assert (asked.server_roots_pem, asked.moment, asked.identity) == ("PEM", 7, None)
    limits = PROFILE.limits
    assert asked.handshake_seconds == interception.WITNESS_SECONDS
    assert asked.total_seconds == interception.WITNESS_SECONDS + limits.connect
    assert asked.connect_seconds == limits.connect
    direct = witness("https://www.gov.br", Walker(PROFILE, World().handshakes.converse))
    assert (direct.host, direct.port, direct.path) == ("www.gov.br", 443, "/")
    assert (direct.proxy, direct.proxy_authorization) == (None, "")
    assert witness("x", Walker(PROFILE, World().handshakes.converse)).host == ""
