"""The CAs that a server forgets."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.unit.checks.world import World
from tests.unit.pki.maker import AC1, AC2, ROOT, Made, ca, leaf
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


def test_of_two_keys_of_a_ca_the_one_that_signed_is_had() -> None:
    other = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca de outra chave")
    made = leaf(AC2, at("http://a/ac2.p7b"))
    network = World().network
    network.bodies = {"http://a/ac2.p7b": pem(other, AC2)}
    assert missing_cas(talk.to(HOST, server_chain=(made.der,)), network) == (AC2.der,)
    network.bodies = {"http://a/ac2.p7b": pem(other)}
    assert missing_cas(talk.to(HOST, server_chain=(made.der,)), network) == ()


def test_what_a_server_sends_beside_its_chain_leads_nobody_astray() -> None:
    other = ca("AC INVENTADA MULTIPLA v5", AC1, own="ca de outra chave")
    made = leaf(AC2, at("http://a/ac2"))
    network = World().network
    network.bodies = {"http://a/ac2": AC2.der}
    for chain in ((made, other), (made, AC1), (made, ROOT)):
        said_ = talk.to(HOST, server_chain=tuple(c.der for c in chain))
        assert missing_cas(said_, network) == (AC2.der,)
    turned = (made.der, ROOT.der, AC1.der, AC2.der)
    assert missing_cas(talk.to(HOST, server_chain=turned), network) == ()


def test_an_algorithm_that_nobody_here_checks_is_left_to_openssl() -> None:
    edwards = ca("AC ED448 v5", AC1, own="ed448 ca")
    made = leaf(AC2, at("http://a/ed"), signer=AC2.key)
    named = leaf(edwards, at("http://a/ed"))
    network = World().network
    network.bodies = {"http://a/ed": edwards.der}
    assert missing_cas(talk.to(HOST, server_chain=(named.der,)), network) == (edwards.der,)
    assert missing_cas(talk.to(HOST, server_chain=(made.der,)), network) == ()


def test_a_chain_without_end_is_not_followed() -> None:
    names = [f"AC {number} v5" for number in range(6)]
    chain = [ca(names[0], None, at("http://a/0"))]
    for number, name in enumerate(names[1:], 1):
        chain.append(ca(name, chain[-1], at(f"http://a/{number - 1}")))
    network = World().network
    network.bodies = {f"http://a/{number}": made.der for number, made in enumerate(chain)}
    said_ = talk.to(HOST, server_chain=(leaf(chain[-1], at("http://a/5")).der,))
    assert len(missing_cas(said_, network)) == MOST_MISSING


def pem(*made: Made) -> bytes:
    return b"".join(m.x509.public_bytes(Encoding.PEM) for m in made)


def at(url: str) -> tuple[x509.ExtensionType, bool]:
    method = x509.oid.AuthorityInformationAccessOID.CA_ISSUERS
    address = x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
    return x509.AuthorityInformationAccess([address]), False
