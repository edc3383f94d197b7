"""A virtual PIV card in a virtual reader: faults on demand, counters that tell the truth."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from tests.lab.faults import Fault, Faults
from tests.lab.piv import VERIFY, PivApplication

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.lab.pcscd import Pcscd
    from tests.lab.piv import PrivateKey

# OpenSC knows this one (ID-One PIV, T=1) and looks for a PIV application at once.
PIV_ATR = bytes.fromhex("3BD6960081B1FE451F878031C152411A2A")
# G+D StarSign CUT S, a token sold in Brazil (also in the product's table of ATRs).
STARSIGN_ATR = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
# Well formed, and in no table: invented for the laboratory ("a3lab").
UNKNOWN_ATR = bytes.fromhex("3B858001" + b"a3lab".hex() + "68")

SERIAL = bytes.fromhex("a3c4ec0000004000800000000a3c4ec1")

_GARBAGE = b"\xff" * 64  # longer than any ATR: the reader sees a card and cannot power it up
_SEND_ATR = 4  # of vpcd's control messages (one byte) the one that is answered; 0, 1, 2 are power
_MIN_APDU = 4


class Card(Faults):
    """A PIV card that goes into a `Pcscd`'s reader: `with Card(...).inserted(pcscd) as card:`.

    keys, pin, puk, tries, sign_pin and strict_always are `PivApplication`'s; `atr` is what the
    card answers to a reset; `serial` (16 bytes) tells two cards apart (the token's serial number).

    Counted from the card's first moment, whatever the driver says:
    - verifies: VERIFY commands with a PIN in them that reached the card, also where a fault ate it
    - tries_left: of the PIN; may be set (0 is blocked, 1 the last try)
    - sign_tries_left: of the signature PIN (None without one); may be set
    - puk_tries_left: of the PUK; may be set
    - signatures: signatures made
    - apdus: command APDUs that reached the card
    - trace: of each of them "CLA INS P1 P2 +bytes SW" (never its data)

    Faults, at any time, from any thread:
    - mute: it is felt in the reader and does not power up (from the next power-up on: set it
      before the card goes in)
    - delay: seconds before each answer; the command is carried out before
    - silent_from, speak: it answers nothing more; the command is not carried out before `speak()`
    - status_for, answer_for: a status word, or any bytes, in place of an answer
    - drop_at, remove_after, remove, insert
    - certificates (slot to DER or None), objects (tag to bytes or None): damaged or absent data
    `heal()` ends those of `Faults`.
    """

    def __init__(
        self,
        keys: Mapping[str, tuple[PrivateKey, bytes]],
        pin: bytes,
        puk: bytes,
        tries: int = 3,
        *,
        sign_pin: bytes | None = None,
        strict_always: bool = False,
        atr: bytes = PIV_ATR,
        serial: bytes = SERIAL,
    ) -> None:
        super().__init__()
        self._piv = PivApplication(
            keys,
            pin=pin,
            puk=puk,
            tries=tries,
            sign_pin=sign_pin,
            strict_always=strict_always,
            serial=serial,
        )
        self.atr = atr
        self.mute = False
        self.delay = 0.0
        self.apdus = 0
        self.verifies = 0
        self.trace: list[str] = []
        self.certificates = self._piv.certificates
        self.objects = self._piv.objects
        self._unanswered: bytes | None = None
        self._connection: socket.socket | None = None
        self._cut = threading.Event()
        self._place: tuple[Pcscd, int] | None = None

    @property
    def signatures(self) -> int:
        """Signatures made."""
        return self._piv.signatures

    @property
    def tries_left(self) -> int:
        """Tries left of the PIN."""
        return self._piv.user.left

    @tries_left.setter
    def tries_left(self, tries: int) -> None:
        self._piv.user.left = tries

    @property
    def puk_tries_left(self) -> int:
        """Tries left of the PUK."""
        return self._piv.unblock.left

    @puk_tries_left.setter
    def puk_tries_left(self, tries: int) -> None:
        self._piv.unblock.left = tries

    @property
    def sign_tries_left(self) -> int | None:
        """Tries left of the signature PIN; None without one."""
        return self._piv.sign.left if self._piv.sign else None

    @sign_tries_left.setter
    def sign_tries_left(self, tries: int) -> None:
        if self._piv.sign is None:
            raise ValueError("this card has no signature PIN")
        self._piv.sign.left = tries

    @contextmanager
    def inserted(self, pcscd: Pcscd, reader: int = 0) -> Iterator[Self]:
        """Be in this reader for the block; pcscd has seen the card when it begins."""
        self._place = (pcscd, reader)
        try:
            self.insert()
            yield self
        finally:
            pcscd.slots[reader].eject(self)
            self._place = None

    def insert(self) -> None:
        """Go (back) into the reader of `inserted`; returns when pcscd sees the card."""
        pcscd, reader = self._where()
        pcscd.await_card(reader, present=False)  # the one before may not have been missed yet
        pcscd.slots[reader].insert(self)
        pcscd.await_card(reader, present=True)

    def remove(self) -> None:
        """Leave the reader; returns when pcscd has seen it."""
        pcscd, reader = self._where()
        pcscd.slots[reader].eject(self)
        pcscd.await_card(reader, present=False)

    def speak(self) -> None:
        """End the silence; a command that waits is carried out and answered now."""
        with self._lock:
            self._silent.clear()
            waiting, self._unanswered = self._unanswered, None
            if waiting is not None and self._connection is not None:
                _write(self._connection, self._carry_out(waiting))

    def serve(self, connection: socket.socket) -> None:
        """Answer vpcd on this connection until either side ends it (called by the slot)."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._cut.clear()
            self._connection = connection
            self._piv.power()
        with suppress(OSError):
            while (message := _read(connection)) is not None:
                answer = self._control(message[0]) if len(message) == 1 else self._apdu(message)
                if answer is not None:
                    _write(connection, answer)
        with self._lock:
            self._connection = self._unanswered = None

    def cut(self) -> None:
        """End the connection to vpcd (called by the slot when the card leaves)."""
        with self._lock, suppress(OSError):
            self._cut.set()
            if self._connection is not None:
                self._connection.shutdown(socket.SHUT_RDWR)

    def _where(self) -> tuple[Pcscd, int]:
        if self._place is None:
            raise ValueError("outside of inserted() the card has no reader")
        return self._place

    def _control(self, code: int) -> bytes | None:
        if code == _SEND_ATR:
            return _GARBAGE if self.mute else self.atr
        with self._lock:
            self._piv.power()
        return None

    def _apdu(self, raw: bytes) -> bytes | None:
        if len(raw) < _MIN_APDU:
            return b"\x67\x00"
        with self._lock:
            self.apdus += 1
            self.verifies += raw[1] == VERIFY and len(raw) > _MIN_APDU + 1
            fault = self.of(raw)
            if isinstance(fault, Fault):
                self._suffer(fault, raw)
                return None
            answer = fault if fault is not None else self._carry_out(raw)
        if self.delay:
            self._cut.wait(self.delay)
        return answer

    def _carry_out(self, raw: bytes) -> bytes:
        answer = self._piv.answer(raw)
        self.trace.append(f"{raw[:4].hex(' ')} +{len(raw) - 4} {answer[-2:].hex()}")
        return answer

    def _suffer(self, fault: Fault, raw: bytes) -> None:
        self.trace.append(f"{raw[:4].hex(' ')} +{len(raw) - 4} {fault.name}")
        match fault:
            case Fault.SILENCE:
                self._unanswered = raw
            case Fault.DROP:
                self.cut()
            case Fault.REMOVAL:
                pcscd, reader = self._where()
                pcscd.slots[reader].eject(self)


def _write(connection: socket.socket, message: bytes) -> None:
    connection.sendall(len(message).to_bytes(2) + message)


def _read(connection: socket.socket) -> bytes | None:
    size = _exactly(connection, 2)
    return _exactly(connection, int.from_bytes(size)) if size else None


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        # The kernel forgets it after a while. vpcd writes in two pieces at times, and Nagle's
        # algorithm holds the second back until the first is acknowledged: 40 ms each.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = connection.recv(size - len(data))
        if not piece:
            return None
        data += piece
    return data
