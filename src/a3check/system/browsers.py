"""Is the browser of a Linux desktop sandboxed, so that it cannot load a PKCS#11 module?"""

import configparser
from dataclasses import dataclass
from pathlib import Path

from a3check.core.computer import Store, StoreState

_NATIVE = (
    "firefox",
    "firefox-esr",
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
    "brave-browser",
    "opera",
    "vivaldi",
)
_NATIVE_FOLDERS = ("usr/bin", "usr/local/bin")
_SNAPS = ("firefox", "chromium", "brave", "opera", "vivaldi")
_FLATPAKS = (
    "org.mozilla.firefox",
    "org.chromium.Chromium",
    "com.google.Chrome",
    "com.microsoft.Edge",
    "com.brave.Browser",
    "com.opera.Opera",
)
_WRAPPER_LENGTH = 4096  # bytes; Ubuntu's stand-in for the Snap is a short shell script


@dataclass(frozen=True, slots=True)
class Browsers:
    """The browsers found by their files; ``default`` is the desktop entry's name, if told."""

    native: tuple[str, ...]
    sandboxed: tuple[str, ...]
    default: str = ""
    default_sandboxed: bool = False


def look(root: Path, home: Path) -> Browsers:
    """Look for browsers by the files that packages, Snap and Flatpak put in fixed places."""
    native = tuple(
        name for name in _NATIVE if any(_real(root / f / name) for f in _NATIVE_FOLDERS)
    )
    snaps = tuple(name for name in _SNAPS if (root / "snap/bin" / name).exists())
    exports = (root / "var/lib/flatpak/exports/bin", home / ".local/share/flatpak/exports/bin")
    flatpaks = tuple(name for name in _FLATPAKS if any((f / name).exists() for f in exports))
    default = _default(root, home)
    return Browsers(native, snaps + flatpaks, default, _sandboxed_entry(default, snaps, flatpaks))


def judge(browsers: Browsers) -> Store:
    """Tell whether the default browser, or the only ones there are, live in a sandbox.

    Narrow: profiles of Firefox and NSS databases are not opened; on Linux the
    browsers read the PKCS#11 module themselves.
    """
    if browsers.default_sandboxed:
        return Store(StoreState.SANDBOXED, browsers.default.removesuffix(".desktop"))
    if not browsers.default and browsers.sandboxed and not browsers.native:
        return Store(StoreState.SANDBOXED, browsers.sandboxed[0])
    name = browsers.default.removesuffix(".desktop") or next(iter(browsers.native), "")
    return Store(StoreState.NOT_APPLICABLE, name)


def _real(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(_WRAPPER_LENGTH)
    except OSError:
        return False
    return not (start.startswith(b"#!") and b"/snap/bin/" in start)


def _sandboxed_entry(entry: str, snaps: tuple[str, ...], flatpaks: tuple[str, ...]) -> bool:
    # Snap names its entries SNAP_APP.desktop, Flatpak by the application's id
    name = entry.removesuffix(".desktop")
    return name in flatpaks or name.partition("_")[0] in {s for s in snaps if "_" in name}


def _default(root: Path, home: Path) -> str:
    # freedesktop.org, "Association between MIME types and applications": the user's file first
    for path in (
        home / ".config/mimeapps.list",
        home / ".local/share/applications/mimeapps.list",
        root / "etc/xdg/mimeapps.list",
    ):
        parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
        try:
            parser.read_string(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, configparser.Error):
            continue
        entries = parser.get("Default Applications", "x-scheme-handler/https", fallback="")
        first = next((e for e in entries.split(";") if e.strip()), "")
        if first:
            return first.strip()
    return ""
