"""What does a test process that died or hung tell about itself (pytest-xdist)?

Each has a file for its last words: a fatal signal's trace, or where its threads stood when a
test, or its own end, had lasted too long. The run fails, and prints them last. The clock is a C
thread of `faulthandler`: it also ends who waits in C and keeps Python's lock.

A process is not replaced (`--max-worker-restart=0`): with `--dist loadfile` pytest-xdist 3.8
would wait for ever (its issues 784 and 1327). Without replacement it calls a run good whose
processes died before the first test; here that fails, too.
"""

from __future__ import annotations

import atexit
import faulthandler
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

PHASE_SECONDS: Final = 300.0
"""How long collecting, or one test's set-up, call or teardown, may last."""
EXIT_SECONDS: Final = 8.0
"""How long a process may take to end; pytest-xdist kills it without a word after 10."""

_MACHINERY: Final = ("/_pytest/", "/pluggy/", "/xdist/", "/execnet/", '"<string>"')


class Worker:
    """The plugin of a process that runs tests for another."""

    def __init__(self, words: Path) -> None:
        self._words = words.open("wb")
        faulthandler.enable(self._words)
        self._limit(PHASE_SECONDS)

    def pytest_collection_finish(self) -> None:
        """Stop the clock: a process may wait for the others, and for its next test."""
        faulthandler.cancel_dump_traceback_later()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Start the clock."""
        self._limit(PHASE_SECONDS)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Start it again."""
        self._limit(PHASE_SECONDS)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Start it again: pytest stopped it if the test failed."""
        self._limit(PHASE_SECONDS)

    def pytest_runtest_logfinish(self) -> None:
        """Stop it."""
        faulthandler.cancel_dump_traceback_later()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Listen on, where pytest stops to; start the clock when the process begins to end.

        Not before: it is kept until the others have run their tests, too.
        """
        faulthandler.enable(self._words)
        atexit.register(self._limit, EXIT_SECONDS)

    def _limit(self, seconds: float) -> None:
        faulthandler.dump_traceback_later(seconds, file=self._words, exit=True)


class Controller:
    """The plugin of the process that hands the tests out."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="a3check-words-"))
        self._last: dict[str, str] = {}
        self._lost: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist's own
        """Tell a process where to leave its last words."""
        node.workerinput["words"] = str(self._folder / node.gateway.id)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401
        """Remember who went without having finished."""
        if error:
            self._lost.add(node.gateway.id)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the last test of each process."""
        node: Any = getattr(report, "node", None)
        if node is not None:
            self._last[node.gateway.id] = report.nodeid

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Fail where one was lost or left words, be it after its tests: all have ended now."""
        yield
        if self._died():
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the words, without the frames of pytest's own parts."""
        for name, words in self._died().items():
            last = self._last.get(name, "none")
            terminalreporter.section(f"{name} died or hung; the last test it told of: {last}")
            for line in words.splitlines():
                if not any(part in line for part in _MACHINERY):
                    terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder)

    def _died(self) -> dict[str, str]:
        words = {
            file.name: file.read_text("utf-8", errors="replace").strip()
            for file in sorted(self._folder.iterdir())
        }
        return {
            name: words.get(name) or "no words: killed, or ended before it could leave any"
            for name in sorted({*self._lost, *(name for name, said in words.items() if said)})
        }


def watch(config: pytest.Config) -> None:
    """Have this process tell of its end, or collect what the processes it starts tell."""
    given: dict[str, str] | None = getattr(config, "workerinput", None)
    if given is not None:
        config.pluginmanager.register(Worker(Path(given["words"])), "crashes")
    elif config.getoption("numprocesses", None):
        config.pluginmanager.register(Controller(), "crashes")
