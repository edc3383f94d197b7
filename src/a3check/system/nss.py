"""Which PKCS#11 modules do Firefox and Chromium load here, by the files that they read?"""

import configparser
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from a3check.system import p11kit

_SYSTEM_WIDE = "etc/crypto-policies/back-ends/nss.config"
"""NSS itself reads it on Fedora and its kin: the proxy is loaded into every program
(fedoraproject.org, "Changes/NSSLoadP11KitModules")."""
_PROFILES = (".mozilla/firefox", ".config/mozilla/firefox")
_POLICIES = (
    "etc/firefox/policies",
    "usr/lib/firefox/distribution",
    "usr/lib64/firefox/distribution",
    "usr/lib/firefox-esr/distribution",
    "usr/share/firefox-esr/distribution",
    "opt/firefox/distribution",
)
_LARGEST = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: the system's root, and the user's folders (XDG Base Directory)."""

    root: Path
    home: Path
    settings: Path
    data: Path


def firefox(places: Places) -> tuple[str, ...]:
    """Return the modules of the user's profiles and of the administrator's policies."""
    own = [m for folder in _profiles(places.home) for m in registered(folder)]
    ordered = (m for folder in _POLICIES for m in _ordered(places.root / folder))
    return _whole((*own, *ordered), places, "firefox")


def chromium(places: Places) -> tuple[str, ...]:
    """Return the modules of the one database that Chromium and its kin share."""
    return _whole(registered(database(places)), places, "chrome")


def database(places: Places) -> Path:
    """Return Chromium's folder: newer ones make it below ``~/.local/share``, if there is none."""
    older, newer = places.home / ".pki/nssdb", places.data / "pki/nssdb"
    return newer if newer.is_dir() and not older.is_dir() else older


def registered(folder: Path) -> tuple[str, ...]:
    """Return the libraries of an NSS database's ``pkcs11.txt``, as they are written there."""
    return _libraries(folder / "pkcs11.txt")


def _whole(found: tuple[str, ...], places: Places, program: str) -> tuple[str, ...]:
    """Add what the whole system loads, and what stands behind p11-kit's proxy."""
    known = (*found, *_libraries(places.root / _SYSTEM_WIDE))
    if any(Path(module).name == p11kit.PROXY for module in known):
        known += p11kit.modules(places.root, places.settings, program)
    return tuple(dict.fromkeys(known))


def _libraries(path: Path) -> tuple[str, ...]:
    lines = (line.strip() for line in _text(path).splitlines())
    values = (line.partition("=")[2].strip(" \"'") for line in lines if _is_library(line))
    return tuple(value for value in values if value)


def _is_library(line: str) -> bool:
    return line.partition("=")[0].strip().casefold() == "library"


def _profiles(home: Path) -> Iterator[Path]:
    """Yield the folders of the profiles that Firefox starts with; all, where none is marked."""
    for place in (home / folder for folder in _PROFILES):
        parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
        try:
            parser.read_string(_text(place / "profiles.ini"))
        except configparser.Error:
            continue
        sections = [parser[name] for name in parser.sections()]
        profiles = [s for s in sections if s.name.startswith("Profile") and s.get("Path")]
        chosen = {s.get("Default", "") for s in sections if s.name.startswith("Install")}
        marked = [s for s in profiles if s.get("Default") == "1" or s["Path"] in chosen]
        yield from (place / s["Path"] for s in marked or profiles)


def _ordered(folder: Path) -> Iterator[str]:
    """Yield the modules of a policy ``SecurityDevices``, in its old and its new form."""
    try:
        policies = json.loads(_text(folder / "policies.json"))["policies"]["SecurityDevices"]
        named = policies.get("Add", policies)
        yield from (value for value in named.values() if isinstance(value, str))
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
