"""This computer as Linux, in a tree of our own."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from a3check.core.computer import Session, StoreState, UsbDevice
from a3check.core.profile import DriverWishes
from a3check.system import linux
from a3check.system.linux import Linux

if TYPE_CHECKING:
    from a3check.core.ports import System


def _put(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def _linux(root: Path, **environment: str) -> Linux:
    return Linux(DriverWishes(), root=root, environment=environment)


def test_it_is_a_system(tmp_path: Path) -> None:
    system: System = _linux(tmp_path)
    assert system.usb() == ()
    assert system.store(b"", ())[0].state is StoreState.NOT_APPLICABLE


def test_the_distribution(tmp_path: Path) -> None:
    assert _linux(tmp_path).computer().system.startswith("Linux ")
    _put(tmp_path / "usr/lib/os-release", "# x\nNAME=Outro\nPRETTY_NAME='Outro 1'\n")
    assert _linux(tmp_path).computer().system == "Outro 1"
    _put(tmp_path / "etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    assert _linux(tmp_path).computer().system == "Debian GNU/Linux 12 (bookworm)"


@pytest.mark.parametrize(
    ("environment", "session"),
    [
        ({}, Session.LOCAL),
        ({"DISPLAY": ":0"}, Session.LOCAL),
        ({"DISPLAY": "unix:0"}, Session.LOCAL),
        ({"DISPLAY": "localhost:10.0"}, Session.REMOTE),
        ({"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, Session.REMOTE),
        ({"SSH_TTY": "/dev/pts/1"}, Session.REMOTE),
        ({"XRDP_SESSION": "1"}, Session.REMOTE),
        ({"XDG_SESSION_ID": "7"}, Session.REMOTE),
        ({"XDG_SESSION_ID": "8"}, Session.LOCAL),
        ({"XDG_SESSION_ID": "../7"}, Session.LOCAL),
    ],
)
def test_the_session(tmp_path: Path, environment: dict[str, str], session: Session) -> None:
    _put(tmp_path / "run/systemd/sessions/7", "UID=1000\nREMOTE=1\nSERVICE=xrdp-sesman\n")
    _put(tmp_path / "run/systemd/sessions/8", "UID=1000\nREMOTE=0\n")
    assert _linux(tmp_path, **environment).computer().session is session


def test_the_session_that_only_the_kernel_names(tmp_path: Path) -> None:
    _put(tmp_path / "run/systemd/sessions/7", "REMOTE=1\n")
    _put(tmp_path / "proc/self/sessionid", "7")
    assert _linux(tmp_path).computer().session is Session.REMOTE


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "C"),
        ({"LANG": "pt_BR.UTF-8"}, "pt_BR"),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "pt_BR@euro"}, "pt_BR"),
        ({"LANG": "pt_BR", "LC_ALL": "en_US.UTF-8"}, "en_US"),
    ],
)
def test_the_language(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    assert _linux(tmp_path, **environment).computer().locale == name


@pytest.mark.parametrize(
    ("content", "chooses"),
    [
        ('{"AutoSelectCertificateForUrls": ["{}"]}', True),
        ('{"AutoSelectCertificateForUrls": []}', False),
        ('{"HomepageLocation": "https://x.invalid"}', False),
        ("[]", False),
        ("{", False),
    ],
)
def test_a_browser_s_policy(tmp_path: Path, content: str, chooses: bool) -> None:
    _put(tmp_path / "etc/opt/chrome/policies/managed/ti.json", content)
    assert _linux(tmp_path).computer().certificate_policy is chooses


def test_the_zone_s_name(tmp_path: Path) -> None:
    assert _linux(tmp_path).zone()[0] == ""
    _put(tmp_path / "etc/timezone", "America/Belem\n")
    assert _linux(tmp_path).zone()[0] == "America/Belem"
    zone = _put(tmp_path / "usr/share/zoneinfo/posix/America/Manaus")
    (tmp_path / "etc/localtime").symlink_to(zone)
    assert _linux(tmp_path).zone()[0] == "America/Manaus"
    assert _linux(tmp_path, TZ=":America/Bahia").zone()[0] == "America/Bahia"
    assert _linux(tmp_path, TZ=":/usr/share/zoneinfo/Brazil/East").zone()[0] == "Brazil/East"


def test_the_usb_bus(tmp_path: Path) -> None:
    device = tmp_path / "sys/bus/usb/devices/1-1"
    _put(device / "idVendor", "1059\n")
    _put(device / "idProduct", "0017\n")
    assert _linux(tmp_path).usb() == (UsbDevice("1059", "0017"),)


def test_modules_of_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_arch", lambda: "x86_64")
    for name in (
        "usr/lib/libaetpkss.so.3.9.34.1",
        "usr/lib/libwdpkcs_ca.so",
        "usr/lib/softhsm/libsofthsm2.so",
        "usr/lib/libneoidp11.so",
    ):
        _put(tmp_path / name).chmod(0o644)
    (tmp_path / "usr/lib").chmod(0o755)
    found = _linux(tmp_path).modules()
    assert [(c.product_key, c.cloud, c.unsafe) for c in found] == [
        ("safesign", False, False),
        ("serpro-id", True, False),
    ]
    assert found[0].path == str(tmp_path / "usr/lib/libaetpkss.so.3.9.34.1")


def test_ca_certificates_of_the_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = _put(tmp_path / "ac.pem", "PEM")
    assert b"PEM" in Linux(DriverWishes(), (str(path),)).ca_certificates()
