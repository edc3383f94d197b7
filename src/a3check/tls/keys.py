"""A key as OpenSSL's provider interface sees it: parameters, facts, and who signs for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from a3check.tls import signing
from a3check.tls.openssl import OpenSSLError
from a3check.tls.params import Value
from a3check.tls.signing import PublicKey, SignatureRequest, SignerFailed

MOST_SIGNATURES = 4
"""In one conversation: a server that asks again and again does not wear out the token."""
Sign = Callable[[SignatureRequest], bytes]
"""Gives the signature, ECDSA as DER; raises SignerFailed."""

_CURVES: dict[str, ec.EllipticCurve] = {
    "prime256v1": ec.SECP256R1(),
    "p-256": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "p-384": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "p-521": ec.SECP521R1(),
    "brainpoolp256r1": ec.BrainpoolP256R1(),
    "brainpoolp384r1": ec.BrainpoolP384R1(),
    "brainpoolp512r1": ec.BrainpoolP512R1(),
}
_GROUPS = {"secp256r1": "prime256v1"}  # OpenSSL knows the others by cryptography's names
_SECURITY_BITS = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))  # SP 800-57


@dataclass(slots=True)
class SigningKey:
    """A public key, the function that signs for it, and what became of that."""

    public: PublicKey
    sign: Sign
    asked: int = 0
    """How often the signer was called."""
    failure: BaseException | None = None
    """What the signer raised; from then on it is not asked again."""

    def signature(self, request: SignatureRequest) -> bytes:
        """Ask the signer once and verify what it gives; raises SignerFailed."""
        if self.failure:
            raise self.failure
        self.asked += 1
        if self.asked > MOST_SIGNATURES:
            self.failure = SignerFailed("TOO_MANY_SIGNATURES")
            raise self.failure
        try:
            made = self.sign(request)
        except BaseException as error:
            self.failure = error
            raise
        if not signing.verifies(request, self.public, made):
            self.failure = SignerFailed("BAD_SIGNATURE")
            raise self.failure
        return made


def kind(public: PublicKey) -> str:
    """Return rsa or ec."""
    return "rsa" if isinstance(public, rsa.RSAPublicKey) else "ec"


def public_params(public: PublicKey) -> dict[str, Value]:
    """Return the public key as OpenSSL's parameters."""
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {"n": numbers.n, "e": numbers.e}
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"group": _GROUPS.get(public.curve.name, public.curve.name), "pub": point}


def public_key(kind: str, values: Mapping[str, Value]) -> PublicKey:
    """Rebuild a public key; raises OpenSSLError for an unknown kind, ValueError for nonsense."""
    match kind, values:
        case "rsa", {"n": int(modulus), "e": int(exponent)}:
            return rsa.RSAPublicNumbers(exponent, modulus).public_key()
        case "ec", {"group": str(group), "pub": bytes(point)} if group.lower() in _CURVES:
            curve = _CURVES[group.lower()]
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
        case _:
            raise OpenSSLError("a key of a kind that is not served here")


def extra_group(public: PublicKey) -> str | None:
    """Return the curve that must be named beside OpenSSL's usual ones for this key to be used."""
    if isinstance(public, rsa.RSAPublicKey) or not public.curve.name.startswith("brainpool"):
        return None
    return public.curve.name


def facts(public: PublicKey) -> dict[str, Value]:
    """Return what OpenSSL asks about any key."""
    bits = public.key_size
    strength = bits // 2
    if isinstance(public, rsa.RSAPublicKey):
        strength = next((secure for least, secure in _SECURITY_BITS if bits >= least), 0)
    return {
        "bits": bits,
        "security-bits": strength,
        "max-size": longest(public),
        "default-digest": "SHA256",
    }


def longest(public: PublicKey) -> int:
    """Return the bytes that a signature can have at most."""
    size = (public.key_size + 7) // 8
    # DER: SEQUENCE of two INTEGERs, each with a possible leading zero, lengths up to two bytes.
    return size if isinstance(public, rsa.RSAPublicKey) else 2 * (size + 4) + 3
