"""What Windows' lists of programs and cards name, in both views."""

import tomllib
from pathlib import Path

import pytest

from a3check.core.profile import DriverWishes
from a3check.core.software import Installed, Program, RegisteredCard
from a3check.system import installed, registry
from a3check.system.linux import Linux
from a3check.system.registry import Data, Hive
from a3check.system.windows import Windows

INVENTED = tomllib.loads(
    (Path(__file__).parent / "invented" / "installed.toml").read_text(encoding="utf-8")
)
ATR = bytes.fromhex("3BF99600008131FE4553434537200E00202028")
WITHIN = bytes.fromhex("3BF99600008131FE4553434537200E00FFFF28")


class _Lists:
    """The registry: keys by hive, view and path."""

    def __init__(self) -> None:
        self.keys: dict[tuple[Hive, bool, str], dict[str, dict[str, Data]]] = {}
        for row in INVENTED["program"]:
            hive = Hive.MACHINE if row["view"] else Hive.USER
            path = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"
            self._put(hive, row["view"] == 32, path, row["key"], row["values"])
        for row in INVENTED["card"]:
            names = (("ATR", "atr"), ("ATRMask", "mask"))
            raw = {name: bytes.fromhex(row[key]) for name, key in names if key in row}
            path = r"SOFTWARE\Microsoft\Cryptography\Calais\SmartCards"
            self._put(Hive.MACHINE, row["view"] == 32, path, row["key"], row["values"] | raw)

    def _put(self, hive: Hive, narrow: bool, path: str, key: str, values: dict[str, Data]) -> None:
        self.keys.setdefault((hive, narrow, path), {})[key] = values

    def subkeys(self, hive: Hive, key: str, *, narrow: bool = False) -> tuple[str, ...]:
        return tuple(self.keys.get((hive, narrow, key), {}))

    def values(self, hive: Hive, key: str, *, narrow: bool = False) -> dict[str, Data]:
        path, _, name = key.rpartition("\\")
        return self.keys.get((hive, narrow, path), {}).get(name, {})


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Installed:
    made = _Lists()
    monkeypatch.setattr(registry, "subkeys", made.subkeys)
    monkeypatch.setattr(registry, "values", made.values)
    return Windows(DriverWishes(), environment={}).installed()


def test_the_makers_programs_as_a_person_reads_them(lists: Installed) -> None:
    named = {row["name"] for row in INVENTED["program"] if "name" in row}
    assert set(lists.shown()) == named
    assert lists.shown(["safesign"]) == ("SafeSign Standard 3.7.0.0 (32 bits)",)
    assert lists.shown(["watchdata"]) == ()
    assert "Editor de Textos" in {program.name for program in lists.programs}


def test_updates_and_parts_are_no_programs(lists: Installed) -> None:
    assert len(lists.programs) == 4


def test_a_card_in_both_views(lists: Installed) -> None:
    both = ("Cartão Inventado A (inventado64.dll)", "Cartão Inventado A (Inventado CSP)")
    assert lists.registered(ATR) == both
    assert lists.registered(WITHIN) == both[1:]
    assert lists.registered(b"\x3b\x00") == ("Cartão Inventado B",)
    assert lists.registered(b"\x3b\x01") == ()
    assert lists.registered(b"") == ()


def test_a_mask_of_another_length_and_an_empty_answer_fit_nothing() -> None:
    assert not RegisteredCard("x", ATR, b"\xff").fits(ATR)
    assert not RegisteredCard("x", b"").fits(b"")


def test_what_lies_in_a_program_s_own_folder_is_looked_for(lists: Installed) -> None:
    found = {row.path: row.arch for row in installed.places(lists.programs)}
    assert found == {r"D:\Programas\SafeNet\eTPKCS11.dll": "any"}
    asked = [Program("SafeSign", folder="relativa", bits=64), Program("Editor", folder="C:\\x")]
    assert list(installed.places(asked)) == []


def test_few_are_shown_and_each_once() -> None:
    many = [Program(f"SafeSign {n // 2}") for n in range(20)]
    assert Installed(tuple(many)).shown() == tuple(f"SafeSign {n}" for n in range(4))


def test_elsewhere_there_are_no_lists() -> None:
    assert Linux(DriverWishes()).installed() == Installed()
    assert Windows(DriverWishes(), environment={}).installed() == Installed()
