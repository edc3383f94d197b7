"""Windows' crypt32, ncrypt and advapi32 by ctypes: their structures, and each call declared.

Source: Microsoft Learn, ``wincrypt.h``, ``bcrypt.h`` and ``ncrypt.h``. HCRYPTPROV, HCRYPTHASH and
NCRYPT_HANDLE are ULONG_PTR. Loaded from System32 alone.
"""

import ctypes
import sys
from ctypes import c_int, c_size_t, c_uint32, c_void_p, c_wchar_p


class KeyProvInfo(ctypes.Structure):
    """CRYPT_KEY_PROV_INFO."""

    _fields_ = (
        ("container", c_wchar_p),
        ("provider", c_wchar_p),
        ("provider_type", c_uint32),
        ("flags", c_uint32),
        ("parameter_count", c_uint32),
        ("parameters", c_void_p),
        ("key_spec", c_uint32),
    )


class CertContext(ctypes.Structure):
    """CERT_CONTEXT."""

    _fields_ = (
        ("encoding", c_uint32),
        ("encoded", c_void_p),
        ("size", c_uint32),
        ("info", c_void_p),
        ("store", c_void_p),
    )


class Pkcs1Padding(ctypes.Structure):
    """BCRYPT_PKCS1_PADDING_INFO."""

    _fields_ = (("algorithm", c_wchar_p),)


class PssPadding(ctypes.Structure):
    """BCRYPT_PSS_PADDING_INFO."""

    _fields_ = (("algorithm", c_wchar_p), ("salt", c_uint32))


if sys.platform == "win32":

    def _load(name: str) -> ctypes.WinDLL:
        search_system32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32
        return ctypes.WinDLL(name, use_last_error=True, winmode=search_system32)

    def _declare(function: object, result: object, *arguments: object) -> None:
        function.restype, function.argtypes = result, arguments  # type: ignore[attr-defined]

    def crypt32() -> ctypes.WinDLL:
        """Load and declare it; ``OSError``, ``AttributeError`` where it or a call is missing."""
        lib, out = _load("crypt32.dll"), c_void_p
        text = c_wchar_p
        _declare(lib.CertOpenStore, c_void_p, c_void_p, c_uint32, c_size_t, c_uint32, text)
        _declare(lib.CertCloseStore, c_int, c_void_p, c_uint32)
        _declare(lib.CertCreateCertificateContext, c_void_p, c_uint32, ctypes.c_char_p, c_uint32)
        _declare(
            lib.CertFindCertificateInStore,
            c_void_p,
            *(c_void_p, c_uint32, c_uint32, c_uint32, c_void_p, c_void_p),
        )
        _declare(lib.CertEnumCertificatesInStore, c_void_p, c_void_p, c_void_p)
        _declare(lib.CertFreeCertificateContext, c_int, c_void_p)
        _declare(
            lib.CertAddCertificateContextToStore, c_int, c_void_p, c_void_p, c_uint32, c_void_p
        )
        _declare(lib.CertEnumCertificatesInStore, c_void_p, c_void_p, c_void_p)
        _declare(lib.CertDuplicateCertificateContext, c_void_p, c_void_p)
        _declare(lib.CertDeleteCertificateFromStore, c_int, c_void_p)
        _declare(lib.CertGetCertificateContextProperty, c_int, c_void_p, c_uint32, out, out)
        _declare(
            lib.CryptAcquireCertificatePrivateKey,
            c_int,
            *(c_void_p, c_uint32, c_void_p, out, out, out),
        )
        return lib

    def ncrypt() -> ctypes.WinDLL:
        """Load and declare it; ``OSError``, ``AttributeError`` where it or a call is missing."""
        lib, key, out = _load("ncrypt.dll"), c_size_t, c_void_p
        status = c_uint32
        _declare(lib.NCryptGetProperty, status, key, c_wchar_p, c_void_p, c_uint32, out, c_uint32)
        _declare(lib.NCryptSetProperty, status, key, c_wchar_p, c_void_p, c_uint32, c_uint32)
        _declare(
            lib.NCryptSignHash,
            status,
            *(key, c_void_p, ctypes.c_char_p, c_uint32, c_void_p, c_uint32, out, c_uint32),
        )
        _declare(lib.NCryptFreeObject, status, key)
        return lib

    def advapi32() -> ctypes.WinDLL:
        """Load and declare it; ``OSError``, ``AttributeError`` where it or a call is missing."""
        lib, handle, out = _load("advapi32.dll"), c_size_t, c_void_p
        _declare(lib.CryptSetProvParam, c_int, handle, c_uint32, c_void_p, c_uint32)
        _declare(lib.CryptGetProvParam, c_int, handle, c_uint32, c_void_p, out, c_uint32)
        _declare(lib.CryptReleaseContext, c_int, handle, c_uint32)
        _declare(lib.CryptCreateHash, c_int, handle, c_uint32, handle, c_uint32, out)
        _declare(lib.CryptGetHashParam, c_int, handle, c_uint32, c_void_p, out, c_uint32)
        _declare(lib.CryptSetHashParam, c_int, handle, c_uint32, ctypes.c_char_p, c_uint32)
        _declare(lib.CryptSignHashW, c_int, handle, c_uint32, c_wchar_p, c_uint32, c_void_p, out)
        _declare(lib.CryptDestroyHash, c_int, handle)
        return lib
