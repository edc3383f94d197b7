"""What is told of a Windows, read by Windows' Python under Wine from its real registry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab.wine import CSP, HERE, Wine

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(bool(Wine.why_not()), reason=Wine.why_not() or "ready"),
]
RULES: Final = "AutoSelectCertificateForUrls"
RULE: Final = '{"pattern":"https://[*.]test","filter":{}}'
CENTER: Final = r"SOFTWARE\Microsoft\Security Center\Provider"
TIME: Final = r"SYSTEM\CurrentControlSet\Services\W32Time"
VALUES: Final[list[list[str | int]]] = [
    ["HKLM", rf"SOFTWARE\Policies\Google\Chrome\{RULES}", "1", RULE],
    ["HKCU", rf"SOFTWARE\Policies\Microsoft\Edge\{RULES}", "7", RULE],
    ["HKLM", rf"{CENTER}\Av\{{1}}", "DISPLAYNAME", "Proteção Inventada"],
    ["HKLM", rf"{CENTER}\Av\{{1}}", "STATE", 266240],
    ["HKLM", rf"{CENTER}\Fw\{{2}}", "DISPLAYNAME", "Muralha Desligada"],
    ["HKLM", rf"{CENTER}\Fw\{{2}}", "STATE", 262144],
    ["HKLM", TIME, "Start", 4],
    ["HKLM", rf"{TIME}\Parameters", "Type", "NTP"],
    ["HKLM", r"SOFTWARE\Microsoft\Cryptography\Calais", "DisableCapiOverrideForRSA", 0],
    ["HKCU", "Volatile Environment", "ViewClient_Protocol", "BLAST"],
]


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    made = Wine()
    made.serve()
    try:
        yield made
    finally:
        made.stop()


def told(wine: Wine, *values: list[str | int]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(wine.run(HERE / "tell_computer.py", json.dumps(values)))
    return answer


def test_the_registry_is_read_as_it_stands(wine: Wine) -> None:
    answer = told(wine, *VALUES)
    computer, around = answer["computer"], answer["computer"]["around"]
    rules = [(rule["browser"], rule["text"]) for rule in computer["rules"]]
    assert rules == [("Chrome", RULE), ("Edge", RULE)]
    assert (around["antivirus"], around["firewall"]) == (["Proteção Inventada"], [])
    assert (computer["time_service"], computer["switched_back"]) == ("disabled", True)
    assert (computer["session"], around["remote_by"]) == ("remote", "VMware Horizon")
    assert CSP in answer["providers"]


def test_a_plain_windows_has_nothing_to_tell(wine: Wine) -> None:
    computer = told(wine)["computer"]
    assert "Windows" in computer["system"]
    assert computer["arch"] == "x86_64"
    assert (computer["rules"], computer["switched_back"]) == ([], False)
    assert (computer["session"], computer["around"]["remote_by"]) == ("local", "")
    assert computer["around"]["code_page"]
