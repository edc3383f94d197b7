"""Which browsers are on a Linux desktop, and would they find the module that serves the token?"""

import configparser
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from a3check.core.computer import Store, StoreState


class Engine(StrEnum):
    """Whose way a browser goes to PKCS#11 modules."""

    FIREFOX = "firefox"
    CHROMIUM = "chromium"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as its package, Snap or Flatpak names it, and as its user does."""

    key: str
    name: str
    engine: Engine
    sandbox: str = ""
    """``Snap`` or ``Flatpak``; empty where it runs free."""

    @property
    def shown(self) -> str:
        """Its name, and the sandbox it lives in."""
        return f"{self.name} ({self.sandbox})" if self.sandbox else self.name


_FIREFOX, _CHROMIUM = Engine.FIREFOX, Engine.CHROMIUM
_NATIVE = {
    "firefox": ("Firefox", _FIREFOX),
    "firefox-esr": ("Firefox ESR", _FIREFOX),
    "google-chrome": ("Google Chrome", _CHROMIUM),
    "google-chrome-stable": ("Google Chrome", _CHROMIUM),
    "chromium": ("Chromium", _CHROMIUM),
    "chromium-browser": ("Chromium", _CHROMIUM),
    "microsoft-edge": ("Microsoft Edge", _CHROMIUM),
    "microsoft-edge-stable": ("Microsoft Edge", _CHROMIUM),
    "brave-browser": ("Brave", _CHROMIUM),
    "opera": ("Opera", _CHROMIUM),
    "vivaldi": ("Vivaldi", _CHROMIUM),
}
_NATIVE_FOLDERS = ("usr/bin", "usr/local/bin", "opt/firefox", "opt/google/chrome")
"""The last two: where Mozilla's own archive is usually unpacked, and where Google's package is."""
_SNAPS = {
    "firefox": ("Firefox", _FIREFOX),
    "chromium": ("Chromium", _CHROMIUM),
    "brave": ("Brave", _CHROMIUM),
    "opera": ("Opera", _CHROMIUM),
    "vivaldi": ("Vivaldi", _CHROMIUM),
}
_FLATPAKS = {
    "org.mozilla.firefox": ("Firefox", _FIREFOX),
    "org.chromium.Chromium": ("Chromium", _CHROMIUM),
    "com.google.Chrome": ("Google Chrome", _CHROMIUM),
    "com.microsoft.Edge": ("Microsoft Edge", _CHROMIUM),
    "com.brave.Browser": ("Brave", _CHROMIUM),
    "com.opera.Opera": ("Opera", _CHROMIUM),
}
_WRAPPER_LENGTH = 4096  # bytes; Ubuntu's stand-in for the Snap is a short shell script


@dataclass(frozen=True, slots=True)
class Browsers:
    """The browsers found by their files; ``default`` is the one that opens addresses, if told."""

    native: tuple[Browser, ...]
    sandboxed: tuple[Browser, ...]
    default: Browser | None = None


def look(root: Path, home: Path) -> Browsers:
    """Look for browsers by the files that packages, Snap and Flatpak put in fixed places."""
    native = tuple(
        Browser(key, name, engine)
        for key, (name, engine) in _NATIVE.items()
        if any(_real(root / f / key) for f in _NATIVE_FOLDERS)
    )
    snaps = tuple(
        Browser(key, name, engine, "Snap")
        for key, (name, engine) in _SNAPS.items()
        if (root / "snap/bin" / key).exists()
    )
    exports = (root / "var/lib/flatpak/exports/bin", home / ".local/share/flatpak/exports/bin")
    flatpaks = tuple(
        Browser(key, name, engine, "Flatpak")
        for key, (name, engine) in _FLATPAKS.items()
        if any((f / key).exists() for f in exports)
    )
    sandboxed = (*snaps, *flatpaks)
    return Browsers(native, sandboxed, _named(_default(root, home), native, sandboxed))


def judge(
    browsers: Browsers,
    loaded: Mapping[Engine, Sequence[str]],
    modules: Sequence[str],
    folder: str = "",
) -> tuple[Store, ...]:
    """Tell of each browser that counts whether it would find the token.

    ``loaded`` are the modules that each kind of browser loads, ``modules`` those that show the
    token: any of them will do. ``folder`` is Chromium's database. The default browser counts; of
    the others only those that help where it does not, and sandboxed ones where nothing else is.
    """
    default, module = browsers.default, next(iter(modules), "")
    shut = [default] if default is not None and default.sandbox else []
    if not shut and not browsers.native:
        shut = list(browsers.sandboxed[:1])
    stores = [Store(StoreState.SANDBOXED, browser.shown) for browser in shut]
    for engine in _engines(browsers):
        found = any(_same(one, other) for one in loaded.get(engine, ()) for other in modules)
        state = StoreState.PRESENT if found else StoreState.UNREGISTERED
        names = dict.fromkeys(b.name for b in browsers.native if b.engine is engine)
        where = folder if engine is Engine.CHROMIUM else ""
        stores.append(Store(state, ", ".join(names), module, str(engine), where))
    if stores and stores[0].state is StoreState.PRESENT and default is not None:
        return tuple(s for s in stores if s.state is StoreState.PRESENT)
    return tuple(stores) or (Store(StoreState.NOT_APPLICABLE),)


def _engines(browsers: Browsers) -> tuple[Engine, ...]:
    """Return each way that an unconfined browser goes, the default browser's first."""
    default = browsers.default
    first = (default,) if default is not None and not default.sandbox else ()
    return tuple(dict.fromkeys(b.engine for b in (*first, *browsers.native)))


def _same(loaded: str, module: str) -> bool:
    """Compare files, through links; a name without a path is searched for by the loader."""
    if Path(loaded).is_absolute():
        return os.path.realpath(loaded) == os.path.realpath(module)
    return bool(loaded) and Path(loaded).name == Path(module).name


def _real(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(_WRAPPER_LENGTH)
    except OSError:
        return False
    return not (start.startswith(b"#!") and b"/snap/bin/" in start)


def _named(entry: str, native: Sequence[Browser], sandboxed: Sequence[Browser]) -> Browser | None:
    """Return the browser of a desktop entry.

    Snap names its entries SNAP_APP.desktop, Flatpak by the application's id, packages by the
    program.
    """
    name = entry.removesuffix(".desktop")
    snap = name.partition("_")[0] if "_" in name else ""
    for browser in sandboxed:
        if browser.key == (snap if browser.sandbox == "Snap" else name):
            return browser
    return next((browser for browser in native if browser.key == name), None)


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
