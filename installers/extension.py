"""PyKCS11 for Windows, compiled without Microsoft's C++ runtime (docs/decisions/0025)."""

import shutil
import sysconfig
import tarfile
from pathlib import Path
from typing import Any

from installers import fetch, swig, tools

_STABLE = "0x030B0000"
"""The stable ABI of Python 3.11: one file for every later Python, linked with python3.dll."""
_SOURCES = ("ck_attribute_smart", "pkcs11lib", "pykcs11string", "utility", "pykcs11")
_FLAGS = (
    "-O2",
    "-std=c++20",
    "-DWIN32",
    "-D_WIN32_WINNT=0x0A00",
    f"-DPy_LIMITED_API={_STABLE}",
    # Else `using namespace std` comes before Windows' own `byte`, and the two collide.
    "-include",
    "windows.h",
    "-fno-ident",
)
# The same bytes each time: no moment, and no address made of the file's path. It is moved anyway.
_LINK = (
    "--no-insert-timestamp",
    "--image-base,0x180000000",
    "--dynamicbase",
    "--high-entropy-va",
    "--nxcompat",
)
# What Python's headers ask of pyconfig.h on 64-bit Windows within the stable ABI.
_CONFIG = """\
#define MS_WIN64
#define MS_WIN32
#define MS_WINDOWS
#define NT_THREADS
#define HAVE_DECLSPEC_DLL
#define Py_ENABLE_SHARED
#define SIZEOF_SHORT 2
#define SIZEOF_INT 4
#define SIZEOF_LONG 4
#define SIZEOF_LONG_LONG 8
#define SIZEOF_VOID_P 8
#define SIZEOF_SIZE_T 8
#define SIZEOF_WCHAR_T 2
#define SIZEOF_TIME_T 8
#define SIZEOF_OFF_T 4
#define SIZEOF_FPOS_T 8
#define SIZEOF_PID_T 4
#define ALIGNOF_SIZE_T 8
#define ALIGNOF_MAX_ALIGN_T 8
#define HAVE_STDDEF_H 1
#define HAVE_WCHAR_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_STDARG_PROTOTYPES
"""


def build(inputs: dict[str, Any], stable_dll: Path, cache: Path, work: Path, target: Path) -> None:
    """Put the package ``PyKCS11`` into ``target``, linked with ``stable_dll`` (python3.dll)."""
    work.mkdir(parents=True)
    with tarfile.open(fetch.pinned(inputs["pykcs11"], cache)) as sdist:
        sdist.extractall(work)
    source = work / inputs["pykcs11"]["file"].removesuffix(".tar.gz") / "src"
    package = target / "PyKCS11"
    shutil.copytree(source / "PyKCS11", package)
    wrapped = swig.wrap(inputs["swig"], cache, work, source / "pykcs11.i", package, "-c++")
    headers = _headers(work / "include")
    objects = [
        _compile(file, headers, source, work)
        for file in (
            *(source / f"{name}.cpp" for name in _SOURCES),
            wrapped,
            source / "dyn_win32.c",
        )
    ]
    # Static: libstdc++, libgcc and winpthread are inside (GPL with the runtime exception; MIT).
    link = [tools.mingw("g++"), "-shared", "-static", "-s", f"-Wl,{','.join(_LINK)}"]
    made = package / "_LowLevel.pyd"
    tools.run([*link, "-o", str(made), *map(str, objects), str(stable_dll)])


def _headers(folder: Path) -> Path:
    """Copy this Python's headers: within the stable ABI they say the same on every system."""
    shutil.copytree(sysconfig.get_path("include"), folder)
    (folder / "pyconfig.h").write_text(_CONFIG, "ascii")
    return folder


def _compile(file: Path, headers: Path, source: Path, work: Path) -> Path:
    made = work / f"{file.stem}.o"
    compiler, flags = ("g++", _FLAGS) if file.suffix == ".cpp" else ("gcc", ("-O2", "-DWIN32"))
    folders = [f"-I{headers}", f"-I{source}"]
    # Paths of this build are in no file: two folders give the same bytes.
    same = [f"-ffile-prefix-map={work}=."]
    tools.run([tools.mingw(compiler), *flags, *same, *folders, "-c", str(file), "-o", str(made)])
    return made
