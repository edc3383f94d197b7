"""How soon does the first window stand, and what does it weigh, beside others made with Qt?

A bare QWizard is the least that PySide6 can do; nitrokey-app2 is a program of the same kind (a
token, PySide6). Each round starts every program once, in turn; medians are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import peer
from tests.bench.peer import ROOT

ROUNDS: Final = 9
WARM_UP: Final = 2
DEADLINE: Final = 60.0
GOAL_MILLISECONDS: Final = 400
GOAL_MEGABYTES: Final = 80
"""Of a million bytes."""

# Runs a program until its first window has been painted, says so, and ends.
_LOOKING: Final = """
import json, os, runpy, sys
from importlib import machinery

def weigh():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

def look():
    from PySide6.QtWidgets import QApplication
    shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowHandle()]
    if any(w.windowHandle().isExposed() for w in shown):
        used = os.times()
        print(json.dumps({"rss": weigh(), "cpu": used.user + used.system}), flush=True)
        os._exit(0)

class Finder:  # the program brings Qt in itself, as it does when nobody looks
    def find_spec(self, name, path, target=None):
        if name != "PySide6.QtWidgets":
            return None
        found = machinery.PathFinder.find_spec(name, path, target)
        load = found.loader.exec_module
        found.loader.exec_module = lambda module: (load(module), watch(module))
        return found

def watch(module):
    from PySide6.QtCore import QTimer
    execute = module.QApplication.exec

    def watched(*_):
        timer = QTimer(interval=1)
        timer.timeout.connect(look)
        timer.start()
        return execute()

    module.QApplication.exec = watched

sys.meta_path.insert(0, Finder())
kind, what = sys.argv[1:3]
del sys.argv[1:]
if kind == "code":
    exec(what)
else:
    (runpy.run_module if kind == "module" else runpy.run_path)(what, run_name="__main__")
"""
_WIZARD: Final = """
from PySide6.QtWidgets import QApplication, QWizard, QWizardPage
application = QApplication([])
wizard = QWizard()
page = QWizardPage()
page.setTitle("bare")
wizard.addPage(page)
wizard.show()
QApplication.exec()
"""


@dataclass
class Program:
    """One program, and how it started each time."""

    name: str
    python: Path
    kind: str
    """What ``what`` is: a ``module``, a ``file`` or ``code``."""
    what: str
    folders: tuple[Path, ...] = ()
    """Where its Python looks for modules, before its own places."""
    options: tuple[str, ...] = ()
    """Its Python's."""
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    kilobytes: list[int] = field(default_factory=list)

    def once(self, home: Path, *, count: bool) -> None:
        """Start it, wait for its first window, and note both."""
        begun = time.perf_counter()
        done = subprocess.run(
            [self.python, *self.options, "-c", _LOOKING, self.kind, self.what],
            env=environment(home, self.folders),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        took = time.perf_counter() - begun
        if done.returncode or not done.stdout.strip():
            raise RuntimeError(done.stderr)
        said = json.loads(done.stdout.strip().splitlines()[-1])
        if count:
            self.seconds.append(took)
            self.cpu.append(said["cpu"])
            self.kilobytes.append(said["rss"])


def measure() -> None:
    """Compare first paint (whole process, from outside) and resident memory."""
    own, ours = Path(sys.executable), (ROOT / "src",)
    programs = [
        Program("a3check", own, "module", "a3check", ours),
        Program("bare QWizard", own, "code", _WIZARD, ours),
    ]
    found = peer.python("nitrokeyapp", "bin/nitrokeyapp")
    if isinstance(found, Path):
        programs.append(Program("nitrokey-app2", found, "module", "nitrokeyapp"))
    else:
        print(f"nitrokey-app2 is skipped: {found}\n")
    start_in_turn(programs)
    print(f"\ngoal: a3check within {GOAL_MILLISECONDS} ms and {GOAL_MEGABYTES} MB")


def start_in_turn(programs: list[Program]) -> None:
    """Start each once a round, and print their medians beside the first one's."""
    with TemporaryDirectory(prefix="a3check-bench-") as home:
        for number in range(ROUNDS + WARM_UP):
            for program in programs:
                program.once(Path(home), count=number >= WARM_UP)
    _tell(programs)


def _tell(programs: list[Program]) -> None:
    print(f"{ROUNDS} starts in turn, medians; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':16}{'first window':>14}{'least':>10}{'processor':>12}{'resident':>12}{'ratio':>8}")
    ours = statistics.median(programs[0].seconds)
    for one in programs:
        took = statistics.median(one.seconds)
        print(
            f"{one.name:16}{took * 1000:11.0f} ms{min(one.seconds) * 1000:7.0f} ms"
            f"{statistics.median(one.cpu) * 1000:9.0f} ms"
            f"{statistics.median(one.kilobytes) * 1.024e-3:9.1f} MB{took / ours:8.2f}"
        )


def environment(home: Path, folders: tuple[Path, ...] = ()) -> dict[str, str]:
    """Return the environment of a first start: folders of its own, no display needed."""
    names = ("DATA", "CONFIG", "CACHE", "STATE")
    paths = {f"XDG_{name}_HOME": str(home / name.lower()) for name in names}
    found = {**os.environ, **paths, "QT_QPA_PLATFORM": "offscreen"}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    found.pop("PYTHONPATH", None)
    return {**found, "PYTHONPATH": os.pathsep.join(map(str, folders))} if folders else found
