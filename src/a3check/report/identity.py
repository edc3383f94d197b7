"""Which texts belong to this person and this computer, in whatever spelling?"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["home", "name", "serial", "address", "host", "user"]

_NOBODY = frozenset(
    {
        "administrador",
        "administrator",
        "admin",
        "localhost",
        "root",
        "system",
        "user",
        "usuario",
        "usuário",
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - compared, never bound
        "::1",
        "::",
    }
)
"""Accounts, hosts and addresses that every computer has: they tell nothing about anybody."""

_BETWEEN = r"(?:,?\s+|[_.+-]|%20)"
"""Between two words of a name: file names, accounts and addresses have no blanks."""
_PARTICLE = rf"(?:(?:da|de|do|das|dos|e){_BETWEEN})?"
_LEAST_WORD = 3
"""Letters of a word by which a part of a name is known."""
_APOSTROPHES = "'\u2019\u00b4`"
_APOSTROPHE = f"[{_APOSTROPHES}]? ?"
"""D'ÁVILA is D AVILA in one certificate and DAVILA in the next."""
_WORD = re.compile(rf"[^\W\d_]+(?:[{_APOSTROPHES}.-][^\W\d_]+)*")
_ACCENTED = {
    "a": "àáâãä",
    "c": "ç",
    "e": "èéêë",
    "i": "ìíîï",
    "n": "ñ",
    "o": "òóôõö",
    "u": "ùúûü",
}
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}")
_LEAST = {"home": 2, "name": 3, "serial": 4, "address": 3, "host": 2, "user": 2}


@dataclass(frozen=True, slots=True)
class Identity:
    """The texts to hide wherever they turn up.

    ``hosts`` are this computer's names, ``users`` the account's, ``homes`` the
    paths of home folders (their drive included), ``addresses`` its own IP and
    MAC addresses, ``names`` those of persons, ``serials`` serial numbers.
    """

    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """One text to hide, and the pattern that finds it as a word of its own."""

    kind: Kind
    text: str
    pattern: re.Pattern[str]


@cache
def own_things(identity: Identity) -> tuple[Thing, ...]:
    """Return everything to hide, by kind and the longest first."""
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("home", identity.homes),
        ("name", identity.names),
        ("serial", identity.serials),
        ("address", identity.addresses),
        ("host", identity.hosts),
        ("user", identity.users),
    )
    return tuple(
        Thing(kind, text, re.compile(rf"(?<![^\W_]){body}(?![^\W_])", re.IGNORECASE))
        for kind, texts in kinds
        for text in sorted(map(_plain, texts), key=lambda text: (-len(text), text))
        if _tells(kind, text)
        for body in (_body(kind, text), *_parts(kind, text))
    )


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return normal.strip().rstrip("/\\")


def _tells(kind: Kind, text: str) -> bool:
    known = text.casefold() not in _NOBODY
    return known and len(text) >= _LEAST[kind] and any(c.isalnum() for c in text)


def _body(kind: Kind, text: str) -> str:
    if kind == "address" and _MAC.fullmatch(text):
        digits = re.sub(r"[^0-9A-Fa-f]", "", text)
        return "[:.-]?".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    if kind == "home":
        return r"[/\\]{1,2}".join(map(re.escape, re.split(r"[/\\]+", text)))
    if kind == "name":
        return _BETWEEN.join(map(_unaccented, text.split()))
    if kind == "serial":
        return _serial("".join(text.split()))
    return r"\s+".join(map(re.escape, text.split()))


def _parts(kind: Kind, text: str) -> Iterator[str]:
    """Yield what finds two or more words of a name, in any order: first and last, or last first.

    A word of it alone may be a saint's, a town's or an authority's.
    """
    words = [word for word in text.split() if _WORD.fullmatch(word) and len(word) >= _LEAST_WORD]
    if kind == "name" and len(set(words)) > 1:
        one = f"(?:{'|'.join(map(_unaccented, words))})"
        yield f"{one}(?:{_BETWEEN}{_PARTICLE}{one})+"


def _serial(digits: str) -> str:
    """Match a serial number in any grouping, with ``0x`` before it, with zeros or without."""
    bare = digits.removeprefix("0x").lstrip("0")
    if len(bare) < _LEAST["serial"]:
        return "[ :.-]?".join(map(re.escape, digits))
    return "(?:0x)?(?:0[ :.-]?)*" + "[ :.-]?".join(map(re.escape, bare))


def _unaccented(word: str) -> str:
    """Match a word with and without its accents: certificates have none, labels may."""
    return "".join(_spellings(letter) for letter in word)


def _spellings(letter: str) -> str:
    if letter in _APOSTROPHES:
        return _APOSTROPHE
    if letter == "-":
        return "[- ]?"
    base = unicodedata.normalize("NFD", letter)[0].casefold()
    if base not in _ACCENTED:
        return re.escape(letter)
    return f"[{base}{_ACCENTED[base]}{re.escape(letter)}]"  # an accent of no list of ours, too
