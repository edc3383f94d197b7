"""What PC/SC shows of readers and cards."""

from dataclasses import dataclass, field
from enum import StrEnum

from a3check.core.daemon import Daemon


class ServiceState(StrEnum):
    """What became of ``SCardEstablishContext``."""

    RUNNING = "running"
    STOPPED = "stopped"
    ABSENT = "absent"
    DENIED = "denied"
    UNRESPONSIVE = "unresponsive"


class CardState(StrEnum):
    """What a reader says of its card."""

    EMPTY = "empty"
    PRESENT = "present"
    MUTE = "mute"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of PC/SC and the card in it; ``atr`` is empty without a card that answers.

    ``changes`` is PC/SC's own count of cards put in and pulled out since the reader came.
    """

    name: str
    state: CardState
    atr: bytes = b""
    changes: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Service:
    """What PC/SC shows; ``detail`` is the error's name (``SCARD_E_NO_SERVICE``).

    ``daemon`` is what Windows' service manager says of it, ``propagation`` what it says of the
    service that takes certificates from cards to Windows' store; nothing elsewhere.
    """

    state: ServiceState
    readers: tuple[Reader, ...] = ()
    detail: str = ""
    seconds: float = 0.0
    daemon: Daemon | None = None
    propagation: Daemon | None = None
