"""A provider inside OpenSSL whose private keys are Python functions.

It serves RSA and EC keys (key management and signature, OpenSSL 3's provider-keymgmt(7) and
provider-signature(7)) in our own library context only. The rest of TLS stays OpenSSL's default
provider's. Keys and operations are numbers here, which OpenSSL carries as opaque pointers.
"""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from a3check.tls import functions, keys, params
from a3check.tls.keys import SigningKey
from a3check.tls.openssl import (
    Callback,
    OpenSSL,
    OpenSSLError,
    Unavailable,
    call,
    keep_for_ever,
    read_memory,
    write_memory,
)
from a3check.tls.operation import SETTINGS, Operation
from a3check.tls.signing import PublicKey

_NAME = b"a3check"
_PROPERTIES = "provider=a3check"
_SIGNER = "a3check-signer"  # our own parameter beside the public key's: which signer it is
_ALGORITHMS = {
    "rsa": ("RSA:rsaEncryption:1.2.840.113549.1.1.1",) * 2,
    "ec": ("EC:id-ecPublicKey:1.2.840.10045.2.1", "ECDSA"),
}
_KEY_PARAMS: dict[str, dict[str, type]] = {
    "rsa": {"n": int, "e": int},
    "ec": {"group": str, "pub": bytes},
}
_FACTS: dict[str, type] = {
    "bits": int,
    "security-bits": int,
    "max-size": int,
    "default-digest": str,
}
# Function numbers of openssl/core_dispatch.h
_QUERY_OPERATION = 1027
_KEYMGMT, _SIGNATURE = 10, 12
_K_NEW, _K_FREE, _K_GET, _K_GETTABLE, _K_OPERATION, _K_HAS = 1, 10, 11, 12, 20, 21
_K_MATCH, _K_IMPORT, _K_IMPORT_TYPES, _K_EXPORT, _K_EXPORT_TYPES = 23, 40, 41, 42, 43
_S_NEW, _S_SIGN_INIT, _S_SIGN, _S_DIGEST_INIT, _S_UPDATE, _S_FINAL = 1, 2, 3, 8, 9, 10
_S_DIGEST_SIGN, _S_FREE, _S_DUP, _S_SET, _S_SETTABLE = 11, 16, 17, 20, 21

_lock = threading.Lock()
_registered: "list[Provider]" = []


class _Cell(Protocol):
    """A place in C's memory that takes a number."""

    def __setitem__(self, index: int, value: int, /) -> None: ...


@dataclass(slots=True)
class _Key:
    """What OpenSSL's key pointer stands for."""

    kind: str
    public: PublicKey | None = None
    signing: SigningKey | None = None


def provider(openssl: OpenSSL) -> "Provider":
    """Return the provider, registered once a process; raises Unavailable."""
    with _lock:
        try:
            if not _registered:
                _registered.append(Provider(openssl))
        except OpenSSLError as error:
            raise Unavailable(str(error)) from error
        return _registered[0]


class Provider:
    """The provider's state; its C tables live until the process ends."""

    def __init__(self, openssl: OpenSSL) -> None:
        self._openssl = openssl
        self._numbers = itertools.count(0x1000, 16)
        self._keys: dict[int, _Key] = {}
        self._operations: dict[int, Operation] = {}
        self._signers: dict[int, SigningKey] = {}
        self._names = {"rsa": params.text_for_ever("RSA"), "ec": params.text_for_ever("ECDSA")}
        self._algorithms = {_KEYMGMT: self._key_tables(), _SIGNATURE: self._signature_tables()}
        self._main = params.dispatch_table(
            [(_QUERY_OPERATION, self._function("ppiI", self._query))]
        )
        self._register()

    @property
    def live(self) -> int:
        """How many keys and operations OpenSSL holds now."""
        return len(self._keys) + len(self._operations)

    def key(self, signing_key: SigningKey) -> int:
        """Return a new EVP_PKEY * for it; the caller frees it. Raises OpenSSLError."""
        kind = keys.kind(signing_key.public)
        number = next(self._numbers)
        self._signers[number] = signing_key
        wanted = params.Params(keys.public_params(signing_key.public) | {_SIGNER: number})
        openssl = self._openssl
        maker = openssl.EVP_PKEY_CTX_new_from_name(
            openssl.context, kind.upper().encode(), _PROPERTIES.encode()
        )
        try:
            return openssl.key_from(openssl.check(maker), wanted.address)
        finally:
            del self._signers[number]
            openssl.EVP_PKEY_CTX_free(maker)

    def _register(self) -> None:
        openssl, context = self._openssl, self._openssl.context
        start = keep_for_ever(self._function("ippPP", self._start))
        openssl.check(openssl.OSSL_PROVIDER_add_builtin(context, _NAME, start.address))
        # Loading any provider by name turns off the implicit load of the default one.
        openssl.check(openssl.OSSL_PROVIDER_load(context, b"default"))
        openssl.check(openssl.OSSL_PROVIDER_load(context, _NAME))
        # Both serve RSA and EC: everything but our own keys is to be the default provider's work.
        openssl.check(openssl.EVP_set_default_properties(context, b"?provider=default"))

    def _start(self, handle: int, _core: int, table: _Cell, context: _Cell) -> int:
        table[0], context[0] = self._main, handle
        return 1

    def _query(self, _context: int, operation: int, no_cache: _Cell) -> int | None:
        no_cache[0] = 0
        return self._algorithms.get(operation)

    def _function(self, shape: str, function: Callable[..., object]) -> Callback:
        # What is raised inside is told to C as a failure; a signer's failure is in its SigningKey.
        return Callback(shape, function, lambda _error: None)

    def _key_tables(self) -> int:
        tables = {names[0]: self._key_table(kind) for kind, names in _ALGORITHMS.items()}
        return params.algorithm_table(_PROPERTIES, tables)

    def _key_table(self, kind: str) -> int:
        public = params.param_names(_KEY_PARAMS[kind])
        known = params.param_names(_KEY_PARAMS[kind] | _FACTS)
        name = self._names[kind]
        rows: dict[int, tuple[str, Callable[..., object]]] = {
            _K_NEW: ("pp", lambda _context: self._new_key(kind)),
            _K_FREE: ("vp", self._free_key),
            _K_GET: ("ipp", self._key_facts),
            _K_GETTABLE: ("pp", lambda _context: known),
            _K_OPERATION: ("pi", lambda _operation: name),
            _K_HAS: ("ipi", lambda _key, _selection: 1),
            _K_MATCH: ("ippi", self._match),
            _K_IMPORT: ("ipip", self._import),
            _K_IMPORT_TYPES: ("pi", lambda _selection: public),
            _K_EXPORT: ("ipipp", self._export),
            _K_EXPORT_TYPES: ("pi", lambda _selection: public),
        }
        return self._table(rows)

    def _signature_tables(self) -> int:
        tables = {names[1]: self._signature_table(kind) for kind, names in _ALGORITHMS.items()}
        return params.algorithm_table(_PROPERTIES, tables)

    def _signature_table(self, kind: str) -> int:
        settings = params.param_names(SETTINGS)
        rows: dict[int, tuple[str, Callable[..., object]]] = {
            _S_NEW: ("ppp", lambda _context, _properties: self._new_operation(kind)),
            _S_FREE: ("vp", self._free_operation),
            _S_DUP: ("pp", self._copy_operation),
            _S_SIGN_INIT: ("ippp", self._start_prehashed),
            _S_DIGEST_INIT: ("ipspp", self._start_digest),
            _S_UPDATE: ("ippz", self._update),
            _S_FINAL: ("ippZz", self._final),
            _S_SIGN: ("ippZzpz", self._sign),
            _S_DIGEST_SIGN: ("ippZzpz", self._sign),
            _S_SET: ("ipp", self._set),
            _S_SETTABLE: ("ppp", lambda _operation, _context: settings),
        }
        return self._table(rows)

    def _table(self, rows: Mapping[int, tuple[str, Callable[..., object]]]) -> int:
        return params.dispatch_table(
            (number, self._function(*row)) for number, row in rows.items()
        )

    # Key management

    def _new_key(self, kind: str) -> int:
        number = next(self._numbers)
        self._keys[number] = _Key(kind)
        return number

    def _free_key(self, number: int) -> None:
        self._keys.pop(number, None)

    def _import(self, number: int, _selection: int, address: int) -> int:
        key, values = self._keys[number], params.read_params(address)
        key.public = keys.public_key(key.kind, values)
        signer = values.get(_SIGNER)
        key.signing = self._signers[signer] if isinstance(signer, int) else None
        return 1

    def _export(self, number: int, selection: int, receive: int, argument: int) -> int:
        public = self._keys[number].public
        if selection & functions.PRIVATE or public is None:
            return 0  # the private part is in the token
        values = params.Params(keys.public_params(public))
        return int(call(receive, "ipp", values.address, argument) == 1)

    def _match(self, one: int, other: int, _selection: int) -> int:
        first, second = self._keys[one].public, self._keys[other].public
        return int(first is not None and first == second)

    def _key_facts(self, number: int, address: int) -> int:
        public = self._keys[number].public
        if public is None:
            return 0
        params.write_params(address, keys.public_params(public) | keys.facts(public))
        return 1

    # Signature

    def _new_operation(self, kind: str) -> int:
        number = next(self._numbers)
        self._operations[number] = Operation(kind)
        return number

    def _free_operation(self, number: int) -> None:
        self._operations.pop(number, None)

    def _copy_operation(self, number: int) -> int:
        copy = next(self._numbers)
        self._operations[copy] = self._operations[number].copy()
        return copy

    def _start_prehashed(self, number: int, key: int | None, settings: int | None) -> int:
        return self._start_signing(number, key, settings, prehashed=True)

    def _start_digest(
        self, number: int, digest: bytes | None, key: int | None, settings: int | None
    ) -> int:
        if digest:
            self._operations[number].set({"digest": digest.decode()})
        return self._start_signing(number, key, settings, prehashed=False)

    def _start_signing(
        self, number: int, key: int | None, settings: int | None, *, prehashed: bool
    ) -> int:
        operation = self._operations[number]
        if key:
            operation.key = self._keys[key].signing
        operation.start(prehashed=prehashed)
        return self._set(number, settings) if operation.key else 0

    def _set(self, number: int, settings: int | None) -> int:
        self._operations[number].set(params.read_params(settings))
        return 1

    def _update(self, number: int, data: int, length: int) -> int:
        self._operations[number].data += read_memory(data, length)
        return 1

    def _final(self, number: int, place: int | None, length: _Cell, room: int) -> int:
        return self._answer(number, (place, length, room), bytes(self._operations[number].data))

    def _sign(
        self, number: int, place: int | None, length: _Cell, room: int, data: int, size: int
    ) -> int:
        return self._answer(number, (place, length, room), read_memory(data, size))

    def _answer(self, number: int, out: tuple[int | None, _Cell, int], data: bytes) -> int:
        operation, (place, length, room) = self._operations[number], out
        if operation.key is None:
            return 0
        if not place:  # OpenSSL asks for the longest possible first
            length[0] = keys.longest(operation.key.public)
            return 1
        made = operation.key.signature(operation.request(data))
        if len(made) > room:
            return 0
        write_memory(place, made)
        length[0] = len(made)
        self._openssl.ERR_clear_error()  # the signer may have used this thread's OpenSSL too
        return 1
