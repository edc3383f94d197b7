r"""Is a certificate in Windows' personal store, and who serves its key?"""

import ctypes
import sys

from a3check.core.computer import Store, StoreState

NAME = "Windows"

# wincrypt.h
_ENCODING = 0x00010001  # X509_ASN_ENCODING | PKCS_7_ASN_ENCODING
_FIND_EXISTING = 13 << 16
_KEY_PROV_INFO = 2
_LONGEST_INFO = 64 * 1024  # bytes


class _KeyProvInfo(ctypes.Structure):
    """CRYPT_KEY_PROV_INFO."""

    _fields_ = (
        ("container", ctypes.c_wchar_p),
        ("provider", ctypes.c_wchar_p),
        ("provider_type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("parameter_count", ctypes.c_uint32),
        ("parameters", ctypes.c_void_p),
        ("key_spec", ctypes.c_uint32),
    )


def judge(*, found: bool, linked: bool, provider_type: int) -> StoreState:
    """Tell the state from what the store says.

    ``provider_type`` is ``dwProvType``: 0 for a CNG key storage provider,
    anything else a CAPI CSP, which makes no PSS signatures.
    """
    if not found:
        return StoreState.ABSENT
    if not linked:
        return StoreState.NO_KEY
    return StoreState.LEGACY_PROVIDER if provider_type else StoreState.PRESENT


if sys.platform == "win32":

    def look(certificate: bytes) -> Store:
        """Look in the current user's ``MY`` store; that the key works is not tried.

        Where crypt32 cannot be asked, the state is ``NOT_APPLICABLE``.
        """
        try:
            crypt32 = _crypt32()
        except OSError:
            return Store(StoreState.NOT_APPLICABLE, NAME)
        store = crypt32.CertOpenSystemStoreW(None, "MY")
        if not store:
            return Store(StoreState.NOT_APPLICABLE, NAME)
        try:
            return Store(_state(crypt32, store, certificate), NAME)
        finally:
            crypt32.CertCloseStore(store, 0)

    def _crypt32() -> ctypes.WinDLL:
        library = ctypes.WinDLL("crypt32.dll", winmode=0x800)  # LOAD_LIBRARY_SEARCH_SYSTEM32
        pointer, number = ctypes.c_void_p, ctypes.c_uint32
        library.CertOpenSystemStoreW.argtypes = (pointer, ctypes.c_wchar_p)
        library.CertOpenSystemStoreW.restype = pointer
        library.CertCloseStore.argtypes = (pointer, number)
        library.CertCreateCertificateContext.argtypes = (number, ctypes.c_char_p, number)
        library.CertCreateCertificateContext.restype = pointer
        library.CertFindCertificateInStore.argtypes = (
            pointer,
            number,
            number,
            number,
            pointer,
            pointer,
        )
        library.CertFindCertificateInStore.restype = pointer
        library.CertFreeCertificateContext.argtypes = (pointer,)
        library.CertGetCertificateContextProperty.argtypes = (pointer, number, pointer, pointer)
        return library

    def _state(crypt32: ctypes.WinDLL, store: int, certificate: bytes) -> StoreState:
        ours = crypt32.CertCreateCertificateContext(_ENCODING, certificate, len(certificate))
        if not ours:
            return judge(found=False, linked=False, provider_type=0)
        theirs = crypt32.CertFindCertificateInStore(
            store, _ENCODING, 0, _FIND_EXISTING, ours, None
        )
        try:
            if not theirs:
                return judge(found=False, linked=False, provider_type=0)
            return _linked(crypt32, theirs)
        finally:
            if theirs:
                crypt32.CertFreeCertificateContext(theirs)
            crypt32.CertFreeCertificateContext(ours)

    def _linked(crypt32: ctypes.WinDLL, context: int) -> StoreState:
        size = ctypes.c_uint32()
        ask = crypt32.CertGetCertificateContextProperty
        known = ask(context, _KEY_PROV_INFO, None, ctypes.byref(size))
        if not known or not ctypes.sizeof(_KeyProvInfo) <= size.value <= _LONGEST_INFO:
            return judge(found=True, linked=False, provider_type=0)
        buffer = ctypes.create_string_buffer(size.value)
        if not ask(context, _KEY_PROV_INFO, buffer, ctypes.byref(size)):
            return judge(found=True, linked=False, provider_type=0)
        info = _KeyProvInfo.from_buffer(buffer)
        return judge(found=True, linked=True, provider_type=info.provider_type)

else:

    def look(certificate: bytes) -> Store:  # noqa: ARG001 - the same signature
        """Say that there is no such store here."""
        return Store(StoreState.NOT_APPLICABLE)
