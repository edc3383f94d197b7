"""Reports of every code with the longest and oddest texts that drivers and devices may give."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, fact

from a3check.core.model import Evidence, Finding
from a3check.core.register import register
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

DEVICE: Final = "Leitora Inventada de Cartões 00 00 "
"""As long as readers call themselves; ten times that is what no driver should say."""
ODD: Final = "שלום عربي 😀 e\u0301 \x1b[2J\u202eabc\u2066\x00\r\n漢字"
TIMES: Final = 10


def loud(code: str) -> Finding:
    """Return a finding with all its facts, each text of them long and odd."""
    rule = register().codes[code]
    facts = (fact(name) for name in (*rule.evidence, *rule.optional))
    return Finding(code, tuple(map(_loud, facts)))


def _loud(one: Evidence) -> Evidence:
    match one.value:
        case str() if not one.private:
            return Evidence(one.name, f"{ODD} {DEVICE * TIMES}")
        case tuple():
            return Evidence(one.name, (f"{DEVICE * TIMES}", ODD), private=one.private)
        case _:
            return one


def written(*found: Finding) -> dict[str, Any]:
    """Return the masked report of these findings, as it is read back."""
    report = document(diagnosis(*found), ABOUT, masker=Masker(IDENTITY, b"x"))
    value: dict[str, Any] = json.loads(dumps(report))
    return value
