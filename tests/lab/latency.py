"""Runs a command where loopback is far away: every IPv4 packet to it arrives late.

`unshare --net python -m tests.lab.latency SECONDS COMMAND…`, as root. In the new network namespace
127.0.0.0/8 leads through a TUN device; what the kernel sends there is read, kept for half of
SECONDS (the round trip's), and given back (`tests.lab.line`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.lab.line import Faults, Line, device

DEVICE: Final = "late0"
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
    """Set the namespace up, run the command beside the line; its exit status."""
    tun = device(DEVICE)
    for name, value in _KERNEL.items():
        for where in ("all", DEVICE):
            Path(f"/proc/sys/net/ipv4/conf/{where}/{name}").write_text(str(value))
    for line in _ROUTES.strip().splitlines():
        subprocess.run(["ip", *line.split()], check=True)
    reflecting = Line(tun, tun, Faults(delay=float(arguments[0]) / 2))
    try:
        return subprocess.run(arguments[1:], check=False).returncode
    finally:
        reflecting.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
