"""Windows' stores and the browser's key for the checks (``core.ports``, ``core.store_key``)."""

from collections.abc import Iterator, Sequence

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.core.store_key import HashToSign, KeyApi, StoreCertificate, StoreKey, StoreLook
from a3check.probes.client import ProbeProcess, Reply
from a3check.probes.protocol import packed, unpacked
from a3check.probes.running import Running

KIND = "windows_key"
AUTHORISED = 180.0
"""Seconds that a person has to authorise a signature on the phone, or in a provider's window."""


class ProbedStoreKeys:
    """The look has a process of its own; the key has one from the PIN's coming to its release.

    A provider's DLL runs in them: one that hangs is killed at its deadline.
    """

    available = True

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running = Running()
        self._key: ProbeProcess | None = None
        self._sign = limits.sign

    def look(self, certificate: bytes, above: Sequence[bytes]) -> StoreLook | Fault:
        """Look for a certificate and the CAs above it; no key is touched."""
        process = self._running.start(KIND)
        if process is None:
            return _cancelled("look")
        asked: Reply = {"certificate": packed(certificate), "above": [packed(ca) for ca in above]}
        try:
            reply = process.call("look", self._limits.driver_start, asked)
        finally:
            self._running.end(process)
        return reply if isinstance(reply, Fault) else shown(reply, len(above))

    def listed(self) -> tuple[StoreCertificate, ...] | Fault:
        """List the user's certificates that name a key; no key is touched."""
        process = self._running.start(KIND)
        if process is None:
            return _cancelled("list")
        try:
            reply = process.call("list", self._limits.driver_start)
        finally:
            self._running.end(process)
        return reply if isinstance(reply, Fault) else tuple(rows(reply))

    def hold(self, pin: Secret) -> None:
        """Let the key's process keep the PIN; where it cannot, nobody has it."""
        self.release()
        process = self._key = self._running.start(KIND)
        if process is None:
            pin.empty()
        else:
            process.call("hold", self._limits.driver_start, secret=pin)

    def open(self, certificate: bytes, *, window: bool = False) -> StoreKey | Fault:
        """Open the certificate's key; the provider's DLL is loaded by it.

        Silently, unless its provider may open a ``window``: then a signature waits for a person.
        """
        process = self._key = self._key or self._running.start(KIND)
        if process is None:
            return _cancelled("open")
        self._sign = max(self._limits.sign, AUTHORISED) if window else self._limits.sign
        patience = AUTHORISED if window else self._limits.driver_start
        asked: Reply = {"certificate": packed(certificate), "window": window}
        reply = process.call("open", patience, asked)
        if isinstance(reply, Fault):
            return reply
        api = reply.get("api")
        if api not in set(KeyApi):
            return Fault(FaultKind.REFUSED, "open", detail="NO_KEY")
        return StoreKey(KeyApi(str(api)), str(reply.get("provider") or ""))

    def sign(self, wish: HashToSign) -> bytes | Fault:
        """Sign once; a second time only after a signature."""
        process = self._key
        if process is None:
            return Fault(FaultKind.REFUSED, "sign", detail="NOT_OPEN")
        asked: Reply = {
            "padding": str(wish.padding),
            "digest": wish.digest,
            "hashed": packed(wish.hashed),
            "salt": wish.salt,
        }
        reply = process.call("sign", self._sign, asked)
        if isinstance(reply, Fault):
            return reply
        empty = Fault(FaultKind.REFUSED, "sign", detail="EMPTY_SIGNATURE")
        return unpacked(reply.get("signature")) or empty

    def release(self) -> None:
        """Let go of the key and end its process, and the PIN in it."""
        process, self._key = self._key, None
        if process is not None:
            if process.alive:
                process.call("free", self._limits.driver_call)
            self._running.end(process)

    def cancel(self) -> None:
        """Kill what runs, at once; nothing starts again."""
        self._running.cancel()

    def interrupt(self) -> None:
        """Kill what runs, at once; what is asked later of a new process is answered."""
        self._running.interrupt()


def rows(reply: Reply) -> Iterator[StoreCertificate]:
    """Yield the certificates that a list shows; what is no row is passed over."""
    given = reply.get("certificates")
    for row in given if isinstance(given, list) else ():
        der = unpacked(row.get("certificate")) if isinstance(row, dict) else b""
        if der and isinstance(row, dict):
            yield StoreCertificate(der, str(row.get("provider") or ""), bool(row.get("type")))


def shown(reply: Reply, above: int) -> StoreLook:
    """Return what a look has shown; what is missing in the answer is not there."""
    installed, link = reply.get("installed"), reply.get("link")
    told = [given is True for given in installed] if isinstance(installed, list) else []
    padded = (*told[:above], *[False] * (above - len(told)))
    if not isinstance(link, dict):
        return StoreLook(present=reply.get("present") is True, installed=padded)
    return StoreLook(
        present=reply.get("present") is True,
        linked=True,
        provider=str(link.get("provider") or ""),
        legacy=bool(link.get("type")),
        installed=padded,
    )


def _cancelled(call: str) -> Fault:
    return Fault(FaultKind.CANCELLED, call)
