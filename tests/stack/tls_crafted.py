"""TLS 1.2 messages made by hand, for what no real server can be made to say."""

import os
import socket

from tests.stack.tls_servers import Pki

RSA_AES128_GCM = b"\x00\x9c"  # TLS_RSA_WITH_AES_128_GCM_SHA256: no ServerKeyExchange to sign
_PIECE = 16384
_SAFE = bytes.fromhex("ff01000100")  # renegotiation_info, RFC 5746: OpenSSL insists


def record(content: int, data: bytes) -> bytes:
    """Cut into records (RFC 5246, 6.2.1)."""
    pieces = (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    return b"".join(bytes([content, 3, 3]) + len(p).to_bytes(2) + p for p in pieces)


def message(kind: int, body: bytes) -> bytes:
    """Put a handshake message's header before it."""
    return bytes([kind]) + len(body).to_bytes(3) + body


def server_hello() -> bytes:
    """Agree upon TLS 1.2 with RSA key exchange."""
    body = b"\3\3" + os.urandom(32) + b"\0" + RSA_AES128_GCM + b"\0"
    return message(2, body + len(_SAFE).to_bytes(2) + _SAFE)


def certificate(pki: Pki, *more: bytes) -> bytes:
    """Send the server's certificate, its issuer's and `more`."""
    entries = (pki.server.der, pki.sub.der, *more)
    chain = b"".join(len(e).to_bytes(3) + e for e in entries)
    return message(11, len(chain).to_bytes(3) + chain)


def certificate_request(names: bytes) -> bytes:
    """Ask for RSA with SHA-256; `names` as they stand in the message."""
    return message(13, b"\1\1" + b"\0\2\4\1" + len(names).to_bytes(2) + names)


def flight(pki: Pki, names: bytes) -> bytes:
    """Return all that the server says before the client's Certificate."""
    done = message(14, b"")
    said = server_hello() + certificate(pki) + certificate_request(names) + done
    return record(22, said)


def hear(connection: socket.socket) -> bytes:
    """Take the client's next flight, or what of it has come."""
    return connection.recv(65536)
