"""Which users may change what a Windows access list guards? Pure: a descriptor's text in.

Source: Microsoft Learn, "Security Descriptor String Format", "ACE Strings", "SID Strings" and
"File Access Rights Constants". The owner is not looked at: it may be anybody, and is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CHANGES_FILE = 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000
"""FILE_WRITE_DATA, FILE_APPEND_DATA, DELETE, WRITE_DAC, WRITE_OWNER."""
ADDS_TO_FOLDER = 0x2 | 0x40 | 0x10000 | 0x40000 | 0x80000
"""FILE_ADD_FILE, FILE_DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER: of a file's own folder."""
MOVES_FOLDER = 0x40 | 0x10000 | 0x40000 | 0x80000
"""The same for the folders above: another one may be put in the place of what lies there."""

_GENERIC_WRITE, _GENERIC_ALL = 0x40000000, 0x10000000
_EVERYBODY = {
    *("WD", "S-1-1-0"),  # Everyone
    *("AU", "S-1-5-11"),  # Authenticated Users
    *("BU", "S-1-5-32-545"),  # Users
    *("IU", "S-1-5-4"),  # Interactive
    *("NU", "S-1-5-2"),  # Network
    *("AN", "S-1-5-7"),  # Anonymous
    *("BG", "S-1-5-32-546", "LG", "DG"),  # Guests
    *("DU", "DC"),  # Domain Users, Domain Computers
    *("AC", "S-1-15-2-1"),  # all app packages
}
_OF_A_DOMAIN = re.compile(r"S-1-5-21(?:-\d+){3}-(?:501|513|514|515)")
_RIGHTS = {
    "GA": _GENERIC_ALL,
    "GR": 0x80000000,
    "GW": _GENERIC_WRITE,
    "GX": 0x20000000,
    "RC": 0x20000,
    "SD": 0x10000,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
    "FA": 0x1F01FF,
    "FR": 0x120089,
    "FW": 0x120116,
    "FX": 0x1200A0,
}
_ENTRY = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_LIST = re.compile(r"D:([A-Z_]*)((?:\(.*\))?)(?:S:|$)", re.DOTALL)
_ENTRY_PARTS = 6


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    flags: str
    rights: int
    who: str


def open_to_all(descriptor: str, rights: int) -> bool | None:
    """Tell whether one of the groups that hold any user has one of ``rights``.

    Nothing where the text has no access list that can be read. No list at all
    (``NO_ACCESS_CONTROL``) is open to everybody, an empty one to nobody.
    """
    found = _LIST.search(descriptor)
    if found is None:
        return None
    if "NO_ACCESS_CONTROL" in found.group(1):
        return True
    denied: dict[str, int] = {}
    for entry in _entries(found.group(2)):
        if "IO" in _pairs(entry.flags) or not _anybody(entry.who):
            continue  # for what will be made below it, or for somebody in particular
        if entry.kind == "D":
            denied[entry.who] = denied.get(entry.who, 0) | entry.rights
        elif entry.kind == "A":
            refused = denied.get(entry.who, 0) | denied.get("WD", 0) | denied.get("S-1-1-0", 0)
            if entry.rights & ~refused & rights:
                return True
    return False


def _entries(text: str) -> Iterator[_Entry]:
    """Read the entries; those with a condition, and for objects in a directory, are left out."""
    for match in _ENTRY.finditer(text):
        parts = match.group(1).split(";")
        if len(parts) == _ENTRY_PARTS:
            kind, flags, rights, _, _, who = parts
            yield _Entry(kind, flags, _mask(rights), who)


def _mask(text: str) -> int:
    if text[:2].lower() == "0x":
        mask = int(text, 16) if re.fullmatch("0[xX][0-9a-fA-F]{1,8}", text) else 0
    else:
        mask = 0
        for right in _pairs(text):
            mask |= _RIGHTS.get(right, 0)
    if mask & _GENERIC_ALL:
        mask |= _RIGHTS["FA"]
    if mask & _GENERIC_WRITE:
        mask |= _RIGHTS["FW"]
    return mask


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(0, len(text), 2)]


def _anybody(who: str) -> bool:
    return who in _EVERYBODY or bool(_OF_A_DOMAIN.fullmatch(who))
