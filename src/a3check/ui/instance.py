"""Is this the user's first window, or is there one already to be brought to the front?"""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

ANSWER = 1.0
"""Seconds that the first window has to answer; one that hangs keeps nobody from a second."""
_LOOK = 100  # milliseconds
_CALL, _HAND, _ANSWER = b"show\n", b"open ", b"here\n"
_LONGEST_CALL = 256 * 1024
"""Bytes; Windows' longest path takes some 200,000 as digits."""
_LONGEST_PATH = 100  # bytes; sockaddr_un holds 108


class Instance(QObject):
    """The window's place among the user's processes, kept by a lock that ends with the process.

    ``folder`` is the user's own: another user has another place. ``take`` locks a file and
    returns its descriptor, or nothing where another process holds it. The lock tells a socket
    that a crash left behind from one that is listened to.
    """

    called = Signal()
    """Another start wants this window to be seen."""
    handed = Signal(object)
    """Another start was given a file to open: its path, as a text that may be no Unicode."""

    def __init__(
        self, folder: Path, take: Callable[[Path], int | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._lock_file, self._name = folder / "window.lock", _name(folder)
        self._lock: int | None = None
        self._server: QLocalServer | None = None

    def first(self, file: str = "") -> bool:
        """Take the place; false where another window has it and has come to the front.

        That one is handed the ``file``, if there is one, by its whole path.

        :meth:`listen` belongs to it, and may wait until the window is painted.
        """
        end = time.monotonic() + ANSWER
        while True:
            self._lock = self._take(self._lock_file)
            if self._lock is not None:
                return True
            if self._call(_HAND + os.fsencode(file).hex().encode() + b"\n" if file else _CALL):
                return False
            if time.monotonic() >= end:
                logger.warning("another window holds the place and does not answer")
                return True

    def leave(self) -> None:
        """Give the place up: who starts from now on is first."""
        if self._server is not None:
            self._server.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def listen(self) -> None:
        """Hear of other starts from now on; nothing where the place is another's."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 - after the first paint

        if self._lock is None:
            return
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(self._name)  # nobody's: its owner would hold the lock
        if not self._server.listen(self._name):
            logger.warning("a second start is not heard: %s", self._server.errorString())

    def _call(self, said: bytes) -> bool:
        """Ask something of the window that is there, and tell whether it answered."""
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 - a second start alone

        _let_forward()
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_LOOK):  # it is about to listen, or to leave
            QThread.msleep(_LOOK)
            return False
        socket.write(said)
        heard = socket.waitForReadyRead(round(ANSWER * 1000))
        return heard and bytes(socket.readAll().data()) == _ANSWER

    @Slot()
    def _answer(self) -> None:
        server = self._server
        while server is not None and (caller := server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.setReadBufferSize(_LONGEST_CALL)
            caller.readyRead.connect(lambda who=caller: self._hear(who))
            self._hear(caller)

    def _hear(self, caller: "QLocalSocket") -> None:
        said = bytes(caller.readLine(_LONGEST_CALL).data()) if caller.canReadLine() else b""
        file = _handed(said)
        if said == _CALL or file:
            caller.write(_ANSWER)
            caller.flush()
            self.called.emit()
        if file:
            self.handed.emit(file)


def _handed(said: bytes) -> str:
    """Return the file that another start names; empty where it names none."""
    digits = said.removeprefix(_HAND)
    try:
        return "" if digits == said else os.fsdecode(bytes.fromhex(digits.decode("ascii")))
    except ValueError:
        return ""


def _name(folder: Path) -> str:
    """Return the name of the user's own socket or pipe."""
    return f"a3check-{_digest(folder)}" if sys.platform == "win32" else _socket(folder)


def _socket(folder: Path) -> str:
    beside = folder / "window.sock"
    return str(beside) if len(os.fsencode(beside)) <= _LONGEST_PATH else _shorter(folder)


def _shorter(folder: Path) -> str:
    """Return a place in the session's own folder; else none that could be listened at."""
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    return (
        str(Path(own) / f"a3check-{_digest(folder)}.sock") if own else str(folder / "window.sock")
    )


def _digest(folder: Path) -> str:
    import hashlib  # noqa: PLC0415 - not before the first paint where it can be helped

    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


if sys.platform == "win32":

    def _let_forward() -> None:
        """Let the other process take the foreground, which Windows gives to the last started."""
        import ctypes  # noqa: PLC0415 - only there

        ctypes.windll.user32.AllowSetForegroundWindow(0xFFFFFFFF)  # ASFW_ANY

else:

    def _let_forward() -> None:
        """Do nothing: the window manager decides."""
