"""Builds all that is shipped and says what came of it: ``make installers``."""

import argparse
import shutil
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from installers import assemble, deb, fetch, portable, sbom, setup, source, tools

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
    target = wanted.target.absolute()
    shutil.rmtree(target, ignore_errors=True)
    made: list[Path] = []
    if wanted.only != "linux":
        made += _windows(wanted, wanted.build.absolute(), target)
    if wanted.only != "windows":
        made += _linux(wanted.cas, wanted.build.absolute(), target)
    _sums(made, target)
    if wanted.cas is None:
        print("without ICP-Brasil's list of CAs (--cas): a3check atualizar brings it")


def _windows(wanted: argparse.Namespace, build: Path, target: Path) -> list[Path]:
    work = build / "windows"
    stage = _timed(
        "stage",
        lambda: (
            assemble.found(work)
            if wanted.keep_stage
            else assemble.assemble(work, build / "inputs", wanted.runtime, wanted.cas)
        ),
    )
    files, total = assemble.size(stage.folder)
    print(f"  {stage.version}: {files} files, {total / 1e6:.1f} MB installed")
    inputs = tomllib.loads((fetch.HERE / "inputs.toml").read_text("utf-8"))
    which = "laboratory" if stage.laboratory else "release"
    python = inputs["runtime"][which]["python"]
    return [
        _timed("setup", lambda: setup.build(stage, work / "setup", target, fast=wanted.fast)),
        _timed("portable", lambda: portable.build(stage, target)),
        _timed("sbom", lambda: sbom.build(stage, inputs, python, target)),
    ]


def _linux(cas: Path | None, build: Path, target: Path) -> list[Path]:
    package = _timed("deb", lambda: deb.build(build / "deb", target, cas))
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


def _sums(made: list[Path], target: Path) -> None:
    lines = [f"{fetch.sha256(path)}  {path.name}\n" for path in sorted(made)]
    (target / "SHA256SUMS").write_text("".join(lines), "utf-8", newline="\n")
    for line, path in zip(lines, sorted(made), strict=True):
        print(f"{path.stat().st_size / 1e6:6.1f} MB  {line}", end="")


if __name__ == "__main__":
    try:
        main()
    except (tools.MissingTool, fetch.WrongInput) as error:
        sys.exit(str(error))
