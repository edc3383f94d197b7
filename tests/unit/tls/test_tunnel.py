"""What is said to a proxy, and how its answer is read."""

import pytest

from a3check.tls import tunnel


def test_what_is_asked() -> None:
    assert tunnel.ask("h.test", 443) == b"CONNECT h.test:443 HTTP/1.1\r\nHost: h.test:443\r\n\r\n"
    assert tunnel.ask("::1", 8443).startswith(b"CONNECT [::1]:8443 HTTP/1.1\r\n")
    assert tunnel.ask("ação.test", 1).startswith(b"CONNECT xn--ao-siap.test:1 ")
    assert tunnel.ask("h", 1, "Basic eA==").endswith(
        b"\r\nProxy-Authorization: Basic eA==\r\n\r\n"
    )


@pytest.mark.parametrize("host", ["h\r\nX: y", "ç" * 70 + "\r\n \r\n"])
def test_a_host_stays_in_its_line(host: str) -> None:
    assert tunnel.ask(host, 1).count(b"\r\n") == 3


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 407 No", 407),
        (b"HTTP/1.1 200", 200),
        (b"HTTP/1.0 200 Connection established\r\nVia: p", 200),
        (b"HTTP/1.1 abc", None),
        (b"HTTP/1.1", None),
        (b"SSH-2.0 200", None),
        (b"", None),
    ],
)
def test_the_status_of_an_answer(line: bytes, status: int | None) -> None:
    assert tunnel.status(line) == status


@pytest.mark.parametrize(
    ("status", "opened"), [(200, True), (299, True), (199, False), (300, False), (None, False)]
)
def test_which_answers_open_the_way(status: int | None, opened: bool) -> None:
    assert tunnel.opened(status) is opened
