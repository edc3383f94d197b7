"""The driver (PKCS#11 module), broken one by one before OpenSC and a healthy card."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.apdu import Sw
from tests.lab.card import STARSIGN_ATR
from tests.lab.pcscd import Pcscd
from tests.lab.piv import SELECT
from tests.scenarios.parts import CARD_PIN, OPENSC, WRONG_PIN, new_card, profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.lab.wizard import Run
    from tests.scenarios.parts import Limits
    from tests.scenarios.table import Table

START_SECONDS: Final = 3.0
CALL_SECONDS: Final = 2.0
SURVEY: Final = ("C_Initialize", "C_GetInfo", "C_GetSlotList", "C_GetSlotInfo", "C_GetTokenInfo")
"""The calls of the first look at a module, after its loading."""
READING: Final = ("C_OpenSession", "C_FindObjects")
"""The calls that read a token's objects."""
EXITS: Final = {"segv": "signal 11", "abort": "signal 6", "exit": "exit 3"}


@pytest.fixture(scope="module")
def inserted(lab: Laboratory, pcscd: Pcscd) -> Iterator[Card]:
    """Put a healthy card into the reader for the whole module."""
    with new_card(lab).inserted(pcscd) as card:
        yield card


class Desk:
    """A computer with a healthy card, on which modules are tried."""

    def __init__(self, lab: Laboratory, pcscd: Pcscd, card: Card, tmp: Path) -> None:
        self.card = card
        self._lab, self._pcscd, self._tmp = lab, pcscd, tmp

    def build(self, name: str) -> Path:
        """Return the module `name` of `faulty.NAMES` before OpenSC."""
        return faulty.build(name, self._tmp, behind=OPENSC)

    def run(self, *modules: Path, pin: str = WRONG_PIN) -> Run:
        """Diagnose with these modules; no PIN may reach the card unless it is the right one."""
        before = self.card.verifies
        limits: Limits = {"driver_start": START_SECONDS, "driver_call": CALL_SECONDS}
        known = profile(self._lab, *modules, **limits)
        run = wizard.run(known, self._tmp / "home", self._pcscd.environment, pin=pin)
        assert self.card.verifies - before == (1 if pin == CARD_PIN else 0)
        return run


@pytest.fixture
def desk(lab: Laboratory, pcscd: Pcscd, inserted: Card, tmp_path: Path) -> Desk:
    """Return the computer of this test."""
    return Desk(lab, pcscd, inserted, tmp_path)


def test_a_driver_that_works(desk: Desk, table: Table) -> None:
    run = desk.run(OPENSC, pin=CARD_PIN)
    evidence = table.beside(run, "driver.working", "OpenSC with a card that it knows")["evidence"]
    assert (evidence["module"], evidence["module_company"]) == (str(OPENSC), "OpenSC Project")


def test_no_driver(desk: Desk, table: Table) -> None:
    run = desk.run(desk.build("dangling"))
    table.cause(run, "driver.absent", "the only module is a dangling link")


@pytest.mark.parametrize(
    ("name", "code", "evidence", "part"),
    [
        ("elf32", "driver.wrong_architecture", {"found": "x86 32"}, "a 32-bit module"),
        ("aarch64", "driver.wrong_architecture", {"found": "ARM 64"}, "a module for ARM"),
        ("truncated", "driver.not_a_library", {}, "a module cut to a third"),
        ("empty", "driver.not_a_library", {}, "an empty file as module"),
        ("text", "driver.not_a_library", {}, "a script as module"),
        ("missing-library", "driver.missing_dependency", {}, "a library it is linked with"),
        ("missing-symbol", "driver.missing_dependency", {}, "a symbol it needs"),
        ("no-function-list", "driver.not_pkcs11", {}, "a library without C_GetFunctionList"),
        ("error-C_Initialize", "driver.refused", {"ckr": "CKR_GENERAL_ERROR"}, "C_Initialize"),
        (
            "vendor-C_GetTokenInfo",
            "driver.refused",
            {"call": "C_GetTokenInfo", "ckr": "CKR_VENDOR_0x80000001"},
            "C_GetTokenInfo",
        ),
        ("null-list", "driver.refused", {"call": "C_GetFunctionList"}, "a null function list"),
        ("refuses", "driver.refused", {"ckr": "CKR_GENERAL_ERROR"}, "every call refused"),
        ("objects-endless", "driver.refused", {"ckr": "ABSURD_COUNT"}, "objects without end"),
        ("closes-all", "driver.crashed", {"call": "C_Initialize"}, "closes every descriptor"),
        ("garbage", "driver.crashed", {"exit": "garbage"}, "writes into every descriptor"),
        ("forks", "driver.crashed", {"exit": "signal 6"}, "abort() with a helper left behind"),
        ("changes", "token.removed", {"call": "C_GetTokenInfo"}, "another token before the login"),
        ("final-later", "pin.refused_last_try", {"reason": "flag"}, "flags the last try late"),
    ],
)
def test_a_broken_module(
    name: str, code: str, evidence: dict[str, Any], part: str, desk: Desk, table: Table
) -> None:
    module = desk.build(name)
    finding = table.cause(desk.run(module), code, f"module: {part}")
    known = {"module": str(module)} if "module" in finding["evidence"] else {}
    assert finding["evidence"].items() >= {**known, **evidence}.items()


@pytest.mark.parametrize(
    ("call", "end"),
    [*((call, "segv") for call in ("load", *SURVEY)), ("load", "exit"), ("C_Initialize", "abort")],
)
def test_a_module_that_crashes(call: str, end: str, desk: Desk, table: Table) -> None:
    module = desk.build(f"{end}-{call}")
    finding = table.cause(desk.run(module), "driver.crashed", f"module: {end} in {call}")
    assert finding["evidence"] == {"module": str(module), "call": call, "exit": EXITS[end]}


@pytest.mark.parametrize("call", READING)
def test_a_module_that_crashes_while_it_is_read(call: str, desk: Desk, table: Table) -> None:
    run = desk.run(desk.build(f"segv-{call}"))
    finding = table.cause(run, "any.driver_died", f"module: segv in {call}")
    assert (finding["evidence"]["call"], finding["evidence"]["exit"]) == (call, "signal 11")


@pytest.mark.parametrize("call", ["load", *SURVEY])
def test_a_module_that_hangs(call: str, desk: Desk, table: Table) -> None:
    module = desk.build(f"hang-{call}")
    finding = table.cause(desk.run(module), "driver.hung", f"module: hangs in {call}")
    seconds = START_SECONDS if call in {"load", "C_Initialize"} else CALL_SECONDS
    known = {"module": str(module), "call": call}
    assert finding["evidence"].items() >= known.items()
    # The start of the process has its share of the same deadline.
    assert 1 <= finding["evidence"]["seconds"] <= seconds


@pytest.mark.parametrize("call", READING)
def test_a_module_that_hangs_while_it_is_read(call: str, desk: Desk, table: Table) -> None:
    run = desk.run(desk.build(f"hang-{call}"))
    finding = table.cause(run, "any.timeout", f"module: hangs in {call}")
    assert finding["evidence"]["call"] == call
    assert finding["evidence"]["seconds"] == pytest.approx(CALL_SECONDS, abs=0.5)


@pytest.mark.parametrize(
    ("name", "code"), [("segv-C_Finalize", "driver.crashed"), ("hang-C_Finalize", "driver.hung")]
)
def test_a_module_that_breaks_at_its_end_has_served(
    name: str, code: str, desk: Desk, table: Table
) -> None:
    run = desk.run(desk.build(name), pin=CARD_PIN)
    finding = table.beside(run, code, f"module: {name}")
    assert (finding["lowered"], finding["status"]) == (True, "warning")


@pytest.mark.parametrize(
    ("name", "code"), [("segv-C_Finalize", "driver.crashed"), ("hang-C_Finalize", "driver.hung")]
)
def test_a_module_that_breaks_at_its_end_with_no_token_in_it(
    name: str, code: str, lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    """Without a token its process ends in the survey already: that hides no later check."""
    module = faulty.build(name, tmp_path, behind=OPENSC)
    known = profile(lab, module, driver_call=CALL_SECONDS)
    nowhere = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none.comm")}
    run = wizard.run(known, home, nowhere, "--so", "token")
    assert (run.status, run.cause) == (1, "token.absent")
    assert run.finding("token.absent")["evidence"]["modules"] == [str(module)]
    assert run.finding(code)["status"] == "warning"


@pytest.mark.parametrize("name", ["segv-load", "hang-C_Initialize", "text", "missing-library"])
def test_a_broken_module_beside_a_good_one(name: str, desk: Desk) -> None:
    run = desk.run(desk.build(name), OPENSC, pin=CARD_PIN)
    assert (run.status, run.cause) == (0, None)


def test_a_module_that_does_not_know_the_card(
    lab: Laboratory, home: Path, table: Table, folder: Path
) -> None:
    card = new_card(lab, atr=STARSIGN_ATR)
    card.status_for(SELECT, Sw.NOT_FOUND, questions=True)
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
        finding = table.cause(run, "driver.wrong_for_card", "card unknown to OpenSC")
        assert finding["evidence"]["reader"] == pcscd.name()
    assert finding["evidence"]["modules"] == [str(OPENSC)]
    assert finding["evidence"]["needed"].startswith("SafeSign Standard (")
    assert card.verifies == 0


def test_two_makers_modules_for_one_token(desk: Desk, tmp_path: Path, table: Table) -> None:
    rebranded = tmp_path / "rebranded.so"
    rebranded.write_bytes(OPENSC.read_bytes().replace(b"OpenSC Project", b"Outra Empresa "))
    run = desk.run(OPENSC, rebranded, pin=CARD_PIN)
    finding = table.beside(run, "driver.several", "OpenSC and another maker's copy of it")
    assert finding["evidence"]["modules"] == [str(OPENSC), str(rebranded)]


def test_a_module_that_anybody_may_replace(desk: Desk, tmp_path: Path, table: Table) -> None:
    loose = tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    module = loose / OPENSC.name
    shutil.copyfile(OPENSC, module)
    run = desk.run(module, pin=CARD_PIN)
    finding = table.beside(run, "driver.unsafe_location", "module in a folder open to everybody")
    assert finding["evidence"]["module"] == str(module)
