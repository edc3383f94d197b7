"""Builds all that is shipped and says what came of it: ``make installers``."""

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from installers import assemble, deb, fetch, portable, release, sbom, setup, source, sums, tools

_Made = TypeVar("_Made")


def main() -> None:
    """Build the setup, the portable ZIP, the .deb, wheel and sdist into one folder."""
    parser = argparse.ArgumentParser(prog="installers", description=__doc__)
    parser.add_argument("--build", type=Path, default=fetch.ROOT / "build")
    parser.add_argument("--target", type=Path, default=fetch.ROOT / "dist" / "installers")
    parser.add_argument("--runtime", type=Path, help="python.org's embeddable package (a release)")
    parser.add_argument("--cas", type=Path, help="a folder filled by a3check atualizar --pasta")
    parser.add_argument("--fast", action="store_true", help="an uncompressed setup, for tests")
    parser.add_argument("--keep-stage", action="store_true", help="the one that is there, signed")
    parser.add_argument("--only", choices=["windows", "linux"])
    wanted = parser.parse_args()
    kept = assemble.found(wanted.build.absolute() / "windows") if wanted.keep_stage else None
    _refuse(parser, wanted, kept)
    laboratory = kept.laboratory if kept else wanted.runtime is None
    target = wanted.target.absolute()
    shutil.rmtree(target, ignore_errors=True)
    made: list[Path] = []
    if wanted.only != "linux":
        made += _windows(wanted, kept, target)
    if wanted.only != "windows":
        made += _linux(wanted, target, laboratory=laboratory)
    sums.write(made, target)
    if not (kept.ca_list if kept else wanted.cas):
        print("without ICP-Brasil's list of CAs (--cas): a3check atualizar brings it")


def _refuse(
    parser: argparse.ArgumentParser, wanted: argparse.Namespace, kept: assemble.Stage | None
) -> None:
    """Refuse at once what would be found out minutes later."""
    if kept and wanted.runtime is not None:
        parser.error("--keep-stage keeps the Python that is in it: not with --runtime")
    if kept and wanted.only == "linux":
        parser.error("--keep-stage is for Windows")
    if kept and wanted.only is None and kept.ca_list != (wanted.cas is not None):
        parser.error("the .deb would differ from the stage: --cas as it was given for that one")
    if wanted.cas is not None:
        release.check_list(wanted.cas)
    if wanted.runtime is not None or (kept and not kept.laboratory and wanted.only is None):
        release.check(fetch.inputs(), wanted.cas)


def _windows(wanted: argparse.Namespace, kept: assemble.Stage | None, target: Path) -> list[Path]:
    build = wanted.build.absolute()
    work = build / "windows"
    stage = kept or _timed(
        "stage", lambda: assemble.assemble(work, build / "inputs", wanted.runtime, wanted.cas)
    )
    files, total = assemble.size(stage.folder)
    print(f"  {stage.version}: {files} files, {total / 1e6:.1f} MB installed")
    inputs = fetch.inputs()
    which = "laboratory" if stage.laboratory else "release"
    python = inputs["runtime"][which]["python"]
    return [
        _timed("setup", lambda: setup.build(stage, work / "setup", target, fast=wanted.fast)),
        _timed("portable", lambda: portable.build(stage, target)),
        _timed("sbom", lambda: sbom.build(stage, inputs, python, target)),
    ]


def _linux(wanted: argparse.Namespace, target: Path, *, laboratory: bool) -> list[Path]:
    work, cache = wanted.build.absolute() / "deb", wanted.build.absolute() / "inputs"
    package = _timed(
        "deb", lambda: deb.build(work, cache, target, wanted.cas, laboratory=laboratory)
    )
    return [package, *_timed("wheel", lambda: _wheel(target))]


def _wheel(target: Path) -> list[Path]:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    tools.run(command, cwd=fetch.ROOT, SOURCE_DATE_EPOCH=str(source.moment()))
    return [next(target.glob("*.whl")), next(target.glob("*.tar.gz"))]


def _timed(name: str, build: Callable[[], _Made]) -> _Made:
    begin = time.monotonic()
    made = build()
    print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return made


if __name__ == "__main__":
    try:
        main()
    except (tools.MissingTool, fetch.WrongInput, release.NotFilledIn) as error:
        sys.exit(str(error))
