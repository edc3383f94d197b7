"""Do the unit tests notice when a judge decides wrongly?

Every mutant of every judge (``tests.judges``) replaces the function's code in a forked child,
which runs the tests that call this function until one fails: nothing is imported or collected
twice, so hundreds of mutants take seconds. ``docs/decisions/0007`` says why not a tool.
"""

from __future__ import annotations

import ast
import importlib
import os
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from tests.judges import ROOT, SOURCE, judges, modules
from tests.mutants import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType, FrameType, FunctionType

TESTS: Final = ("tests/unit/checks", "tests/unit/core", "tests/unit/portal")
OPTIONS: Final = (
    *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal"),
    *("-o", "addopts=--strict-markers --import-mode=importlib"),
)
FLOOR: Final = 80.0
"""Per cent of all mutants that a test must notice."""
DEADLINE: Final = 20
"""Seconds after which a mutant that loops counts as noticed."""
PROCESSES: Final = os.cpu_count() or 1
SHOWN: Final = 200
"""Mutants named that nothing noticed."""


@dataclass(slots=True)
class Runner:
    """A plugin that runs the mutants in place of the tests, once those have been collected."""

    calls: dict[CodeType, list[pytest.Item]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[pytest.Item, float] = field(default_factory=dict)
    total: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    survivors: list[str] = field(default_factory=list)
    running: dict[int, str] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Trace every test once, then run each mutant against the tests that call it."""
        if session.testsfailed:
            raise session.Failed(f"{session.testsfailed} errors in collecting")
        for item in session.items:
            self._trace(item)
        if session.testsfailed:
            raise session.Failed("the tests fail without any mutant")
        for path in modules():
            self._module(path)
        while self.running:
            self._wait()
        return True

    def _module(self, path: Path) -> None:
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        module = importlib.import_module(name)
        tree = ast.parse(path.read_text("utf-8"))
        for judge in judges(tree).values():
            function: FunctionType = getattr(module, judge.name)
            tests = sorted(self.calls[function.__code__], key=self.seconds.__getitem__)
            for mutant in mutants(tree, judge, str(path)):
                self._start(f"{path.stem}.{mutant.place}", function, mutant, tests)

    def _start(
        self, place: str, function: FunctionType, mutant: Mutant, tests: list[pytest.Item]
    ) -> None:
        """Run the tests in a child with the mutant's code, as many children as processors."""
        if len(self.running) >= PROCESSES:
            self._wait()
        child = os.fork()
        if child == 0:
            signal.alarm(DEADLINE)
            os._exit(_judged(function, mutant, tests))
        self.running[child] = place

    def _wait(self) -> None:
        """Wait for the next child to end; a broken or endless one noticed its mutant."""
        child, status = os.wait()
        place = self.running.pop(child, None)
        if place is None:
            return
        module = place.partition(".")[0]
        self.total[module] += 1
        self.killed[module] += status != 0
        if status == 0:
            self.survivors.append(place)

    def _trace(self, item: pytest.Item) -> None:
        """Run a test and note which functions it calls, on whatever thread."""
        seen: set[CodeType] = set()

        def profile(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                seen.add(frame.f_code)

        begun = time.monotonic()
        threading.setprofile(profile)
        sys.setprofile(profile)
        try:
            _run(item)
        finally:
            self.seconds[item] = time.monotonic() - begun
            sys.setprofile(None)
            threading.setprofile(None)
        for code in seen:
            self.calls[code].append(item)


def _judged(function: FunctionType, mutant: Mutant, tests: list[pytest.Item]) -> int:
    """Return 1 at the first test that fails; whatever else ends the child counts as that."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        function.__code__ = mutant.code
        for item in tests:
            before = item.session.testsfailed
            _run(item)
            if item.session.testsfailed > before:
                return 1
    except BaseException:  # noqa: BLE001 - the mutant may raise anything, even through pytest
        return 1
    return 0


def _run(item: pytest.Item) -> None:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)


def _report(runner: Runner) -> Iterator[str]:
    for row in sorted(runner.survivors)[:SHOWN]:
        yield f"survived  {row}"
    for module, total in sorted(runner.total.items()):
        yield f"{module:<12} {runner.killed[module]:>4} of {total}"


def main() -> int:
    """Print what survived and the share that was noticed; 1 where it is below the floor."""
    os.chdir(ROOT)
    runner = Runner()
    status = pytest.main([*OPTIONS, *TESTS], plugins=[runner])
    if status or not runner.total:
        sys.stdout.write("mutants: the tests must pass first\n")
        return 1
    killed, total = runner.killed.total(), runner.total.total()
    share = 100 * killed / total
    for line in _report(runner):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        f"mutants: {killed} of {total} noticed, {share:.0f} % (floor {FLOOR:.0f} %)\n"
    )
    return 0 if share >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
