import pytest

from a3check.tls import messages
from a3check.tls.messages import Wish


def vector(length_bytes: int, data: bytes) -> bytes:
    return len(data).to_bytes(length_bytes, "big") + data


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + vector(3, body)


def test_certificates_of_tls12() -> None:
    said = message(11, vector(3, vector(3, b"one") + vector(3, b"two")))
    assert messages.certificates(said, 0x0303) == (b"one", b"two")
    assert messages.certificates(message(11, vector(3, b"")), 0x0303) == ()


def test_certificates_of_tls13() -> None:
    entries = vector(3, b"one") + vector(2, b"ext") + vector(3, b"two") + vector(2, b"")
    said = message(11, vector(1, b"context") + vector(3, entries))
    assert messages.certificates(said, 0x0304) == (b"one", b"two")


def test_request_of_tls12() -> None:
    schemes = bytes.fromhex("0401 0804 7777")
    names = vector(2, b"name") + vector(2, b"other")
    body = vector(1, b"\x01\x40\x99") + vector(2, schemes) + vector(2, names)
    assert messages.certificate_request(message(13, body), 0x0303) == Wish(
        (b"name", b"other"),
        ("rsa_pkcs1_sha256", "rsa_pss_rsae_sha256", "0x7777"),
        ("rsa_sign", "ecdsa_sign", "153"),
    )


def test_request_before_tls12_has_no_schemes() -> None:
    body = vector(1, b"\x01") + vector(2, vector(2, b"name"))
    assert messages.certificate_request(message(13, body), 0x0302) == Wish(
        (b"name",), (), ("rsa_sign",)
    )


def test_request_of_tls13() -> None:
    schemes = b"\x00\x0d" + vector(2, vector(2, bytes.fromhex("0403")))
    issuers = b"\x00\x2f" + vector(2, vector(2, vector(2, b"name")))
    unknown = b"\x99\x99" + vector(2, b"")
    body = vector(1, b"") + vector(2, unknown + schemes + issuers)
    assert messages.certificate_request(message(13, body), 0x0304) == Wish(
        (b"name",), ("ecdsa_secp256r1_sha256",)
    )
    bare = message(13, vector(1, b"") + vector(2, b""))
    assert messages.certificate_request(bare, 0x0304) == Wish()


def test_signature_schemes() -> None:
    assert messages.signature_scheme(message(15, b"\x08\x04"), 0x0304) == "rsa_pss_rsae_sha256"
    assert messages.signature_scheme(message(15, b""), 0x0302) == "rsa_pkcs1_md5_sha1"


def test_key_exchange_scheme() -> None:
    body = b"\x03\x00\x1d" + vector(1, b"point") + b"\x04\x01" + vector(2, b"signature")
    assert messages.key_exchange_scheme(message(12, body), 0x0303) == "rsa_pkcs1_sha256"
    assert messages.key_exchange_scheme(message(12, body), 0x0302) is None
    assert messages.key_exchange_scheme(message(12, b"\x01"), 0x0303) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x02\x30", ("fatal", "unknown_ca")),
        (b"\x01\x00", ("warning", "close_notify")),
        (b"\x05\xf0", ("5", "240")),
        (b"", ("255", "255")),
    ],
)
def test_alerts(data: bytes, said: tuple[str, str]) -> None:
    assert messages.alert(data) == said


@pytest.mark.parametrize("version", [0x0302, 0x0303, 0x0304])
def test_cut_and_crooked_messages_are_survived(version: int) -> None:
    whole = bytes(range(256)) * 2
    for length in range(0, 300, 7):
        for start in range(0, 200, 13):
            crooked = whole[start : start + length]
            messages.certificates(crooked, version)
            messages.certificate_request(crooked, version)
            messages.signature_scheme(crooked, version)
            messages.key_exchange_scheme(crooked, version)
