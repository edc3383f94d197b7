"""What does an OCSP response (RFC 6960) say of one certificate, and how is it asked for?"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from a3check.pki import der, extensions, keys
from a3check.pki.answers import DAMAGED, SKEW, Answer, State, Statement, dated
from a3check.pki.certificate import Certificate, read

LARGEST = 256 * 1024
"""Bytes; real responses have under 5000."""

_FRESH_WITHOUT_END = timedelta(days=1)  # RFC 6960 §2.4 sets no bound where nextUpdate is absent
_MOST_SIGNERS = 8  # certificates that a response may bring
_MOST_ANSWERS = 256  # about how many certificates; one was asked for
_SINGLE = ocsp.OCSPSingleResponse


def request(certificate: Certificate, issuer: Certificate) -> bytes | None:
    """Build the request in DER; SHA-1 as RFC 5019 §2.1.1 wants. Nothing for a serial below 1."""
    sha1 = hashes.SHA1()  # noqa: S303 - names a certificate, protects nothing
    name, key = _hashes(certificate.issuer_name.raw, issuer, sha1)
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
        return _state(answer, certificate, tuple(signers), moment)
    except UnsupportedAlgorithm:
        return Statement(State.USELESS, answer.source, reason="algorithm")
    except DAMAGED:
        return Statement(State.USELESS, answer.source, reason="unreadable")


def _state(
    answer: Answer, certificate: Certificate, signers: tuple[Certificate, ...], moment: datetime
) -> Statement:
    if len(answer.body) > LARGEST:
        return Statement(State.USELESS, answer.source, reason="unreadable")
    response = ocsp.load_der_ocsp_response(answer.body)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return Statement(
            State.USELESS, answer.source, reason=response.response_status.name.lower()
        )
    answered = islice(response.responses, _MOST_ANSWERS)
    own = [_said(s, answer.source, moment) for s in answered if _about(s, certificate, signers)]
    if not own:
        return Statement(State.USELESS, answer.source, reason="other_certificate")
    refused = _refused(response, _scheme(answer.body), signers, moment)
    if refused:
        return Statement(refused[0], answer.source, reason=refused[1])
    return min(
        own, key=lambda said: said.state is not State.REVOKED
    )  # for ever, if in one of them


def _about(single: _SINGLE, certificate: Certificate, signers: tuple[Certificate, ...]) -> bool:
    if single.serial_number != certificate.serial:
        return False
    asked = (single.issuer_name_hash, single.issuer_key_hash)
    return any(
        asked == _hashes(name, signer, single.hash_algorithm)
        for signer in signers
        for name in (certificate.issuer_name.raw, signer.subject_name.raw)
    )


def _hashes(name: bytes, issuer: Certificate, kind: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    digests = []
    for data in (name, keys.public_bits(issuer.spki)):
        digest = hashes.Hash(kind)
        digest.update(data)
        digests.append(digest.finalize())
    return digests[0], digests[1]


def _scheme(body: bytes) -> keys.Algorithm:
    """Read the signature's algorithm with its parameters, which RSA-PSS cannot do without."""
    _, held = der.sequence(der.element(body))
    _, basic = der.sequence(der.element(held.content))
    return keys.algorithm(der.sequence(der.element(basic.content))[1])


def _refused(
    response: ocsp.OCSPResponse,
    scheme: keys.Algorithm,
    signers: tuple[Certificate, ...],
    moment: datetime,
) -> tuple[State, str] | None:
    """Say why the signer is not to be believed (RFC 6960 §4.2.2.2), or nothing."""
    checked = set()
    for signer in (*signers, *_brought(response)):
        signed = response.tbs_response_bytes
        result = keys.verify(signer.spki, scheme, signed, response.signature)
        if result is keys.Checked.GOOD:
            return None if signer in signers else _delegate(signer, signers, moment)
        checked.add(result)
    if keys.Checked.BAD not in checked:
        raise UnsupportedAlgorithm(scheme.oid)
    return State.FORGED, "signature"


def _brought(response: ocsp.OCSPResponse) -> Iterator[Certificate]:
    for held in response.certificates[:_MOST_SIGNERS]:
        certificate = read(held.public_bytes(Encoding.DER))
        if isinstance(certificate, Certificate):
            yield certificate


def _delegate(
    signer: Certificate, signers: tuple[Certificate, ...], moment: datetime
) -> tuple[State, str] | None:
    if not any(signer.signed_by(issuer) is keys.Checked.GOOD for issuer in signers):
        named = any(signer.issuer_key == issuer.subject_key for issuer in signers)
        if named and signer.aki not in {None, *(issuer.key_id for issuer in signers)}:
            return State.FORGED, "other_key"  # or by the CA's key yet unknown
        return State.FORGED, "signer_of_another_ca"
    if extensions.OCSP_SIGNING not in (signer.eku or ()):
        return State.FORGED, "signer_not_authorized"
    if not signer.not_before <= moment <= signer.not_after:
        return State.USELESS, "signer_out_of_dates"
    return None


def _said(single: _SINGLE, source: str, moment: datetime) -> Statement:
    issued, until = single.this_update_utc, single.next_update_utc
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        return Statement(State.USELESS, source, reason="unknown_to_responder", issued=issued)
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return dated(source, issued, until or issued + _FRESH_WITHOUT_END, moment)
    date, reason = single.revocation_time_utc or issued, single.revocation_reason
    if min(issued, date) > moment + SKEW:
        return Statement(State.NOT_YET_VALID, source, issued, issued=issued)
    name = reason.name if reason else "unspecified"
    held = name == "certificate_hold"
    return Statement(State.SUSPENDED if held else State.REVOKED, source, date, name, issued)
