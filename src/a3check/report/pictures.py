"""Which pictures belong to a report, and how is each of them known again?"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from a3check.core.ports import JSON
from a3check.report.entries import moment

FIELD = "pictures"


class Kind(StrEnum):
    """What a picture shows."""

    OWN = "own"
    """Our own window, drawn from the masked state."""
    SCREEN = "screen"
    """What was on the screen: the browser with the portal's error, as the user saw it."""


FILES = {Kind.OWN: "captura.png", Kind.SCREEN: "navegador.png"}
"""What each is called as a file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is written: its file, what it shows, when it was taken, its bytes."""

    file: str
    kind: Kind
    moment: datetime
    png: bytes


def with_pictures(document: Mapping[str, JSON], pictures: Iterable[Picture]) -> Mapping[str, JSON]:
    """Return the report with its pictures named in ``pictures``; without any it has no such field.

    A picture that lies beside the report, and not with it, is named all the same: the sum
    (SHA-256, FIPS 180-4, in hex) tells whether a file is the one that was taken.
    """
    named: list[JSON] = [_named(picture) for picture in pictures]
    rest = {name: value for name, value in document.items() if name != FIELD}
    return {**rest, FIELD: named} if named else rest


def _named(picture: Picture) -> dict[str, JSON]:
    return {
        "file": picture.file,
        "kind": picture.kind.value,
        "taken": moment(picture.moment),
        "sha256": hashlib.sha256(picture.png).hexdigest(),
    }
