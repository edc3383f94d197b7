"""The probe of Windows' certificate stores, and of the key that a browser would use.

It opens no window of its own, and asks every provider to open none, but for a key whose provider
may by the user's own press (one in the cloud: no PIN of ours goes there). The PIN is kept for one
signature: set by property right before it, overwritten right after, and whatever that signature
answers but a signature ends the key: nothing is ever tried again.
"""

import sys
from collections.abc import Mapping
from typing import Protocol

from a3check.core.store_key import KeyApi, Padding
from a3check.probes import wincrypt
from a3check.probes.process import Method, Request
from a3check.probes.protocol import RefusalError, packed, unpacked, wipe
from a3check.probes.wincrypt import ACQUIRE, INTERMEDIATES, MY, ROOTS, SET_PIN, SIGN, Handle, Link

TAKES_NO_PIN = frozenset(
    {
        "ERROR_SUCCESS",  # it failed and named no reason (Wine's rsaenh)
        "E_NOTIMPL",
        "ERROR_CALL_NOT_IMPLEMENTED",
        "ERROR_NOT_SUPPORTED",
        "NTE_BAD_TYPE",
        "NTE_NOT_SUPPORTED",
    }
)
"""What a provider says that knows no such property: nobody looked at the PIN."""
MOST_ABOVE = 16
"""CAs looked for; a chain has four."""


class Windows(Protocol):
    """Its calls, as :class:`a3check.probes.wincrypt.WinCrypt` has them."""

    def holds(self, store: str, certificate: bytes) -> bool:
        """Tell whether a system store has a certificate."""
        ...

    def link(self, certificate: bytes) -> Link | None:
        """Read who serves the certificate's key."""
        ...

    def listed(self) -> list[tuple[bytes, Link]]:
        """List the user's certificates that name a key."""
        ...

    def acquire(self, certificate: bytes, *, silent: bool) -> Handle:
        """Open the certificate's key."""
        ...

    def provider(self, handle: Handle) -> str:
        """Return the provider's own name."""
        ...

    def set_pin(self, handle: Handle, pin: bytearray) -> None:
        """Hand the PIN over."""
        ...

    def sign(
        self, handle: Handle, padding: Padding, digest: str, hashed: bytes, salt: int
    ) -> bytes:
        """Sign once."""
        ...

    def free(self, handle: Handle) -> None:
        """Let go of a key."""
        ...


if sys.platform == "win32":

    def methods() -> Mapping[str, Method]:
        """Return what the parent may ask for."""
        try:
            return KeyProbe(wincrypt.WinCrypt()).methods()
        except (AttributeError, OSError) as error:  # a library or a call that is not there
            raise ImportError(str(error)) from error

else:

    def methods() -> Mapping[str, Method]:
        """Say that this is no Windows."""
        raise ImportError("no Windows")


class KeyProbe:
    """One certificate's key, from its opening to its end."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._handle: Handle | None = None
        self._pin = bytearray()
        self._refused = ""

    def methods(self) -> Mapping[str, Method]:
        """Return what the parent may ask for."""
        return {
            "look": self.look,
            "list": self.list,
            "hold": self.hold,
            "open": self.open,
            "sign": self.sign,
            "free": self.free,
        }

    def look(self, request: Request) -> Mapping[str, object]:
        """Say what the stores show; no key is touched."""
        certificate, windows = unpacked(request.params.get("certificate")), self._windows
        request.calling("CertFindCertificateInStore")
        above = request.params.get("above")
        cas = [unpacked(ca) for ca in above[:MOST_ABOVE]] if isinstance(above, list) else []
        answer: dict[str, object] = {
            "present": windows.holds(MY, certificate),
            "installed": [any(windows.holds(s, ca) for s in (INTERMEDIATES, ROOTS)) for ca in cas],
            "link": None,
        }
        if answer["present"]:
            request.calling("CertGetCertificateContextProperty")
            link = windows.link(certificate)
            if link is not None:
                answer["link"] = {"provider": link.provider, "type": link.provider_type}
        return answer

    def list(self, request: Request) -> Mapping[str, object]:
        """List the user's certificates that name a key; no key is touched."""
        request.calling("CertEnumCertificatesInStore")
        rows = [
            {"certificate": packed(der), "provider": link.provider, "type": link.provider_type}
            for der, link in self._windows.listed()
        ]
        return {"certificates": rows}

    def hold(self, request: Request) -> Mapping[str, object]:
        """Keep the PIN; nothing has it but this process's own memory."""
        wipe(self._pin)
        self._pin = bytearray(request.secret)
        return {}

    def open(self, request: Request) -> Mapping[str, object]:
        """Open the key, and say who serves it; silently, unless a window was allowed."""
        self.free(request)
        certificate = unpacked(request.params.get("certificate"))
        request.calling(ACQUIRE)
        silent = request.params.get("window") is not True
        handle = self._handle = self._windows.acquire(certificate, silent=silent)
        name = self._windows.provider(handle)
        if not name:
            link = self._windows.link(certificate)
            name = link.provider if link else ""
        return {"api": str(handle.api), "provider": name}

    def sign(self, request: Request) -> Mapping[str, object]:
        """Sign once, the first time with the PIN; after a refusal never again."""
        handle = self._handle
        if handle is None:
            raise RefusalError("sign", "NOT_OPEN")
        if self._refused:
            raise RefusalError("sign", self._refused)
        self._refused = "REFUSED_BEFORE"  # whatever happens from here on, there is no second one
        try:
            self._hand_over(request, handle)
            request.calling(SIGN[handle.api])
            signature = self._windows.sign(
                handle,
                Padding(request.text("padding")),
                request.text("digest"),
                unpacked(request.params.get("hashed")),
                request.number("salt"),
            )
        finally:
            wipe(self._pin)
        self._refused = ""
        return {"signature": packed(signature)}

    def free(self, request: Request) -> Mapping[str, object]:
        """Let go of the key, where one is open."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            request.calling(
                "NCryptFreeObject" if handle.api is KeyApi.CNG else "CryptReleaseContext"
            )
            self._windows.free(handle)
        return {}

    def _hand_over(self, request: Request, handle: Handle) -> None:
        if not self._pin:
            return
        request.calling(SET_PIN[handle.api])
        try:
            self._windows.set_pin(handle, self._pin)
        except RefusalError as refusal:
            if refusal.detail not in TAKES_NO_PIN:
                raise
        finally:
            wipe(self._pin)
