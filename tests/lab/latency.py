"""Runs a command where loopback is far away: every IPv4 packet to it arrives late.

`unshare --net python -m tests.lab.latency SECONDS COMMAND…`, as root. In the new network namespace
127.0.0.0/8 leads through a TUN device; what the kernel sends there is read, kept for half of
SECONDS (the round trip's), and given back. The kernel's netem would do, but is often not built.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Final

DEVICE: Final = "late0"
MTU: Final = 1500
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEADER: Final = 0x1001
# What is sent goes by the device; what comes from it is for this computer.
_ROUTES: Final = f"""
link set lo up
link set {DEVICE} up
route add local 127.0.0.0/8 dev lo table 100
rule add pref 10 iif {DEVICE} lookup 100
route add 127.0.0.0/8 dev {DEVICE} src 127.0.0.1 table 200
rule add pref 20 lookup 200
rule add pref 30 lookup local
rule del pref 0
"""
_KERNEL: Final = {"route_localnet": 1, "accept_local": 1, "rp_filter": 0}


def main(arguments: list[str]) -> int:
    """Set the namespace up, delay in a child of our own, run the command; its exit status."""
    delay = float(arguments[0]) / 2
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", DEVICE.encode(), _TUN_WITHOUT_HEADER))
    for name, value in _KERNEL.items():
        for where in ("all", DEVICE):
            Path(f"/proc/sys/net/ipv4/conf/{where}/{name}").write_text(str(value))
    for line in _ROUTES.strip().splitlines():
        subprocess.run(["ip", *line.split()], check=True)
    child = os.fork()
    if not child:
        reflect(device, delay)
    try:
        return subprocess.run(arguments[1:], check=False).returncode
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def reflect(device: int, delay: float) -> None:
    """Give every packet back `delay` seconds after it was sent, for ever."""
    waiting: deque[tuple[float, bytes]] = deque()
    while True:
        left = max(waiting[0][0] - time.monotonic(), 0.0) if waiting else None
        if select.select([device], [], [], left)[0]:
            waiting.append((time.monotonic() + delay, os.read(device, MTU + 100)))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(device, waiting.popleft()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
