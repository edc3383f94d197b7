"""A token's C_Sign done with a key in memory, and the certificates that go with it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from a3check.tls.signing import Attempt, SignatureRequest, SignerFailed, finish, plan

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

BOTH = frozenset({"CKM_RSA_PKCS", "CKM_RSA_PKCS_PSS", "CKM_ECDSA"})
RAW = frozenset({"CKM_RSA_X_509"})
NO_PSS = frozenset({"CKM_RSA_PKCS", "CKM_SHA256_RSA_PKCS"})
IN_TOKEN = frozenset({"CKM_SHA256_RSA_PKCS_PSS", "CKM_SHA256_RSA_PKCS", "CKM_ECDSA_SHA256"})

HASHES: dict[str, hashes.HashAlgorithm] = {
    "SHA_1": hashes.SHA1(),  # noqa: S303 - old servers ask for it
    "SHA1": hashes.SHA1(),  # noqa: S303 - as above
    "SHA224": hashes.SHA224(),
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
}


def c_sign(key: PrivateKey, attempt: Attempt) -> bytes:
    """Answer as a PKCS#11 module does."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _ecdsa(key, attempt)
    size = (key.key_size + 7) // 8
    if attempt.pss is not None:
        return key.sign(attempt.data, *_pss(attempt))
    match attempt.mechanism:
        case "CKM_RSA_X_509":
            block = attempt.data
        case "CKM_RSA_PKCS":
            filler = b"\xff" * (size - 3 - len(attempt.data))
            block = b"\0\x01" + filler + b"\0" + attempt.data
        case name:
            return key.sign(attempt.data, padding.PKCS1v15(), HASHES[name.split("_")[1]])
    numbers = key.private_numbers()
    whole = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return whole.to_bytes(size, "big")


def _pss(
    attempt: Attempt,
) -> tuple[padding.PSS, utils.Prehashed | hashes.HashAlgorithm]:
    assert attempt.pss is not None
    digest = HASHES[attempt.pss.digest.removeprefix("CKM_")]
    mask = padding.MGF1(HASHES[attempt.pss.mgf.removeprefix("CKG_MGF1_")])
    whole = attempt.mechanism == "CKM_RSA_PKCS_PSS"
    return padding.PSS(mask, attempt.pss.salt), utils.Prehashed(digest) if whole else digest


def _ecdsa(key: ec.EllipticCurvePrivateKey, attempt: Attempt) -> bytes:
    digest: utils.Prehashed | hashes.HashAlgorithm
    if attempt.mechanism == "CKM_ECDSA":
        found = next(h for h in HASHES.values() if h.digest_size == len(attempt.data))
        digest = utils.Prehashed(found)
    else:
        digest = HASHES[attempt.mechanism.removeprefix("CKM_ECDSA_")]
    numbers = utils.decode_dss_signature(key.sign(attempt.data, ec.ECDSA(digest)))
    size = (key.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in numbers)


def signer(
    key: PrivateKey, mechanisms: frozenset[str] = BOTH
) -> Callable[[SignatureRequest], bytes]:
    """Return the signer of a token with these mechanisms."""

    def sign(request: SignatureRequest) -> bytes:
        attempts = plan(request, key.public_key(), mechanisms)
        if not attempts:
            raise SignerFailed("NO_MECHANISM")
        return finish(attempts[0], c_sign(key, attempts[0]))

    return sign


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        form = PrivateFormat.PKCS8
        return self.key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def issue(
    name: str,
    issuer: Holder | None = None,
    *,
    curve: ec.EllipticCurve | None = None,
    bits: int = 2048,
    ca: bool = False,
    host: str | None = None,
    days: tuple[int, int] = (-10, 300),
) -> Holder:
    """Make a key and its certificate; RSA without a curve."""
    key: PrivateKey
    key = ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days[0]))
        .not_valid_after(now + dt.timedelta(days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        use = ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    if host:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = builder.add_extension(names, critical=False)
    made = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Holder(made, key)
