"""Windows' setup: NSIS makes one file of an assembled folder."""

import hashlib
import os
import shutil
from pathlib import Path

from installers import banner, fetch, launcher, source, tools
from installers.assemble import Stage


def build(stage: Stage, work: Path, target: Path, *, fast: bool = False) -> Path:
    """Write ``NAME-setup.exe`` into ``target`` and return it; ``fast`` leaves it uncompressed."""
    work.mkdir(parents=True, exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    picture = work / "banner.bmp"
    banner.draw(picture)
    os.utime(picture, (source.moment(), source.moment()))  # NSIS packs it with its time
    (work / "files.nsh").write_text(_files(stage.folder), "utf-8-sig", newline="\n")
    name = work / f"{stage.name}-setup"
    defined = {
        "VERSION": stage.version,
        "NUMBERS": launcher.numbers(stage.version).replace(",", "."),
        "NAME": str(name),
        "WORK": str(work),
        "MARK": mark(stage),
    }
    options = [f"-D{key}={value}" for key, value in defined.items()] + ["-DFAST"] * fast
    script = launcher.WINDOWS / "a3check.nsi"
    command = [tools.find("makensis"), "-V2", "-WX", "-NOCD", "-INPUTCHARSET", "UTF8", *options]
    tools.run([*command, str(script)], cwd=script.parent, SOURCE_DATE_EPOCH=str(source.moment()))
    made = target / f"{name.name}.exe"
    # Whole, or not there at all: one that was cut short could be signed.
    shutil.move(work / made.name, made)
    return made


def mark(stage: Stage) -> str:
    """Return what the setup's properties say of its content: a sum of names and bytes."""
    told = hashlib.sha256()
    for path in sorted(path for path in stage.folder.rglob("*") if path.is_file()):
        name = path.relative_to(stage.folder).as_posix()
        told.update(f"{fetch.sha256(path)}  {name}\n".encode())
    return f"content sha256:{told.hexdigest()}"


def _files(folder: Path) -> str:
    """List what is packed, sorted: NSIS itself takes files as the disk gives them."""
    lines = []
    for place in sorted([folder, *(path for path in folder.rglob("*") if path.is_dir())]):
        inside = sorted(path for path in place.iterdir() if path.is_file())
        if inside:
            shown = str(place.relative_to(folder)).replace("/", "\\")
            lines.append("SetOutPath " + _quoted(f"$INSTDIR\\{shown}".removesuffix("\\.")))
            lines += [f"File {_quoted(str(path))}" for path in inside]
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    return f'"{text}"'
