"""The compiled parts of Debian's package, for every Python that it names."""

import hashlib
import re
import shutil
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from installers import fetch, swig, tools

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Debian 12 has the first, Debian 13 the third; each finds its own."""
_BY_VERSION = ("cffi", "pykcs11")
"""Whose wheels hold code for one Python each. The others' is for the stable ABI."""
_STABLE = "0x030B0000"
_SOURCES = ("helpers.c", "winscarddll.c")
_FLAGS = (
    "-O2",
    "-g0",
    "-fPIC",
    "-fstack-protector-strong",
    "-D_FORTIFY_SOURCE=2",
    f"-DPy_LIMITED_API={_STABLE}",
    # The limited headers bring neither C's own nor this macro, which is a function there.
    "-DPyUnicode_GET_LENGTH=PyUnicode_GetLength",
    *("-include", "stdio.h", "-include", "stdlib.h", "-include", "string.h"),
    "-DPCSCLITE=1",
    "-I/usr/include/PCSC",
    "-Werror=implicit-function-declaration",
)


def add(inputs: dict[str, Any], cache: Path, work: Path, library: Path) -> None:
    """Put the compiled parts of cffi, PyKCS11 and pyscard into ``library``."""
    for wheel in _wheels(cache):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".so"):
                    archive.extract(name, library)
    _pyscard(inputs, cache, work, library / "smartcard" / "scard")


def locked(text: str) -> list[str]:
    """Return the entries of requirements.lock for what is compiled for one Python each."""
    return re.findall(rf"^(?:{'|'.join(_BY_VERSION)})==(?:.*\\\n)*.*\n", text, re.MULTILINE)


def _wheels(cache: Path) -> list[Path]:
    """Return the wheels of each Python, brought where they are missing; each is a pinned one."""
    entries = "".join(locked((fetch.ROOT / "requirements.lock").read_text("utf-8")))
    named = hashlib.sha256(" ".join((entries, *PYTHONS)).encode()).hexdigest()
    folder = cache / f"linux-{named[:16]}"
    if not folder.exists():
        fresh = cache / "linux.part"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        (fresh / "lock").write_text(entries, "utf-8")
        for python in PYTHONS:
            fetch.linux_wheels(python, fresh / "lock", fresh)
        fresh.rename(folder)
    found = sorted(folder.glob("*.whl"))
    for wheel in found:
        if f"sha256:{fetch.sha256(wheel)}" not in entries:
            raise fetch.WrongInput(f"{wheel}: its SHA-256 is not in requirements.lock")
    return found


def _pyscard(inputs: dict[str, Any], cache: Path, work: Path, package: Path) -> None:
    """Compile pyscard, which has no wheel for Linux, once for all Pythons (the stable ABI)."""
    work.mkdir(parents=True)
    with tarfile.open(fetch.pinned(inputs["pyscard"], cache)) as sdist:
        sdist.extractall(work)
    name = inputs["pyscard"]["file"].removesuffix(".tar.gz")
    source = work / name / "src" / "smartcard" / "scard"
    wrapped = swig.wrap(inputs["swig"], cache, work, source / "scard.i", package, "-DPCSCLITE")
    version = name.rpartition("-")[2]
    said = ["-DVER_PRODUCTVERSION=0", f'-DVER_PRODUCTVERSION_STR="{version}"']
    headers = [f"-I{sysconfig.get_path('include')}", f"-I{source}", f"-ffile-prefix-map={work}=."]
    files = [str(source / file) for file in _SOURCES] + [str(wrapped)]
    command = [tools.find("gcc"), *_FLAGS, *said, *headers, "-shared", "-s", "-Wl,-z,relro,-z,now"]
    tools.run([*command, "-o", str(package / "_scard.abi3.so"), *files, "-ldl"])
    shutil.rmtree(work)
