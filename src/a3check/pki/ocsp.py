"""What does an OCSP response (RFC 6960) say of one certificate, and how is it asked for?"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from a3check.pki import crl_bytes, extensions, keys, ocsp_bytes
from a3check.pki.answers import DAMAGED, SKEW, Answer, State, Statement, dated
from a3check.pki.certificate import Certificate, read
from a3check.pki.ocsp_bytes import OcspBytes, Single

_FRESH_WITHOUT_END = timedelta(days=1)  # RFC 6960 §2.4 sets no bound where nextUpdate is absent
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""What a certificate may be named by."""


def request(certificate: Certificate, issuer: Certificate) -> bytes | None:
    """Build the request in DER; SHA-1 as RFC 5019 §2.1.1 wants. Nothing for a serial below 1."""
    sha1 = hashes.SHA1()  # noqa: S303 - names a certificate, protects nothing
    name, key = _hashes(certificate.issuer_name.raw, issuer, sha1.name)
    try:
        builder = ocsp.OCSPRequestBuilder()
        return (
            builder.add_certificate_by_hash(name, key, certificate.serial, sha1)
            .build()
            .public_bytes(Encoding.DER)
        )
    except (ValueError, TypeError, OverflowError):
        return None


def state(
    answer: Answer, certificate: Certificate, signers: Iterable[Certificate], moment: datetime
) -> Statement:
    """Judge one response; ``signers`` are the issuer's certificates, its other keys included."""
    try:
        response = ocsp_bytes.read(answer.body)
        if isinstance(response, str):
            return Statement(State.USELESS, answer.source, reason=response)
        return _state(response, answer.source, certificate, tuple(signers), moment)
    except UnsupportedAlgorithm:
        return Statement(State.USELESS, answer.source, reason="algorithm")
    except DAMAGED:
        return Statement(State.USELESS, answer.source, reason="unreadable")


def _state(
    response: OcspBytes,
    source: str,
    certificate: Certificate,
    signers: tuple[Certificate, ...],
    moment: datetime,
) -> Statement:
    own = [
        _said(single, source, moment)
        for single in response.singles
        if _about(single, certificate, signers)
    ]
    if not own:
        return Statement(State.USELESS, source, reason="other_certificate")
    refused = _refused(response, signers, moment)
    if refused:
        return Statement(refused[0], source, reason=refused[1])
    # A revocation is for ever: it counts wherever it stands among them.
    return min(own, key=lambda said: said.state is not State.REVOKED)


def _about(single: Single, certificate: Certificate, signers: tuple[Certificate, ...]) -> bool:
    if single.serial != certificate.serial or single.hash_oid not in _HASHES:
        return False
    asked = (single.name_hash, single.key_hash)
    return any(
        asked == _hashes(name, signer, _HASHES[single.hash_oid])
        for signer in signers
        for name in (certificate.issuer_name.raw, signer.subject_name.raw)
    )


def _hashes(name: bytes, issuer: Certificate, kind: str) -> tuple[bytes, bytes]:
    key = keys.public_bits(issuer.spki)
    first, second = (hashlib.new(kind, data, usedforsecurity=False) for data in (name, key))
    return first.digest(), second.digest()


def _refused(
    response: OcspBytes, signers: tuple[Certificate, ...], moment: datetime
) -> tuple[State, str] | None:
    """Say why the signer is not to be believed (RFC 6960 §4.2.2.2), or nothing."""
    meant: set[keys.Checked] = set()
    others: set[keys.Checked] = set()
    brought = tuple(_brought(response))
    for signer in (*signers, *brought):
        result = keys.verify(signer.spki, response.scheme, response.signed, response.signature)
        if result is keys.Checked.GOOD:
            return None if signer in signers else _delegate(signer, signers, moment)
        (meant if _names(response, signer, known=signer not in brought) else others).add(result)
    if keys.Checked.BAD in meant:
        return State.FORGED, "signature"
    if meant or keys.Checked.BAD not in others:
        raise UnsupportedAlgorithm(response.scheme.oid)
    return State.USELESS, "other_key"  # of the CA, or of a delegate whom it did not bring


def _names(response: OcspBytes, signer: Certificate, *, known: bool) -> bool:
    """Tell whether it says that this very key signed: a CA may have several of one name."""
    if response.key_hash is None:
        return not known and signer.subject_key == response.name
    public = keys.public_bits(signer.spki)
    return response.key_hash == hashlib.sha1(public, usedforsecurity=False).digest()


def _brought(response: OcspBytes) -> Iterator[Certificate]:
    for held in response.certificates:
        certificate = read(held)
        if isinstance(certificate, Certificate):
            yield certificate


def _delegate(
    signer: Certificate, signers: tuple[Certificate, ...], moment: datetime
) -> tuple[State, str] | None:
    if not any(signer.signed_by(issuer) is keys.Checked.GOOD for issuer in signers):
        named = any(signer.issuer_key == issuer.subject_key for issuer in signers)
        if named and signer.aki not in {issuer.key_id for issuer in signers}:
            return State.USELESS, "other_key"  # of the CA, and its certificate is not at hand
        return State.FORGED, "signer_of_another_ca"
    if extensions.OCSP_SIGNING not in (signer.eku or ()):
        return State.FORGED, "signer_not_authorized"
    if not signer.not_before - SKEW <= moment <= signer.not_after + SKEW:
        return State.USELESS, "signer_out_of_dates"
    return None


def _said(single: Single, source: str, moment: datetime) -> Statement:
    issued, until, date = single.issued, single.until, single.revoked
    if not single.known:
        return Statement(State.USELESS, source, reason="unknown_to_responder", issued=issued)
    if date is None:
        return dated(source, issued, until or issued + _FRESH_WITHOUT_END, moment)
    if min(issued, date) > moment + SKEW:
        return Statement(State.NOT_YET_VALID, source, issued, issued=issued)
    held = single.reason == crl_bytes.HOLD
    return Statement(
        State.SUSPENDED if held else State.REVOKED, source, date, single.reason, issued
    )
