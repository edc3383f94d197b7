"""This computer as Windows: what can be told without one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from a3check.core.computer import Session
from a3check.core.profile import DriverWishes, Portal, Profile
from a3check.system import here, installed, registry, windows
from a3check.system.registry import Data, Hive
from a3check.system.windows import Windows

if TYPE_CHECKING:
    from a3check.core.ports import System

FOLDERS = {
    "SystemRoot": r"C:\Windows",
    "ProgramFiles": r"C:\Program Files",
    "ProgramFiles(x86)": r"C:\Program Files (x86)",
}


class _Registry:
    def __init__(self, **keys: Mapping[str, Data]) -> None:
        self.keys = keys

    def values(self, hive: Hive, key: str, *, narrow: bool = False) -> dict[str, Data]:
        del hive, narrow
        return dict(self.keys.get(key.rpartition("\\")[2], {}))

    def subkeys(self, hive: Hive, key: str, *, narrow: bool = False) -> tuple[str, ...]:
        del hive, key, narrow
        return tuple(name for name in self.keys if name.startswith("Card"))


def _computer(monkeypatch: pytest.MonkeyPatch, build: int, **keys: Mapping[str, Data]) -> Windows:
    fake = _Registry(**keys)
    monkeypatch.setattr(registry, "values", fake.values)
    monkeypatch.setattr(registry, "subkeys", fake.subkeys)
    monkeypatch.setattr(windows, "_version", lambda: (10, build))
    return Windows(DriverWishes(), environment={"SESSIONNAME": "Console"})


def test_it_is_a_system_that_says_nothing_here() -> None:
    system: System = Windows(DriverWishes(), environment={})
    assert system.usb() == ()
    assert system.modules() == ()
    assert system.shipped_roots() is None
    assert registry.values(Hive.MACHINE, "x") == {}
    assert registry.subkeys(Hive.USER, "x") == ()
    assert system.computer().supported is False
    assert system.zone()[0]


def test_windows_11_is_told_by_its_build(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Data] = {"ProductName": "Windows 10 Pro", "DisplayVersion": "23H2"}
    eleven = _computer(monkeypatch, 22631, CurrentVersion=names)
    assert eleven.computer().system == "Windows 11 Pro 23H2"
    assert windows.system_name(names, 19045) == "Windows 10 Pro 23H2"
    assert windows.system_name({}, 0) == "Windows"
    server: dict[str, Data] = {"ProductName": "Windows Server 2022", "ReleaseId": "21H2"}
    assert windows.system_name(server, 22001) == "Windows Server 2022 21H2"


@pytest.mark.parametrize(
    ("name", "session"),
    [("Console", Session.LOCAL), ("RDP-Tcp#3", Session.REMOTE), ("", Session.LOCAL)],
)
def test_the_session(name: str, session: Session) -> None:
    system = Windows(DriverWishes(), environment={"SESSIONNAME": name})
    assert system.computer().session is session


def test_the_rules_that_choose_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    system = _computer(monkeypatch, 19045, AutoSelectCertificateForUrls={"1": "{}"})
    browsers = [rule.browser for rule in system.computer().rules]
    assert browsers == ["Chrome", "Edge", "Chromium", "Brave"], "of both hives, each once"
    assert not system.computer().certificate_policy, "what they say is read, and judged"


def test_the_zone_s_key_name(monkeypatch: pytest.MonkeyPatch) -> None:
    key: dict[str, Data] = {"TimeZoneKeyName": "SA Western Standard Time\0rubbish"}
    system = _computer(monkeypatch, 19045, TimeZoneInformation=key)
    assert system.zone()[0] == "SA Western Standard Time"


@pytest.mark.parametrize(
    ("build", "revision", "moved"),
    [
        (19045, 6455, False),
        (19045, 6456, True),
        (26100, 6899, True),
        (17763, 9999, False),
        (27000, 1, True),
        (19045, "6456", False),
    ],
)
def test_the_move_to_ksp(build: int, revision: Data, moved: bool) -> None:
    assert windows.moved_to_ksp(build, revision) is moved


@pytest.mark.parametrize(
    ("card", "only"),
    [
        ({"Crypto Provider": "Cripto Antiga CSP"}, True),
        ({"Crypto Provider": "Cripto CSP", "80000001": "mini.dll"}, False),
        ({"Crypto Provider": "Cripto CSP", "Smart Card Key Storage Provider": "K"}, False),
        ({"Crypto Provider": "Microsoft Base Smart Card Crypto Provider"}, False),
        ({"ATR": b"\x3b"}, False),
    ],
)
def test_a_csp_and_nothing_newer(
    monkeypatch: pytest.MonkeyPatch, card: dict[str, Data], only: bool
) -> None:
    assert installed.csp_only(card) is only
    version: dict[str, Data] = {"UBR": 6456}
    system = _computer(monkeypatch, 19045, CurrentVersion=version, Card1=card)
    assert system.computer().csp_to_ksp_change is only
    assert not system.computer().switched_back
    back: dict[str, Data] = {"DisableCapiOverrideForRSA": 0}
    system = _computer(monkeypatch, 19045, CurrentVersion=version, Card1=card, Calais=back)
    assert system.computer().csp_to_ksp_change is only
    assert system.computer().switched_back


def test_paths_are_expanded_in_any_case() -> None:
    assert windows.expand(r"%systemroot%\System32\a.dll", FOLDERS) == r"C:\Windows\System32\a.dll"
    assert windows.expand(r"%ProgramFiles(x86)%\b.dll", FOLDERS) == (
        r"C:\Program Files (x86)\b.dll"
    )
    assert windows.expand(r"%APPDATA%\b.dll", FOLDERS) == ""
    assert windows.expand("", FOLDERS) == ""


@pytest.mark.parametrize(
    ("path", "unsafe"),
    [
        (r"c:\windows\system32\aetpkss1.dll", False),
        (r"C:\Program Files (x86)\x\y.dll", False),
        ("C:/Windows/System32/y.dll", False),
        (r"C:\WindowsFake\y.dll", True),
        (r"D:\drivers\y.dll", True),
    ],
)
def test_unsafe_by_place(path: str, unsafe: bool) -> None:
    assert windows.unsafe_by_place(path, FOLDERS) is unsafe


def test_the_store_is_not_asked_by_this_process() -> None:
    assert Windows(DriverWishes()).store(b"certificate", ("/m.dll",)) == ()


def test_here_is_a_system() -> None:
    assert here(Profile("x", Portal("https://portal.invalid/"))).computer().arch
