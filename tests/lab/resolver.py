"""A DNS server of the laboratory: it knows a few names, and may be silent, at a loss, or lie."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from threading import Thread
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

_LOOK_SECONDS: Final = 0.1
_A, _AAAA = 1, 28
_ANSWERS: Final = 0x8180
"""QR, RD and RA (RFC 1035, 4.1.1)."""


class Mood(StrEnum):
    """What it says of a name; `LYING`: the addresses of `lies`."""

    KNOWING = "knowing"
    SILENT = "silent"
    NOT_FOUND = "not found"
    FAILING = "failing"
    LYING = "lying"


_CODES: Final = {Mood.NOT_FOUND: 3, Mood.FAILING: 2}


@dataclass
class Resolver:
    """Answers by UDP at `at`; names that it does not know do not exist.

    `moods` says of a name alone, or under "" of all, how it is answered; change it at any time.
    """

    at: tuple[str, int]
    names: dict[str, tuple[str, ...]]
    moods: dict[str, Mood] = field(default_factory=dict)
    lies: tuple[str, ...] = ("10.0.0.9",)

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(self.at)
        self._socket.settimeout(_LOOK_SECONDS)
        self._running = True
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self._running = False
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while self._running:
            try:
                question, sender = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(question)
            if answer:
                self._socket.sendto(answer, sender)

    def _answer(self, question: bytes) -> bytes:
        labels, end = _name(question)
        wanted = int.from_bytes(question[end : end + 2], "big")
        mood = self.moods.get(labels, self.moods.get("", Mood.KNOWING))
        if mood is Mood.SILENT:
            return b""
        addresses = self.lies if mood is Mood.LYING else self.names.get(labels, ())
        code = _CODES.get(mood, 0 if addresses else _CODES[Mood.NOT_FOUND])
        packed = [ip_address(text).packed for text in addresses if code == 0]
        length = {_A: 4, _AAAA: 16}.get(wanted, 0)
        records = [
            b"\xc0\x0c"
            + wanted.to_bytes(2, "big")
            + b"\0\1\0\0\0\0"
            + bytes([0, length])
            + address
            for address in packed
            if len(address) == length
        ]
        answer = question[:2] + (_ANSWERS | code).to_bytes(2, "big")
        counts = b"\0\1" + len(records).to_bytes(2, "big") + b"\0\0\0\0"
        return answer + counts + question[12 : end + 4] + b"".join(records)


def _name(question: bytes) -> tuple[str, int]:
    """Return the name that is asked for, and where it ends."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii").lower())
        at += 1 + question[at]
    return ".".join(labels), at + 1
