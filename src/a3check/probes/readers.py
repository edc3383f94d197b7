"""PC/SC for the checks, asked in a process of its own (``core.ports.Readers``)."""

import os
import stat
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from a3check.core import daemon
from a3check.core.daemon import Activity, Daemon
from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.smartcard import CardState, Reader, Service, ServiceState
from a3check.probes import services
from a3check.probes.client import Reply
from a3check.probes.protocol import UNAVAILABLE, unpacked
from a3check.probes.running import Running

_DENIED = {"SCARD_W_SECURITY_VIOLATION", "SCARD_E_NO_ACCESS"}
_STOPPED = {"SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED", "SCARD_F_COMM_ERROR"}
_ENDED = {"SCARD_E_NO_SMARTCARD", "SCARD_W_REMOVED_CARD", "SCARD_E_UNKNOWN_READER"}
_UNIX_PLACES = (
    *(f"{folder}/pcscd" for folder in ("/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin")),
    "/usr/lib/systemd/system/pcscd.service",
    "/lib/systemd/system/pcscd.service",
    "/etc/systemd/system/pcscd.service",
)
_UNIX_SOCKET = "/run/pcscd/pcscd.comm"


class ProbedReaders:
    """PC/SC through a fresh process, and so a fresh context, for each question."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running = Running()

    def survey(self) -> Service:
        """Establish a fresh context, list the readers, read each state; never raises."""
        begun = time.monotonic()
        first = self._survey(begun)
        refused = first.state is not ServiceState.RUNNING and first.detail in _STOPPED
        # Windows starts it with a reader: it may have been starting while it was asked
        late = refused and first.daemon is not None and first.daemon.awake
        return self._survey(begun) if late else first

    def _survey(self, begun: float) -> Service:
        told: dict[str, Daemon] = {}

        def heard(event: Reply) -> None:
            if event.get("event") == "service":
                told[str(event.get("name"))] = daemon.read(services.taken(event))

        reply = self._ask("survey", self._limits.pcsc, {}, heard)
        seconds = time.monotonic() - begun
        own, propagation = told.get(services.CARDS), told.get(services.PROPAGATION)
        if isinstance(reply, Fault):
            return _without_service(reply, seconds, own)
        readers = reply.get("readers")
        shown = readers if isinstance(readers, list) else []
        found = tuple(self._reader(item) for item in shown if isinstance(item, Mapping))
        seconds = time.monotonic() - begun
        return Service(ServiceState.RUNNING, found, "", seconds, own, propagation)

    def watch(
        self,
        changed: Callable[[], None],
        seen: Callable[[tuple[Reader, ...]], None] | None = None,
    ) -> Fault:
        """Call ``changed`` at each change of readers or cards; return when that has ended.

        ``seen`` gets what they show at the beginning and at each change; no card is spoken to.
        It blocks its thread until :meth:`cancel`, or until the service fails or says nothing
        (not even that nothing happened) for the profile's deadline. No run asks for it: it is
        for a wizard that notices a token being put in.
        """

        def heard(event: Reply) -> None:
            name, shown = event.get("event"), event.get("readers")
            if seen is not None and isinstance(shown, list):
                seen(tuple(_plain(item) for item in shown if isinstance(item, Mapping)))
            if name == "changed":
                changed()

        reply = self._ask("watch", self._limits.pcsc, {}, heard)
        return reply if isinstance(reply, Fault) else Fault(FaultKind.REFUSED, "watch")

    def cancel(self) -> None:
        """Kill what runs, at once; nothing starts again."""
        self._running.cancel()

    def interrupt(self) -> None:
        """Kill what runs, at once; what is asked later is answered."""
        self._running.interrupt()

    def _reader(self, shown: Reply) -> Reader:
        name, atr = str(shown.get("name")), unpacked(shown.get("atr"))
        said = shown.get("state")
        words = set(said) if isinstance(said, list) else set()
        if "present" not in words:
            return Reader(name, CardState.EMPTY)
        if "exclusive" in words:
            return Reader(name, CardState.BUSY, atr)
        if atr and "mute" not in words:
            changes = shown.get("changes")
            return Reader(name, CardState.PRESENT, atr, changes if isinstance(changes, int) else 0)
        return self._without_atr(Reader(name, CardState.MUTE))

    def _without_atr(self, reader: Reader) -> Reader:
        """Ask a card that is there and has said nothing: connecting powers it up."""
        reply = self._ask("connect", self._limits.pcsc, {"reader": reader.name})
        if not isinstance(reply, Fault):
            return Reader(reader.name, CardState.PRESENT, unpacked(reply.get("atr")))
        if reply.kind is FaultKind.HUNG or reply.detail == "SCARD_E_SHARING_VIOLATION":
            return replace(reader, state=CardState.BUSY)  # it waits for another's transaction
        if reply.detail in _ENDED:
            return replace(reader, state=CardState.EMPTY)
        return reader

    def _ask(
        self,
        method: str,
        seconds: float,
        params: Reply,
        heard: Callable[[Reply], None] | None = None,
    ) -> Reply | Fault:
        process = self._running.start("pcsc")
        if process is None:
            return Fault(FaultKind.CANCELLED, method)
        try:
            return process.call(method, seconds, params, heard=heard)
        finally:
            self._running.end(process)


def _plain(shown: Reply) -> Reader:
    """Return a reader as PC/SC shows it, its card not asked anything."""
    said, changes = shown.get("state"), shown.get("changes")
    there = isinstance(said, list) and "present" in said
    state = CardState.PRESENT if there else CardState.EMPTY
    count = changes if isinstance(changes, int) else 0
    return Reader(str(shown.get("name")), state, changes=count)


def _without_service(fault: Fault, seconds: float, own: Daemon | None) -> Service:
    detail = fault.detail or fault.kind.value
    return Service(_state(fault, own), detail=detail, seconds=seconds, daemon=own)


def _state(fault: Fault, own: Daemon | None = None) -> ServiceState:
    if fault.kind is not FaultKind.REFUSED:
        return ServiceState.UNRESPONSIVE
    if fault.detail in _DENIED:
        return ServiceState.DENIED
    if fault.detail == UNAVAILABLE:
        return ServiceState.ABSENT
    asleep = own is not None and own.installed is not None and not own.awake
    if fault.detail in _STOPPED or asleep:
        return _why_stopped() if own is None or own.installed is None else windows_state(own)
    return ServiceState.UNRESPONSIVE


def windows_state(own: Daemon) -> ServiceState:
    """Judge by what Windows' service manager says, where PC/SC says that there is no service.

    One that runs, and is none for us, keeps this account or this session out: in a session by
    remote desktop PC/SC is the other computer's (MS-RDPESC).
    """
    if own.installed is False:
        return ServiceState.ABSENT
    running = own.activity is Activity.RUNNING
    return ServiceState.DENIED if running else ServiceState.STOPPED


def unix_state(socket: Path, places: tuple[Path, ...]) -> ServiceState:
    """Judge by what is on the disk: the service's socket and its program."""
    try:
        there = stat.S_ISSOCK(socket.stat().st_mode)
    except PermissionError:
        return ServiceState.DENIED
    except OSError:
        there = False
    if there and not os.access(socket, os.W_OK):
        return ServiceState.DENIED
    if there or any(place.exists() for place in places):
        return ServiceState.STOPPED
    return ServiceState.ABSENT


if sys.platform == "win32":

    def _why_stopped() -> ServiceState:
        """Tell a service that is stopped from none at all."""
        import winreg  # noqa: PLC0415 - only there

        try:
            key = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key))
        except OSError:
            return ServiceState.ABSENT
        return ServiceState.STOPPED

else:

    def _why_stopped() -> ServiceState:
        """Tell a service that is stopped from none at all, and from one out of our reach."""
        socket = Path(os.environ.get("PCSCLITE_CSOCK_NAME") or _UNIX_SOCKET)
        return unix_state(socket, tuple(Path(place) for place in _UNIX_PLACES))
