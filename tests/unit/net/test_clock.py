"""The Date of an answer's head."""

from datetime import UTC, datetime

import pytest

from a3check.net.clock import date_of


@pytest.mark.parametrize(
    "line", ["Date: Sun, 22 Nov 2026 12:00:00 GMT", "dAtE:Sun, 22 Nov 2026 12:00:00 -0000"]
)
def test_a_date(line: str) -> None:
    head = f"HTTP/1.1 405 Method Not Allowed\r\nServer: x\r\n{line}".encode()
    assert date_of(head) == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"SSH-2.0-x",
        b"HTTP/1.1 200 OK\r\nServer: x",
        b"HTTP/1.1 200 OK\r\nDate: ontem",
        b"HTTP/1.1 200 OK\r\nDate:",
        b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 99999999999999999999 12:00:00 GMT",
        b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 12:99999999999999999:00 GMT",
        b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 12:00:00 +99999999999999",
        b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 9999 12:00:00 GMT",
        b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 1999 12:00:00 GMT",
        b"SIP/2.0 200 OK\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT",
    ],
)
def test_no_date(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        date_of(head)
