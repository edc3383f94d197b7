"""Windows' certificate stores and a certificate's key: a method a call, every handle freed.

What Windows refuses is raised as :class:`RefusalError` with the function and the code's name.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_int, c_size_t, c_uint32
from dataclasses import dataclass

from a3check.core.store_key import KeyApi, Padding
from a3check.probes import windows_libraries as libraries
from a3check.probes.protocol import RefusalError
from a3check.probes.windows_codes import code_name
from a3check.probes.windows_libraries import CertContext, KeyProvInfo, Pkcs1Padding, PssPadding

MY, INTERMEDIATES, ROOTS = "MY", "CA", "ROOT"
"""The system stores' names; the current user's show the computer's, too."""
SET_PIN = {KeyApi.CNG: "NCryptSetProperty", KeyApi.CAPI: "CryptSetProvParam"}
SIGN = {KeyApi.CNG: "NCryptSignHash", KeyApi.CAPI: "CryptSignHash"}
ACQUIRE = "CryptAcquireCertificatePrivateKey"

ENCODING = 0x00010001  # X509_ASN_ENCODING | PKCS_7_ASN_ENCODING
KEY_PROV_INFO = 2
NCRYPT_KEY_SPEC = 0xFFFFFFFF
LONGEST_SIGNATURE = 2048
"""Bytes, for RSA with 16384 bits: one call with room enough, since some ask the card at each."""
MOST_LISTED = 100
"""Certificates of one store; a person has few."""
LARGEST_LISTED = 64 * 1024
"""Bytes of one certificate; real ones have under 5000."""
_LONGEST_TEXT = 64 * 1024  # bytes, of a name or of CRYPT_KEY_PROV_INFO with all that it points to
_SYSTEM_STORE = 10  # CERT_STORE_PROV_SYSTEM_W
_CURRENT_USER, _READ_ONLY, _OPEN_EXISTING = 0x00010000, 0x8000, 0x4000
_FIND_EXISTING = 13 << 16
_ACQUIRE_SILENT, _PREFER_NCRYPT = 0x40, 0x20000
_NCRYPT_SILENT, _PAD_PKCS1, _PAD_PSS = 0x40, 0x2, 0x8
_PP_NAME, _PP_KEYEXCHANGE_PIN, _PP_SIGNATURE_PIN = 4, 32, 33
_AT_SIGNATURE = 2
_HP_HASHVAL, _HP_HASHSIZE = 2, 4
_ALG_IDS = {
    "md5-sha1": 0x8008,
    "sha1": 0x8004,
    "sha256": 0x800C,
    "sha384": 0x800D,
    "sha512": 0x800E,
}


@dataclass(frozen=True, slots=True)
class Link:
    """Who serves the key that the store names: ``provider_type`` 0 is a KSP, else a CSP."""

    provider: str
    provider_type: int


@dataclass(frozen=True, slots=True)
class Handle:
    """An open key (CNG) or its provider's container (CAPI)."""

    api: KeyApi
    value: int
    key_spec: int = 0
    silent: bool = True
    """Whether its provider is asked to open no window."""


def algorithm(digest: str) -> str | None:
    """Return CNG's name of a digest (BCRYPT_SHA256_ALGORITHM…); none for TLS's MD5 with SHA-1."""
    return None if digest == "md5-sha1" else digest.upper()


def pin_text(pin: bytearray, api: KeyApi) -> bytearray:
    """Return a PIN as the interface takes it, ended by a NUL: UTF-16 for CNG, bytes for CAPI.

    ASCII alone: what others become in a card depends on the code page, and may cost a try.
    """
    if any(not 0 < byte < 0x80 for byte in pin):  # noqa: PLR2004 - ASCII's end
        raise RefusalError(SET_PIN[api], "PIN_NOT_ASCII")
    width = 2 if api is KeyApi.CNG else 1
    text = bytearray((len(pin) + 1) * width)
    text[: len(pin) * width : width] = pin
    return text


if sys.platform == "win32":

    class WinCrypt:
        """The three libraries."""

        def __init__(self) -> None:
            self._crypt32 = libraries.crypt32()
            self._ncrypt = libraries.ncrypt()
            self._advapi32 = libraries.advapi32()

        def holds(self, store: str, certificate: bytes) -> bool:
            """Tell whether the current user's system store has a certificate (DER)."""
            with self._found(store, certificate) as context:
                return context is not None

        def link(self, certificate: bytes) -> Link | None:
            """Read who serves the certificate's key; nothing where none is named."""
            with self._found(MY, certificate) as context:
                return None if context is None else self._link(context)

        def listed(self) -> list[tuple[bytes, Link]]:
            """Return the certificates (DER) of the user's own store that name a key."""
            found: list[tuple[bytes, Link]] = []
            with self._opened(MY) as store:
                each = None
                while store and len(found) < MOST_LISTED:  # the one before is freed by the call
                    each = self._crypt32.CertEnumCertificatesInStore(store, each)
                    if not each:
                        return found
                    context, link = CertContext.from_address(each), self._link(each)
                    if link is not None and 0 < context.size <= LARGEST_LISTED:
                        found.append((ctypes.string_at(context.encoded, context.size), link))
                if each:
                    self._crypt32.CertFreeCertificateContext(each)
            return found

        def acquire(self, certificate: bytes, *, silent: bool) -> Handle:
            """Open the certificate's key: CNG first and CAPI where that fails, as Chromium."""
            with self._found(MY, certificate) as context:
                if context is None:
                    raise RefusalError(ACQUIRE, "CRYPT_E_NOT_FOUND")
                handle, spec, ours = c_size_t(), c_uint32(), c_int()
                given = self._crypt32.CryptAcquireCertificatePrivateKey(
                    context,
                    (_ACQUIRE_SILENT if silent else 0) | _PREFER_NCRYPT,
                    None,
                    ctypes.byref(handle),
                    ctypes.byref(spec),
                    ctypes.byref(ours),
                )
                if not given:
                    raise _refusal(ACQUIRE)
                if not ours.value:  # the context's own: gone with it
                    raise RefusalError(ACQUIRE, "NOT_OURS")
            api = KeyApi.CNG if spec.value == NCRYPT_KEY_SPEC else KeyApi.CAPI
            return Handle(api, handle.value, spec.value, silent)

        def provider(self, handle: Handle) -> str:
            """Return the provider's own name; empty where it tells none."""
            if handle.api is KeyApi.CAPI:
                return self._text_of_csp(handle)
            provider, size = c_size_t(), c_uint32()
            ask = self._ncrypt.NCryptGetProperty
            place = ctypes.byref(provider), ctypes.sizeof(provider), ctypes.byref(size)
            if ask(handle.value, "Provider Handle", *place, _NCRYPT_SILENT) or not provider.value:
                return ""
            try:
                name = ctypes.create_string_buffer(_LONGEST_TEXT)
                room = name, len(name), ctypes.byref(size)
                failed = ask(provider.value, "Name", *room, _NCRYPT_SILENT)
                raw = b"" if failed else name.raw[: size.value]
                return raw.decode("utf-16-le", "replace").partition("\0")[0]
            finally:
                self._ncrypt.NCryptFreeObject(provider.value)

        def set_pin(self, handle: Handle, pin: bytearray) -> None:
            """Hand the PIN over by property; our copy of it is overwritten."""
            text = pin_text(pin, handle.api)
            place = (ctypes.c_char * len(text)).from_buffer(text)
            try:
                if handle.api is KeyApi.CNG:
                    code = self._ncrypt.NCryptSetProperty(
                        handle.value, "SmartCardPin", place, len(text), _NCRYPT_SILENT
                    )
                    _check(SET_PIN[handle.api], code)
                    return
                signs = handle.key_spec == _AT_SIGNATURE
                which = _PP_SIGNATURE_PIN if signs else _PP_KEYEXCHANGE_PIN
                if not self._advapi32.CryptSetProvParam(handle.value, which, place, 0):
                    raise _refusal(SET_PIN[handle.api])
            finally:
                ctypes.memset(place, 0, len(text))

        def sign(
            self, handle: Handle, padding: Padding, digest: str, hashed: bytes, salt: int
        ) -> bytes:
            """Sign a digest once."""
            if handle.api is KeyApi.CAPI:
                return self._sign_by_csp(handle, digest, hashed)
            pkcs1, pss = Pkcs1Padding(algorithm(digest)), PssPadding(algorithm(digest), salt)
            info, flags = {
                Padding.PKCS1: (ctypes.byref(pkcs1), _PAD_PKCS1),
                Padding.PSS: (ctypes.byref(pss), _PAD_PSS),
                Padding.NONE: (None, 0),
            }[padding]
            room, size = ctypes.create_string_buffer(LONGEST_SIGNATURE), c_uint32()
            flags |= _NCRYPT_SILENT if handle.silent else 0
            given, place = (hashed, len(hashed)), (room, len(room), ctypes.byref(size))
            code = self._ncrypt.NCryptSignHash(handle.value, info, *given, *place, flags)
            _check(SIGN[handle.api], code)
            return room.raw[: size.value]

        def free(self, handle: Handle) -> None:
            """Let go of a key."""
            if handle.api is KeyApi.CNG:
                self._ncrypt.NCryptFreeObject(handle.value)
            else:
                self._advapi32.CryptReleaseContext(handle.value, 0)

        @contextmanager
        def _opened(self, name: str) -> Iterator[int | None]:
            """Lend a system store of the current user; nothing where it is not there."""
            flags = _CURRENT_USER | _READ_ONLY | _OPEN_EXISTING
            store = self._crypt32.CertOpenStore(_SYSTEM_STORE, 0, 0, flags, name)
            if not store:
                refusal = _refusal("CertOpenStore")
                if refusal.detail != "ERROR_FILE_NOT_FOUND":
                    raise refusal
                yield None
                return
            try:
                yield store
            finally:
                self._crypt32.CertCloseStore(store, 0)

        @contextmanager
        def _found(self, name: str, certificate: bytes) -> Iterator[int | None]:
            """Lend the store's context of a certificate; a store that is not there is empty."""
            with self._opened(name) as store:
                if not store:
                    yield None
                    return
                with self._context(store, certificate) as context:
                    yield context

        @contextmanager
        def _context(self, store: int, certificate: bytes) -> Iterator[int | None]:
            ours = self._crypt32.CertCreateCertificateContext(
                ENCODING, certificate, len(certificate)
            )
            theirs = None
            try:
                if ours:
                    theirs = self._crypt32.CertFindCertificateInStore(
                        store, ENCODING, 0, _FIND_EXISTING, ours, None
                    )
                yield theirs
            finally:
                for context in filter(None, (theirs, ours)):
                    self._crypt32.CertFreeCertificateContext(context)

        def _link(self, context: int) -> Link | None:
            size = c_uint32()
            ask = self._crypt32.CertGetCertificateContextProperty
            known = ask(context, KEY_PROV_INFO, None, ctypes.byref(size))
            if not known or not ctypes.sizeof(KeyProvInfo) <= size.value <= _LONGEST_TEXT:
                return None
            buffer = ctypes.create_string_buffer(size.value)
            if not ask(context, KEY_PROV_INFO, buffer, ctypes.byref(size)):
                return None
            info = KeyProvInfo.from_buffer(buffer)
            return Link(info.provider or "", info.provider_type)

        def _text_of_csp(self, handle: Handle) -> str:
            name, size = ctypes.create_string_buffer(_LONGEST_TEXT), c_uint32(_LONGEST_TEXT)
            ask = self._advapi32.CryptGetProvParam
            if not ask(handle.value, _PP_NAME, name, ctypes.byref(size), 0):
                return ""
            return name.raw[: size.value].partition(b"\0")[0].decode("mbcs", "replace")

        def _sign_by_csp(self, handle: Handle, digest: str, hashed: bytes) -> bytes:
            advapi32, made = self._advapi32, c_size_t()
            number = _ALG_IDS[digest]
            if not advapi32.CryptCreateHash(handle.value, number, 0, 0, ctypes.byref(made)):
                raise _refusal("CryptCreateHash")
            try:
                size, length = c_uint32(), c_uint32(4)
                about = ctypes.byref(size), ctypes.byref(length)
                if not advapi32.CryptGetHashParam(made, _HP_HASHSIZE, *about, 0):
                    raise _refusal("CryptGetHashParam")
                if size.value != len(hashed):  # it would read beyond
                    raise RefusalError("CryptSetHashParam", "NTE_BAD_LEN")
                if not advapi32.CryptSetHashParam(made, _HP_HASHVAL, hashed, 0):
                    raise _refusal("CryptSetHashParam")
                room, size = ctypes.create_string_buffer(LONGEST_SIGNATURE), c_uint32()
                size.value = len(room)
                place = room, ctypes.byref(size)
                if not advapi32.CryptSignHashW(made, handle.key_spec, None, 0, *place):
                    raise _refusal(SIGN[handle.api])
                return room.raw[: size.value]
            finally:
                advapi32.CryptDestroyHash(made)

    def _refusal(call: str) -> RefusalError:
        return RefusalError(call, code_name(ctypes.get_last_error()))

    def _check(call: str, status: int) -> None:
        if status:
            raise RefusalError(call, code_name(status))
