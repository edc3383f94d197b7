"""What stands around a certificate on Windows, from registry answers as they are documented."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from a3check.core.computer import Surroundings, TimeService
from a3check.system import registry, windows_facts
from a3check.system.registry import Data, Hive
from a3check.system.windows_facts import code_page, product, remote_by, time_service, virtual

CASES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "invented" / "registry.toml").read_text("utf-8")
)
CENTER = r"SOFTWARE\Microsoft\Security Center\Provider"
TIME = r"SYSTEM\CurrentControlSet\Services\W32Time"
GLASS = r"SYSTEM\CurrentControlSet\Control\Terminal Server"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[Hive, str], Mapping[str, Data]]:
    """The registry: what is not put in is not there, and what may not be read neither."""
    held: dict[tuple[Hive, str], Mapping[str, Data]] = {}

    def subkeys(hive: Hive, key: str) -> tuple[str, ...]:
        return tuple(k.removeprefix(f"{key}\\") for h, k in held if h is hive and key in k)

    monkeypatch.setattr(registry, "values", lambda hive, key: dict(held.get((hive, key), {})))
    monkeypatch.setattr(registry, "subkeys", subkeys)
    return held


@pytest.mark.parametrize("name", list(CASES))
def test_products_of_security_center(
    name: str, keys: dict[tuple[Hive, str], Mapping[str, Data]]
) -> None:
    case = CASES[name]
    for key, values in case["key"].items():
        keys[Hive.MACHINE, rf"{CENTER}\{case['kind']}\{key}"] = values
    assert windows_facts.products(case["kind"]) == tuple(case["names"])
    around = windows_facts.surroundings("")
    expected = {"Av": around.antivirus, "Fw": around.firewall}
    assert expected[case["kind"]] == tuple(case["names"])


def test_no_product_has_no_end() -> None:
    assert product({"DISPLAYNAME": "A" * 5000, "STATE": 0x41000}) == "A" * 80
    assert product({"DISPLAYNAME": "Desligado", "STATE": 0x40000}) == ""
    assert product({"DISPLAYNAME": "Adiado", "STATE": 0x42000}) == ""


@pytest.mark.parametrize(
    ("start", "source", "told"),
    [
        (3, "NTP", TimeService.ON),
        (2, "NT5DS", TimeService.ON),
        (3, "NoSync", TimeService.NO_SOURCE),
        (4, "NTP", TimeService.DISABLED),
        (4, None, TimeService.DISABLED),
        (None, None, TimeService.UNTOLD),
        ("4", 7, TimeService.ON),
    ],
)
def test_the_time_service(
    start: Data, source: Data, told: TimeService, keys: dict[tuple[Hive, str], Mapping[str, Data]]
) -> None:
    keys[Hive.MACHINE, TIME] = {"Start": start}
    keys[Hive.MACHINE, rf"{TIME}\Parameters"] = {"Type": source}
    assert time_service() is told


@pytest.mark.parametrize(
    ("environment", "session", "metric", "by"),
    [
        ({"SESSIONNAME": "Console"}, 1, False, ""),
        ({}, None, False, ""),
        ({"SESSIONNAME": "RDP-Tcp#3"}, 1, False, ""),  # taken back before the computer
        ({"SESSIONNAME": "RDP-Tcp#3"}, 1, True, "RDP"),
        ({"SESSIONNAME": "RDP-Tcp#3"}, 2, False, "RDP"),
        ({"SESSIONNAME": "RDP-Tcp#3"}, None, False, "RDP"),
        ({"SESSIONNAME": "Console"}, 1, True, "RDP"),
        ({"SESSIONNAME": "Console"}, 2, False, "RDP"),
        ({"SESSIONNAME": "ICA-CGP#0"}, 1, True, "Citrix"),
        ({"SESSIONNAME": "Console", "ViewClient_Protocol": "BLAST"}, 1, False, "VMware Horizon"),
    ],
)
def test_who_sits_here_from_elsewhere(
    environment: dict[str, str],
    session: int | None,
    metric: bool,
    by: str,
    keys: dict[tuple[Hive, str], Mapping[str, Data]],
) -> None:
    keys[Hive.MACHINE, GLASS] = {"GlassSessionId": 1}
    assert remote_by(environment, session, remote=metric) == by


@pytest.mark.parametrize("key", ["Volatile Environment", r"Volatile Environment\3"])
def test_horizon_by_the_session_s_own_key(
    key: str, keys: dict[tuple[Hive, str], Mapping[str, Data]]
) -> None:
    keys[Hive.USER, key] = {"ViewClient_Protocol": "PCOIP"}
    assert remote_by({}, 3, remote=False) == "VMware Horizon"


def test_a_glass_that_is_no_number(keys: dict[tuple[Hive, str], Mapping[str, Data]]) -> None:
    keys[Hive.MACHINE, GLASS] = {"GlassSessionId": "um"}
    assert remote_by({}, 3, remote=False) == ""


@pytest.mark.parametrize(
    ("maker", "model", "name"),
    [
        ("VMware, Inc.", "VMware20,1", "VMware"),
        ("innotek GmbH", "VirtualBox", "VirtualBox"),
        ("Microsoft Corporation", "Virtual Machine", "Hyper-V"),
        ("Microsoft Corporation", "Surface Pro 9", ""),
        (None, 7, ""),
    ],
)
def test_a_virtual_machine(maker: Data, model: Data, name: str) -> None:
    assert virtual({"SystemManufacturer": maker, "SystemProductName": model}) == name


def test_code_pages() -> None:
    assert code_page({"ACP": "1252", "OEMCP": "850"}) == "1252/850"
    assert code_page({"ACP": "65001"}) == "65001"
    assert code_page({}) == ""


def test_nothing_is_told_where_there_is_no_registry() -> None:
    assert windows_facts.surroundings("RDP") == Surroundings(remote_by="RDP")
    assert windows_facts.rules() == ()
    assert time_service() is TimeService.UNTOLD
