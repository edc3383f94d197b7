import pytest

from a3check.tls.recorder import Recorder, no_tls, why_failed
from a3check.tls.request import Request
from a3check.tls.transcript import Direction, Phase, Trouble, VerifyError, When
from a3check.tls.trouble import Broken

CERTIFICATE = b"\x0b\0\0\x09" + b"\0\0\x06" + b"\0\0\x03" + b"der"
REQUEST = b"\x0d\0\0\x0a" + b"\x01\x01" + b"\0\x02\x04\x01" + b"\0\x04\0\x02\x30\0"
VERIFY = b"\x0f\0\0\x02\x08\x04"


def recorder(**more: bool) -> Recorder:
    return Recorder(Request("h", 1, require_trust=more.get("trust", False)), lambda _der: "CN=x")


def hear(record: Recorder, data: bytes, *, version: int = 0x0303, content: int = 22) -> None:
    record.message(sent=False, version=version, content=content, data=data)


@pytest.mark.parametrize(
    ("phase", "version", "when"),
    [
        (Phase.HANDSHAKE, 0x0303, When.HANDSHAKE),
        (Phase.HTTP, 0x0303, When.RENEGOTIATION),
        (Phase.HTTP, 0x0304, When.POST_HANDSHAKE),
    ],
)
def test_when_the_certificate_was_asked_for(phase: Phase, version: int, when: When) -> None:
    record = recorder()
    with record.enter(phase):
        hear(record, REQUEST, version=version)
    assert record.requests[0].when is when


def test_a_conversation_is_written_down() -> None:
    record = recorder()
    with record.enter(Phase.HANDSHAKE):
        hear(record, b"\x02\0\0\0")
        hear(record, CERTIFICATE)
        hear(record, b"\x0c\0\0\0\x03\0\x1d\x01p\x04\x01")
        hear(record, b"\x0c\0\0\0\x01")
        hear(record, REQUEST)
        record.message(sent=True, version=0x0303, content=22, data=CERTIFICATE)
        record.message(sent=True, version=0x0303, content=22, data=VERIFY)
        record.message(sent=True, version=0x0303, content=22, data=b"\x10\0\0\0")
        hear(record, b"\0\0\0\0")
        hear(record, b"\x14\0\0\0")
        hear(record, b"\x02\x30", content=21)
        hear(record, b"\x01", content=20)
    seen = record.transcript(None, None)
    assert seen.server_chain == (b"der",)
    assert seen.server_scheme == "rsa_pkcs1_sha256"
    assert seen.requests[0].issuers[0].text == "CN=x"
    assert seen.certificates_sent == (1,)
    assert seen.client_schemes == ("rsa_pss_rsae_sha256",)
    assert seen.renegotiations == 1
    assert seen.alerts[0].direction is Direction.RECEIVED
    assert seen.timings.handshake > 0
    assert (record.agreed, record.modern) == (True, False)


def test_tls13_server_scheme() -> None:
    record = recorder()
    hear(record, VERIFY, version=0x0304)
    assert record.server_scheme == "rsa_pss_rsae_sha256"


def test_verify() -> None:
    record = recorder()
    assert record.transcript(None, None).verify_code is None
    record.verified = True
    assert record.transcript(None, None).verify_text == "ok"
    for _ in range(2):
        record.verify_error(VerifyError(20, 1, "no issuer"))
    record.verify_error(VerifyError(10, 0, "expired"))
    seen = record.transcript(None, None)
    assert (seen.verify_code, seen.verify_text, len(seen.verify_errors)) == (20, "no issuer", 2)


def test_trouble_is_told() -> None:
    broken = Broken(Trouble.PROXY_REFUSED, "no", proxy_status=407, received=b"HTTP")
    seen = recorder().transcript(broken, None)
    assert (seen.trouble, seen.detail) == (Trouble.PROXY_REFUSED, "no")
    assert (seen.proxy_status, seen.received) == (407, b"HTTP")


def test_why_failed_by_alert_first() -> None:
    record = recorder(trust=True)
    record.verify_error(VerifyError(20, 1, "no issuer"))
    record.receive(b"\x15\x03\x03")
    assert why_failed(record, "x").trouble is Trouble.VERIFY
    record.message(sent=True, version=0, content=21, data=b"\x02\x30")
    assert why_failed(record, "x").trouble is Trouble.VERIFY
    hear(record, b"\x02\x28", content=21)
    assert why_failed(record, "x").detail == "handshake_failure"


def test_why_failed_without_trust() -> None:
    record = recorder()
    record.verify_error(VerifyError(20, 1, "no issuer"))
    record.receive(b"\x16\x03\x03" + bytes(400))
    record.receive(b"more")
    broken = why_failed(record, "x")
    assert (broken.trouble, len(broken.received)) == (Trouble.PROTOCOL, 256)


def test_why_failed_without_tls() -> None:
    record = recorder(trust=True)
    record.receive(b"HTTP/1.1 400")
    assert why_failed(record, "x").received == b"HTTP/1.1 400"


@pytest.mark.parametrize(
    ("data", "none"),
    [(b"", False), (b"\x16", False), (b"\x15\x03", False), (b"\x16\x04", True), (b"H", True)],
)
def test_no_tls(data: bytes, none: bool) -> None:
    assert no_tls(data) is none
