"""OSSL_PARAM, OSSL_DISPATCH and OSSL_ALGORITHM: what a provider and OpenSSL hand to each other.

Layouts after openssl/core.h; the numbers of the types after OSSL_PARAM(3).
"""

import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from a3check.tls.openssl import (
    Buffer,
    Callback,
    keep_for_ever,
    read_memory,
    read_text,
    write_memory,
)

Value = int | str | bytes

_PARAM = struct.Struct("@PIPNN")  # key, type, data, size, size returned
_DISPATCH = struct.Struct("@iP")
_ALGORITHM = struct.Struct("@PPPP")
_INTEGER, _UNSIGNED, _TEXT, _OCTETS, _TEXT_POINTER = 1, 2, 4, 5, 6
_POINTER = struct.Struct("@P")
_SIZE = struct.Struct("@N")
_UNMODIFIED = (1 << (8 * _SIZE.size)) - 1
_RETURN_SIZE_AT = _PARAM.size - _SIZE.size


class _Question(NamedTuple):
    """One OSSL_PARAM as it lies in memory."""

    name: str
    kind: int
    data: int
    size: int
    return_size_at: int


class Params:
    """An OSSL_PARAM array made of a mapping; C may read `address` while this object lives."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._parts: list[Buffer] = []
        rows = [self._row(name, value) for name, value in values.items()]
        self._array = Buffer(b"".join(rows) + bytes(_PARAM.size))
        self.address = self._array.address

    def _row(self, name: str, value: Value) -> bytes:
        match value:
            case int():
                data, kind = _whole(value, (value.bit_length() + 7) // 8 or 1), _UNSIGNED
            case str():
                data, kind = value.encode(), _TEXT
            case bytes():
                data, kind = value, _OCTETS
        return _PARAM.pack(self._place(name.encode()), kind, self._place(data), len(data), 0)

    def _place(self, data: bytes) -> int:
        self._parts.append(Buffer(data))
        return self._parts[-1].address


def read_params(address: int | None) -> dict[str, Value]:
    """Copy an OSSL_PARAM array into a dictionary."""
    return {question.name: _read(question) for question in _questions(address)}


def write_params(address: int | None, values: Mapping[str, Value]) -> None:
    """Answer the questions of an OSSL_PARAM array; those without a value are left alone.

    Raises ValueError where the asker left too little room.
    """
    for question in _questions(address):
        value = values.get(question.name)
        if value is not None:
            _write(question, value)


def param_names(kinds: Mapping[str, type]) -> int:
    """Lay out the array by which a provider names its parameters; it lives for ever."""
    number = {int: _UNSIGNED, str: _TEXT, bytes: _OCTETS}
    rows = [
        _PARAM.pack(text_for_ever(name), number[kind], 0, 0, _UNMODIFIED)
        for name, kind in kinds.items()
    ]
    return _array_for_ever(rows, _PARAM)


def dispatch_table(entries: Iterable[tuple[int, Callback]]) -> int:
    """Lay out an OSSL_DISPATCH array of (number, function); it lives for ever."""
    rows = [
        _DISPATCH.pack(number, keep_for_ever(function).address) for number, function in entries
    ]
    return _array_for_ever(rows, _DISPATCH)


def algorithm_table(properties: str, implementations: Mapping[str, int]) -> int:
    """Lay out an OSSL_ALGORITHM array of names -> dispatch table; it lives for ever."""
    shown = text_for_ever(properties)
    rows = [
        _ALGORITHM.pack(text_for_ever(names), shown, table, 0)
        for names, table in implementations.items()
    ]
    return _array_for_ever(rows, _ALGORITHM)


def text_for_ever(text: str) -> int:
    """Return the address of a C string that lives until the process ends."""
    return keep_for_ever(Buffer(text.encode())).address


def _array_for_ever(rows: list[bytes], layout: struct.Struct) -> int:
    return keep_for_ever(Buffer(b"".join(rows) + bytes(layout.size))).address


def _questions(address: int | None) -> Iterator[_Question]:
    while address:
        row = read_memory(address, _PARAM.size)
        name, kind, data, size, _ = _PARAM.unpack(row)
        if not name:
            return
        yield _Question(read_text(name), kind, data, size, address + _RETURN_SIZE_AT)
        address += _PARAM.size


def _read(question: _Question) -> Value:
    data = read_memory(question.data, question.size)
    match question.kind:
        case 1 | 2:
            return int.from_bytes(data, sys.byteorder, signed=question.kind == _INTEGER)
        case 4:
            return data.split(b"\0")[0].decode()
        case 6:
            return read_text(_POINTER.unpack(read_memory(question.data, _POINTER.size))[0])
        case _:
            return data


def _write(question: _Question, value: Value) -> None:
    match value:
        case int():
            data = _whole(value, question.size or (value.bit_length() + 8) // 8)
        case str():
            data = value.encode()
        case bytes():
            data = value
    if question.data:
        if len(data) > question.size:
            raise ValueError(question.name)
        # A text's end is marked where there is room, as OSSL_PARAM_set_utf8_string does.
        ended = question.kind == _TEXT and len(data) < question.size
        write_memory(question.data, data + b"\0" if ended else data)
    write_memory(question.return_size_at, _SIZE.pack(len(data)))


def _whole(value: int, size: int) -> bytes:
    return value.to_bytes(size, sys.byteorder)
