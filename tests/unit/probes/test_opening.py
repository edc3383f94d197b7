"""What Windows' loader and its signatures' judge answer, from what they are documented to say."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from a3check.core import knowledge
from a3check.core.cryptoki import FileFacts, FileVersion, Signed
from a3check.core.fault import FaultKind
from a3check.probes import authenticode, opening, shown

INVENTED = tomllib.loads(
    (Path(__file__).parent / "invented" / "trust.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", INVENTED["verified"], ids=lambda row: row["what"])
def test_what_a_signature_says(row: dict[str, Any]) -> None:
    assert authenticode.state(row["code"], row.get("last", 0)) is Signed(row["state"])


@pytest.mark.parametrize("row", INVENTED["opened"], ids=lambda row: row["what"])
def test_why_a_library_does_not_open(row: dict[str, Any]) -> None:
    found = opening.refusal(row["code"], row["words"])
    assert found is not None
    assert (found.kind, found.detail) == (row["kind"], row["detail"])
    assert found.kind in set(FaultKind)
    assert found.call == ("DllMain" if row["kind"] == "refused" else "load")


def test_a_crash_in_its_start_is_no_answer() -> None:
    assert opening.refusal(998, "Acesso inválido ao local da memória.") is None


@pytest.mark.parametrize(
    ("path", "short", "name"),
    [
        (r"C:\Windows\System32\aetpkss1.dll", "", r"C:\Windows\System32\aetpkss1.dll"),
        (r"C:\Usuários\José\m.dll", r"C:\USURIO~1\JOS~1\m.dll", "m.dll"),
        ("C:/Usuários/m.dll", "", "m.dll"),
        (r"C:\x\プ.dll", r"C:\x\6F3A~1.DLL", "6F3A~1.DLL"),
        (r"C:\x\プ.dll", r"C:\x\プ.dll", ""),
        (r"C:\x\José.dll", "", ""),
    ],
)
def test_a_name_for_bytes(path: str, short: str, name: str) -> None:
    assert opening.ansi_name(path, short) == name


def test_every_known_module_has_a_name_for_bytes() -> None:
    paths = [row.path for row in knowledge.drivers("windows") if row.path]
    assert paths
    assert all(opening.ansi_name(f"C:\\José\\{path}", "") for path in paths)


def test_what_the_probe_says_of_a_signature() -> None:
    facts = FileFacts(FileVersion("1"))
    told = shown.signature(facts, {"signed": "valid", "signer": "Casa Inventada"})
    assert (told.version.version, told.signed, told.signer) == (
        "1",
        Signed.VALID,
        "Casa Inventada",
    )
    assert shown.signature(facts, {"signed": "x", "signer": 3}).signed is Signed.UNTOLD
