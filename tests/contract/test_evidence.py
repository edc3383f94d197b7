"""Does every finding that a check makes carry its code's evidence, and nothing else?

Read from the syntax of the checks: whatever a test does not reach is seen here too. What the unit
tests make is held to the same by ``tests.unit.checks.world.said``.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from a3check import checks
from a3check.core.register import register

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(checks.__path__[0])
CODES = register().codes
NEVER = {"body", "pin", "page_text", "url"}
"""What is evidence of nothing: a page's text, the PIN, an address with its query."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each ``found("code", …)`` with its place."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "found":
                yield f"{path.name}:{node.lineno}", node


FOUND = list(calls())
NAMED = [(place, c) for place, c in FOUND if c.args and isinstance(c.args[0], ast.Constant)]


def private(call: ast.Call) -> bool:
    """Tell whether evidence is given by position or unpacked, as the unit tests see."""
    return len(call.args) > 1 or any(k.arg is None for k in call.keywords)


@pytest.mark.parametrize(("place", "call"), NAMED, ids=[place for place, _ in NAMED])
def test_a_finding_keeps_to_its_code(place: str, call: ast.Call) -> None:
    code = ast.literal_eval(call.args[0])
    assert code in CODES, place
    given = {k.arg for k in call.keywords if k.arg is not None}
    rule = CODES[code]
    assert given <= {*rule.evidence, *rule.optional}, (place, code)
    assert private(call) or {*rule.evidence} <= given, (place, code)


def test_most_codes_stand_in_the_open() -> None:
    assert len(NAMED) > len(FOUND) * 0.8


def test_nothing_is_evidence_that_must_not_leave() -> None:
    for code in CODES.values():
        assert not NEVER & {*code.evidence, *code.optional}, code.name


def test_no_fact_is_both_always_and_sometimes_there() -> None:
    for code in CODES.values():
        names = [*code.evidence, *code.optional]
        assert len(names) == len(set(names)), code.name
