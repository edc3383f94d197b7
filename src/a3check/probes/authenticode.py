"""What does the signature in a module's file say? Asked of Windows, without the network.

Source: Microsoft Learn, ``WinVerifyTrust`` and ``WINTRUST_DATA``. A signature that only a
catalogue of Windows holds, as drivers' packages have, is not looked for.
"""

import ctypes
import sys
from ctypes import POINTER, byref, c_uint32, c_void_p, c_wchar_p

from a3check.core.cryptoki import Signed

_STATES = {
    0x00000000: Signed.VALID,
    0x80096010: Signed.BROKEN,  # TRUST_E_BAD_DIGEST
    0x800B0101: Signed.UNTRUSTED,  # CERT_E_EXPIRED, and no time stamp
    0x800B010C: Signed.UNTRUSTED,  # CERT_E_REVOKED
    0x800B0111: Signed.UNTRUSTED,  # TRUST_E_EXPLICIT_DISTRUST
}
_NO_SIGNATURE = 0x800B0100  # TRUST_E_NOSIGNATURE
_NONE_AT_ALL = {0x800B0100, 0x800B0003, 0x800B0001}
"""What GetLastError adds where there is none; anything else is an error on the way."""


def state(code: int, last_error: int) -> Signed:
    """Return what a code of WinVerifyTrust means.

    A root or an intermediate that this computer has not fetched yet (``CERT_E_UNTRUSTEDROOT``,
    ``CERT_E_CHAINING``) tells nothing: the network was not asked.
    """
    if code & 0xFFFFFFFF == _NO_SIGNATURE:
        known = last_error & 0xFFFFFFFF in _NONE_AT_ALL
        return Signed.UNSIGNED if known else Signed.UNTOLD
    return _STATES.get(code & 0xFFFFFFFF, Signed.UNTOLD)


if sys.platform == "win32":

    class _File(ctypes.Structure):
        """WINTRUST_FILE_INFO."""

        _fields_ = (
            ("size", c_uint32),
            ("path", c_wchar_p),
            ("file", c_void_p),
            ("subject", c_void_p),
        )

    class _Data(ctypes.Structure):
        """WINTRUST_DATA, as before Windows 8."""

        _fields_ = (
            ("size", c_uint32),
            ("policy_data", c_void_p),
            ("sip_data", c_void_p),
            ("ui", c_uint32),
            ("revocation", c_uint32),
            ("union", c_uint32),
            ("file", POINTER(_File)),
            ("action", c_uint32),
            ("state", c_void_p),
            ("url", c_wchar_p),
            ("flags", c_uint32),
            ("ui_context", c_uint32),
        )

    class _Signer(ctypes.Structure):
        """CRYPT_PROVIDER_SGNR, its beginning."""

        _fields_ = (
            ("size", c_uint32),
            ("moment", c_uint32 * 2),
            ("count", c_uint32),
            ("chain", POINTER(c_void_p * 2)),  # CRYPT_PROVIDER_CERT: its size, its certificate
        )

    _NO_UI, _NO_REVOCATION, _OF_FILE = 2, 0, 1
    _VERIFY, _CLOSE = 1, 2
    # WTD_REVOCATION_CHECK_NONE, WTD_CACHE_ONLY_URL_RETRIEVAL, WTD_DISABLE_MD2_MD4
    _FLAGS = 0x10 | 0x1000 | 0x2000
    # WINTRUST_ACTION_GENERIC_VERIFY_V2, {00AAC56B-CD44-11d0-8CC2-00C04FC295EE}
    _ACTION = bytes.fromhex("6bc5aa0044cdd0118cc200c04fc295ee")
    _SIMPLE_NAME = 4  # CERT_NAME_SIMPLE_DISPLAY_TYPE

    def verify(path: str) -> tuple[Signed, str]:
        """Verify a file's own signature; say its state and its signer's name."""
        trust = ctypes.WinDLL("wintrust.dll", use_last_error=True, winmode=0x800)
        ask = trust.WinVerifyTrust
        ask.restype, ask.argtypes = c_uint32, (c_void_p, ctypes.c_char_p, c_void_p)
        file = _File(ctypes.sizeof(_File), path, None, None)
        data = _Data(
            size=ctypes.sizeof(_Data),
            ui=_NO_UI,
            revocation=_NO_REVOCATION,
            union=_OF_FILE,
            file=ctypes.pointer(file),
            action=_VERIFY,
            flags=_FLAGS,
        )
        nobody = c_void_p(-1)  # INVALID_HANDLE_VALUE: no window may be opened
        found = state(ask(nobody, _ACTION, byref(data)), ctypes.get_last_error())
        try:
            return found, _signer(trust, data.state)
        finally:
            data.action = _CLOSE
            ask(nobody, _ACTION, byref(data))

    def _signer(trust: ctypes.WinDLL, handle: int | None) -> str:
        facts, signer = trust.WTHelperProvDataFromStateData, trust.WTHelperGetProvSignerFromChain
        facts.restype, facts.argtypes = c_void_p, (c_void_p,)
        signer.restype = POINTER(_Signer)
        signer.argtypes = (c_void_p, c_uint32, ctypes.c_int, c_uint32)
        known = facts(handle) if handle else None
        first = signer(known, 0, 0, 0) if known else None
        if not first or not first.contents.count or not first.contents.chain:
            return ""
        name = ctypes.WinDLL("crypt32.dll", winmode=0x800).CertGetNameStringW
        name.restype = c_uint32
        name.argtypes = (c_void_p, c_uint32, c_uint32, c_void_p, c_void_p, c_uint32)
        room = ctypes.create_unicode_buffer(128)
        name(first.contents.chain.contents[1], _SIMPLE_NAME, 0, None, room, len(room))
        return room.value

else:

    def verify(path: str) -> tuple[Signed, str]:  # noqa: ARG001 - the same signature
        """Tell nothing: files bear no signatures here."""
        return Signed.UNTOLD, ""
