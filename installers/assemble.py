"""Puts together the folder that Windows' setup and the portable ZIP hold.

The same on Linux and Windows; twice the same commit gives twice the same bytes.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installers import bytecode, extension, fetch, launcher, licences, runtime, source

DESCRIPTION = Path("licencas", "montagem.json")
"""What an assembled folder says of itself; the setup knows its own folders by it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An assembled folder."""

    folder: Path
    version: str
    """``0.1.0``; a laboratory's ``0.1.0+laboratorio``."""
    laboratory: bool
    ca_list: bool
    """Whether ICP-Brasil's list of CAs is in it."""

    @property
    def name(self) -> str:
        """What the files made of it are called: ``a3check-0.1.0``."""
        return f"a3check-{self.version.replace('+', '-')}"


def assemble(work: Path, cache: Path, given: Path | None = None, cas: Path | None = None) -> Stage:
    """Assemble into ``work/stage``; ``work`` is emptied before.

    ``given`` is python.org's embeddable package for a release; without it the laboratory's is
    taken. ``cas`` is a folder that ``a3check atualizar --pasta`` filled.
    """
    shutil.rmtree(work, ignore_errors=True)
    inputs = fetch.inputs()
    python = _runtime(inputs, given, cache, work / "runtime")
    version = source.shown(laboratory=python.laboratory)
    folder = work / "stage"
    _copy_runtime(python, inputs["keep"]["runtime"], folder / "runtime")
    library = folder / "lib"
    fetch.wheels(python.minor, work / "wheels", cache)
    _copy_packages(work / "wheels", inputs, library)
    for name in inputs["cpp_runtime"]["files"]:
        given_by = work / "wheels" / inputs["cpp_runtime"]["package"]
        shutil.copyfile(given_by / name, folder / "runtime" / name)
    dll = python.folder / "python3.dll"
    extension.build(inputs, dll, cache, work / "pykcs11", library)
    source.copy(library / "a3check", version, cas)
    bytecode.compile_folder(library, python.folder, cache.parent / "wine")
    launcher.build(folder, version, work / "launcher")
    licences.collect(work, folder)
    stage = Stage(folder, version, python.laboratory, cas is not None)
    _describe(stage, python)
    _finish(folder)
    return stage


def found(work: Path) -> Stage:
    """Return what was assembled in ``work`` before: its programs may be signed by now.

    Raises :class:`fetch.WrongInput` where nothing was, or what was is of another version.
    """
    stage = read(work / "stage")
    if stage.version != (now := source.shown(laboratory=stage.laboratory)):
        raise fetch.WrongInput(f"{stage.folder} is {stage.version}, this is {now}: assemble anew")
    _finish(stage.folder)
    return stage


def read(folder: Path) -> Stage:
    """Return an assembled folder as it describes itself; raises :class:`fetch.WrongInput`."""
    try:
        facts = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        return Stage(folder, facts["version"], facts["laboratory"], facts["ca_list"])
    except (OSError, ValueError, KeyError):
        raise fetch.WrongInput(f"{folder}: nothing is assembled there") from None


def _runtime(
    inputs: dict[str, Any], given: Path | None, cache: Path, folder: Path
) -> runtime.Runtime:
    if given is None:
        return runtime.laboratory(inputs["runtime"]["laboratory"], cache, folder)
    return runtime.release(inputs["runtime"]["release"], given, inputs["keep"]["runtime"], folder)


def _copy_runtime(python: runtime.Runtime, names: list[str], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in names:
        shutil.copyfile(python.folder / name, folder / name)
    tag = python.minor.replace(".", "")
    # Nothing else is searched: no registry, no environment, no site.
    (folder / f"python{tag}._pth").write_text(f"python{tag}.zip\n.\n..\\lib\n", "ascii")


def _copy_packages(wheels: Path, inputs: dict[str, Any], library: Path) -> None:
    keep, drop = inputs["keep"], inputs["drop"]
    for place in sorted(wheels.iterdir()):
        if place.name in keep:
            _copy_named(place, keep[place.name], library / place.name)
        elif place.is_file():
            shutil.copyfile(place, library / place.name)
        elif place.suffix != ".dist-info" and place.name not in drop["folders"]:
            unwanted = [f"*{suffix}" for suffix in drop["suffixes"]] + drop["folders"]
            shutil.copytree(place, library / place.name, ignore=shutil.ignore_patterns(*unwanted))


def _copy_named(package: Path, patterns: list[str], target: Path) -> None:
    for pattern in patterns:
        found = sorted(package.glob(pattern))
        if not found:
            raise SystemExit(f"{package.name} has no {pattern}")
        for file in found:
            place = target / file.relative_to(package)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def _describe(stage: Stage, python: runtime.Runtime) -> None:
    facts = {
        "version": stage.version,
        "laboratory": stage.laboratory,
        "ca_list": stage.ca_list,
        "python": python.python,
    }
    text = json.dumps(facts, indent=2) + "\n"
    (stage.folder / DESCRIPTION).write_text(text, "utf-8", newline="\n")


def _finish(folder: Path) -> None:
    """Give all files and folders one time and one mode: the commit's, and what everybody reads."""
    moment = source.moment()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
            continue
        path.chmod(0o755 if path.is_dir() or path.suffix == ".exe" else 0o644)
        os.utime(path, (moment, moment))
    os.utime(folder, (moment, moment))


def size(folder: Path) -> tuple[int, int]:
    """Return how many files a folder holds, and their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)
