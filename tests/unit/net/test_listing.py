"""Bringing the list of CAs: a real server on loopback that is good, slow, cut, or lies."""

from __future__ import annotations

import hashlib
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.net.fetching import OK, Server, body, redirect, serving

from a3check.core.profile import Profile, builtin
from a3check.net.listing import bring, named, official
from a3check.pki.archive import LARGEST_ZIP
from a3check.pki.brought import Brought, NotBrought

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ZIP = b"PK" + bytes(range(256)) * 8
DIGEST = f"{hashlib.sha512(ZIP).hexdigest()}  lista.zip\n".encode()
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
PROFILE = replace(
    builtin(),
    network=replace(builtin().network, proxy="none"),
    limits=replace(builtin().limits, fetch=5.0),
)
SHORT = replace(PROFILE, limits=replace(PROFILE.limits, fetch=0.3))


@contextmanager
def site(pages: Mapping[str, bytes | list[bytes]]) -> Iterator[Server]:
    """Serve raw answers by path; of a list one after another, the last one again and again."""
    left = {path: [page] if isinstance(page, bytes) else page for path, page in pages.items()}

    def answer(client: socket.socket, request: bytes) -> None:
        path = request.split(b" ")[1].decode()
        if b"User-Agent: Mozilla/5.0" not in request:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        rest = left.get(path, [NOT_FOUND])
        client.sendall(rest.pop(0) if len(rest) > 1 else rest[0])

    with serving(answer) as server:
        yield server


def good() -> dict[str, bytes | list[bytes]]:
    return {"/lista.zip": body(ZIP), "/hashsha512.txt": body(DIGEST)}


def brought(server: Server, profile: Profile = PROFILE) -> Brought | NotBrought:
    return bring([named(server.url + "lista.zip")], profile, private=True)


def asked(server: Server) -> list[str]:
    return [request.split(b" ")[1].decode() for request in server.requests]


def test_a_list_and_its_hash() -> None:
    with site(good()) as server:
        answer = brought(server)
    assert answer == Brought(f"{server.url}lista.zip", ZIP, date(2026, 11, 22), verified=True)
    assert asked(server) == ["/hashsha512.txt", "/lista.zip"]


@pytest.mark.parametrize(
    "page", [NOT_FOUND, body(b"<html>"), body(DIGEST.replace(b"lista", b"outra"))]
)
def test_a_list_whose_hash_nobody_published(page: bytes) -> None:
    with site({"/lista.zip": body(ZIP), "/hashsha512.txt": page}) as server:
        answer = brought(server)
    assert isinstance(answer, Brought)
    assert answer.verified is None


def test_a_list_that_was_changed_between_hash_and_zip_is_asked_for_once_more() -> None:
    old = body(b"0" * 128 + b"  lista.zip\n")
    with site({"/lista.zip": body(ZIP), "/hashsha512.txt": [old, body(DIGEST)]}) as server:
        answer = brought(server)
    assert isinstance(answer, Brought)
    assert answer.verified
    assert len(server.requests) == 4


def test_a_wrong_hash() -> None:
    wrong = body(b"0" * 128 + b"  lista.zip\n")
    with site({"/lista.zip": body(ZIP), "/hashsha512.txt": wrong}) as server:
        answer = brought(server)
    assert answer == NotBrought(f"{server.url}lista.zip", "bad_hash")
    assert len(server.requests) == 4


def test_what_came_cut_is_begun_anew_and_nothing_of_it_kept() -> None:
    cut = body(ZIP)[:-100]
    with site({**good(), "/lista.zip": [cut, body(ZIP)]}) as server:
        assert brought(server) == Brought(
            f"{server.url}lista.zip", ZIP, date(2026, 11, 22), verified=True
        )
    with site({**good(), "/lista.zip": cut}) as server:
        assert brought(server) == NotBrought(f"{server.url}lista.zip", "truncated")
        assert asked(server).count("/lista.zip") == 2


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "http_403"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "http_503"),
        (NOT_FOUND, "http_404"),
        (b"HTTP/1.1 407 Proxy\r\nContent-Length: 0\r\n\r\n", "proxy"),
        (redirect("file:///etc/passwd"), "redirect"),
        (OK + b"Content-Length: %d\r\n\r\n" % (LARGEST_ZIP + 1), "too_large"),
        (b"SSH-2.0-x\r\n\r\n", "protocol"),
    ],
)
def test_an_answer_that_is_no_list(page: bytes, fault: str) -> None:
    with site({**good(), "/lista.zip": page}) as server:
        answer = brought(server)
    assert isinstance(answer, NotBrought)
    assert answer.fault == fault


def test_a_silent_server_is_left_at_the_hash() -> None:
    released = threading.Event()
    with serving(lambda _client, _request: (released.wait(30), None)[1]) as server:
        answer = brought(server, SHORT)
        assert answer == NotBrought(f"{server.url}hashsha512.txt", "timeout")
        assert asked(server) == ["/hashsha512.txt"]
        released.set()


def test_the_next_source_is_asked_and_the_first_one_s_fault_told() -> None:
    with site(good()) as server, socket.create_server(("127.0.0.1", 0)) as listener:
        dead = f"http://127.0.0.1:{listener.getsockname()[1]}/lista.zip"
        listener.close()
        alive = named(f"{server.url}lista.zip")
        assert isinstance(bring([named(dead), alive], PROFILE, private=True), Brought)
        bad = named(f"{server.url}nada.zip")
        answer = bring([bad, named(dead)], PROFILE, private=True)
    assert answer == NotBrought(bad.url, "http_404")


def test_private_addresses_only_where_they_may_be() -> None:
    with site(good()) as server:
        answer = bring([named(f"{server.url}lista.zip")], PROFILE, private=False)
        assert isinstance(answer, NotBrought)
        assert answer.fault == "private_address"
        assert not server.requests


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/l.zip", "http://", "http://[::1"])
def test_an_address_that_is_none(url: str) -> None:
    answer = bring([named(url)], PROFILE, private=True)
    assert isinstance(answer, NotBrought)
    assert answer.fault == "bad_url"


def test_no_source_at_all() -> None:
    assert isinstance(bring([], PROFILE, private=True), NotBrought)


def test_the_official_sources_are_iti_s_and_its_mirror() -> None:
    first, second = official()
    assert first.url.startswith("http://acraiz.icpbrasil.gov.br/")
    assert second.url.startswith("http://repositorio.serpro.gov.br/")
    for source in (first, second):
        assert source.url.endswith("/ACcompactado.zip")
        assert source.digest == named(source.url).digest
