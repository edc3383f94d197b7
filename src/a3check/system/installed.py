r"""What do Windows' lists name: installed programs, and cards with the part that serves them?

Sources: Microsoft Learn, "Uninstall Registry Key" and "Smart Card Minidriver Specification"
(``Calais\SmartCards``). Both views of the registry are read: what a 32-bit installer wrote
stands in the other one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PureWindowsPath

from a3check.core import knowledge
from a3check.core.knowledge import KnownDriver
from a3check.core.software import Installed, Program, RegisteredCard
from a3check.system import registry
from a3check.system.registry import Data, Hive

_PROGRAMS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
_CARDS = r"SOFTWARE\Microsoft\Cryptography\Calais\SmartCards"
_LIBRARIES = ("80000001", "Smart Card Key Storage Provider", "Crypto Provider")
"""Values that name who serves a card, the newest way first."""
_LONGEST = 128
_MICROSOFT_CSP = "microsoft base smart card crypto provider"
_MINIDRIVER = "80000001"


def read() -> Installed:
    """Read both lists; what is denied, or makes no sense, is left out."""
    return Installed(tuple(_programs()), tuple(_cards()))


def program(values: Mapping[str, Data], bits: int) -> Program | None:
    """Read one entry of the list of programs; updates and parts of others are none."""
    name = _text(values, "DisplayName")
    if not name or values.get("SystemComponent") == 1 or values.get("ParentKeyName"):
        return None
    version, publisher = _text(values, "DisplayVersion"), _text(values, "Publisher")
    return Program(name, version, publisher, _text(values, "InstallLocation").strip('"'), bits)


def card(name: str, values: Mapping[str, Data], bits: int) -> RegisteredCard | None:
    """Read one entry of the list of cards; without an answer to reset it is none."""
    atr, mask = values.get("ATR"), values.get("ATRMask")
    if not isinstance(atr, bytes) or not atr:
        return None
    library = next(filter(None, (_text(values, key) for key in _LIBRARIES)), "")
    plain = mask if isinstance(mask, bytes) else b""
    return RegisteredCard(name, atr, plain, library, bits, csp_only(values))


def csp_only(card: Mapping[str, Data]) -> bool:
    r"""Tell whether a card's entry below ``Calais\SmartCards`` names a CSP and nothing newer.

    A minidriver (value ``80000001``) or a key storage provider serves CNG; a maker's own
    ``Crypto Provider`` alone does not (Smart Card Minidriver Specification, registry).
    """
    provider = str(card.get("Crypto Provider") or "").casefold()
    newer = card.get(_MINIDRIVER) or card.get("Smart Card Key Storage Provider")
    return bool(provider) and provider != _MICROSOFT_CSP and not newer


def places(programs: Iterable[Program]) -> Iterator[KnownDriver]:
    """Add, for what a maker's program was installed elsewhere, its folder to the catalogue's.

    The files have the catalogue's names; what they are for, their headers tell. A list that any
    program of the user's writes (no word size) leads to no file.
    """
    rows = [row for row in knowledge.drivers("windows") if row.loadable]
    for entry in programs:
        key = knowledge.product_of_program(entry.name)
        if key and entry.bits and PureWindowsPath(entry.folder).is_absolute():
            names = {PureWindowsPath(row.path).name: row for row in rows if row.product_key == key}
            for name, row in names.items():
                yield replace(row, arch="any", path=str(PureWindowsPath(entry.folder) / name))


def _programs() -> Iterator[Program]:
    # The user's own part has one view; its entries do not tell their word size.
    for hive, bits in ((Hive.MACHINE, 64), (Hive.MACHINE, 32), (Hive.USER, 0)):
        for values in _entries(hive, _PROGRAMS, bits).values():
            found = program(values, bits)
            if found is not None:
                yield found


def _cards() -> Iterator[RegisteredCard]:
    for bits in (64, 32):
        for name, values in _entries(Hive.MACHINE, _CARDS, bits).items():
            found = card(name, values, bits)
            if found is not None:
                yield found


def _entries(hive: Hive, key: str, bits: int) -> dict[str, dict[str, Data]]:
    narrow = bits == 32  # noqa: PLR2004 - the word size
    names = registry.subkeys(hive, key, narrow=narrow)
    return {name: registry.values(hive, rf"{key}\{name}", narrow=narrow) for name in names}


def _text(values: Mapping[str, Data], name: str) -> str:
    value = values.get(name)
    plain = "".join(c for c in value if c.isprintable()) if isinstance(value, str) else ""
    return plain.strip()[:_LONGEST]
