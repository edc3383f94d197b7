import json

import pytest

from a3check.tls.transcript import (
    AcceptedIssuer,
    Alert,
    Answer,
    CertificateRequest,
    Direction,
    Phase,
    Timings,
    Transcript,
    Trouble,
    VerifyError,
    When,
)

REQUEST = CertificateRequest(
    When.RENEGOTIATION,
    (AcceptedIssuer(b"0\0", "CN=AC"),),
    ("rsa_pkcs1_sha256",),
    ("rsa_sign",),
)


def test_everything_travels_as_json() -> None:
    whole = Transcript(
        "portal.example",
        443,
        proxy="proxy:3128",
        peer=("192.0.2.1", 443),
        phase=Phase.HTTP,
        version="TLSv1.2",
        server_chain=(b"\x30\x82", b"\xff"),
        verify_code=10,
        verify_errors=(VerifyError(10, 0, "certificate has expired"),),
        requests=(REQUEST,),
        certificates_sent=(2,),
        alerts=(Alert(Direction.RECEIVED, "fatal", "unknown_ca", Phase.HTTP),),
        answer=Answer(200, (("Set-Cookie", "a=b"), ("Set-Cookie", "c=d")), b"\0page"),
        trouble=Trouble.ALERT,
        received=b"\x15\x03",
        timings=Timings(0.1, total=1),
    )
    assert Transcript.from_json(json.loads(json.dumps(whole.to_json()))) == whole


@pytest.mark.parametrize(
    ("ready", "requests", "sent", "schemes", "nothing_sent", "proved"),
    [
        (True, (REQUEST,), (0,), (), True, False),
        (True, (REQUEST,), (2,), ("rsa_pkcs1_sha256",), False, True),
        (True, (REQUEST,), (2,), (), False, False),
        (True, (REQUEST,), (), (), False, False),
        (True, (), (), (), False, False),
        (False, (REQUEST,), (0,), (), False, False),
    ],
)
def test_what_was_shown(
    ready: bool,
    requests: tuple[CertificateRequest, ...],
    sent: tuple[int, ...],
    schemes: tuple[str, ...],
    nothing_sent: bool,
    proved: bool,
) -> None:
    seen = Transcript(
        "h",
        1,
        identity_ready=ready,
        requests=requests,
        certificates_sent=sent,
        client_schemes=schemes,
    )
    assert (seen.nothing_sent, seen.proved) == (nothing_sent, proved)
    assert seen.asked is bool(requests)


@pytest.mark.parametrize(("code", "trusted"), [(0, True), (20, False), (None, False)])
def test_trusted(code: int | None, trusted: bool) -> None:
    assert Transcript("h", 1, verify_code=code).trusted is trusted


def test_the_refusal_is_the_last_fatal_alert_received() -> None:
    ours = Alert(Direction.SENT, "fatal", "internal_error", Phase.HANDSHAKE)
    theirs = Alert(Direction.RECEIVED, "fatal", "unknown_ca", Phase.HTTP)
    soft = Alert(Direction.RECEIVED, "warning", "close_notify", Phase.HTTP)
    assert Transcript("h", 1, alerts=(theirs, soft, ours)).refusal == theirs
    assert Transcript("h", 1, alerts=(ours, soft)).refusal is None


def test_headers_are_found_whatever_their_case() -> None:
    answer = Answer(302, (("Location", "/a"), ("location", "/b")))
    assert answer.header("LOCATION") == "/a"
    assert answer.header("Server") is None


def test_a_representation_shows_no_page_and_no_certificate() -> None:
    seen = Transcript("h", 1, server_chain=(b"secret",), answer=Answer(200, body=b"secret"))
    assert "secret" not in repr(seen)
