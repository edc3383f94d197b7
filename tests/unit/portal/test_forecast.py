from dataclasses import replace

import pytest
from tests.unit.pki.maker import AC1, AC2, LEAF, ROOT, ca
from tests.unit.portal import said as talk

from a3check.portal.forecast import Offer, expected, is_unlisted, is_without_scheme
from a3check.tls.transcript import AcceptedIssuer, CertificateRequest, Transcript, When

CHAIN = (LEAF.facts, AC2.facts, AC1.facts, ROOT.facts)
OFFER = Offer(frozenset(c.issuer_key for c in CHAIN), ("rsa_pkcs1_sha256",), whole=True)
STRANGER = talk.name_of(ca("AC de Outra Gente", own="stranger"))
PSS, PKCS1 = "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"


def asking(version: str, *schemes: str, names: tuple[bytes, ...] = ()) -> Transcript:
    issuers = tuple(AcceptedIssuer(name, "") for name in names)
    request = CertificateRequest(When.HANDSHAKE, issuers, schemes)
    return talk.to("h.test", version=version, requests=(request,))


@pytest.mark.parametrize(
    ("said", "able", "without"),
    [
        (asking("TLSv1.3", PSS, PKCS1), (PKCS1,), True),
        (asking("TLSv1.3", PSS, PKCS1), (PSS, PKCS1), False),
        (asking("TLSv1.2", PSS, PKCS1), (PKCS1,), False),
        (asking("TLSv1.2", PSS), (PKCS1,), True),
        (asking("TLSv1.3", "ecdsa_sha1"), ("ecdsa_sha1",), True),
        (asking("TLSv1.3", "ecdsa_secp256r1_sha256"), ("ecdsa_secp256r1_sha256",), False),
        (asking("TLSv1.2"), (PKCS1,), False),
        (asking("TLSv1.3", PSS), (), False),
        (talk.to("h.test"), (PKCS1,), False),
    ],
)
def test_schemes(said: Transcript, able: tuple[str, ...], without: bool) -> None:
    assert is_without_scheme(said, able) is without


def test_the_last_request_counts_for_schemes_and_all_for_names() -> None:
    first, last = asking("TLSv1.2", PSS, names=(STRANGER,)), asking("TLSv1.2", PKCS1)
    both = replace(first, requests=(*first.requests, *last.requests))
    assert not is_without_scheme(both, (PKCS1,))
    assert is_unlisted(both, OFFER)


@pytest.mark.parametrize(
    ("names", "whole", "unlisted"),
    [
        ((), True, False),
        ((STRANGER,), True, True),
        ((STRANGER,), False, False),
        ((STRANGER, talk.name_of(AC2)), True, False),
        ((talk.name_of(ROOT),), True, False),
        ((b"odd",), True, True),
        ((b"\x30\x00",) * 10_000, True, True),
        ((*((b"\x30\x00",) * 10_000), talk.name_of(AC1)), True, False),
    ],
    ids=["none", "other", "other, part", "own", "root", "no name", "10,000", "10,000 and own"],
)
def test_names(names: tuple[bytes, ...], whole: bool, unlisted: bool) -> None:
    assert is_unlisted(asking("TLSv1.2", names=names), replace(OFFER, whole=whole)) is unlisted


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (asking("TLSv1.2", PKCS1), None),
        (asking("TLSv1.3", PSS, names=(STRANGER,)), "login.nothing_sent"),
        (asking("TLSv1.2", PKCS1, names=(STRANGER,)), "login.issuer_not_listed"),
        (talk.to("h.test"), None),
    ],
)
def test_what_a_request_foretells(said: Transcript, code: str | None) -> None:
    assert expected(said, OFFER) == code
