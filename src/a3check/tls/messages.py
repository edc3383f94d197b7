"""What does a TLS handshake message say? Bytes in, values out (RFC 5246, RFC 8446).

Every function is total: a cut or crooked message gives what could be read of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HELLO_REQUEST, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE = 0, 2, 11, 12
CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, FINISHED = 13, 15, 20
ALERT, HANDSHAKE = 21, 22  # content types, RFC 8446, B.1
TLS12, TLS13 = 0x0303, 0x0304

SCHEMES = {  # https://www.iana.org/assignments/tls-parameters, SignatureScheme
    0x0201: "rsa_pkcs1_sha1",
    0x0202: "dsa_sha1",
    0x0203: "ecdsa_sha1",
    0x0301: "rsa_pkcs1_sha224",
    0x0302: "dsa_sha224",
    0x0303: "ecdsa_sha224",
    0x0401: "rsa_pkcs1_sha256",
    0x0402: "dsa_sha256",
    0x0403: "ecdsa_secp256r1_sha256",
    0x0501: "rsa_pkcs1_sha384",
    0x0502: "dsa_sha384",
    0x0503: "ecdsa_secp384r1_sha384",
    0x0601: "rsa_pkcs1_sha512",
    0x0602: "dsa_sha512",
    0x0603: "ecdsa_secp521r1_sha512",
    0x0804: "rsa_pss_rsae_sha256",
    0x0805: "rsa_pss_rsae_sha384",
    0x0806: "rsa_pss_rsae_sha512",
    0x0807: "ed25519",
    0x0808: "ed448",
    0x0809: "rsa_pss_pss_sha256",
    0x080A: "rsa_pss_pss_sha384",
    0x080B: "rsa_pss_pss_sha512",
    0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
    0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
    0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
}
ALERTS = {  # https://www.iana.org/assignments/tls-parameters, TLS Alerts
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
    121: "ech_required",
}
LEVELS = {1: "warning", 2: "fatal"}
_CERTIFICATE_TYPES = {
    1: "rsa_sign",
    2: "dss_sign",
    3: "rsa_fixed_dh",
    4: "dss_fixed_dh",
    64: "ecdsa_sign",
    65: "rsa_fixed_ecdh",
    66: "ecdsa_fixed_ecdh",
}
_SIGNATURE_ALGORITHMS, _CERTIFICATE_AUTHORITIES = 13, 47
_NAMED_CURVE = 3
_HEADER = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """The body of a CertificateRequest."""

    issuers: tuple[bytes, ...] = ()
    schemes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class _Reader:
    """Takes fields off the front; past the end it gives what is left, then nothing."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, length: int) -> bytes:
        start, self._at = self._at, min(self._at + length, len(self._data))
        return self._data[start : self._at]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def vector(self, length_bytes: int) -> bytes:
        return self.take(self.number(length_bytes))


def alert(data: bytes) -> tuple[str, str]:
    """Return an alert's level and name."""
    level, name = _Reader(data).take(2).ljust(2, b"\xff")
    return LEVELS.get(level, str(level)), ALERTS.get(name, str(name))


def certificates(message: bytes, version: int) -> tuple[bytes, ...]:
    """Return the certificates of a Certificate message, DER."""
    reader = _Reader(message[_HEADER:])
    if version >= TLS13:
        reader.vector(1)
    entries = _Reader(reader.vector(3))
    return tuple(_certificates(entries, version))


def _certificates(entries: _Reader, version: int) -> Iterator[bytes]:
    while entries:
        yield entries.vector(3)
        if version >= TLS13:
            entries.vector(2)


def certificate_request(message: bytes, version: int) -> Wish:
    """Return what a CertificateRequest wants."""
    reader = _Reader(message[_HEADER:])
    if version >= TLS13:
        return _modern_request(reader)
    types = tuple(_CERTIFICATE_TYPES.get(kind, str(kind)) for kind in reader.vector(1))
    named = _schemes(reader.vector(2)) if version == TLS12 else ()
    return Wish(_names(reader.vector(2)), named, types)


def _modern_request(reader: _Reader) -> Wish:
    reader.vector(1)
    extensions = _Reader(reader.vector(2))
    found: dict[int, bytes] = {}
    while extensions:
        kind = extensions.number(2)
        found[kind] = _Reader(extensions.vector(2)).vector(2)
    return Wish(
        _names(found.get(_CERTIFICATE_AUTHORITIES, b"")),
        _schemes(found.get(_SIGNATURE_ALGORITHMS, b"")),
    )


def signature_scheme(message: bytes, version: int) -> str:
    """Return the scheme of a CertificateVerify; before TLS 1.2 it names none."""
    return scheme(message[_HEADER : _HEADER + 2]) if version >= TLS12 else "rsa_pkcs1_md5_sha1"


def key_exchange_scheme(message: bytes, version: int) -> str | None:
    """Return the scheme of a ServerKeyExchange over a named curve, TLS 1.2; else None."""
    reader = _Reader(message[_HEADER:])
    if version != TLS12 or reader.number(1) != _NAMED_CURVE:
        return None
    reader.take(2)
    reader.vector(1)
    return scheme(reader.take(2))


def scheme(data: bytes) -> str:
    """Return the name of a SignatureScheme's two bytes."""
    number = int.from_bytes(data, "big")
    return SCHEMES.get(number, f"0x{number:04x}")


def _schemes(data: bytes) -> tuple[str, ...]:
    return tuple(scheme(data[at : at + 2]) for at in range(0, len(data), 2))


def _names(data: bytes) -> tuple[bytes, ...]:
    reader = _Reader(data)
    names = []
    while reader:
        names.append(reader.vector(2))
    return tuple(names)
