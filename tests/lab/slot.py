"""The contacts of one virtual reader: where a virtual card meets vpcd."""

from __future__ import annotations

import random
import socket
import threading
import time
from typing import Protocol

# Below Linux's ephemeral ports (32768 on), so that no outgoing connection takes one meanwhile.
_PORTS = range(20000, 32000)
_PORT_TRIES = 100
_RETRY_SECONDS = 0.02
_CONNECT_SECONDS = 5.0
_LEAVE_SECONDS = 5.0


class Answerer(Protocol):
    """What sits in a slot: it answers vpcd's messages on a connection until that ends."""

    def serve(self, connection: socket.socket) -> None:
        """Answer on this connection; return when either side has ended it."""

    def cut(self) -> None:
        """End the connection that is being served, if there is one."""


class Slot:
    """One virtual reader's place for a card, and the TCP port that vpcd waits on for it.

    An inserted card is connected again whenever vpcd is there: it survives a restart of pcscd
    and an unplugged reader. (vpcd can also call the card itself, but version 3.3 dies of its
    second call; and it listens on every interface, for which it has no option.)
    """

    def __init__(self) -> None:
        self.port = _free_port()
        self._lock = threading.Lock()
        self._inside: Answerer | None = None
        self._out = threading.Event()
        self._thread: threading.Thread | None = None

    def insert(self, card: Answerer) -> None:
        """Put a card in; ValueError when there is one already."""
        with self._lock:
            if self._inside is not None:
                raise ValueError("the reader holds a card already")
            self._inside = card
            self._out = threading.Event()
            arguments = (card, self._out)
            self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
            self._thread.start()

    def eject(self, card: Answerer) -> None:
        """Take this card out if it is the one inside."""
        with self._lock:
            if self._inside is not card:
                return
            self._inside = None
            self._out.set()
            thread = self._thread
        deadline = time.monotonic() + _LEAVE_SECONDS
        while thread is not None and thread.is_alive() and time.monotonic() < deadline:
            card.cut()
            if thread is threading.current_thread():
                return
            thread.join(_RETRY_SECONDS)

    def move(self) -> None:
        """Take another port: another program had this one first."""
        self.port = _free_port()

    def _run(self, card: Answerer, out: threading.Event) -> None:
        while not out.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), _CONNECT_SECONDS)
            except OSError:
                out.wait(_RETRY_SECONDS)
                continue
            with connection:
                connection.settimeout(None)
                card.serve(connection)


def _free_port() -> int:
    for port in random.sample(_PORTS, _PORT_TRIES):
        with socket.socket() as trial:
            try:
                trial.bind(("", port))
            except OSError:
                continue
            return port
    raise OSError("no free port for a virtual reader")
