"""What stands in Windows' registry? Nothing at all elsewhere."""

import sys
from enum import StrEnum

Data = int | str | bytes | tuple[str, ...] | None


class Hive(StrEnum):
    """Where a key lies."""

    MACHINE = "HKEY_LOCAL_MACHINE"
    USER = "HKEY_CURRENT_USER"


if sys.platform == "win32":
    import winreg

    _ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    _NARROW = winreg.KEY_READ | winreg.KEY_WOW64_32KEY

    def values(hive: Hive, key: str, *, narrow: bool = False) -> dict[str, Data]:
        """Return the values of a key; empty where it is not there.

        They are those of the 64-bit view; ``narrow``: of what 32-bit programs see.
        """
        found: dict[str, Data] = {}
        try:
            with winreg.OpenKey(_root(hive), key, access=_NARROW if narrow else _ACCESS) as handle:
                for index in range(winreg.QueryInfoKey(handle)[1]):
                    name, data, _kind = winreg.EnumValue(handle, index)
                    found[name] = tuple(data) if isinstance(data, list) else data
        except OSError:
            return found
        return found

    def subkeys(hive: Hive, key: str, *, narrow: bool = False) -> tuple[str, ...]:
        """Return the names of the keys below one, in that view; empty where it is not there."""
        try:
            with winreg.OpenKey(_root(hive), key, access=_NARROW if narrow else _ACCESS) as handle:
                count = winreg.QueryInfoKey(handle)[0]
                return tuple(winreg.EnumKey(handle, index) for index in range(count))
        except OSError:
            return ()

    def _root(hive: Hive) -> int:
        return winreg.HKEY_LOCAL_MACHINE if hive is Hive.MACHINE else winreg.HKEY_CURRENT_USER

else:

    def values(hive: Hive, key: str, *, narrow: bool = False) -> dict[str, Data]:  # noqa: ARG001 - the same signature
        """Return nothing: there is no registry here."""
        return {}

    def subkeys(hive: Hive, key: str, *, narrow: bool = False) -> tuple[str, ...]:  # noqa: ARG001 - the same signature
        """Return nothing: there is no registry here."""
        return ()
