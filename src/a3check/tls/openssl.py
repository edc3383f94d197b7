"""OpenSSL's C functions as Python calls: the only module that knows ctypes."""

import _ssl
import ctypes
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from a3check.tls import functions

_TYPES: dict[str, Any] = {
    "v": None,
    "i": ctypes.c_int,
    "n": ctypes.c_uint,
    "l": ctypes.c_long,
    "u": ctypes.c_ulong,
    "q": ctypes.c_uint64,
    "t": ctypes.c_int64,
    "z": ctypes.c_size_t,
    "p": ctypes.c_void_p,
    "s": ctypes.c_char_p,
    "P": ctypes.POINTER(ctypes.c_void_p),
    "Z": ctypes.POINTER(ctypes.c_size_t),
    "I": ctypes.POINTER(ctypes.c_int),
}

_OLDEST = 0x30000000  # providers came with OpenSSL 3.0
_immortal: list[object] = []
_lock = threading.Lock()
_loaded: "list[OpenSSL]" = []
_T = TypeVar("_T")


class Unavailable(Exception):  # noqa: N818 - a state of this computer, not a slip of ours
    """No OpenSSL 3 can be reached the way that Python's own ssl module reaches it."""


class OpenSSLError(Exception):
    """OpenSSL refused a call; the text is its error queue."""


def load() -> "OpenSSL":
    """Return the binding, one a process; raises Unavailable."""
    with _lock:
        if not _loaded:
            _loaded.append(OpenSSL(*_libraries()))
        return _loaded[0]


class OpenSSL:
    """The functions of functions.py as attributes, and what is needed around them in memory.

    `context` is a library context of our own (OSSL_LIB_CTX): a provider registered there is seen
    by nothing else in the process. It lives as long as the process.
    """

    def __init__(self, ssl: Any, crypto: Any) -> None:  # noqa: ANN401 - CDLL is typed per system
        for library, table in ((crypto, functions.CRYPTO), (ssl, functions.SSL)):
            for name, result, *arguments in (line.split() for line in table.split("\n") if line):
                setattr(self, name, _declare(library, name, result, "".join(arguments)))
        number = self.OpenSSL_version_num()
        if number < _OLDEST:
            raise Unavailable(f"OpenSSL {number:#x} is older than 3.0")
        self.version: str = self.OpenSSL_version(0).decode()
        self.context: int = self.OSSL_LIB_CTX_new()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"{name} is not declared in functions.py")

    def errors(self) -> str:
        """Empty this thread's error queue and return it as one line."""
        lines = []
        while code := self.ERR_get_error():
            text = ctypes.create_string_buffer(256)
            self.ERR_error_string_n(code, text, len(text))
            lines.append(text.value.decode("ascii", "replace"))
        return "; ".join(lines)

    def check(self, result: int | None) -> int:
        """Pass on a result above zero; anything else raises OpenSSLError with the queue."""
        if result is None or result <= 0:
            raise OpenSSLError(self.errors() or "OpenSSL gave no reason")
        return result

    def certificate(self, der: bytes) -> int:
        """Return a new X509 * in our context; the caller frees it. Raises OpenSSLError."""
        place = ctypes.c_void_p(self.check(self.X509_new_ex(self.context, None)))
        source = ctypes.create_string_buffer(der, len(der))
        cursor = ctypes.c_void_p(ctypes.addressof(source))
        # On failure d2i_X509 frees what stood in the place.
        return self.check(self.d2i_X509(ctypes.byref(place), ctypes.byref(cursor), len(der)))

    def certificate_der(self, pointer: int) -> bytes:
        """Encode an X509 *."""
        buffer = ctypes.create_string_buffer(self.check(self.i2d_X509(pointer, None)))
        cursor = ctypes.c_void_p(ctypes.addressof(buffer))
        self.i2d_X509(pointer, ctypes.byref(cursor))
        return buffer.raw

    def name_text(self, der: bytes) -> str:
        """Write a distinguished name as RFC 4514 does; empty when it is none."""
        source = ctypes.create_string_buffer(der, len(der))
        cursor = ctypes.c_void_p(ctypes.addressof(source))
        name = self.d2i_X509_NAME(None, ctypes.byref(cursor), len(der))
        if not name:
            self.ERR_clear_error()
            return ""
        memory = self.BIO_new(self.BIO_s_mem())
        try:
            self.X509_NAME_print_ex(memory, name, 0, functions.NAME_AS_TEXT)
            return self.read_bio(memory).decode("utf-8", "replace")
        finally:
            self.BIO_free(memory)
            self.X509_NAME_free(name)

    def read_bio(self, bio: int) -> bytes:
        """Take all that waits in a memory BIO."""
        size = self.BIO_ctrl_pending(bio)
        if not size:
            return b""
        buffer = ctypes.create_string_buffer(size)
        length = self.BIO_read(bio, buffer, size)
        return buffer.raw[: max(length, 0)]

    def key_from(self, key_context: int, params: int) -> int:
        """Make an EVP_PKEY * out of an OSSL_PARAM array; the caller frees it."""
        place = ctypes.c_void_p()
        self.check(self.EVP_PKEY_fromdata_init(key_context))
        made = self.EVP_PKEY_fromdata(key_context, ctypes.byref(place), functions.KEYPAIR, params)
        self.check(made)
        return self.check(place.value)

    def verified_chain(self, ssl: int) -> tuple[bytes, ...]:
        """Return the path that OpenSSL built for the server: its certificate first, root last."""
        stack = self.SSL_get0_verified_chain(ssl)
        length = self.OPENSSL_sk_num(stack) if stack else 0
        return tuple(
            self.certificate_der(self.OPENSSL_sk_value(stack, index)) for index in range(length)
        )


class Buffer:
    """A piece of memory of our own that C reads or fills."""

    def __init__(self, content: int | bytes) -> None:
        self._memory = ctypes.create_string_buffer(content)
        self.size = len(self._memory)
        self.address: int = ctypes.addressof(self._memory)


def read_memory(address: int | None, length: int) -> bytes:
    """Copy bytes out of C's memory."""
    return ctypes.string_at(address, length) if address and length else b""


def read_text(address: int) -> str:
    """Copy a C string."""
    return ctypes.string_at(address).decode()


def write_memory(address: int, data: bytes) -> None:
    """Copy bytes into C's memory; the caller knows that there is room."""
    ctypes.memmove(address, data, len(data))


class Callback:
    """A Python function for C: `shape` is the result's letter, then the arguments'.

    No exception crosses into C: it goes to `failed`, and C is told 0 or NULL. The object must live
    for as long as C may call its `address`.
    """

    def __init__(
        self,
        shape: str,
        function: Callable[..., Any],
        failed: Callable[[BaseException], object],
    ) -> None:
        nothing = 0 if shape[0] == "i" else None

        def guarded(*arguments: object) -> object:
            try:
                return function(*arguments)
            except BaseException as error:  # noqa: BLE001 - even KeyboardInterrupt stays out of C
                failed(error)
                return nothing

        self._pointer = _function_type(shape)(guarded)
        self.address: int = ctypes.cast(self._pointer, ctypes.c_void_p).value or 0


def call(address: int, shape: str, *arguments: object) -> object:
    """Call a C function whose address OpenSSL handed to us."""
    return _function_type(shape)(address)(*arguments)


def keep_for_ever(thing: _T) -> _T:
    """Never free it: OpenSSL may use its address until the very end of the process."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    _immortal.append(thing)
    return thing


def _function_type(shape: str) -> Any:  # noqa: ANN401 - a type made at run time
    return ctypes.CFUNCTYPE(_TYPES[shape[0]], *(_TYPES[letter] for letter in shape[1:]))


def _declare(library: Any, name: str, result: str, arguments: str) -> Any:  # noqa: ANN401 - as above
    try:
        function = library[name]  # a fresh object, never shared with other users of ctypes
    except AttributeError as error:
        raise Unavailable(f"libssl has no {name}") from error
    function.restype = _TYPES[result]
    function.argtypes = [_TYPES[letter] for letter in arguments]
    return function


if sys.platform == "win32":

    def _libraries() -> tuple[Any, Any]:
        """Find the DLLs that _ssl has loaded, by name; a second copy is never brought in."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetModuleHandleW.restype = ctypes.c_void_p
        kernel.GetModuleHandleW.argtypes = [ctypes.c_wchar_p]
        for suffix in ("-3", "-3-x64", "-3-arm64", "-4", "-4-x64", "-4-arm64"):
            names = (f"libssl{suffix}.dll", f"libcrypto{suffix}.dll")
            handles = [kernel.GetModuleHandleW(name) for name in names]
            if all(handles):
                ssl, crypto = (
                    ctypes.CDLL(name, handle=handle)
                    for name, handle in zip(names, handles, strict=True)
                )
                return ssl, crypto
        raise Unavailable("no libssl-3.dll of Python's is loaded")

else:

    def _libraries() -> tuple[Any, Any]:
        """Reach libssl and libcrypto through _ssl; a second copy is never brought in.

        dlsym on a handle of _ssl's file looks through its dependencies: the same libssl for
        certain. A _ssl built into the interpreter has no file; its symbols are the program's own.
        """
        try:
            library = ctypes.CDLL(getattr(_ssl, "__file__", None))
        except OSError as error:
            raise Unavailable(str(error)) from error
        return library, library
