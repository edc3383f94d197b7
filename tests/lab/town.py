"""A town's desk and the internet beyond it: two network namespaces and the line between them.

Only root may enter a namespace from a running process. Nothing of the machine's own network is
touched, and all of it ends with the process that holds each namespace.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Self, TypeVar

import pytest
from tests.lab.daemon import READY_SECONDS, Daemon
from tests.lab.endpoints import Endpoint, Relay
from tests.lab.line import Faults, Line, device
from tests.lab.resolver import Resolver
from tests.lab.root import IS_ROOT
from tests.lab.stacked import Stacked

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

DESK, WORLD, DNS, OTHER = "200.0.2.1", "200.0.2.2", "200.0.2.53", "200.0.2.3"
"""Addresses in the two namespaces alone: public ones, since private ones would be a finding."""
DESK6, WORLD6 = "2001:4860:77::1", "2001:4860:77::2"
_NEWNET: Final = 0x40000000
_RESOLVING: Final = f"nameserver {DNS}\n"
_SWITCH: Final = "hosts: files dns\n"
_HOSTS: Final = "127.0.0.1 localhost\n"
_SEEN: Final = 'mount --bind "$1" /etc/resolv.conf && mount --bind "$2" /etc/nsswitch.conf && \
mount --bind "$3" /etc/hosts && shift 3 && exec "$@"'


def _may() -> str:
    """Return why there can be no town here; nothing where there can."""
    if not IS_ROOT:
        return "not root: nobody else may enter a network namespace and make its devices"
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except OSError:
        return "this system has no /dev/net/tun"
    done = subprocess.run(["unshare", "--net", "--mount", "true"], check=False)
    return "" if done.returncode == 0 else "this system refuses a network namespace"


_WHY_NOT: Final = _may()
needs_town = pytest.mark.skipif(bool(_WHY_NOT), reason=_WHY_NOT or "a town can be made")


class Space:
    """A network namespace of its own, which lives as long as its process."""

    def __init__(self, log: Path) -> None:
        self._daemon = Daemon(["unshare", "--net", "sleep", "infinity"], log)
        own, deadline = Path("/proc/self/ns/net").stat().st_ino, time.monotonic() + READY_SECONDS
        while self.file.stat().st_ino == own:
            assert time.monotonic() < deadline, "no namespace"
            Event().wait(0.01)

    @property
    def file(self) -> Path:
        """The kernel's file of it."""
        return Path(f"/proc/{self._daemon.pid}/ns/net")

    @property
    def enter(self) -> tuple[str, ...]:
        """Before a command: it runs in there."""
        return ("nsenter", f"--net={self.file}", "--")

    def inside(self, call: Callable[[], T]) -> T:
        """Call in there, in a thread: sockets and devices that are made stay there (setns(2))."""
        results: list[T] = []

        def run() -> None:
            libc = ctypes.CDLL(None, use_errno=True)
            with self.file.open("rb") as file:
                if libc.setns(file.fileno(), _NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            results.append(call())

        thread = Thread(target=run)
        thread.start()
        thread.join()
        (result,) = results
        return result

    def configure(self, *lines: str) -> None:
        """Give ip(8) these commands."""
        subprocess.run(
            [*self.enter, "ip", "-batch", "-"], input="\n".join(lines), text=True, check=True
        )

    def close(self) -> None:
        """End it with all that is in it."""
        self._daemon.stop()


class Town(Stacked):
    """The two namespaces, the line with its `faults`, and the DNS server, while the context lasts.

    `open` makes a part in the world beyond, or at the desk's own loopback.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()
        self.faults: Final = Faults()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._desk, self._world = self._space(stack, "desk"), self._space(stack, "world")
            near, far = (s.inside(lambda: device("lab")) for s in (self._desk, self._world))
            stack.callback(Line(near, far, self.faults).close)
            self._desk.configure(*_setting(DESK, WORLD, DESK6))
            more = [f"addr add {address}/32 dev lab" for address in (DNS, OTHER)]
            self._world.configure(*_setting(WORLD, DESK, WORLD6), *more)
            resolver = self._world.inside(lambda: Resolver((DNS, 53), {}))
            self.resolver = stack.enter_context(resolver)
            self._stack = stack.pop_all()
        return self

    @property
    def before(self) -> tuple[str, ...]:
        """Before a command: it runs at the desk, and asks the town's DNS server."""
        files = {"resolv.conf": _RESOLVING, "nsswitch.conf": _SWITCH, "hosts": _HOSTS}
        for name, content in files.items():
            (self._folder / name).write_text(content)
        seen = (str(self._folder / name) for name in files)
        return (*self._desk.enter, "unshare", "--mount", "sh", "-c", _SEEN, "sh", *seen)

    def relay(self, port: int, host: str = WORLD) -> Relay:
        """Return a part in the world that leads to a loopback port of the laboratory."""
        return self._world.inside(lambda: Relay(port, (host, port)))

    def at_desk(self, port: int) -> Relay:
        """Return the same at the desk's own loopback: what is not to be tested passes there."""
        return self._desk.inside(lambda: Relay(port, ("127.0.0.1", port)))

    def part(self, make: Callable[[tuple[str, int]], Endpoint], host: str = OTHER) -> Endpoint:
        """Return any other part in the world, on a free port."""
        return self._world.inside(lambda: make((host, 0)))

    def _space(self, stack: ExitStack, name: str) -> Space:
        space = Space(self._folder / f"{name}.log")
        stack.callback(space.close)
        return space


def _setting(own: str, other: str, own6: str) -> list[str]:
    return [
        "link set lo up",
        f"addr add {own}/32 peer {other}/32 dev lab",
        f"addr add {own6}/64 dev lab nodad",
        "link set lab up",
        "route add default dev lab",
        "route add ::/0 dev lab",
    ]
