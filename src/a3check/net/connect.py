"""Connect to a host by whichever of its addresses answers first."""

import errno
import selectors
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic

from a3check.core.internet import Reach, Unnamed

STAGGER = 0.25  # seconds before the next address is tried beside the last (RFC 8305 §5)
ASK_AT = (0.0, 1.0, 2.5)  # seconds after which a name that has no answer yet is asked for
_LOOK = 0.1  # seconds between two looks at the stop

_Address = tuple[socket.AddressFamily, tuple[object, ...]]

_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY}
# a reset says that the other end had accepted first: to a SYN it is ECONNREFUSED
_ACCEPTED = {0, errno.ECONNRESET, errno.EPIPE}
_REFUSED = {errno.ECONNREFUSED, errno.ECONNABORTED}
_NO_SUCH_NAME = tuple(
    (getattr(socket, name),) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
)
# of documentation (RFC 5737, RFC 3849): nobody is there
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
# of several failed addresses, what is told of the host: the clearest answer
_TELLING = {Reach.UNREACHABLE: 0, Reach.NO_ANSWER: 1, Reach.REFUSED: 2}


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a connection ended: the socket (blocking again) or why there is none.

    ``address`` is the numeric address that connected, or that told most;
    ``barred`` tells that no address of the host may be connected to; ``unnamed``
    why the name has none.
    """

    reach: Reach
    address: str = ""
    sock: socket.socket | None = None
    barred: bool = False
    unnamed: Unnamed | None = None


def _any(_address: str) -> bool:
    return True


def connect(
    host: str, port: int, *, seconds: float, stop: Event, may: Callable[[str], bool] = _any
) -> Attempt:
    """Resolve and connect within ``seconds``; never raises.

    All addresses are tried, the families by turns, each beside those that have
    not answered yet: an IPv6 that leads nowhere costs ``STAGGER``, not the deadline.
    ``may`` is asked about each numeric address; those that it refuses are left out.
    """
    deadline = monotonic() + seconds
    addresses = _resolve(host, port, deadline, stop)
    if stop.is_set():  # nobody was waited for: that says nothing of the host
        return Attempt(Reach.NO_ANSWER)
    if isinstance(addresses, Unnamed):
        return Attempt(Reach.DNS_FAILED, unnamed=addresses)
    allowed = [address for address in addresses if may(str(address[1][0]))]
    if not allowed:
        return Attempt(Reach.UNREACHABLE, str(addresses[0][1][0]), barred=True)
    with selectors.DefaultSelector() as selector:
        race = _Race(selector, by_turns(allowed), deadline)
        try:
            return race.run(stop)
        finally:
            race.end()


def by_turns(addresses: Iterable[_Address]) -> list[_Address]:
    """Order addresses so that the families take turns, the first one's first (RFC 8305 §4)."""
    families: dict[int, deque[_Address]] = {}
    for address in addresses:
        families.setdefault(address[0], deque()).append(address)
    ordered: list[_Address] = []
    while families:
        ordered += [queue.popleft() for queue in families.values()]
        families = {family: queue for family, queue in families.items() if queue}
    return ordered


class _Race:
    def __init__(
        self, selector: selectors.BaseSelector, addresses: list[_Address], deadline: float
    ) -> None:
        self._selector = selector
        self._waiting = deque(addresses)
        self._deadline = deadline
        self._running: dict[socket.socket, str] = {}
        self._worst = Attempt(Reach.NO_ANSWER)
        self._next_start = 0.0

    def run(self, stop: Event) -> Attempt:
        while (now := monotonic()) < self._deadline and not stop.is_set():
            if self._waiting and (not self._running or now >= self._next_start):
                self._next_start = now + STAGGER
                connected = self._start(*self._waiting.popleft())
            elif self._running:
                connected = self._wait(now)
            else:
                return self._worst
            if connected is not None:
                return connected
        for address in self._running.values():
            self._note(Reach.NO_ANSWER, address)
        return self._worst

    def end(self) -> None:
        for sock in self._running:
            sock.close()

    def _start(self, family: socket.AddressFamily, target: tuple[object, ...]) -> Attempt | None:
        address = str(target[0])
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError:  # a family that this system lacks
            self._note(Reach.UNREACHABLE, address)
            return None
        sock.settimeout(0)  # not blocking
        try:
            error = sock.connect_ex(target)
        except OSError as failure:
            error = failure.errno or errno.EINVAL
        if error in _UNDER_WAY:
            self._running[sock] = address
            self._selector.register(sock, selectors.EVENT_WRITE)
            return None
        return self._ended(sock, address, error)

    def _wait(self, now: float) -> Attempt | None:
        until = min(self._deadline, self._next_start if self._waiting else self._deadline)
        for key, _events in self._selector.select(max(0.0, min(until - now, _LOOK))):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)  # noqa: S101 - only sockets are registered
            self._selector.unregister(sock)
            address = self._running.pop(sock)
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            connected = self._ended(sock, address, error)
            if connected is not None:
                return connected
        return None

    def _ended(self, sock: socket.socket, address: str, error: int) -> Attempt | None:
        if error in _ACCEPTED:
            sock.settimeout(None)
            return Attempt(Reach.CONNECTED, address, sock)
        sock.close()
        if error == errno.ETIMEDOUT:
            self._note(Reach.NO_ANSWER, address)
        else:
            self._note(Reach.REFUSED if error in _REFUSED else Reach.UNREACHABLE, address)
        return None

    def _note(self, reach: Reach, address: str) -> None:
        if not self._worst.address or _TELLING[reach] >= _TELLING[self._worst.reach]:
            self._worst = Attempt(reach, address)


def _resolve(host: str, port: int, deadline: float, stop: Event) -> list[_Address] | Unnamed:
    """Ask for addresses in daemon threads: the system's resolver knows no deadline.

    It asks again after 5 s at the earliest, so one lost packet would use up ours: we ask anew
    beside it before.
    """
    answers: SimpleQueue[list[_Address] | Unnamed] = SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(why_unnamed(error))
        else:
            answers.put(list(dict.fromkeys((row[0], row[4]) for row in rows)))

    begun = monotonic()
    moments = [begun + wait for wait in ASK_AT]
    while not stop.is_set() and (left := deadline - monotonic()) > 0:
        if moments and monotonic() >= moments[0]:
            moments.pop(0)
            Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        with suppress(Empty):
            return answers.get(timeout=min(left, _LOOK)) or Unnamed.NOT_FOUND
    return Unnamed.NO_ANSWER


def why_unnamed(error: Exception) -> Unnamed:
    """Say what a resolver's error means (RFC 3493 §6.1; Winsock has the same three).

    "Try again" is what it says of SERVFAIL, of silence, and of a computer without any way out.
    """
    if isinstance(error, UnicodeError) or error.args[:1] in _NO_SUCH_NAME:
        return Unnamed.NOT_FOUND
    return Unnamed.SERVER_FAILED if _has_a_way_out() else Unnamed.NO_WAY


def _has_a_way_out() -> bool:
    """Tell whether there is a route; no packet leaves: a UDP socket is only bound to one."""
    for family, target in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            return True
    return False
