"""A Windows of its own for the tests: a fresh Wine prefix on a display without a screen."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from installers import tools
from installers.smoke.screen import DEADLINE, Screen, eventually
from installers.smoke.softhsm import HERE
from installers.smoke.steps import wants

_REST = 1.0
"""Seconds for the last of the output, after the program's end."""
_PIECE = 65536
_FOREGROUND = "a3lab-foreground.exe"
"""The laboratory's own; what it is for: foreground.c."""
_OWN = "msvcp140,msvcp140_1,msvcp140_2,vcruntime140,vcruntime140_1,concrt140"
"""Wine's own C++ runtimes: off, as on a PC without Microsoft's redistributable package."""
_OVERRIDES = f"mscoree,mshtml=;winemenubuilder.exe=d;winedbg.exe=d;{_OWN}=n"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program said and how it ended."""

    status: int
    output: str


class Wine:
    """Runs programs of Windows in ``folder/prefix`` while its context lasts."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder / "prefix"
        self.drive = self.prefix / "drive_c"
        self.screen = Screen()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    @property
    def environment(self) -> dict[str, str]:
        """What Wine needs; nothing of Python's or Qt's from outside."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "QT_"))}
        own = {"WINEPREFIX": str(self.prefix), "WINEARCH": "win64", "WINEDEBUG": "-all"}
        own["LC_ALL"] = "C.UTF-8"  # else Wine finds no file with a letter beyond ASCII in its name
        return {**kept, **own, "WINEDLLOVERRIDES": _OVERRIDES, "DISPLAY": self.screen.display}

    def __enter__(self) -> Self:
        self.screen.start()
        self._serve("-p")  # until the end: a program that finds it running starts sooner
        self.run("wineboot", "-i")
        self.windows("win10")
        system = self.drive / "windows" / "system32"
        for source in sorted((HERE / "shim").glob("*.c")):
            made = str(system / f"{source.stem}.dll")
            tools.run([tools.mingw("gcc"), "-O1", "-shared", "-s", "-o", made, str(source)])
        program = str(self.drive / "windows" / _FOREGROUND)
        told = str(HERE / "foreground.c")
        tools.run([tools.mingw("gcc"), "-O1", "-s", "-o", program, told])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every program of this prefix, and the display."""
        self._serve("-k")
        self.screen.stop()

    def windows(self, version: str) -> None:
        """Let Wine say that it is another Windows: ``win10``, ``win7``."""
        self.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", version, "/f")

    def start(
        self, *command: str, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program; standard input is at its end, output a pipe (a file ends Python)."""
        return subprocess.Popen(
            [tools.find("wine"), *command],
            env={**self.environment, **(extra or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *command: str, extra: Mapping[str, str] | None = None, say: str = "") -> Ended:
        """Run a program to its end; what Wine's own services hold open is not waited for."""
        program = self.start(*command, extra=extra)
        said: list[bytes] = []
        reader = threading.Thread(target=_drain, args=(program, said), daemon=True)
        reader.start()
        if program.stdin is not None:
            with suppress(BrokenPipeError):
                program.stdin.write(say.encode())
                program.stdin.close()
        try:
            status = program.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            program.kill()
            status = program.wait()
        reader.join(_REST)
        return Ended(status, b"".join(said).decode("utf-8", "replace").replace("\r", ""))

    def press(self, keys: str, title: str) -> None:
        """Press keys in a window, once they go there."""
        self.bring(title)
        self.screen.type(keys)

    def bring(self, title: str) -> None:
        """Let a window have the keys: another one may have taken the focus."""
        wants(eventually(lambda: self._brought(title)), f"{title} does not get the focus")

    def _brought(self, title: str) -> bool:
        """Tell whether X and Wine would hand keys to a window; where not, bring it.

        A click is Wine's only way to hear of it, once X gives no focus that it has given already;
        it is made when the window is in front, else it would hit the one that covers it.
        """
        if not self.screen.has_focus(title):
            self.screen.activate(title)
            return False
        if re.search(title, self.run(_FOREGROUND).output):
            return True
        self.screen.activate(title)
        self.screen.click(title)
        return False

    def _serve(self, option: str) -> None:
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        subprocess.run(
            [server, option],
            env=self.environment,
            check=False,
            timeout=DEADLINE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def registry(self, key: str, *options: str) -> str:
        """Return what ``reg query`` says of a key; nothing where there is none."""
        found = self.run("reg", "query", key, *options)
        return found.output if found.status == 0 else ""


def _drain(program: subprocess.Popen[bytes], said: list[bytes]) -> None:
    while program.stdout is not None and (piece := os.read(program.stdout.fileno(), _PIECE)):
        said.append(piece)
