"""Installs, runs, updates and removes the shipped program under Wine: ``make wine``."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from installers import assemble, fetch, portable, setup
from installers.smoke import softhsm
from installers.smoke.diagnosing import Diagnosing
from installers.smoke.installing import Installing, Setups
from installers.smoke.pages import Pages
from installers.smoke.program import Program
from installers.smoke.receiving import Receiving
from installers.smoke.starting import Starting
from installers.smoke.steps import Steps
from installers.smoke.using import Using
from installers.smoke.wine import Wine


def main() -> int:
    """Take every step and say how many passed; the pictures lie in ``dist/wine``."""
    parser = argparse.ArgumentParser(prog="installers.smoke", description=__doc__)
    parser.add_argument("--build", type=Path, default=fetch.ROOT / "build")
    parser.add_argument("--pictures", type=Path, default=fetch.ROOT / "dist" / "wine")
    parser.add_argument("--token", action="store_true", help="compile SoftHSM's DLL, too (3 min)")
    parser.add_argument("--keep-stage", action="store_true", help="the one that is there")
    wanted = parser.parse_args()
    build, pictures = wanted.build.absolute(), wanted.pictures.absolute()
    work = build / "windows"
    stage = (
        assemble.found(work) if wanted.keep_stage else assemble.assemble(work, build / "inputs")
    )
    driver = softhsm.library(build / "softhsm") if wanted.token else None
    made = build / "wine-setups"
    setups = _setups(stage, made)
    copy = portable.build(stage, made)
    steps = Steps()
    with Wine(build / "wine-smoke") as wine:
        installing = Installing(wine, setups, pictures)
        Using(wine, copy, work / "runtime").take(steps)
        installing.begin(steps)
        print("not tested: readers and cards; PC/SC does not work under Wine 8")
        if driver is None:
            print("left out: the diagnosis with a token (no --token)")
        else:
            program = Program(wine, installing.home)
            Diagnosing(program, work / "runtime", driver).take(steps)
        Starting(wine, installing.home, work).take(steps)
        installing.take(steps)
        Pages(installing).take(steps)
        Receiving(installing).take(steps)
    print(f"{steps.passed} passed, {len(steps.failed)} failed")
    return 1 if steps.failed else 0


def _setups(stage: assemble.Stage, target: Path) -> Setups:
    """Make this version's setup and the next one's, uncompressed: the same files in both."""
    work = target / "work"
    base, plus, mark = stage.version.partition("+")
    head, dot, patch = base.rpartition(".")
    later = replace(stage, version=f"{head}{dot}{int(patch) + 1}{plus}{mark}")
    return Setups(
        setup.build(stage, work, target, fast=True),
        setup.build(later, work, target, fast=True),
        stage.folder,
        later.version,
    )


if __name__ == "__main__":
    sys.exit(main())
