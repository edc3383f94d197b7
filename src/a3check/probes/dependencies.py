"""Which library that a Windows module needs is missing, by its name?

As Windows' loader looks for it here: in the module's own folder, then in System32. Nothing is
loaded; what comes with Windows itself is trusted to be whole.
"""

from collections import deque
from collections.abc import Callable, Iterable

from a3check.probes import image

Look = Callable[[str], bytes | None]
"""Returns what a library of that name holds, for this processor; nothing where there is none."""

MOST = 100
"""Libraries looked at."""

_SETS = ("api-ms-", "ext-ms-")
"""Names that stand for what Windows keeps elsewhere (Microsoft Learn, "Windows API sets")."""
_SIDE_BY_SIDE = ("msvcr80", "msvcp80", "msvcr90", "msvcp90", "mfc80", "mfc90", "atl80", "atl90")
"""Found through a manifest in WinSxS, where they are installed ("Side-by-side assemblies")."""


def missing(module: bytes, look: Look) -> tuple[str, ...]:
    """Name what is not found, in the order in which it was needed.

    What may lie in WinSxS is only named where nothing else is missing.
    """
    absent = list(_absent(module, look))
    certain = [name for name in absent if not name.casefold().startswith(_SIDE_BY_SIDE)]
    return tuple(certain or absent)


def _absent(module: bytes, look: Look) -> Iterable[str]:
    waiting, seen = deque([module]), set[str]()
    while waiting:
        for name in image.needed(waiting.popleft()):
            plain = name.casefold()
            if plain in seen or plain.startswith(_SETS) or len(seen) >= MOST:
                continue
            seen.add(plain)
            found = look(name)
            if found is None:
                yield name
            else:
                waiting.append(found)
