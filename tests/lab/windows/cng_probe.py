"""The probe of Windows' key in Windows' Python, its key made by NCryptImportKey.

Wine 8 keeps no CNG key and opens none for a certificate, so this one step is replaced: all the
rest (the PIN's property, NCryptSignHash, the freeing) is the product's. ``A3_KEY`` names a file
with a BCRYPT_RSAPRIVATE_BLOB.
"""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import byref, c_char_p, c_size_t, c_uint32, c_void_p, c_wchar_p
from pathlib import Path

assert sys.platform == "win32"

sys.path[:0] = sys.argv[1:3]

from a3check.core.store_key import KeyApi  # noqa: E402 - its folder is an argument
from a3check.probes import process, wincrypt  # noqa: E402 - as above
from a3check.probes.wincrypt import Handle  # noqa: E402 - as above

KEYS = "Microsoft Software Key Storage Provider"


class Imported(wincrypt.WinCrypt):
    """Windows, but for the key's opening."""

    def acquire(self, certificate: bytes, *, silent: bool) -> Handle:
        """Import the key of the file into CNG."""
        assert certificate
        ncrypt = ctypes.WinDLL("ncrypt.dll")
        ncrypt.NCryptOpenStorageProvider.argtypes = (c_void_p, c_wchar_p, c_uint32)
        ncrypt.NCryptImportKey.argtypes = (
            *(c_size_t, c_size_t, c_wchar_p, c_void_p, c_void_p, c_char_p, c_uint32, c_uint32),
        )
        provider, key = c_size_t(), c_size_t()
        assert not ncrypt.NCryptOpenStorageProvider(byref(provider), KEYS, 0)
        blob = Path(os.environ["A3_KEY"]).read_bytes()
        kind, place = "RSAPRIVATEBLOB", byref(key)
        assert not ncrypt.NCryptImportKey(provider, 0, kind, None, place, blob, len(blob), 0)
        return Handle(KeyApi.CNG, key.value, silent=silent)


wincrypt.WinCrypt = Imported  # type: ignore[misc]
process.main(sys.argv[3])
