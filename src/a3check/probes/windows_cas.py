"""The probe that puts intermediates into the user's own store on Windows, and takes them away.

It puts there what its parent names and judges nothing: which CAs may go there is decided before
(``pki.installable``). A certificate that calls itself its own issuer is refused all the same.
"""

import sys
from collections.abc import Mapping
from typing import Protocol

from a3check.pki.certificate import Certificate, read
from a3check.probes import wincas
from a3check.probes.process import Method, Request
from a3check.probes.protocol import RefusalError, unpacked
from a3check.probes.wincas import ADD, DELETE

NO_INTERMEDIATE = "NO_INTERMEDIATE"
"""What is said of a certificate that is a root, or no CA's, or none at all."""


class Store(Protocol):
    """Its calls, as :class:`a3check.probes.wincas.WinCas` has them."""

    def add(self, certificate: bytes) -> bool:
        """Put a certificate there; tell whether it was not there before."""
        ...

    def remove(self, sha256: str) -> bool:
        """Take a certificate away; tell whether it was there."""
        ...


if sys.platform == "win32":

    def methods() -> Mapping[str, Method]:
        """Return what the parent may ask for."""
        try:
            return CasProbe(wincas.WinCas()).methods()
        except (AttributeError, OSError) as error:  # a library or a call that is not there
            raise ImportError(str(error)) from error

else:

    def methods() -> Mapping[str, Method]:
        """Say that this is no Windows."""
        raise ImportError("no Windows")


class CasProbe:
    """One store, one certificate a request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def methods(self) -> Mapping[str, Method]:
        """Return what the parent may ask for."""
        return {"add": self.add, "remove": self.remove}

    def add(self, request: Request) -> Mapping[str, object]:
        """Put one intermediate there, where it is not yet."""
        certificate = unpacked(request.params.get("certificate"))
        facts = read(certificate)
        if not isinstance(facts, Certificate) or not facts.is_ca or facts.self_issued:
            raise RefusalError(ADD, NO_INTERMEDIATE)
        request.calling(ADD)
        return {"added": self._store.add(certificate)}

    def remove(self, request: Request) -> Mapping[str, object]:
        """Take one away, by its SHA-256 in hex."""
        request.calling(DELETE)
        return {"removed": self._store.remove(request.text("sha256"))}
