"""The CAs that a server forgets."""

from cryptography import x509
from tests.unit.checks.world import World
from tests.unit.pki.maker import AC1, AC2, ROOT, ca, leaf
from tests.unit.portal import said as talk

from a3check.portal.intermediates import MOST_MISSING, missing_cas

HOST = "portal.test"


def test_a_missing_ca_is_had_from_where_the_chain_says() -> None:
    made = leaf(AC2, at("http://a/ac2"))
    network = World().network
    network.bodies = {"http://a/ac2": AC2.der}
    assert missing_cas(talk.to(HOST, server_chain=(made.der,)), network) == (AC2.der,)
    assert network.asked == ["http://a/ac2"]


def test_several_missing_cas_and_where_it_ends() -> None:
    lower = ca("AC DO MEIO v5", AC1, at("http://a/ac1"))
    made = leaf(lower, at("http://a/lower"))
    network = World().network
    network.bodies = {"http://a/lower": lower.der, "http://a/ac1": AC1.der}
    said_ = talk.to(HOST, server_chain=(made.der,))
    assert missing_cas(said_, network) == (lower.der, AC1.der)
    network.bodies = {"http://a/lower": ROOT.der}
    assert missing_cas(said_, network) == ()
    network.bodies = {}
    assert missing_cas(said_, network) == ()
    assert missing_cas(talk.to(HOST, server_chain=()), network) == ()
    assert missing_cas(talk.to(HOST, server_chain=(b"none",)), network) == ()
    assert missing_cas(talk.to(HOST, server_chain=(made.der, ROOT.der)), network) == ()


def test_a_chain_without_end_is_not_followed() -> None:
    names = [f"AC {number} v5" for number in range(6)]
    chain = [ca(names[0], None, at("http://a/0"))]
    for number, name in enumerate(names[1:], 1):
        chain.append(ca(name, chain[-1], at(f"http://a/{number - 1}")))
    network = World().network
    network.bodies = {f"http://a/{number}": made.der for number, made in enumerate(chain)}
    said_ = talk.to(HOST, server_chain=(leaf(chain[-1], at("http://a/5")).der,))
    assert len(missing_cas(said_, network)) == MOST_MISSING


def at(url: str) -> tuple[x509.ExtensionType, bool]:
    method = x509.oid.AuthorityInformationAccessOID.CA_ISSUERS
    address = x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
    return x509.AuthorityInformationAccess([address]), False
