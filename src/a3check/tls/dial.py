"""How does a TCP connection to the server come about, directly or through a proxy?

It runs in the TLS probe, which is ended and not asked to stop, and tells a fault as ``Broken``,
with the addresses that were given: so it is not ``net.connect``, which stands above this package.
"""

import contextlib
import errno
import ipaddress
import queue
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from a3check.tls import trouble
from a3check.tls import tunnel as connecting
from a3check.tls.deadline import Deadline
from a3check.tls.request import Request
from a3check.tls.transcript import Trouble
from a3check.tls.trouble import Broken

HEAD_START_SECONDS = 0.25
"""How long one address is tried alone before the next is tried beside it (RFC 8305)."""
ASK_AGAIN = (1.0, 1.5, float("inf"))
"""How long a name's answer is waited for before it is asked for once more, in seconds."""
_ACCEPTED = frozenset({0, errno.ECONNRESET, errno.EPIPE})
"""A reset says that the other end had accepted first: to a SYN it is ECONNREFUSED."""
_WORST_FIRST = (Trouble.REFUSED, Trouble.RESET, Trouble.NO_ANSWER, Trouble.UNREACHABLE)

Address = tuple[socket.AddressFamily, tuple[str, int]]


def dial(request: Request, total: Deadline) -> socket.socket:
    """Return a connection to the server or its proxy; raises Broken."""
    deadline = Deadline(request.connect_seconds, total)
    if request.proxy is None:
        addresses = _given(request) or resolve(request.host, request.port, deadline)
        return connect(addresses, deadline)
    try:
        return connect(resolve(*request.proxy, deadline), deadline)
    except Broken as broken:
        what = f"{broken.trouble}: {broken.detail}"
        raise Broken(Trouble.PROXY_UNREACHABLE, what) from broken


def resolve(host: str, port: int, deadline: Deadline) -> tuple[Address, ...]:
    """Ask for a name's addresses, families by turns; raises Broken(DNS).

    getaddrinfo knows no deadline: it is left behind in a thread of its own when it is late. It
    asks again after 5 s at the earliest: a lost packet would use up ours, so we ask beside it.
    """
    answers: queue.Queue[tuple[Address, ...] | Exception] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(_by_turns(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, ValueError) as error:  # ValueError: no name at all
            answers.put(error)

    answer = None
    for pause in ASK_AGAIN:
        threading.Thread(target=ask, daemon=True, name="getaddrinfo").start()
        with contextlib.suppress(queue.Empty):
            answer = answers.get(timeout=min(pause, deadline.left))
        if answer is not None or deadline.left <= 0:
            break
    if answer is None:
        raise Broken(Trouble.DNS, "no answer")
    if isinstance(answer, Exception):
        raise Broken(Trouble.DNS, f"{type(answer).__name__}: {answer}") from answer
    return answer


def connect(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    """Return the first connection that stands, in blocking mode; raises Broken.

    A silent address costs HEAD_START_SECONDS, not the whole deadline.
    """
    race = _Race(deadline)
    try:
        for address in addresses:
            if winner := race.start(address) or race.wait(HEAD_START_SECONDS):
                return race.won(winner)
        if winner := race.wait(deadline.left):
            return race.won(winner)
    finally:
        race.close()
    raise Broken(race.verdict, race.detail)


def tunnel(connection: socket.socket, request: Request, total: Deadline) -> bytes:
    """Ask the proxy to CONNECT; return what came after its answer. Raises Broken."""
    deadline = Deadline(request.connect_seconds, total)
    head = connecting.ask(request.host, request.port, request.proxy_authorization)
    received = b""
    try:
        connection.settimeout(deadline.wait())
        connection.sendall(head)
        while connecting.END not in received and len(received) < connecting.LONGEST_ANSWER:
            connection.settimeout(deadline.wait())
            piece = connection.recv(4096)
            if not piece:
                break
            received += piece
    except OSError as error:
        broken = trouble.from_stream(error)
        raise Broken(broken.trouble, broken.detail, received=received[:256]) from error
    answer, _, rest = received.partition(connecting.END)
    status = connecting.status(answer)
    if not connecting.opened(status):
        line = answer.split(b"\r\n")[0].decode("latin-1")
        raise Broken(
            Trouble.PROXY_REFUSED, line[:200], proxy_status=status, received=received[:256]
        )
    return rest


class _Race:
    """Connections that are being tried at the same time."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._selector = selectors.DefaultSelector()
        self._runners: set[socket.socket] = set()
        self._errors: list[OSError] = []

    @property
    def verdict(self) -> Trouble:
        """What to say when nobody won: what a machine said counts more than silence."""
        seen = {trouble.from_connect(error) for error in self._errors}
        if self._runners:
            seen.add(Trouble.NO_ANSWER)
        return next((kind for kind in _WORST_FIRST if kind in seen), Trouble.NO_ANSWER)

    @property
    def detail(self) -> str:
        return "; ".join(str(error) for error in self._errors)

    def start(self, address: Address) -> socket.socket | None:
        """Send one off; returns it when it stands at once."""
        family, where = address
        try:
            runner = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            self._errors.append(error)
            return None
        self._runners.add(runner)
        runner.settimeout(0.0)
        try:
            runner.connect(where)
        except (BlockingIOError, InterruptedError):
            self._selector.register(runner, selectors.EVENT_WRITE)
            return None
        except OSError as error:
            self._drop(runner, error)
            return None
        return runner

    def wait(self, seconds: float) -> socket.socket | None:
        """Wait for one to stand; None when the time is over or all have failed."""
        turn = Deadline(seconds, self._deadline)
        while self._selector.get_map() and turn.left > 0:
            for key, _ in self._selector.select(turn.left):
                runner = key.fileobj
                if not isinstance(runner, socket.socket):
                    continue
                self._selector.unregister(runner)
                code = runner.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code in _ACCEPTED:
                    return runner
                self._drop(runner, OSError(code, "connect"))
        return None

    def won(self, winner: socket.socket) -> socket.socket:
        """Take it out of the race."""
        self._runners.discard(winner)
        winner.settimeout(None)
        winner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return winner

    def close(self) -> None:
        """End whoever still runs; `verdict` remembers that they did."""
        self._selector.close()
        for runner in self._runners:
            runner.close()

    def _drop(self, runner: socket.socket, error: OSError) -> None:
        self._errors.append(error)
        self._runners.discard(runner)
        runner.close()


def _given(request: Request) -> tuple[Address, ...]:
    return tuple(_literal(text, request.port) for text in request.addresses)


def _literal(text: str, port: int) -> Address:
    six = ipaddress.ip_address(text).version == 6  # noqa: PLR2004 - the protocol's number
    return (socket.AF_INET6 if six else socket.AF_INET), (text, port)


def _by_turns(
    found: Sequence[tuple[socket.AddressFamily, object, object, object, tuple[object, ...]]],
) -> tuple[Address, ...]:
    """Order addresses 6, 4, 6, 4… beginning with the family that the system put first."""
    addresses = [(family, where) for family, _, _, _, where in found]
    first = [a for a in addresses if a[0] == addresses[0][0]]
    rest = [a for a in addresses if a[0] != addresses[0][0]]
    mixed: Iterator[object] = chain.from_iterable(zip_longest(first, rest))
    return tuple(a for a in mixed if a is not None)  # type: ignore[misc]  # zip_longest's None
