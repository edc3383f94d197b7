"""The names of Windows' codes, against a Windows header where one is installed."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from a3check.probes import windows_codes
from a3check.probes.process import is_crash
from a3check.probes.wincrypt import algorithm
from a3check.probes.windows_codes import code_name
from a3check.probes.windows_libraries import KeyProvInfo, Pkcs1Padding, PssPadding

HEADER = Path("/usr/share/mingw-w64/include/winerror.h")
ONE = re.compile(r"#define[ \t]+(\w+)[ \t]+[^\d\n]*?(0x[0-9A-Fa-f]{8}|\d+)\D")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x8010006B, "SCARD_W_WRONG_CHV"),
        (0x8010006B - 2**32, "SCARD_W_WRONG_CHV"),
        (0x80090016, "NTE_BAD_KEYSET"),
        (0x8009200B, "CRYPT_E_NO_KEY_PROPERTY"),
        (5, "ERROR_ACCESS_DENIED"),
        (0, "ERROR_SUCCESS"),
        (0x8009FFFF, "0x8009FFFF"),
        (77, "0x0000004D"),
    ],
)
def test_a_code_has_a_name(code: int, name: str) -> None:
    assert code_name(code) == name


@pytest.mark.skipif(not HEADER.is_file(), reason="no mingw-w64 headers here")
def test_every_name_is_the_header_s() -> None:
    text = HEADER.read_text("latin-1")
    known = {name: int(number, 0) for name, number in ONE.findall(text)}
    for code, name in windows_codes._NAMES.items():
        assert known[name] == code, name


def test_the_structures_have_windows_s_size() -> None:
    """wincrypt.h and bcrypt.h, 64 bits: pointers at multiples of eight."""
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    assert [ctypes.sizeof(s) for s in (KeyProvInfo, Pkcs1Padding, PssPadding)] == [48, 8, 16]
    assert (KeyProvInfo.provider_type.offset, KeyProvInfo.key_spec.offset) == (16, 40)


def test_the_digests_have_cng_s_names() -> None:
    names = [algorithm(d) for d in ("sha1", "sha256", "sha384", "sha512", "md5-sha1")]
    assert names == ["SHA1", "SHA256", "SHA384", "SHA512", None]


@pytest.mark.parametrize(
    ("error", "crash"),
    [
        (OSError("exception: access violation writing 0x0000000000000000"), True),
        (OSError("exception: stack overflow"), True),
        (OSError(2, "No such file"), False),
        (ValueError("exception: access violation"), False),
    ],
)
def test_a_crash_that_ctypes_caught_is_one(error: Exception, crash: bool) -> None:
    assert is_crash(error) is crash
