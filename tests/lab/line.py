"""The line between two networks, in user space: slow, lossy, filtered, or cut.

A kernel's own means (`tc netem`, nftables) are not on every machine; a packet that passes through
here is delayed, dropped or rejected the same everywhere.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Final

_TUNSETIFF: Final = 0x400454CA
_TUN, _NO_HEADER = 0x0001, 0x1000  # IFF_TUN, IFF_NO_PI (linux/if_tun.h)
_LOOK_SECONDS: Final = 0.1
_TCP: Final = 6
_V4, _V6 = 4, 6
_ICMP, _UNREACHABLE, _IP_HEADER = 1, 3, 20
PORT_UNREACHABLE, PROHIBITED = 3, 13
"""Codes of ICMP's "destination unreachable" (RFC 792; RFC 1812, 5.2.7.1)."""
_SEED: Final = 20261127
"""What is lost is the same in every run."""


def device(name: str) -> int:
    """Create a TUN device in the calling thread's network; its packets are the descriptor's."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TUN | _NO_HEADER))
    return tun


@dataclass
class Faults:
    """What happens to packets; change it at any time.

    `delay`: seconds one way; `loss`: the share that is lost; `cut`: nothing passes at all.
    `no_v6`: IPv6 vanishes. `dropped`: TCP ports whose packets vanish, as behind a firewall's DROP;
    `rejected`: those that are answered by ICMP with a code, as behind its REJECT.
    """

    delay: float = 0.0
    loss: float = 0.0
    cut: bool = False
    no_v6: bool = False
    dropped: set[int] = field(default_factory=set)
    rejected: dict[int, int] = field(default_factory=dict)

    def clear(self) -> None:
        """Mend everything."""
        self.__init__()  # type: ignore[misc]  # the defaults are the healthy line


class Line:
    """Carries packets between two devices while it runs."""

    def __init__(self, near: int, far: int, faults: Faults) -> None:
        self._towards = {near: far, far: near}
        self._faults = faults
        self._chance = random.Random(_SEED)  # noqa: S311 - no secret
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._running = True
        self._thread = Thread(target=self._carry, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; the devices go."""
        self._running = False
        self._thread.join()
        for tun in self._towards:
            os.close(tun)

    def _carry(self) -> None:
        number = 0
        while self._running:
            due = self._waiting[0][0] - time.monotonic() if self._waiting else _LOOK_SECONDS
            wait = max(0.0, min(due, _LOOK_SECONDS))
            for tun in select.select([*self._towards], [], [], wait)[0]:
                packet = os.read(tun, 65536)
                refusal = self._refusal(packet)
                if refusal:
                    self._write(tun, refusal)
                elif self._passes(packet):
                    number += 1
                    moment = time.monotonic() + self._faults.delay
                    heapq.heappush(self._waiting, (moment, number, self._towards[tun], packet))
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, tun, packet = heapq.heappop(self._waiting)
                self._write(tun, packet)

    def _write(self, tun: int, packet: bytes) -> None:
        with suppress(OSError):  # the other side is not up (yet, or no more)
            os.write(tun, packet)

    def _passes(self, packet: bytes) -> bool:
        faults = self._faults
        if faults.cut or (packet[0] >> 4 == _V6 and faults.no_v6):
            return False
        return not set(_ports(packet)) & faults.dropped and self._chance.random() >= faults.loss

    def _refusal(self, packet: bytes) -> bytes:
        """Return the ICMP answer to a packet that is rejected (RFC 792)."""
        codes = [
            self._faults.rejected[p] for p in _ports(packet)[1:] if p in self._faults.rejected
        ]
        if not codes:
            return b""
        quoted = packet[: (packet[0] & 15) * 4 + 8]
        icmp = _summed(bytes([_UNREACHABLE, codes[0], 0, 0, 0, 0, 0, 0]) + quoted, at=2)
        length = _IP_HEADER + len(icmp)
        head = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, 0, 64, _ICMP, 0)
        return _summed(head + packet[16:20] + packet[12:16], at=10) + icmp


def _ports(packet: bytes) -> tuple[int, ...]:
    """Return source and target of TCP over IPv4; nothing of any other packet."""
    if packet[0] >> 4 != _V4 or packet[9] != _TCP:
        return ()
    start = (packet[0] & 15) * 4
    source, target = struct.unpack("!HH", packet[start : start + 4])
    return source, target


def _summed(data: bytes, *, at: int) -> bytes:
    """Fill in the internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return data[:at] + (~total & 0xFFFF).to_bytes(2, "big") + data[at + 2 :]
