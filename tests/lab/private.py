"""What is private about somebody, and every spelling in which it might stand in a file."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GROUP: Final = 3
"""Bytes that base64 spells with four letters."""
MOST_TEXT: Final = 1024 * 1024
"""Bytes that may be a text with blanks in it; more of them are pixels."""
CASED: Final = ("base64", "hex")
"""Codings of which a text in capitals has another one; the others are looked for in any case."""
PLAIN: Final = ("UTF-8", "UTF-16LE", "Latin-1")
"""What is looked for among pixels."""
_CPF, _CNPJ, _DATE = 11, 14, 8
"""Digits that are written with dots, a slash and a dash, or as day, month and year."""


@dataclass(frozen=True)
class Private:
    """One value by what it is (``holder``, ``CPF``); ``hunt`` looks for it."""

    what: str
    text: str

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The texts in which a person would still read it."""
        plain = unaccented(self.text)
        found = {self.text, plain, unicodedata.normalize("NFD", self.text)}
        if " " in self.text:
            words = plain.split()
            found |= {between.join(words) for between in "_.-+"} | {"".join(words)}
            found.add(" ".join(reversed(words)))
        if re.fullmatch(r"[0-9a-fA-F:.-]+", self.text) and self.text.isascii():
            found |= _numbers("".join(c for c in self.text if c.isalnum()))
        return frozenset(found)

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """Its bytes in every coding, by name; lower case unless the name says base64."""
        forms: dict[str, bytes] = {}
        for number, spelling in enumerate(sorted(self.spellings)):
            for case, text in (("", spelling), (" upper", spelling.upper())):
                for name, content in _coded(text):
                    if not case or name.startswith(CASED):
                        forms[f"{name}{case} #{number}"] = content
        return forms

    @cached_property
    def squeezed(self) -> frozenset[str]:
        """What is left of it without case, accents and blanks: a line may end anywhere."""
        return frozenset(map(squeeze, self.spellings))


def hunt(content: bytes, wanted: Iterable[Private]) -> list[str]:
    """Name the values, and their spellings, that these bytes hold."""
    low = content.lower()
    pixels = len(content) > MOST_TEXT
    told = "" if pixels else squeeze(content.decode("utf-8", "replace"))
    found = []
    for value in wanted:
        hits = [
            form
            for form, coded in value.forms.items()
            if (not pixels or form.startswith(PLAIN))
            and (coded in content if form.startswith("base64") else coded.lower() in low)
        ]
        hits += ["squeezed"] if any(text in told for text in value.squeezed) else []
        found += [f"{value.what}: {hit}" for hit in hits[:1]]
    return found


def squeeze(text: str) -> str:
    """Return a text without blanks, accents, case and what no reader sees."""
    kept = (c for c in unaccented(text) if not c.isspace() and unicodedata.category(c) != "Cf")
    return "".join(kept).casefold()


def unaccented(text: str) -> str:
    """Return a text in which `João` is `Joao`."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def in_base64(content: bytes, shift: int) -> bytes:
    """Return what of its base64 does not depend on what stands before and behind.

    `shift`: how many bytes of a group of three come before it.
    """
    padded = bytes(shift) + content
    first = 0 if shift == 0 else 2 if shift == 1 else 3
    return base64.b64encode(padded)[first : len(padded) * 8 // 6]


def _coded(text: str) -> Iterator[tuple[str, bytes]]:
    raw, wide = text.encode(), text.encode("utf-16-le")
    yield "UTF-8", raw
    yield "UTF-16LE", wide
    yield "UTF-16BE", text.encode("utf-16-be")
    yield "Latin-1", text.encode("latin-1", "replace")
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "in an address", quote(text, safe="").encode()
    yield "hex", raw.hex().encode()
    for name, content in (("", raw), (" of UTF-16LE", wide)):
        for shift in range(GROUP):
            coded = in_base64(content, shift)
            yield f"base64{name}, shifted by {shift}", coded
            yield f"base64{name}, urlsafe, {shift}", coded.translate(bytes.maketrans(b"+/", b"-_"))


def _numbers(digits: str) -> set[str]:
    """Return a number as people write it, by how long it is."""
    found = {digits}
    if len(digits) == _CPF:
        found.add(f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}")
    elif len(digits) == _CNPJ:
        found.add(f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}")
    elif len(digits) == _DATE and digits.isdecimal():
        day, month, year = digits[:2], digits[2:4], digits[4:]
        found |= {f"{day}/{month}/{year}", f"{year}-{month}-{day}", f"{year}{month}{day}"}
    elif len(digits) % 2 == 0:
        pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
        found |= {between.join(pairs) for between in ":- "}
    return found
