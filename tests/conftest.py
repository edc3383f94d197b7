"""What all tests share: one time zone, Ctrl-C, an eye on crashes, and the table of codes shown."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.crashes import watch
from tests.scenarios.table import TABLE, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

os.environ["TZ"] = "America/Manaus"
time.tzset()
# A shell's `&` has its children ignore SIGINT, and theirs: what is started here must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

CODES: Final = Path(__file__).parents[1] / "build" / "codes.json"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table, and with an eye on the processes; after pytest's own eye."""
    config.stash[TABLE] = Table()
    watch(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand this process's rows to the one that started it (pytest-xdist)."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["codes"] = [astuple(row) for row in session.config.stash[TABLE].rows]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ANN401 - pytest-xdist's own
    """Take over the rows of a process that has ended."""
    output: Mapping[str, Any] = getattr(node, "workeroutput", None) or {}
    rows = (Row(*row) for row in output.get("codes", ()))
    node.config.stash[TABLE].rows.extend(rows)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table and keep it in build/codes.json."""
    table = config.stash[TABLE]
    if not table.rows:
        return
    terminalreporter.section(f"codes with a scenario: {len(table.codes)}")
    for line in table.lines():
        terminalreporter.write_line(line)
    table.save(CODES)
