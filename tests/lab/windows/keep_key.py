"""Runs in Windows' Python: makes the user's store hold these certificates, and nothing else.

Standard input is one JSON object: ``cas`` (base64 of the DER) and ``kept``, each with
``certificate``, ``key`` (base64 of a PRIVATEKEYBLOB; empty: none is put), ``container`` (empty:
the certificate is linked to no key), ``provider``, and ``image``, the file of a provider that is
to be registered before.
"""

from __future__ import annotations

import base64
import ctypes
import json
import sys
import winreg
from ctypes import byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p, c_wchar_p

assert sys.platform == "win32"

sys.path[:0] = sys.argv[1:3]

from a3check.probes import windows_libraries  # noqa: E402 - its folder is an argument
from a3check.probes.windows_libraries import KeyProvInfo  # noqa: E402 - as above

PROVIDER = "Microsoft Enhanced RSA and AES Cryptographic Provider"
RSA_AES, EXCHANGE = 24, 1
NEW_KEYSET, DELETE_KEYSET = 0x8, 0x10
ENCODING, ADD_REPLACE, KEY_PROV_INFO = 0x00010001, 3, 2
SYSTEM_STORE, CURRENT_USER = 10, 0x00010000

crypt32, advapi32 = windows_libraries.crypt32(), windows_libraries.advapi32()


def declare(library: ctypes.WinDLL, name: str, *arguments: object) -> None:
    """Declare a call that only writes, so the product has none of it."""
    getattr(library, name).restype = c_int
    getattr(library, name).argtypes = arguments


declare(
    crypt32,
    "CertAddEncodedCertificateToStore",
    *(c_void_p, c_uint32, c_char_p, c_uint32, c_uint32, c_void_p),
)
declare(crypt32, "CertSetCertificateContextProperty", c_void_p, c_uint32, c_uint32, c_void_p)
declare(advapi32, "CryptAcquireContextW", c_void_p, c_wchar_p, c_wchar_p, c_uint32, c_uint32)
declare(
    advapi32,
    "CryptImportKey",
    *(c_size_t, c_char_p, c_uint32, c_size_t, c_uint32, c_void_p),
)
declare(advapi32, "CryptDestroyKey", c_size_t)


def done(well: object) -> None:
    if not well:
        raise ctypes.WinError(ctypes.get_last_error())


def keep_key(container: str, blob: bytes) -> None:
    context, key = c_size_t(), c_size_t()
    done(advapi32.CryptAcquireContextW(byref(context), container, PROVIDER, RSA_AES, NEW_KEYSET))
    done(advapi32.CryptImportKey(context, blob, len(blob), 0, 0, byref(key)))
    advapi32.CryptDestroyKey(key)
    advapi32.CryptReleaseContext(context, 0)


def keep(name: str, certificate: bytes, container: str = "", provider: str = "") -> None:
    store = crypt32.CertOpenStore(SYSTEM_STORE, 0, 0, CURRENT_USER, name)
    done(store)
    context = c_void_p()
    done(
        crypt32.CertAddEncodedCertificateToStore(
            store, ENCODING, certificate, len(certificate), ADD_REPLACE, byref(context)
        )
    )
    if container:
        info = KeyProvInfo(container, provider, RSA_AES, 0, 0, None, EXCHANGE)
        done(crypt32.CertSetCertificateContextProperty(context, KEY_PROV_INFO, 0, byref(info)))
    crypt32.CertFreeCertificateContext(context)  # Wine writes a store down when nobody holds it
    crypt32.CertCloseStore(store, 0)


def drop(name: str) -> None:
    """Empty a store by its place in the registry: Wine 8 does not write a deletion down."""
    path = rf"Software\Microsoft\SystemCertificates\{name}\Certificates"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_ALL_ACCESS) as key:
            for _ in range(winreg.QueryInfoKey(key)[0]):
                winreg.DeleteKey(key, winreg.EnumKey(key, 0))
    except FileNotFoundError:
        return


def register(provider: str, image: str) -> None:
    """Make a CSP known to Windows (HKLM, Defaults\\Provider)."""
    path = rf"Software\Microsoft\Cryptography\Defaults\Provider\{provider}"
    with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
        winreg.SetValueEx(key, "Image Path", 0, winreg.REG_SZ, image)
        winreg.SetValueEx(key, "Type", 0, winreg.REG_DWORD, RSA_AES)


def put(kept: dict[str, str]) -> None:
    if kept["image"]:
        register(kept["provider"], kept["image"])
    if kept["key"]:
        place = kept["container"], PROVIDER, RSA_AES, DELETE_KEYSET
        advapi32.CryptAcquireContextW(byref(c_size_t()), *place)
        keep_key(kept["container"], base64.b64decode(kept["key"]))
    keep("MY", base64.b64decode(kept["certificate"]), kept["container"], kept["provider"])


def main() -> None:
    wish = json.load(sys.stdin)
    for name in ("MY", "CA"):
        drop(name)
    for kept in wish["kept"]:
        put(kept)
    for ca in wish["cas"]:
        keep("CA", base64.b64decode(ca))


main()
