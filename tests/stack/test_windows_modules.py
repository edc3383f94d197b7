"""The product's survey of PKCS#11 modules on Windows' own loader, as Wine has it.

What Wine 8 cannot show: 8.3 names, antivirus and rules that forbid, Windows' crash reports, and
access lists other than those that it makes of the files' modes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.windows import modules
from tests.lab.wine import FOLDER, HERE, PYKCS11, Wine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.wine import Surveyed

READY: Final = not Wine.why_not() and PYKCS11.is_dir()
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not READY, reason="build/windows-lab/ is not prepared, or without PyKCS11"),
]
SIGNED: Final = FOLDER / "python" / "libffi-8.dll"
PATIENT, SHORT = 100.0, 6.0
"""Seconds for a module to load: Wine starts slowly on a busy machine; for the one that hangs."""


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    made = Wine()
    made.serve()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return modules.build(tmp_path_factory.mktemp("modules"))


@pytest.fixture(scope="module")
def surveyed(wine: Wine, built: dict[str, Path]) -> dict[str, Surveyed]:
    """Survey all but the one that hangs, side by side."""
    changed = modules.changed(SIGNED, built["good"].with_name("changed.dll"))
    paths = [path for name, path in built.items() if name != modules.HANGS]
    for path in paths:
        path.chmod(0o644)
    built["good"].chmod(0o666)
    system = wine.prefix / "drive_c" / "windows" / "system32" / "version.dll"
    told = wine.survey([*paths, changed, SIGNED, system], PATIENT)
    return {Path(name).stem: facts for name, facts in told.items()}


def test_a_module_in_order(surveyed: dict[str, Surveyed]) -> None:
    good = surveyed["good"]
    assert good["works"]
    assert (good["company"], good["slots"]) == ("Laboratorio", ["Leitor do laboratorio"])
    assert good["version"] == ["4.7.0.3", "Laboratório", "Invento"]
    assert (good["signed"], good["faults"], good["missing"]) == ("unsigned", [], [])


def test_a_folder_that_no_code_page_names(surveyed: dict[str, Surveyed]) -> None:
    assert surveyed["far"]["works"], surveyed["far"]


def test_a_file_whose_own_name_no_code_page_has_is_not_guessed(
    surveyed: dict[str, Surveyed],
) -> None:
    assert surveyed["odd-プ"]["faults"] == [["refused", "load", "NAME_NOT_USABLE"]]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("crash-load", ["died", "load", "exit 72"]),
        ("exit-load", ["died", "load", "exit 3"]),
        ("no-load", ["refused", "DllMain", "ERROR_DLL_INIT_FAILED"]),
        ("crash-C_Initialize", ["died", "C_Initialize", "exit 0xC0000005"]),
        ("exit-C_Initialize", ["died", "C_Initialize", "exit 3"]),
    ],
)
def test_each_end_is_told(surveyed: dict[str, Surveyed], name: str, fault: list[str]) -> None:
    assert surveyed[name]["faults"] == [fault]


def test_no_box_for_a_hard_error(surveyed: dict[str, Surveyed]) -> None:
    assert surveyed["beep-load"]["works"], "the probe has not turned hard errors' boxes off"


def test_what_a_module_needs_comes_from_its_own_folder_alone(
    surveyed: dict[str, Surveyed],
) -> None:
    assert surveyed["beside"]["works"], surveyed["beside"]
    lacking = surveyed["needing"]
    assert [fault[:2] for fault in lacking["faults"]] == [["not_loaded", "load"]]
    assert lacking["faults"][0][2].startswith("126: ")
    assert lacking["missing"] == [modules.ABSENT]


def test_a_32_bit_file_is_told_by_its_header(surveyed: dict[str, Surveyed]) -> None:
    assert (surveyed["narrow"]["header"], surveyed["narrow"]["faults"]) == ("x86 32", [])


def test_signatures(surveyed: dict[str, Surveyed]) -> None:
    signed = surveyed[SIGNED.stem]
    assert signed["signer"] == "Python Software Foundation"
    assert signed["signed"] in {"valid", "untold"}
    assert surveyed["changed"]["signed"] == "broken"


def test_who_may_replace_a_file(surveyed: dict[str, Surveyed]) -> None:
    assert surveyed["good"]["unsafe"] is True
    assert surveyed["version"]["unsafe"] is False


def test_both_views_of_the_registry_are_read(wine: Wine) -> None:
    told = json.loads(wine.run(HERE / "tell_lists.py"))
    assert told["programs"] == [["SafeSign Invento 32x", 32], ["SafeSign Invento 64x", 64]]
    assert set(told["cards"]) == {"a3lab (invento64.dll)", "a3lab (invento32.dll)"}


def test_a_start_that_never_ends_is_waited_for_and_no_longer(
    wine: Wine, built: dict[str, Path]
) -> None:
    (told,) = wine.survey([built[modules.HANGS]], SHORT).values()
    assert told["faults"] == [["hung", "load", ""]]
