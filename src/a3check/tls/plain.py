"""How does a frozen dataclass become plain JSON data, and how does it come back?

Plain is dict, list, str, int, float, bool and None; bytes travel as base64, a tuple as a list, an
enum as its value. What comes back is checked against the fields' types, since it crossed a pipe.
"""

import base64
import binascii
import dataclasses
import functools
import types
import typing
from enum import Enum
from typing import Any, Self


class Plain:
    """Gives a dataclass `to_json` and `from_json`."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return this value as plain data."""
        return {
            field.name: _to_plain(getattr(self, field.name))
            for field in dataclasses.fields(self)  # type: ignore[arg-type]  # only dataclasses derive
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Rebuild a value; missing fields take their defaults. Raises ValueError, says where."""
        if not isinstance(data, dict):
            raise ValueError(f"{cls.__name__}: not an object")  # noqa: TRY004 - bad data, not a slip
        known: dict[str, Any] = _hints(cls)  # type: ignore[arg-type]  # a class can be hashed
        try:
            return cls(
                **{
                    name: _from_plain(kind, data[name], f"{cls.__name__}.{name}")
                    for name, kind in known.items()
                    if name in data
                }
            )
        except TypeError as error:
            raise ValueError(str(error)) from error


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _to_plain(value: object) -> object:
    match value:
        case Plain():
            return value.to_json()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Enum():
            return value.value
        case tuple():
            return [_to_plain(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is not plain")


def _from_plain(kind: Any, data: object, where: str) -> object:  # noqa: ANN401 - a type's own form
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(kind, data, where)
    if origin is tuple:
        return _tuple(typing.get_args(kind), data, where)
    if issubclass(kind, Plain):
        return kind.from_json(data)
    return _scalar(kind, data, where)


def _scalar(kind: type, data: object, where: str) -> object:
    if issubclass(kind, Enum):
        return kind(data)
    if kind is bytes:
        return _bytes(data, where)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise ValueError(f"{where}: {type(data).__name__} instead of {kind.__name__}")
    return data


def _optional(kind: object, data: object, where: str) -> object:
    if data is None:
        return None
    (some,) = (part for part in typing.get_args(kind) if part is not types.NoneType)
    return _from_plain(some, data, where)


def _tuple(kinds: tuple[Any, ...], data: object, where: str) -> tuple[object, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{where}: not a list")  # noqa: TRY004 - bad data, not a slip
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(data)
    if len(kinds) != len(data):
        raise ValueError(f"{where}: {len(data)} items instead of {len(kinds)}")
    return tuple(_from_plain(kind, item, where) for kind, item in zip(kinds, data, strict=True))


def _bytes(data: object, where: str) -> bytes:
    if not isinstance(data, str):
        raise ValueError(f"{where}: no base64")  # noqa: TRY004 - bad data, not a slip
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{where}: no base64") from error
