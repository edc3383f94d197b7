"""Does the list for a real Windows quote what the program and its setup really say?"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.judges import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = (ROOT / "docs" / "windows-checklist.md").read_text("utf-8")
SETUP: Final = (ROOT / "installers" / "windows" / "a3check.nsi").read_text("utf-8")
EXPLAINED: Final = frozenset({"aspas", "administrador"})
"""Where the page speaks of its own marks."""
MINUTES: Final = 30
STEPS: Final = (15, 20)


def texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - TOML
    if isinstance(node, str):
        yield node.replace("&", "")
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def said() -> tuple[str, ...]:
    catalogue = tomllib.loads((ROOT / "resources" / "pt_BR.toml").read_text("utf-8"))
    setup = (text.replace("&", "") for text in re.findall(r'"([^"\n]+)"', SETUP))
    lines = (line for text in setup for line in text.split(r"$\r$\n"))
    return (*texts(catalogue), *lines)


SAID: Final = said()


def is_said(quote: str) -> bool:
    """Tell whether it is a whole text, a whole sentence of one, or the beginning before an “…”."""
    if quote.endswith("…"):
        start = quote.removesuffix("…").rstrip()
        return any(text.startswith(start) and text != start for text in SAID)
    return any(quote == text or quote in re.split(r"(?<=[.?])\s+", text) for text in SAID)


QUOTES: Final = sorted(set(re.findall(r"“([^”]+)”", PAGE)) - EXPLAINED)


@pytest.mark.parametrize("quote", QUOTES)
def test_what_is_quoted_is_what_is_said(quote: str) -> None:
    assert is_said(quote)


def test_quotes_are_compared_at_all() -> None:
    assert len(QUOTES) > 30
    assert not is_said("Comecar")
    assert not is_said("Nenhum token")


def test_codes_are_the_program_s() -> None:
    register = tomllib.loads((ROOT / "resources" / "findings.toml").read_text("utf-8"))
    checks = "|".join(register["checks"])
    named = set(re.findall(rf"`((?:{checks})\.\w+)`", PAGE)) - {"drivers.modules"}
    assert named
    assert named <= {row["code"] for row in register["finding"]}


def test_the_round_is_thirty_minutes_long() -> None:
    head, _, annex = PAGE.partition("# Anexo")
    assert annex
    minutes = re.findall(r"^\*\*\d+\. .*\((\d+) minutos\)\*\*$", head, re.MULTILINE)
    assert sum(map(int, minutes)) == MINUTES
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", head, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert STEPS[0] <= len(numbers) <= STEPS[1]
