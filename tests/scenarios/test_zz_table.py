"""How many codes have a scenario from real parts? (The last module: the others fill the table.)"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.scenarios.table import Table

LEAST: Final = 60


def test_sixty_codes_have_a_scenario(table: Table, request: pytest.FixtureRequest) -> None:
    if hasattr(request.config, "workeroutput"):
        pytest.skip("one of several processes: tests/coverage_gate.py counts what all have shown")
    modules = {item.path for item in request.session.items}
    if not modules.issuperset(Path(__file__).parent.glob("test_*.py")):
        pytest.skip("only a part of the scenarios was asked for")
    assert len(table.codes) >= LEAST, sorted(table.codes)
