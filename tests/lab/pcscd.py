"""A private PC/SC service: Debian's pcscd on its own socket, with virtual readers of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.lab.slot import Slot

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PCSCD = "/usr/sbin/pcscd"
VPCD = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
SHIM = Path(__file__).with_name("one_slot.c")
START_SECONDS = 10.0
STOP_SECONDS = 5.0
SEEN_SECONDS = 10.0
POLL_SECONDS = 0.02
PORT_TRIES = 3
CLIENTS = 64
_SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 108 bytes

# The shell becomes pcscd: exec keeps its process id, which LISTEN_PID must name
# (sd_listen_fds(3)); setpriv has the kernel kill it when the thread that started it ends.
_ACTIVATE = (
    "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; "
    'exec setpriv --pdeathsig KILL -- "$@"'
)

# pcscd's client protocol (winscard_msg.h, eventhandler.h of pcsc-lite 1.9): asked here directly,
# so that the test's own process loads no PC/SC library.
_HEADER = struct.Struct("=II")
_VERSION = struct.Struct("=iiI")
_READER = struct.Struct("=128sIIi33s3xII")
_CMD_VERSION, _CMD_READERS = 0x11, 0x12
_PROTOCOL = (4, 4)
_MAX_READERS = 16
_STATE_PRESENT = 0x0004


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What pcscd tells of one reader: its PC/SC name, whether it sees a card, and its ATR."""

    name: str
    present: bool
    atr: bytes


class Pcscd:
    """A pcscd of one's own: `with Pcscd(tmp_path, readers=2) as pcscd:`.

    `readers` virtual readers with one slot each and no card (0: a service without readers; for
    "two readers, one empty" take 2 and insert a card into one). Several services run side by
    side. Programs reach it with `environment` merged into theirs; `socket` is the value of
    PCSCLITE_CSOCK_NAME and `ports` the readers' TCP ports, in order. Reader n is
    "Lab Reader n 00 00" to pcscd. It must be entered by a thread that lives as long as the
    service (the kernel kills pcscd when that thread ends, so it also dies with a killed test).

    pcscd looks for a change of cards every 0.4 s; the methods that change something wait until it
    is seen. A card that stays silent blocks its reader for ever: vpcd knows no time-out.
    """

    def __init__(self, tmp: Path, readers: int = 1) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pcscd-", dir=tmp))
        self._resources = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.slots = tuple(Slot() for _ in range(readers))
        self.socket = self._folder / "pcscd.comm"

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            if len(str(self.socket)) > _SOCKET_PATH_LIMIT:
                short = undo.enter_context(tempfile.TemporaryDirectory(prefix="pcscd-"))
                self.socket = Path(short) / "pcscd.comm"
            undo.callback(self.stop)
            self._install_readers()
            self.start()
            self._resources = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._resources.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send a PC/SC client to this service."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket)}

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP port of each reader, where its virtual card connects to."""
        return tuple(slot.port for slot in self.slots)

    @property
    def pid(self) -> int | None:
        """The process id of the running service; None when it is stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the service (again) and wait until it lists its readers; TimeoutError if not."""
        if self._process is not None:
            raise ValueError("it runs already")
        for _ in range(PORT_TRIES):
            self._write_configuration()
            self._spawn()
            self._await(self._answers, START_SECONDS)
            if len(self.readers()) == len(self.slots):
                return
            self._end(signal.SIGKILL)  # a reader is missing: its port was taken meanwhile
            for slot in self.slots:
                slot.move()
        raise TimeoutError("pcscd does not list its readers")

    def stop(self) -> None:
        """End the service in good order; its socket file goes with it. No error when stopped."""
        self._end(signal.SIGTERM)
        self.socket.unlink(missing_ok=True)

    def crash(self) -> None:
        """Kill the service; its socket file stays behind and refuses connections."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the service's process: connections are taken and never answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen service go on."""
        self._signal(signal.SIGCONT)

    def readers(self) -> tuple[ReaderState, ...]:
        """Ask the running service for its readers; OSError when it does not run or answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(STOP_SECONDS)
            client.connect(str(self.socket))
            client.sendall(
                _HEADER.pack(_VERSION.size, _CMD_VERSION) + _VERSION.pack(*_PROTOCOL, 0)
            )
            _receive(client, _VERSION.size)
            client.sendall(_HEADER.pack(0, _CMD_READERS))
            states = _receive(client, _READER.size * _MAX_READERS)
        rows = _READER.iter_unpack(states)
        return tuple(
            ReaderState(
                row[0].split(b"\0")[0].decode(), bool(row[2] & _STATE_PRESENT), row[4][: row[5]]
            )
            for row in rows
            if row[0][0]
        )

    def name(self, reader: int = 0) -> str:
        """The PC/SC name of this reader; LookupError when it is not listed."""
        return self._state(reader).name

    def await_card(self, reader: int, *, present: bool) -> None:
        """Wait until pcscd sees a card in this reader (or none); TimeoutError if it never does."""
        self._await(lambda: self._state(reader).present is present, SEEN_SECONDS)

    def _state(self, reader: int) -> ReaderState:
        name = self._base_name(reader)
        for state in self.readers():
            if state.name.startswith(name):
                return state
        raise LookupError(name)

    def _base_name(self, reader: int) -> str:
        return f"Lab Reader {reader} "

    def _library(self, reader: int) -> Path:
        return self._folder / f"reader{reader}.so"

    def _install_readers(self) -> None:
        for number in range(len(self.slots)):
            library = self._library(number)
            _compile(library)
            shutil.copy(VPCD, library.with_suffix(".so.vpcd"))

    def _write_configuration(self) -> None:
        folder = self._folder / "reader.conf.d"
        folder.mkdir(exist_ok=True)
        # One file: pcscd takes several in the folder's own order.
        (folder / "readers").write_text(
            "".join(
                f'FRIENDLYNAME "Lab Reader {number}"\n'
                f"DEVICENAME /dev/null:{slot.port}\n"
                f"LIBPATH {self._library(number)}\n"
                f"CHANNELID {slot.port}\n\n"
                for number, slot in enumerate(self.slots)
            )
        )

    def _spawn(self) -> None:
        self.socket.unlink(missing_ok=True)
        # Only critical messages: --debug and --apdu would write PINs.
        config = str(self._folder / "reader.conf.d")
        command = [PCSCD, "--foreground", "--critical", "--config", config]
        with (
            socket.socket(socket.AF_UNIX) as listener,
            (self._folder / "pcscd.log").open("ab") as log,
        ):
            listener.bind(str(self.socket))
            listener.listen(CLIENTS)
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _ACTIVATE, "sh", *command],
                stdin=listener.fileno(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            log = (self._folder / "pcscd.log").read_text(errors="replace")
            raise RuntimeError(f"pcscd ended at its start: {log}")
        try:
            self.readers()
        except ConnectionError:  # it ended just now: the next look says so
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise ValueError("it does not run")
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # a driver blocked on a silent card
            process.kill()
            process.wait(STOP_SECONDS)

    def _await(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        pause = threading.Event()
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not seen by pcscd within {seconds} s")
            pause.wait(POLL_SECONDS)


def _receive(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = client.recv(size - len(data))
        if not piece:
            raise ConnectionError("pcscd closed the connection")
        data += piece
    return data


def _compile(library: Path) -> None:
    compiler = os.environ.get("CC", "cc")
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-I/usr/include/PCSC"]
    subprocess.run([compiler, *flags, "-o", str(library), str(SHIM)], check=True)
