"""What does an address bring, and which are never asked?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.unit.net.fetching import (
    OK,
    SOON,
    body,
    get,
    redirect,
    serving,
    why,
)

from a3check.net import dial
from a3check.net.fetch import Fetched, Reason

if TYPE_CHECKING:
    import socket

# ---- what is brought


def test_a_body_its_date_and_its_status() -> None:
    with serving(body(b"lista")) as server:
        answer = get(server.url + "lista.crl?a=1")
    assert isinstance(answer, Fetched)
    assert (answer.body, answer.status, answer.ok) == (b"lista", 200, True)
    assert answer.date == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert 0 < answer.seconds < SOON
    head = server.requests[0]
    assert head.startswith(b"GET /lista.crl?a=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"Accept-Encoding: identity" in head


def test_a_body_without_a_length_and_in_chunks() -> None:
    with serving(OK + b"\r\nlista") as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert answer.body == b"lista"
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nlis\r\n2\r\nta\r\n0\r\n\r\n"
    with serving(chunked) as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert answer.body == b"lista"


def test_a_post_carries_its_data() -> None:
    with serving(body(b"resposta")) as server:
        get(server.url, data=b"pergunta")
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / ")
    assert b"Content-Type: application/ocsp-request" in head
    assert sent == b"pergunta"


def test_a_refusal_is_an_answer_too() -> None:
    with serving(b"HTTP/1.1 404 Not Found\r\nDate: x\r\nContent-Length: 0\r\n\r\n") as server:
        answer = get(server.url)
    assert isinstance(answer, Fetched)
    assert (answer.status, answer.ok, answer.date) == (404, False, None)


def test_redirects_are_followed() -> None:
    def answer(client: socket.socket, request: bytes) -> None:
        client.sendall(body(b"lista") if b"GET /la" in request else redirect("/la"))

    with serving(answer) as server:
        found = get(server.url + "x", data=b"pergunta")
    assert isinstance(found, Fetched)
    assert found.body == b"lista"
    assert found.url.endswith("/la")


def test_a_redirected_post_stays_one_where_the_status_says_so() -> None:
    def answer(client: socket.socket, request: bytes) -> None:
        client.sendall(body(b"ok") if b"POST /la" in request else redirect("/la", 307))

    with serving(answer) as server:
        assert isinstance(get(server.url + "x", data=b"pergunta"), Fetched)
    assert server.requests[1].endswith(b"pergunta")


# ---- what is refused


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://teste.invalid/",
        "http://",
        "lista",
        "http://a:b@teste.invalid/",
        "http://teste.invalid:99999/",
        "http://teste.invalid/\r\nX: y",
        "http://teste.invalid/é",
        "http://[::1/",
        "http://" + "a" * 70 + ".invalid/",
    ],
)
def test_urls_that_are_not_asked(url: str) -> None:
    assert why(get(url)) is Reason.BAD_URL


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://teste.invalid/", "http://a:b@127.0.0.1/"]
)
def test_redirects_to_what_is_not_asked(to: str) -> None:
    with serving(redirect(to)) as server:
        assert why(get(server.url)) is Reason.REDIRECT


def test_a_private_address_is_not_connected_to() -> None:
    with serving(body(b"segredo")) as server:
        assert why(get(server.url, private=False)) is Reason.PRIVATE_ADDRESS
        named = server.url.replace("127.0.0.1", "localhost")
        assert why(get(named, private=False)) is Reason.PRIVATE_ADDRESS
    assert server.requests == []


def test_a_redirect_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = []

    def first_only(address: str) -> bool:
        allowed.append(address)
        return len(allowed) == 1

    monkeypatch.setattr(dial, "public", first_only)
    with serving(body(b"segredo")) as hidden, serving(redirect(hidden.url)) as server:
        assert why(get(server.url, private=False)) is Reason.PRIVATE_ADDRESS
    assert hidden.requests == []


def test_endless_redirects() -> None:
    with serving(redirect("/")) as server:
        assert why(get(server.url)) is Reason.REDIRECT
    assert len(server.requests) == 6
