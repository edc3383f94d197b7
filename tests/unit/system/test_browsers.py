"""Browsers in a sandbox."""

from pathlib import Path

import pytest

from a3check.core.computer import StoreState
from a3check.system import browsers

SNAP_STAND_IN = b'#!/bin/sh\nexec /snap/bin/firefox "$@"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def _put(path: Path, content: bytes = b"\x7fELF") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _judge(root: Path) -> tuple[StoreState, str]:
    store = browsers.judge(browsers.look(root, root / "home"))
    return store.state, store.browser


def _default(root: Path, entry: str) -> None:
    text = f"[Added Associations]\nx=y\n[Default Applications]\nx-scheme-handler/https={entry}\n"
    _put(root / "home/.config/mimeapps.list", text.encode())


def test_nothing_there(root: Path) -> None:
    assert _judge(root) == (StoreState.NOT_APPLICABLE, "")


def test_a_package_of_the_system(root: Path) -> None:
    _put(root / "usr/bin/google-chrome")
    assert _judge(root) == (StoreState.NOT_APPLICABLE, "google-chrome")


def test_ubuntu_s_stand_in_is_no_package(root: Path) -> None:
    _put(root / "usr/bin/firefox", SNAP_STAND_IN)
    _put(root / "snap/bin/firefox")
    assert _judge(root) == (StoreState.SANDBOXED, "firefox")


def test_the_only_one_is_a_flatpak(root: Path) -> None:
    _put(root / "home/.local/share/flatpak/exports/bin/com.google.Chrome")
    assert _judge(root) == (StoreState.SANDBOXED, "com.google.Chrome")


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        ("firefox_firefox.desktop;", StoreState.SANDBOXED),
        ("org.mozilla.firefox.desktop", StoreState.SANDBOXED),
        ("google-chrome.desktop", StoreState.NOT_APPLICABLE),
        ("firefox.desktop", StoreState.NOT_APPLICABLE),
    ],
)
def test_the_default_decides(root: Path, entry: str, state: StoreState) -> None:
    _put(root / "usr/bin/google-chrome")
    _put(root / "snap/bin/firefox")
    _put(root / "var/lib/flatpak/exports/bin/org.mozilla.firefox")
    _default(root, entry)
    assert _judge(root)[0] is state


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no section\n", b"[Default Applications]\n"])
def test_a_damaged_file_of_defaults_is_none(root: Path, content: bytes) -> None:
    _put(root / "home/.config/mimeapps.list", content)
    _put(root / "snap/bin/chromium")
    assert _judge(root) == (StoreState.SANDBOXED, "chromium")
