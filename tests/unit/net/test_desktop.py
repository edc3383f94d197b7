"""Settings of Linux desktops, as they were recorded, and gsettings itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from a3check.net.desktop import desktop, gnome, kde
from a3check.net.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

URL, PLAIN = "https://portal.invalid/", "http://lcr.invalid/"
LISTED = """\
org.gnome.system.proxy autoconfig-url '{pac}'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1', '*.intranet']
org.gnome.system.proxy mode '{mode}'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.ftp host ''
org.gnome.system.proxy.ftp port 0
org.gnome.system.proxy.http authentication-password ''
org.gnome.system.proxy.http authentication-user ''
org.gnome.system.proxy.http enabled false
org.gnome.system.proxy.http host 'h.invalid'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.http use-authentication false
org.gnome.system.proxy.https host '{host}'
org.gnome.system.proxy.https port 3128
org.gnome.system.proxy.socks host 's.invalid'
org.gnome.system.proxy.socks port 1080
"""
"""What gsettings of GNOME 43 writes (Debian 12)."""
KIO = """\
PersistentProxyConnection=false
[Proxy Settings]
NoProxyFor=localhost, .intranet
Proxy Config Script=http://proxy.invalid/kde.pac
ProxyType={kind}
ReversedException={reverse}
httpProxy=http://h.invalid:8080
httpsProxy={https}
socksProxy=socks://s.invalid 1080
"""
"""kioslaverc of KDE Plasma 5."""


def listed(mode: str, *, pac: str = "", host: str = "p.invalid") -> Settings | None:
    return gnome(LISTED.format(mode=mode, pac=pac, host=host))


def test_gnome_by_hand() -> None:
    given = listed("manual")
    assert given is not None
    assert (given.source, given.named(URL), given.named(PLAIN)) == (
        "gnome",
        "p.invalid:3128",
        "h.invalid:8080",
    )
    assert given.exempts("https://rh.intranet/")
    assert not given.exempts(URL)


def test_gnome_with_socks_alone_for_a_scheme() -> None:
    given = listed("manual", host="")
    assert given is not None
    assert given.named(URL) == "socks://s.invalid:1080"


def test_gnome_by_itself() -> None:
    pac, wpad = listed("auto", pac="http://proxy.invalid/p.pac"), listed("auto")
    assert pac is not None
    assert wpad is not None
    assert (pac.pac, pac.wpad) == ("http://proxy.invalid/p.pac", False)
    assert (wpad.pac, wpad.wpad) == ("", True)


@pytest.mark.parametrize("text", ["", "org.gnome.system.proxy mode", LISTED, "No such schema"])
def test_gnome_without_a_proxy(text: str) -> None:
    assert listed("none") is None
    assert gnome(text) is None


def test_an_empty_list_of_gnome_is_none() -> None:
    given = gnome(
        "org.gnome.system.proxy mode 'auto'\norg.gnome.system.proxy ignore-hosts @as []\n"
    )
    assert given == Settings("gnome", {}, (), wpad=True)


def kioslaverc(kind: int, https: str = "http://p.invalid 3128", reverse: str = "false") -> str:
    text = KIO.format(kind=kind, https=https, reverse=reverse)
    return f"[$Version]\nupdate_info=x\n[General]\n{text}"


@pytest.mark.parametrize(
    ("https", "named"),
    [
        ("http://p.invalid 3128", "http://p.invalid:3128"),
        ("http://p.invalid/ 3128", "http://p.invalid:3128"),
        ("http://p.invalid:3128", "http://p.invalid:3128"),
        ("", "socks://s.invalid:1080"),
    ],
)
def test_kde_by_hand(https: str, named: str) -> None:
    given = kde(kioslaverc(1, https))
    assert given is not None
    assert (given.source, given.named(URL)) == ("kde", named)
    assert given.exempts("https://rh.intranet/")
    assert not given.exempts(URL)


def test_kde_for_some_hosts_alone() -> None:
    given = kde(kioslaverc(1, reverse="true"))
    assert given is not None
    assert given.exempts(URL)
    assert not given.exempts("https://rh.intranet/")


def test_kde_by_itself() -> None:
    pac, wpad = kde(kioslaverc(2)), kde(kioslaverc(3))
    assert pac is not None
    assert wpad is not None
    assert (pac.pac, pac.wpad, pac.proxies) == ("http://proxy.invalid/kde.pac", False, {})
    assert (wpad.pac, wpad.wpad) == ("", True)


@pytest.mark.parametrize("text", ["", kioslaverc(0), kioslaverc(4), "[General]\nx=1", "no INI"])
def test_kde_without_a_proxy(text: str) -> None:
    assert kde(text) is None


def test_which_desktop_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kioslaverc").write_text(kioslaverc(2))
    home = tmp_path / "home"
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "kioslaverc").write_text(kioslaverc(3))
    here = {"XDG_CURRENT_DESKTOP": "KDE", "HOME": str(home)}
    set_, unset = desktop({**here, "XDG_CONFIG_HOME": str(tmp_path)}), desktop(here)
    assert set_ is not None
    assert set_.pac
    assert unset is not None
    assert unset.wpad
    assert desktop({**here, "HOME": str(tmp_path / "none")}) is None
    assert desktop({**here, "XDG_CURRENT_DESKTOP": "XFCE"}) is None
    assert desktop({}) is None


@pytest.mark.parametrize(
    "error", [FileNotFoundError(), subprocess.TimeoutExpired("gsettings", 3.0)]
)
def test_gsettings_that_gives_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    assert desktop({"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}) is None


@pytest.mark.skipif(shutil.which("gsettings") is None, reason="no gsettings on this system")
def test_the_real_gsettings(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "GSETTINGS_BACKEND": "keyfile",
        "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
    }
    known = subprocess.run(
        ["gsettings", "list-schemas"], env=environment, capture_output=True, text=True, check=True
    )
    if "org.gnome.system.proxy" not in known.stdout.split():
        pytest.skip("GNOME's schemas are not installed")
    assert desktop(environment) is None
    folder = tmp_path / "glib-2.0" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keyfile").write_text(
        "[system/proxy]\nmode='manual'\nignore-hosts=['rh.invalid']\n"
        "[system/proxy/https]\nhost='p.invalid'\nport=3128\n"
    )
    given = desktop(environment)
    assert given == Settings("gnome", given.proxies if given else {}, ("rh.invalid",))
    assert given is not None
    assert given.named(URL) == "p.invalid:3128"
