"""What is said to an HTTP proxy that shall open a way through, and what did it answer?"""

import contextlib

END = b"\r\n\r\n"
"""Where the head of the answer ends: what follows is the server's."""
LONGEST_ANSWER = 64 * 1024
"""Bytes of the answer's head that are read at most."""


def ask(host: str, port: int, authorization: str = "") -> bytes:
    """Write the CONNECT (RFC 9110 §9.3.6); an address of IPv6 in brackets, a name as IDNA.

    ``authorization`` is the value of Proxy-Authorization (§11.7.1), empty where there is none.
    """
    name = _in_line(f"[{host}]" if ":" in host else _ascii(host))
    lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}"]
    if authorization:
        lines.append(f"Proxy-Authorization: {authorization}")
    return ("\r\n".join(lines)).encode("ascii", "replace") + END


def status(answer: bytes) -> int | None:
    """Return the status of the answer; nothing where it is no HTTP."""
    words = answer.partition(b"\r\n")[0].split()
    if not answer.startswith(b"HTTP/") or len(words) < 2:  # noqa: PLR2004 - version, status
        return None
    with contextlib.suppress(ValueError):
        return int(words[1][:3])
    return None


def opened(status: int | None) -> bool:
    """Tell whether the way is open: any 2xx says so."""
    return status is not None and 200 <= status < 300  # noqa: PLR2004 - RFC 9110's class


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:  # no name at all: the proxy is to say so
        return host


def _in_line(name: str) -> str:
    return "".join(c for c in name if c.isprintable() and c != " ")
