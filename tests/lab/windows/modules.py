"""PKCS#11 modules for Windows, compiled by mingw-w64: whole, broken, foreign, and far away."""

from __future__ import annotations

import shutil
import struct
import subprocess
from typing import TYPE_CHECKING, Final

from tests.lab.wine import HERE

if TYPE_CHECKING:
    from pathlib import Path

BROKEN: Final = (
    *("crash-load", "exit-load", "no-load", "beep-load"),
    *("crash-C_Initialize", "exit-C_Initialize"),
)
"""What module.c does by its file's name."""
HANGS: Final = "hang-load"
ABSENT: Final = "a3lab-absent.dll"
FAR: Final = "Usuários José プ"
"""A folder with an accent, a space and a letter that no code page of Brazil's has."""
_SECONDS: Final = 60.0
_VERSION: Final = """1 VERSIONINFO
FILEVERSION 4,7,0,3
{ BLOCK "StringFileInfo" { BLOCK "041604b0" {
  VALUE "CompanyName", "Laborat\\xf3rio"
  VALUE "FileVersion", "4.7.0.3"
  VALUE "ProductName", "Invento"
} } }
"""


def build(folder: Path) -> dict[str, Path]:
    """Make all of them below ``folder``; answer by name."""
    good, needing = folder / "good.dll", folder / "needing.dll"
    _compile(good, str(HERE / "module.c"), str(_resource(folder)))
    (folder / "absent.c").write_text("int needed(void) { return 1; }\n", "ascii")
    _compile(folder / ABSENT, str(folder / "absent.c"))
    _compile(needing, "-DNEEDS", str(HERE / "module.c"), str(folder / ABSENT))
    made = {"good": good, "needing": needing}
    for name in (*BROKEN, HANGS):
        made[name] = shutil.copyfile(good, folder / f"{name}.dll")
    for place, module in ((FAR, good), ("beside", needing), ("beside", folder / ABSENT)):
        (folder / place).mkdir(exist_ok=True)
        shutil.copyfile(module, folder / place / module.name)
    (folder / ABSENT).unlink()
    made["far"] = (folder / FAR / "good.dll").rename(folder / FAR / "far.dll")
    made["beside"] = (folder / "beside" / "needing.dll").rename(folder / "beside" / "beside.dll")
    made["odd"] = shutil.copyfile(good, folder / "odd-プ.dll")
    made["narrow"] = folder / "narrow.dll"
    made["narrow"].write_bytes(_narrow())
    return made


def changed(signed: Path, target: Path) -> Path:
    """Copy a signed library and change one byte of its code."""
    data = bytearray(signed.read_bytes())
    data[0x1000] ^= 0xFF
    target.write_bytes(data)
    return target


def _resource(folder: Path) -> Path:
    source, made = folder / "version.rc", folder / "version.o"
    source.write_text(_VERSION, "ascii")
    command = ["x86_64-w64-mingw32-windres", "-c", "1252", str(source), str(made)]
    subprocess.run(command, check=True, timeout=_SECONDS)
    return made


def _compile(target: Path, *sources: str) -> None:
    options = ["-shared", "-s", "-O1", "-Wall", "-Werror", "-Wno-cast-function-type"]
    command = ["x86_64-w64-mingw32-gcc", *options, "-o", str(target), *sources]
    subprocess.run(command, check=True, timeout=_SECONDS)


def _narrow() -> bytes:
    """Return the header of a 32-bit library: enough for any loader to refuse it."""
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    file = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x14C, 0, 0, 0, 0, 224, 0x2102)
    return head + file + struct.pack("<H", 0x10B).ljust(224, b"\0")
