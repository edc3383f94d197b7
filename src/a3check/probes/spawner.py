"""Who starts the probe processes, so that they end when this program ends?"""

import os
import site
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from a3check.probes import job

_START_DEADLINE = 30.0
"""Seconds for the system to start a process (a virus scanner may look at it first)."""

_PACKAGES = Path(__file__).resolve().parents[2]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from a3check.probes.process import main; main(sys.argv.pop(1))"
)

Child = subprocess.Popen[bytes]


def spawn(kind: str) -> Child:
    """Start a probe of ``kind``; ``OSError`` where the system starts no process.

    All are started by one thread that lives as long as the program:
    PR_SET_PDEATHSIG fires when the starting *thread* ends (prctl(2)).
    """
    wish: Future[Child] = Future()
    _start_thread()
    _WISHES.put((command(kind), wish))
    try:
        return wish.result(_START_DEADLINE)
    except TimeoutError as error:
        raise OSError("no process in time") from error


def command(kind: str) -> list[str]:
    """Return the command line of a probe: this very program, without its window."""
    python = Path(sys.executable)
    if getattr(sys, "frozen", False) or not python.stem.lower().startswith("python"):
        return [str(_console_twin(python)), "--probe", kind]
    # -I: nothing of the environment or the working folder is imported, unless this very program
    # found its libraries there.
    found_there = site.ENABLE_USER_SITE or "PYTHONPATH" in os.environ
    isolation = "-P" if found_there and not sys.flags.isolated else "-I"
    return [sys.executable, isolation, "-c", _BOOT, str(_PACKAGES), kind]


def _console_twin(program: Path) -> Path:
    twin = program.with_name(f"a3check{program.suffix}")
    return twin if twin.exists() else program


def _start(arguments: list[str]) -> Child:
    if sys.platform == "win32":
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=os.environ.get("SYSTEMROOT"),
            creationflags=subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP,
        )
        job.bind(child)
    else:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            start_new_session=True,  # the terminal's Ctrl-C is the parent's to judge
        )
    return child


def _serve() -> None:
    while True:
        arguments, wish = _WISHES.get()
        try:
            child = _start(arguments)
        except (OSError, ValueError) as error:
            wish.set_exception(OSError(f"not started: {type(error).__name__}"))
        else:
            wish.set_result(child)


def _start_thread() -> None:
    with _LOCK:
        if not _THREAD:
            _THREAD.append(threading.Thread(target=_serve, name="spawner", daemon=True))
            _THREAD[0].start()


_WISHES: SimpleQueue[tuple[list[str], Future[Child]]] = SimpleQueue()
_LOCK = threading.Lock()
_THREAD: list[threading.Thread] = []
