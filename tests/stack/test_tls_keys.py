"""Keys and signatures off the usual path: other curves, RSA-4096, SHA-1, keys for PSS alone."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from tests.stack.tls_asking import ask, log_in
from tests.stack.tls_servers import Pki, s_server
from tests.unit.tls.softkey import BOTH, issue, signer

from a3check.tls.client import Identity, Trouble, converse
from a3check.tls.openssl import load
from a3check.tls.transcript import Phase

pytestmark = pytest.mark.lab

ASKS = ("-Verify", "3", "-verify_return_error")
RFC_8734 = 0x30200000
"""OpenSSL 3.2 brought the brainpool schemes for TLS 1.3."""


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_p521(pki: Pki, tmp_path: Path, version: str) -> None:
    holder = issue("SICRANO DE TAL:00000000353", pki.sub, curve=ec.SECP521R1())
    with s_server(tmp_path, pki, *ASKS, version) as port:
        seen = log_in(pki, port, holder)
    assert (seen.trouble, seen.client_schemes) == (None, ("ecdsa_secp521r1_sha512",)), seen
    assert seen.proved


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_rsa_4096(pki: Pki, tmp_path: Path, version: str) -> None:
    holder = issue("SICRANO DE TAL:00000000353", pki.sub, bits=4096)
    with s_server(tmp_path, pki, *ASKS, version) as port:
        seen = log_in(pki, port, holder)
    assert (seen.trouble, seen.client_schemes) == (None, ("rsa_pss_rsae_sha256",)), seen


@pytest.mark.parametrize(
    ("curve", "scheme"),
    [
        (ec.BrainpoolP256R1(), "ecdsa_secp256r1_sha256"),
        (ec.BrainpoolP384R1(), "ecdsa_secp384r1_sha384"),
        (ec.BrainpoolP512R1(), "ecdsa_secp521r1_sha512"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_brainpool_in_tls12(
    pki: Pki, tmp_path: Path, curve: ec.EllipticCurve, scheme: str
) -> None:
    """The curve must be in the client's list (RFC 8422, 5.1); the scheme says the hash alone."""
    holder = issue("SICRANO DE TAL:00000000353", pki.sub, curve=curve)
    curves = f"P-256:{curve.name}"
    with s_server(tmp_path, pki, *ASKS, "-tls1_2", "-curves", curves) as port:
        seen = log_in(pki, port, holder)
    assert (seen.trouble, seen.client_schemes) == (None, (scheme,)), seen


def test_brainpool_in_tls13_is_nothing_sent(pki: Pki, tmp_path: Path) -> None:
    """OpenSSL 3.0 has no such scheme: nothing is sent, and the list says what was missing."""
    holder = issue("SICRANO DE TAL:00000000353", pki.sub, curve=ec.BrainpoolP256R1())
    with s_server(tmp_path, pki, *ASKS, "-tls1_3") as port:
        seen = log_in(pki, port, holder)
    wanted = "ecdsa_brainpoolP256r1tls13_sha256"
    if wanted not in seen.requests[0].schemes or load().OpenSSL_version_num() < RFC_8734:
        assert seen.nothing_sent
        assert seen.signatures == 0
    else:
        assert seen.client_schemes == (wanted,)
    assert wanted in seen.offered_schemes


def test_a_server_that_takes_sha1_alone(pki: Pki, tmp_path: Path) -> None:
    options = ("-tls1_2", "-client_sigalgs", "RSA+SHA1", "-cipher", "DEFAULT@SECLEVEL=0")
    with s_server(tmp_path, pki, *ASKS, *options) as port:
        seen = log_in(pki, port, pki.rsa)
    assert (seen.trouble, seen.client_schemes) == (None, ("rsa_pkcs1_sha1",)), seen


def test_sha1_is_the_last_choice_whatever_the_server_prefers(pki: Pki, tmp_path: Path) -> None:
    schemes = "RSA+SHA1:RSA+SHA256"
    options = ("-tls1_2", "-client_sigalgs", schemes, "-cipher", "DEFAULT@SECLEVEL=0")
    with s_server(tmp_path, pki, *ASKS, *options) as port:
        seen = log_in(pki, port, pki.rsa)
    assert seen.requests[0].schemes[0] == "rsa_pkcs1_sha1"
    assert (seen.trouble, seen.client_schemes) == (None, ("rsa_pkcs1_sha256",)), seen


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_a_server_with_an_old_tls_alone(pki: Pki, tmp_path: Path, version: str) -> None:
    options = (version, "-cipher", "DEFAULT@SECLEVEL=0")
    with s_server(tmp_path, pki, *ASKS, *options) as port:
        seen = log_in(pki, port, pki.rsa)
    assert seen.trouble in {Trouble.PROTOCOL, Trouble.ALERT}, seen
    assert seen.phase is Phase.HANDSHAKE
    assert seen.certificates_sent == ()


def test_a_key_for_pss_alone_is_told(pki: Pki, tmp_path: Path) -> None:
    """Its OID (id-RSASSA-PSS) is none that the provider serves: refused before a word is said."""
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    kind = ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]
    command = ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=FULANA", *kind, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    made = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    identity = Identity(made.public_bytes(Encoding.DER))
    seen = converse(ask(pki, 1, identity=identity), signer(pki.rsa.key, BOTH))
    assert (seen.trouble, seen.phase) == (Trouble.IDENTITY, Phase.CONNECT), seen
