"""The PC/SC probe: the service, its readers and their cards (MS-SCARD, PC/SC part 5).

Nothing is polled by connecting: that switches some tokens off. ``connect`` is for a card that is
present and has given no ATR.
"""

import ctypes
import sys
from collections.abc import Mapping

from smartcard import scard

from a3check.probes import services
from a3check.probes.process import Method, Request
from a3check.probes.protocol import RefusalError, packed

_NO_READERS = 0x8010002E
_TIMEOUT = 0x8010000A
_DENIED = 0x8010006A
_UNSIGNED = 0xFFFF_FFFF
_NEWS = "\\\\?PnP?\\Notification"
"""The name under which the service tells of readers that come and go."""
_COUNTER = 16
"""Bits below the count of cards put in and pulled out, in the state of a reader."""
_PATIENCE = 1_000
"""Milliseconds of one wait for news; after it the parent hears that all is well."""
_STATES = {
    "empty": scard.SCARD_STATE_EMPTY,
    "present": scard.SCARD_STATE_PRESENT,
    "exclusive": scard.SCARD_STATE_EXCLUSIVE,
    "mute": scard.SCARD_STATE_MUTE,
    "unpowered": scard.SCARD_STATE_UNPOWERED,
}


def methods() -> Mapping[str, Method]:
    """Return what the parent may ask for; ``ImportError`` where the system has no PC/SC.

    Without the library pyscard says SCARD_E_NO_SERVICE, as with a stopped service.
    """
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libpcsclite.so.1")
        except OSError as error:
            raise ImportError("libpcsclite") from error
    return {"survey": survey, "connect": connect, "watch": watch}


def survey(request: Request) -> Mapping[str, object]:
    """List the readers and what each says of its card.

    What the system's service manager says goes first: PC/SC may refuse, or never answer.
    """
    for name in services.NAMES:
        answers = services.ask(name)
        if answers is not None:
            request.tell("service", name=name, **services.shown(answers))
    context = _context(request)
    try:
        return {"readers": [_shown(state) for state in _states(request, context)]}
    finally:
        _release(request, context)


def connect(request: Request) -> Mapping[str, object]:
    """Connect to one card, shared, and return its ATR; the card is left as it was."""
    context = _context(request)
    try:
        request.calling("SCardConnect")
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, card, _ = scard.SCardConnect(
            context, request.text("reader"), scard.SCARD_SHARE_SHARED, protocols
        )
        _check("SCardConnect", code)
        request.calling("SCardStatus")
        code, _, _, _, atr = scard.SCardStatus(card)
        request.calling("SCardDisconnect")
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        _check("SCardStatus", code)
        return {"atr": packed(bytes(atr))}
    finally:
        _release(request, context)


def watch(request: Request) -> Mapping[str, object]:
    """Tell the parent of every change of readers and cards, until it ends this process."""
    context = _context(request)
    known = _told(request, "seen", _states(request, context))
    while True:
        request.calling("SCardGetStatusChange")
        news = [(_NEWS, scard.SCARD_STATE_UNAWARE | len(known) << 16), *known.items()]
        code, _ = scard.SCardGetStatusChange(context, _PATIENCE, news)
        if code & _UNSIGNED == _TIMEOUT:
            request.tell("quiet")
            continue
        _check("SCardGetStatusChange", code)
        states = _states(request, context)
        if {name: state for name, state, _ in states} == known:
            request.tell("quiet")
        else:
            known = _told(request, "changed", states)


def _told(request: Request, event: str, states: list[tuple[str, int, bytes]]) -> dict[str, int]:
    """Tell the parent what every reader says, and return their states by name."""
    request.tell(event, readers=[_shown(state) for state in states])
    return {name: state for name, state, _ in states}


def _context(request: Request) -> object:
    request.calling("SCardEstablishContext")
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if code & _UNSIGNED == _DENIED:  # so says pcsclite of a pcscd that dies while it is asked, too
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check("SCardEstablishContext", code)
    return context


def _release(request: Request, context: object) -> None:
    request.calling("SCardReleaseContext")
    scard.SCardReleaseContext(context)


def _states(request: Request, context: object) -> list[tuple[str, int, bytes]]:
    request.calling("SCardListReaders")
    code, names = scard.SCardListReaders(context, [])
    if code & _UNSIGNED == _NO_READERS:
        return []
    _check("SCardListReaders", code)
    if not names:
        return []
    request.calling("SCardGetStatusChange")
    asked = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
    code, states = scard.SCardGetStatusChange(context, 0, asked)
    if code & _UNSIGNED != _TIMEOUT:
        _check("SCardGetStatusChange", code)
    return [
        (name, state & ~scard.SCARD_STATE_CHANGED & _UNSIGNED, bytes(atr))
        for name, state, atr in states
    ]


def _shown(state: tuple[str, int, bytes]) -> dict[str, object]:
    name, bits, atr = state
    words = [word for word, bit in _STATES.items() if bits & bit]
    return {"name": name, "state": words, "atr": packed(atr), "changes": bits >> _COUNTER}


def _check(call: str, code: int) -> None:
    if code:
        raise RefusalError(call, _name(code))


def _name(code: int) -> str:
    return _NAMES.get(code & _UNSIGNED, f"SCARD_0x{code & _UNSIGNED:08X}")


_NAMES = {
    getattr(scard, name) & _UNSIGNED: name
    for name in sorted(dir(scard))
    if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_"))
}
