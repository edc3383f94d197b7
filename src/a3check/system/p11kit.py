"""Which PKCS#11 modules does p11-kit hand on to the programs that load its proxy?"""

from collections.abc import Iterator
from pathlib import Path

PROXY = "p11-kit-proxy.so"
"""The module by which NSS reaches them (p11-kit, "Proxy Module")."""
_PROXY_NAME = "p11-kit-proxy"
_PACKAGED = "usr/share/p11-kit/modules"
_ADMINISTERED = "etc/pkcs11/modules"
_RELATIVE = ("usr/lib/*-linux-gnu*/pkcs11", "usr/lib64/pkcs11", "usr/lib/pkcs11")
"""Where distributions build p11-kit to look for a module whose path is relative."""
_LARGEST = 64 * 1024  # bytes


def modules(root: Path, settings: Path, program: str) -> tuple[str, ...]:
    """Return the modules' paths that the proxy loads for ``program`` (pkcs11.conf(5)).

    ``settings`` is the user's folder ``~/.config``. A file of the same name is merged: the
    user's over the administrator's over the package's. Whether the administrator has forbidden
    users' files (``user-config``) is not asked.
    """
    merged: dict[str, dict[str, str]] = {}
    for folder in (root / _PACKAGED, root / _ADMINISTERED, settings / "pkcs11/modules"):
        for path in sorted(folder.glob("*.module")):
            merged.setdefault(path.name, {}).update(_fields(path))
    rows = (row for row in merged.values() if _is_for(row, program))
    return tuple(path for row in rows for path in _paths(row.get("module", ""), root))


def _fields(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return {}
    lines = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def _is_for(row: dict[str, str], program: str) -> bool:
    """Apply enable-in and disable-in; the proxy itself counts as a program, too."""
    enabled, disabled = (_names(row.get(key, "")) for key in ("enable-in", "disable-in"))
    callers = {program, _PROXY_NAME}
    if enabled:
        return bool(enabled & callers)
    return not disabled & callers


def _names(text: str) -> set[str]:
    return set(text.replace(",", " ").split())


def _paths(module: str, root: Path) -> Iterator[str]:
    if Path(module).is_absolute():
        yield module
    elif module:
        yield from (str(f / module) for place in _RELATIVE for f in sorted(root.glob(place)))
