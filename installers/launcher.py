"""The two programs that start a3check on Windows: ``a3check.exe`` and ``a3check-janela.exe``."""

import re
import shutil
from pathlib import Path

from installers import fetch, tools

WINDOWS = fetch.HERE / "windows"
CONSOLE, WINDOW = "a3check", "a3check-janela"
"""What a person types in the program's folder is the console's; the shortcut opens the other."""
_PRERELEASE = "VS_FF_PRERELEASE"


def build(folder: Path, version: str, work: Path) -> None:
    """Put both into the stage ``folder``, which has its ``runtime`` already."""
    work.mkdir(parents=True)
    (dll,) = (path.name for path in (folder / "runtime").glob("python3[0-9]*.dll"))
    for name, console in ((CONSOLE, True), (WINDOW, False)):
        resources = _resources(name, version, console=console, work=work)
        _link(folder / f"{name}.exe", resources, dll, console=console)


def numbers(version: str) -> str:
    """Return a version as Windows counts: ``0,1,0,0``."""
    parts = [*re.findall(r"\d+", version.partition("+")[0]), "0", "0", "0", "0"]
    return ",".join(parts[:4])


def _resources(name: str, version: str, *, console: bool, work: Path) -> Path:
    """Compile icon, manifest and version of one program."""
    for file in ("a3check.rc", "a3check.manifest", "a3check.ico"):
        shutil.copyfile(WINDOWS / file, work / file)
    described = "a3check (terminal)" if console else "a3check"
    head = {
        "NUMBERS": numbers(version),
        "VERSION": f'"{version}"',
        "NAME": f'"{name}"',
        "DESCRIPTION": f'"{described}"',
        "FLAGS": _PRERELEASE if "+" in version else "0",
    }
    lines = [f"#define {key} {value}\n" for key, value in head.items()]
    text = "".join(lines) + (work / "a3check.rc").read_text("utf-8")
    (work / f"{name}.rc").write_text(text, "utf-8", newline="\n")
    made = work / f"{name}.res.o"
    windres = tools.find("x86_64-w64-mingw32-windres")
    tools.run([windres, "-c", "65001", f"{name}.rc", made.name], cwd=work)
    return made


def _link(program: Path, resources: Path, dll: str, *, console: bool) -> None:
    command = [
        tools.mingw("gcc"),
        "-Os",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-municode",
        "-static",
        "-s",
    ]
    command += ["-Wl,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va"]
    command += ["-D_WIN32_WINNT=0x0A00", f'-DPYTHON_DLL=L"{dll}"', "-fno-ident"]
    command += ["-DCONSOLE", "-mconsole"] if console else ["-mwindows"]
    source = str(WINDOWS / "launch.c")
    tools.run([*command, source, str(resources), "-o", str(program), "-lshell32"])
