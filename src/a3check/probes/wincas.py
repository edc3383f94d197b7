"""The user's own store of intermediates: a certificate put there, or taken away again.

Not the store that shows the computer's beside the user's (``CERT_STORE_PROV_SYSTEM``): what is
written and removed here is the current user's alone, and asks for no rights.
"""

import ctypes
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from a3check.probes import windows_libraries as libraries
from a3check.probes.protocol import RefusalError
from a3check.probes.wincrypt import ENCODING, INTERMEDIATES
from a3check.probes.windows_codes import code_name
from a3check.probes.windows_libraries import CertContext

OPEN, CREATE = "CertOpenStore", "CertCreateCertificateContext"
ADD, DELETE = "CertAddCertificateContextToStore", "CertDeleteCertificateFromStore"
EXISTS = "CRYPT_E_EXISTS"
MOST = 4096
"""Certificates looked through; such a store has some dozens."""
_REGISTRY_STORE = 13  # CERT_STORE_PROV_SYSTEM_REGISTRY_W
_CURRENT_USER = 0x00010000
_ADD_NEW = 1


if sys.platform == "win32":

    class WinCas:
        """The store, opened for each call: it is written down when it is closed."""

        def __init__(self) -> None:
            self._crypt32 = libraries.crypt32()

        def add(self, certificate: bytes) -> bool:
            """Put a certificate there; tell whether it was not there before."""
            with self._store() as store, self._context(certificate) as ours:
                add = self._crypt32.CertAddCertificateContextToStore
                if add(store, ours, _ADD_NEW, None):
                    return True
                refusal = _refusal(ADD)
                if refusal.detail != EXISTS:
                    raise refusal
                return False

        def remove(self, sha256: str) -> bool:
            """Take away the certificate with this fingerprint (hex); tell whether it was there."""
            with self._store() as store:
                found = self._found(store, sha256)
                if found is None:
                    return False
                # it frees the context, whatever it answers
                if not self._crypt32.CertDeleteCertificateFromStore(found):
                    raise _refusal(DELETE)
                return True

        def _found(self, store: int, sha256: str) -> int | None:
            """Return a context that is the caller's; what is walked over is freed by each step."""
            context = None
            for _ in range(MOST):
                context = self._crypt32.CertEnumCertificatesInStore(store, context)
                if not context:
                    return None
                if _fingerprint(context) == sha256:
                    return int(context)
            self._crypt32.CertFreeCertificateContext(context)
            return None

        @contextmanager
        def _store(self) -> Iterator[int]:
            place = _REGISTRY_STORE, 0, 0, _CURRENT_USER, INTERMEDIATES
            store = self._crypt32.CertOpenStore(*place)
            if not store:
                raise _refusal(OPEN)
            try:
                yield store
            finally:
                self._crypt32.CertCloseStore(store, 0)

        @contextmanager
        def _context(self, certificate: bytes) -> Iterator[int]:
            make = self._crypt32.CertCreateCertificateContext
            ours = make(ENCODING, certificate, len(certificate))
            if not ours:
                raise _refusal(CREATE)
            try:
                yield ours
            finally:
                self._crypt32.CertFreeCertificateContext(ours)

    def _refusal(call: str) -> RefusalError:
        return RefusalError(call, code_name(ctypes.get_last_error()))

    def _fingerprint(context: int) -> str:
        told = CertContext.from_address(context)
        return hashlib.sha256(ctypes.string_at(told.encoded, told.size)).hexdigest()
