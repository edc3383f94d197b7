"""Servers that mean harm, or are broken past belief: an end in time, the right trouble, no crash.

Floods, gigantic records and lists, and what happens right after the client's Finished.
"""

import contextlib
import itertools
import resource
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.stack import tls_crafted as crafted
from tests.stack.tls_asking import ask, shown
from tests.stack.tls_servers import Pki, nginx, scripted
from tests.unit.tls.softkey import signer

from a3check.tls.client import Transcript, Trouble, converse
from a3check.tls.transcript import Phase

pytestmark = pytest.mark.lab

SECONDS = 1.0
"""The deadline that these conversations are given."""
LATE_SECONDS = 4.0
"""Past the deadline, on a machine that is busy with the floods themselves."""
Play = Callable[[socket.socket, threading.Event], None]


def talk(pki: Pki, port: int, **more: object) -> Transcript:
    """Offer a certificate; ends within the deadline and a little."""
    began = time.monotonic()
    settings: dict[str, object] = {"total_seconds": SECONDS, "identity": shown(pki, pki.rsa)}
    request = ask(pki, port, **{**settings, **more})
    seen = converse(request, signer(pki.rsa.key))
    limit = seen.timings.sign + request.total_seconds + LATE_SECONDS
    assert time.monotonic() - began < limit, seen.timings
    return seen


def pour(pieces: Iterator[bytes]) -> Play:
    """Hear the client once, then send until it is gone."""

    def play(connection: socket.socket, over: threading.Event) -> None:
        crafted.hear(connection)
        for piece in pieces:
            if over.is_set():
                return
            connection.sendall(piece)

    return play


# ---- before any key is agreed upon


HELLO_REQUEST = crafted.record(22, crafted.message(0, b""))
WARNING = crafted.record(21, b"\1\x5a")
FLOODS = {
    "gigantic record": b"\x16\3\3\xff\xff" + bytes(65535),
    "gigantic message": crafted.record(22, b"\2\xff\xff\xff" + bytes(1000)) + bytes(65535),
    "warnings": WARNING * 1000,
    "empty records": b"\x16\3\3\0\0" * 1000,
    "HelloRequests": HELLO_REQUEST * 1000,
    "nonsense": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("flood", FLOODS)
def test_floods_before_the_handshake(pki: Pki, flood: str) -> None:
    with scripted(pour(itertools.repeat(FLOODS[flood]))) as port:
        seen = talk(pki, port)
    assert seen.trouble in {Trouble.PROTOCOL, Trouble.TIMEOUT}, seen
    assert (seen.phase, seen.certificates_sent) == (Phase.HANDSHAKE, ())


def test_a_chain_without_end(pki: Pki) -> None:
    more = [pki.sub.der] * 2000
    said = crafted.record(22, crafted.server_hello() + crafted.certificate(pki, *more))
    with scripted(pour(iter([said]))) as port:
        seen = talk(pki, port)
    assert (seen.trouble, seen.phase) == (Trouble.PROTOCOL, Phase.HANDSHAKE), seen


# ---- the list of CAs


NAMES = {
    "none at all": (b"", 0),
    "10,000": (b"\0\2\x30\0" * 10_000, 10_000),
    "as many as fit": (b"\0\2\x30\0" * 16_383, 16_383),
}


@pytest.mark.parametrize("many", NAMES)
def test_lists_of_cas(pki: Pki, many: str) -> None:
    names, number = NAMES[many]
    heard: list[bytes] = []

    def play(connection: socket.socket, _over: threading.Event) -> None:
        crafted.hear(connection)
        connection.sendall(crafted.flight(pki, names))
        heard.append(crafted.hear(connection))

    with scripted(play) as port:
        seen = talk(pki, port, total_seconds=5.0)
    assert [len(wish.issuers) for wish in seen.requests] == [number], seen
    assert (seen.trouble, seen.signatures) == (Trouble.EOF, 1)
    assert seen.proved, "the client went on with its certificate"
    assert pki.rsa.der in heard[0]
    assert Transcript.from_json(seen.to_json()) == seen


def test_a_list_that_is_no_list(pki: Pki) -> None:
    with scripted(pour(iter([crafted.flight(pki, b"\xff\xff\x30\0")]))) as port:
        seen = talk(pki, port)
    assert (seen.trouble, seen.certificates_sent) == (Trouble.PROTOCOL, ()), seen


# ---- right after the client's Finished


def reset(connection: socket.socket, _over: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(_connection: socket.socket, _over: threading.Event) -> None:
    return


def stall(_connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def say(data: bytes) -> Play:
    def play(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(data)
        over.wait(10)

    return play


AFTER: dict[str, tuple[Play, Trouble]] = {
    "closes": (close, Trouble.EOF),
    "resets": (reset, Trouble.RESET),
    "stalls": (stall, Trouble.TIMEOUT),
    "says nonsense": (say(bytes(range(256)) * 100), Trouble.PROTOCOL),
    "says plain HTTP": (say(b"HTTP/1.1 200 OK\r\n\r\n"), Trouble.PROTOCOL),
    "says a gigantic record": (say(b"\x17\3\3\xff\xff" + bytes(65535)), Trouble.PROTOCOL),
    "says an unreadable record": (say(b"\x17\3\3\1\0" + bytes(256)), Trouble.PROTOCOL),
}


def until_finished(server: int, play: Play) -> Play:
    """Relay until the client has spoken twice; the server never hears the second time."""

    def relay(connection: socket.socket, over: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", server), 5) as behind:
            behind.settimeout(5)
            behind.sendall(connection.recv(65536))
            head = b""
            while not head.endswith(b"\0\0\0") and len(head) < 100_000:
                piece = behind.recv(65536)
                head += piece
                connection.sendall(piece)
                connection.settimeout(0.2)
                with contextlib.suppress(TimeoutError):
                    if connection.recv(65536):
                        break
            connection.settimeout(5)
        play(connection, over)

    return relay


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("what", AFTER)
def test_after_the_clients_finished(pki: Pki, tmp_path: Path, version: str, what: str) -> None:
    play, trouble = AFTER[what]
    with (
        nginx(tmp_path, pki, protocols=version) as server,
        scripted(until_finished(server, play)) as port,
    ):
        seen = talk(pki, port)
    assert (seen.trouble, seen.signatures) == (trouble, 1), seen
    assert seen.proved
    modern = version == "TLSv1.3"
    assert seen.phase is (Phase.HTTP if modern else Phase.HANDSHAKE), seen


# ---- inside


def inside(pki: Pki, folder: Path, pieces: Iterator[bytes]) -> Play:
    """Speak TLS, hear the request, and send until the client is gone."""
    (folder / "server.pem").write_text(pki.server.pem + pki.sub.pem + pki.server.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    def play(connection: socket.socket, over: threading.Event) -> None:
        with (
            contextlib.suppress(OSError),
            context.wrap_socket(connection, server_side=True) as tls,
        ):
            tls.recv(65536)
            for piece in pieces:
                if over.is_set():
                    return
                tls.sendall(piece)

    return play


OK = b"HTTP/1.1 200 OK\r\n"
INSIDE: dict[str, tuple[tuple[bytes, bytes], Trouble | None]] = {
    "headers without end": ((OK, b"X: y\r\n" * 1000), Trouble.HTTP),
    "one header without end": ((OK + b"X: ", b"y" * 6000), Trouble.HTTP),
    "a status line without end": ((b"HTTP/1.1 200 ", b"y" * 6000), Trouble.HTTP),
    "interim answers": ((b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 200), Trouble.HTTP),
    "a body without end": ((OK + b"\r\n", b"y" * 16000), None),
    "a gigantic length": (
        (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", b"y" * 16000),
        None,
    ),
    "chunks without end": (
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n" * 3000),
        None,
    ),
    "a chunk's size without end": (
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 16000),
        None,
    ),
}


@pytest.mark.parametrize("what", INSIDE)
def test_floods_inside(pki: Pki, tmp_path: Path, what: str) -> None:
    (first, rest), trouble = INSIDE[what]
    pieces = itertools.chain([first] if first else [], itertools.repeat(rest))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with scripted(inside(pki, tmp_path, pieces)) as port:
        seen = talk(pki, port, total_seconds=30.0)
    assert seen.trouble is trouble, seen
    assert seen.answer is None or not seen.answer.complete
    assert seen.answer is None or len(seen.answer.body) <= 256 * 1024
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000, "kB: what is not kept must not pile up"
