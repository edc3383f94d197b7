"""PKCS#11 modules that are broken on purpose, in C and by damaged files.

`build("hang-C_Login", folder, behind=softhsm)` gives the path of a module that goes on to SoftHSM
in everything and never returns from C_Login.
"""

from __future__ import annotations

import atexit
import os
import shutil
import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

CALLS: Final = (
    "load",
    "C_Initialize",
    "C_GetInfo",
    "C_GetSlotList",
    "C_GetSlotInfo",
    "C_GetTokenInfo",
    "C_OpenSession",
    "C_FindObjects",
    "C_Login",
    "C_Sign",
    "C_Finalize",
)
"""Where a module may break."""

ENDS: Final = ("segv", "abort", "exit", "hang")
"""How: SIGSEGV, SIGABRT, exit(3), or never coming back."""

BROKEN: Final = tuple(f"{end}-{call}" for call in CALLS for end in ENDS)
"""Those of which one call never returns: `segv-C_Login`."""

ERRORS: Final = tuple(
    f"{kind}-{call}"
    for kind in ("error", "vendor", "uninitialized")
    for call in ("C_Initialize", "C_GetSlotInfo", "C_GetTokenInfo", "C_Login")
)
"""One call answers CKR_GENERAL_ERROR, 0x80000001 or CKR_CRYPTOKI_NOT_INITIALIZED."""

RUDE: Final = (
    "good",  # nothing is wrong
    "noisy",  # 300 KiB on standard output
    "chdir",
    "signals",  # all ignored
    "closes",  # descriptors 0 to 1023
    "closes-all",  # every descriptor
    "garbage",  # written to every descriptor
    "forks",  # a helper that outlives it, holding its descriptors; then abort()
    "slow",  # 0.3 s a call
    "slow-800",  # 0.8 s a call
    "refuses",  # CKR_GENERAL_ERROR to everything
    "garbage-labels",
    "slots-200",
    "slots-absurd",
    "mechanisms-absurd",
    "objects-endless",
    "objects-absurd",
    "value-absurd",
    "second-slot",  # two slots: the second hangs at C_GetTokenInfo
    "final-later",  # the last try is left from the second look on
    "changes",  # another token from the second look on
    "context",  # accepts the user's PIN, refuses it for the key
    "keypad",  # its reader has keys of its own: notes whether a PIN came, and accepts
    "null-list",
)
"""Those that behave badly without ending their process (or not at once)."""

FILES: Final = (
    "no-function-list",
    "missing-symbol",
    "missing-library",
    "elf32",
    "aarch64",
    "truncated",
    "empty",
    "text",
    "dangling",
)
"""Files that are no module for this computer, or none at all."""

NAMES: Final = (*BROKEN, *ERRORS, *RUDE, *FILES)

_SOURCE: Final = Path(__file__).with_name("module.c")
_COMPILE_SECONDS: Final = 60.0
_EM_386, _EM_AARCH64 = 3, 183


def build(name: str, folder: Path, *, behind: Path | None = None) -> Path:
    """Put the module `name` (one of `NAMES`) into `folder` and return its absolute path.

    With `behind` it passes every call on to that module, and breaks only what its name says.
    """
    if name not in NAMES:
        raise ValueError(name)
    module = folder.resolve() / f"{name}.so"
    content = _damaged(name)
    if name == "dangling":
        module.symlink_to(folder / "nothing.so")
    elif content is not None:
        module.write_bytes(content)
    else:
        shutil.copyfile(_compiled(_flags(name)), module)
    if behind is not None:
        Path(f"{module}.behind").write_text(str(behind))
    return module


def calls(module: Path) -> list[str]:
    """Return what reached a module: `user` and `context` (logins), `hang`, `finalize`."""
    noted = Path(f"{module}.calls")
    return noted.read_text().split() if noted.exists() else []


def _damaged(name: str) -> bytes | None:
    whole = _compiled(()).read_bytes()
    match name:
        case "elf32":
            return _elf32()
        case "aarch64":
            return whole[:18] + struct.pack("<H", _EM_AARCH64) + whole[20:]
        case "truncated":
            return whole[: len(whole) // 3]
        case "empty":
            return b""
        case "text":
            return b"#!/bin/sh\necho 'this is no library'\n"
        case _:
            return None


def _elf32() -> bytes:
    """Return the header of a 32-bit library: enough for any loader to refuse it."""
    identity = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    header = struct.pack("<HHIIIIIHHHHHH", 3, _EM_386, 1, 0, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    segment = struct.pack("<IIIIIIII", 1, 0, 0, 0, 84, 84, 5, 0x1000)
    return identity + header + segment


def _flags(name: str) -> tuple[str, ...]:
    match name:
        case "no-function-list":
            return ("-DHIDDEN", "-Wno-unused-function")
        case "missing-symbol":
            return ("-DMISSING_SYMBOL",)
        case "missing-library":
            return ("-Wl,--no-as-needed", f"-L{_library_folder()}", "-l:liba3lab-absent.so.1")
        case _:
            return ()


@cache
def _library_folder() -> Path:
    """Make a library that modules are linked with, and that no loader will find."""
    folder = _cache() / "absent"
    folder.mkdir(exist_ok=True)
    library = folder / "liba3lab-absent.so.1"
    _gcc(["-x", "c", os.devnull, f"-Wl,-soname,{library.name}"], library)
    return folder


@cache
def _compiled(flags: tuple[str, ...]) -> Path:
    target = _cache() / f"module{abs(hash(flags))}.so"
    _gcc([str(_SOURCE), *flags, "-ldl"], target)
    return target


def _gcc(arguments: list[str], target: Path) -> None:
    options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    unchecked = ["-Wno-cast-function-type"]
    subprocess.run(
        ["gcc", *options, *unchecked, "-o", str(target), *arguments],
        check=True,
        timeout=_COMPILE_SECONDS,
    )


@cache
def _cache() -> Path:
    """Return a folder for this process's builds (0.3 s each, five at most)."""
    folder = Path(tempfile.mkdtemp(prefix="a3check-faulty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
