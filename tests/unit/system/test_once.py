"""Each kept list is read once in a run over many certificates, and no more than fits is held."""

from __future__ import annotations

from dataclasses import dataclass, field

from a3check.system.once import ReadOnce

ONE, TWO = "http://a.invalid/1.crl", "http://a.invalid/2.crl"


@dataclass
class Files:
    bodies: dict[str, bytes] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def take(self, url: str) -> bytes | None:
        self.read.append(url)
        return bytes(bytearray(self.bodies[url])) if url in self.bodies else None

    def keep(self, url: str, body: bytes) -> None:
        self.bodies[url] = body

    def drop(self, url: str) -> None:
        self.bodies.pop(url, None)


def test_a_list_is_read_once_and_is_the_same_bytes() -> None:
    files = Files({ONE: b"one"})
    once = ReadOnce(files)
    assert once.take(ONE) is once.take(ONE)
    assert files.read == [ONE]


def test_what_is_not_there_is_looked_for_until_somebody_keeps_it() -> None:
    files = Files()
    once = ReadOnce(files)
    assert once.take(ONE) is once.take(ONE) is None
    body = b"fetched"
    once.keep(ONE, body)
    assert once.take(ONE) is body
    assert files.bodies == {ONE: body}
    assert files.read == [ONE, ONE]


def test_what_is_dropped_is_gone() -> None:
    files = Files({ONE: b"one"})
    once = ReadOnce(files)
    once.take(ONE)
    once.drop(ONE)
    assert once.take(ONE) is None
    assert files.bodies == {}


def test_the_latest_used_stay_where_not_all_fit() -> None:
    files = Files({ONE: b"1" * 6, TWO: b"2" * 6})
    once = ReadOnce(files, most_bytes=12)
    for url in (ONE, TWO, ONE, TWO):
        once.take(url)
    assert files.read == [ONE, TWO]
    once.take(ONE)
    once.keep("http://a.invalid/3.crl", b"3" * 6)
    assert once.take(ONE) == b"1" * 6
    assert files.read == [ONE, TWO]
    once.take(TWO)
    assert files.read == [ONE, TWO, TWO]
