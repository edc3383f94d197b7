"""Browsers by their files: which there are, and whether they would find the token."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from a3check.core.computer import Store, StoreState
from a3check.system import browsers
from a3check.system.browsers import Browser, Browsers, Engine, judge

SNAP_STAND_IN = b'#!/bin/sh\nexec /snap/bin/firefox "$@"\n'
MODULE = "/usr/lib/libtoken.so"
KNOWN = {Engine.FIREFOX: (MODULE,), Engine.CHROMIUM: (MODULE,)}
FIREFOX = Browser("firefox", "Firefox", Engine.FIREFOX)
CHROME = Browser("google-chrome", "Google Chrome", Engine.CHROMIUM)
EDGE = Browser("microsoft-edge", "Microsoft Edge", Engine.CHROMIUM)
SNAP = Browser("firefox", "Firefox", Engine.FIREFOX, "Snap")
FLATPAK = Browser("com.google.Chrome", "Google Chrome", Engine.CHROMIUM, "Flatpak")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def _put(path: Path, content: bytes = b"\x7fELF") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _look(root: Path) -> Browsers:
    return browsers.look(root, root / "home")


def _default(root: Path, entry: str) -> None:
    text = f"[Added Associations]\nx=y\n[Default Applications]\nx-scheme-handler/https={entry}\n"
    _put(root / "home/.config/mimeapps.list", text.encode())


# ---- which there are


def test_nothing_there(root: Path) -> None:
    assert _look(root) == Browsers((), ())


@pytest.mark.parametrize("place", ["usr/bin", "usr/local/bin", "opt/google/chrome"])
def test_a_package_of_the_system(root: Path, place: str) -> None:
    _put(root / place / "google-chrome")
    assert _look(root) == Browsers((CHROME,), ())


def test_ubuntu_s_stand_in_is_no_package(root: Path) -> None:
    _put(root / "usr/bin/firefox", SNAP_STAND_IN)
    _put(root / "snap/bin/firefox")
    assert _look(root) == Browsers((), (SNAP,))


def test_a_flatpak_of_the_user(root: Path) -> None:
    _put(root / "home/.local/share/flatpak/exports/bin/com.google.Chrome")
    assert _look(root) == Browsers((), (FLATPAK,))


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ("firefox_firefox.desktop;", "Firefox (Snap)"),
        ("org.mozilla.firefox.desktop", "Firefox (Flatpak)"),
        ("google-chrome.desktop", "Google Chrome"),
        ("; google-chrome.desktop;x", "Google Chrome"),
        ("firefox.desktop", None),
        ("chromium_chromium.desktop", None),
    ],
)
def test_the_default(root: Path, entry: str, shown: str | None) -> None:
    _put(root / "usr/bin/google-chrome")
    _put(root / "snap/bin/firefox")
    _put(root / "var/lib/flatpak/exports/bin/org.mozilla.firefox")
    _default(root, entry)
    default = _look(root).default
    assert (default and default.shown) == shown


@pytest.mark.parametrize(
    "place",
    ["home/.local/share/applications/mimeapps.list", "etc/xdg/mimeapps.list"],
)
def test_the_default_of_the_whole_system_counts_after_the_user_s(root: Path, place: str) -> None:
    _put(root / "usr/bin/google-chrome")
    _put(root / "usr/bin/firefox")
    text = b"[Default Applications]\nx-scheme-handler/https=firefox.desktop\n"
    _put(root / place, text + text)
    assert _look(root).default == FIREFOX
    _default(root, "google-chrome.desktop")
    assert _look(root).default == CHROME


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no section\n", b"[Default Applications]\n"])
def test_a_damaged_file_of_defaults_is_none(root: Path, content: bytes) -> None:
    _put(root / "home/.config/mimeapps.list", content)
    assert _look(root).default is None


# ---- would they find it


def _said(seen: Browsers, loaded: Mapping[Engine, Sequence[str]]) -> list[tuple[str, str]]:
    return [(str(s.state), s.browser) for s in judge(seen, loaded, (MODULE,), "/db")]


def test_no_browser_at_all() -> None:
    assert judge(Browsers((), ()), KNOWN, (MODULE,)) == (Store(StoreState.NOT_APPLICABLE),)


def test_each_kind_of_browser_is_judged_once() -> None:
    seen = Browsers((FIREFOX, CHROME, EDGE), ())
    assert judge(seen, {Engine.CHROMIUM: (MODULE,)}, (MODULE,), "/db") == (
        Store(StoreState.UNREGISTERED, "Firefox", MODULE, "firefox"),
        Store(StoreState.PRESENT, "Google Chrome, Microsoft Edge", MODULE, "chromium", "/db"),
    )


def test_the_default_counts_and_others_only_where_they_help() -> None:
    seen = Browsers((FIREFOX, CHROME), (), CHROME)
    chrome_alone, firefox_alone = {Engine.CHROMIUM: (MODULE,)}, {Engine.FIREFOX: (MODULE,)}
    assert _said(seen, KNOWN) == [("present", "Google Chrome"), ("present", "Firefox")]
    assert _said(seen, chrome_alone) == [("present", "Google Chrome")]
    assert _said(seen, firefox_alone) == [
        ("unregistered", "Google Chrome"),
        ("present", "Firefox"),
    ]


def test_a_default_in_a_sandbox_is_named_beside_one_that_is_free() -> None:
    seen = Browsers((CHROME,), (SNAP,), SNAP)
    assert _said(seen, KNOWN) == [("sandboxed", "Firefox (Snap)"), ("present", "Google Chrome")]


def test_sandboxed_ones_count_where_nothing_else_is() -> None:
    assert _said(Browsers((), (SNAP, FLATPAK)), KNOWN) == [("sandboxed", "Firefox (Snap)")]
    assert _said(Browsers((), (SNAP, FLATPAK), FLATPAK), KNOWN) == [
        ("sandboxed", "Google Chrome (Flatpak)")
    ]
    assert _said(Browsers((CHROME,), (SNAP,)), KNOWN) == [("present", "Google Chrome")]


def test_any_module_that_shows_the_token_will_do(tmp_path: Path) -> None:
    link = tmp_path / "link.so"
    link.symlink_to(MODULE)
    seen = Browsers((FIREFOX,), ())
    for loaded, modules, state in (
        ((str(link),), (MODULE,), StoreState.PRESENT),
        (("libtoken.so",), ("/other/libtoken.so",), StoreState.PRESENT),
        (("/x/libtoken.so",), (MODULE,), StoreState.UNREGISTERED),
        ((MODULE,), ("/a.so", MODULE), StoreState.PRESENT),
        (("",), ("",), StoreState.UNREGISTERED),
        ((), (MODULE,), StoreState.UNREGISTERED),
    ):
        (store,) = judge(seen, {Engine.FIREFOX: loaded}, modules)
        assert (store.state, store.module) == (state, modules[0])
