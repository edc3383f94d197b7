"""Does a broken driver harm the diagnosis of a token that another one serves?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import faulty, wizard
from tests.lab.softhsm import MODULE, PIN, SoftHsm, Token
from tests.scenarios.parts import profile
from tests.scenarios.safe_parts import broken, valid

from a3check.probes.module import MOST_SLOTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

HANG_SECONDS: Final = 4.0
MARGIN_SECONDS: Final = 4.0
"""Start of a dozen processes and the rest of the run, on a machine that does much else."""
RATIO: Final = 5.0
"""How much longer twelve modules that break at once may take than the good one alone."""
AT_ONCE: Final = {
    "segv-load": "driver.crashed",
    "abort-C_Initialize": "driver.crashed",
    "exit-C_GetInfo": "driver.crashed",
    "segv-C_GetSlotList": "driver.crashed",
    "segv-C_GetTokenInfo": "driver.crashed",
    "error-C_Initialize": "driver.refused",
    "vendor-C_GetTokenInfo": "driver.refused",
    "no-function-list": "driver.not_pkcs11",
    "missing-library": "driver.missing_dependency",
    "missing-symbol": "driver.missing_dependency",
    "truncated": "driver.not_a_library",
    "elf32": "driver.wrong_architecture",
}
"""Twelve modules that break at once, and the code of each."""
HANGING: Final = {
    "hang-load": "driver.hung",
    "hang-C_Initialize": "driver.hung",
    "hang-C_GetInfo": "driver.hung",
    "hang-C_GetSlotList": "driver.hung",
    "hang-C_GetSlotInfo": "driver.hung",
    "hang-C_GetTokenInfo": "driver.hung",
    "segv-load": "driver.crashed",
    "exit-C_Initialize": "driver.crashed",
    "uninitialized-C_GetTokenInfo": "driver.refused",
    "no-function-list": "driver.not_pkcs11",
    "empty": "driver.not_a_library",
    "aarch64": "driver.wrong_architecture",
}
"""Twelve of which six hang."""


def beside(
    lab: Laboratory,
    folder: Path,
    *names: str,
    **limits: Any,  # noqa: ANN401 - seconds, handed on
) -> Path:
    """Return a profile with these modules and, last, SoftHSM."""
    folder.mkdir()
    return profile(lab, *(faulty.build(name, folder) for name in names), MODULE, **limits)


def told(run: wizard.Run) -> dict[str, set[str]]:
    """Return the driver check's codes by the name of the module."""
    found: dict[str, set[str]] = {}
    for finding in run.check("driver")["findings"]:
        module = finding["evidence"].get("module")
        if module:
            name = module.rpartition("/")[2].removesuffix(".so")
            found.setdefault(name, set()).add(finding["code"])
    return found


@pytest.mark.parametrize("twelve", [AT_ONCE, HANGING], ids=["no hang", "six hang"])
def test_twelve_faulty_drivers_do_no_harm(
    twelve: dict[str, str], lab: Laboratory, home: Path, tmp_path: Path, table: Table, token: Token
) -> None:
    limits = {"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS}
    known = beside(lab, tmp_path / "m", *twelve, **limits)
    begun = time.monotonic()
    healthy = wizard.run(profile(lab, MODULE), home, token.home.environment, pin=PIN)
    between = time.monotonic()
    run = wizard.run(known, home, token.home.environment, pin=PIN)
    alone, together = between - begun, time.monotonic() - between
    assert (healthy.status, healthy.cause) == (0, None), healthy.errors
    seen = told(run)
    for name, code in twelve.items():
        assert code in seen[name], (name, seen)
        table.beside(run, code, f"module {name} beside a good one")
    assert all(f["lowered"] or f["status"] == "passed" for f in run.check("driver")["findings"])
    if twelve is AT_ONCE:
        assert together < RATIO * alone
    else:
        assert HANG_SECONDS <= together < alone + HANG_SECONDS + MARGIN_SECONDS


@pytest.mark.parametrize("name", faulty.RUDE)
def test_rude_drivers_do_no_harm(
    name: str, lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    """One that shouts, moves, closes or lies, beside a good one: the report is unharmed."""
    limits = {"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS}
    known = beside(lab, tmp_path / "m", name, **limits)
    digest = lab.pki.leaf("ecpf").sha256
    run = wizard.run(known, home, token.home.environment, "--certificado", digest, pin=PIN)
    valid(run.output)
    assert (run.status, run.cause) == (0, None), run.errors
    assert "vendor debug" not in run.output


@pytest.mark.parametrize("name", ["noisy", "chdir", "signals", "closes", "garbage-labels"])
def test_a_rude_driver_serves_its_own_token(
    name: str, lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    _, known = broken(lab, tmp_path / "m", name)
    run = wizard.run(known, home, token.home.environment, pin=PIN)
    valid(run.output)
    assert (run.status, run.cause) == (0, None), run.errors


def test_two_hundred_slots(lab: Laboratory, home: Path, tmp_path: Path, hsm: SoftHsm) -> None:
    (tmp_path / "m").mkdir()
    module = faulty.build("slots-200", tmp_path / "m")
    run = wizard.run(profile(lab, module), home, hsm.environment)
    valid(run.output)
    assert run.codes("driver") == ["driver.working"]
    assert run.codes("token") == ["token.ready"] * MOST_SLOTS
    assert run.codes("certificate") == ["certificate.unreadable"]
