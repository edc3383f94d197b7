"""A published list of CAs as it came, before anything in it is believed."""

from dataclasses import dataclass, field
from datetime import date

HASH_FILE = "hashsha512.txt"
"""What ITI calls the file with its list's SHA-512, in the same folder."""
BAD_HASH = "bad_hash"


@dataclass(frozen=True, slots=True)
class Brought:
    """A list as it came: a zip, from where, and the Date of the answer that brought it.

    ``verified`` tells whether its published hash agreed; nothing where none was published.
    """

    source: str
    blob: bytes = field(repr=False)
    day: date | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class NotBrought:
    """Why there is no list: a value of ``net.fetch.Reason`` or ``http_STATUS``, else as here."""

    source: str
    fault: str


def is_address(origin: str) -> bool:
    """Tell whether somebody named an address, and no file."""
    return "://" in origin
