"""The table of codes that a real part, once broken, has been seen to give."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest

from a3check.core.register import Status, register
from a3check.core.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.wizard import Run

    Found = dict[str, Any]

_SCHEMA: Final = jsonschema.Draft202012Validator(
    json.loads(resource("report.schema.json").read_text("utf-8"))
)
_EXIT: Final = {"passed": 0, "failed": 1, "unknown": 2}
"""The exit status that goes with a verdict's (interfaces.md, section 1)."""


TABLE: Final = pytest.StashKey["Table"]()
"""Where a session keeps its table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One code, the part that was broken, and the cause that the verdict named."""

    code: str
    part: str
    cause: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """What the scenarios of this session have shown; its methods judge a run and add a row."""

    rows: list[Row] = field(default_factory=list)

    def cause(self, run: Run, code: str, part: str) -> Found:
        """Assert that `code` is the cause; return its finding.

        Blame, who acts, verdict and exit status are the register's for that code.
        """
        rule = register().codes[code]
        # A warning becomes the cause where it explains a failure.
        status = Status.UNKNOWN if rule.status is Status.UNKNOWN else Status.FAILED
        assert run.cause == code, f"{run.cause} instead of {code}: {run.codes()}\n{run.errors}"
        assert run.verdict["status"] == status
        assert (run.verdict["blame"], run.verdict["acts"]) == (rule.blame, rule.acts)
        assert run.verdict["steps"], "nothing tells what to do"
        assert run.status == _EXIT[status], run.errors
        return self._add(run, code, part)

    def beside(self, run: Run, code: str, part: str, *, cause: str | None = None) -> Found:
        """Assert that `code` was found while the verdict named `cause` (None: it passed)."""
        assert run.cause == cause, f"{run.cause} instead of {cause}: {run.codes()}\n{run.errors}"
        assert run.status == _EXIT[run.verdict["status"]], run.errors
        assert run.verdict["status"] == ("passed" if cause is None else run.verdict["status"])
        return self._add(run, code, part)

    def alone(self, run: Run, code: str, part: str) -> Found:
        """Assert that `code` was found where only some checks ran, and nothing failed."""
        assert run.verdict["status"] == "unknown", run.errors
        assert run.status == _EXIT["unknown"], run.errors
        return self._add(run, code, part)

    @property
    def codes(self) -> frozenset[str]:
        """Every code that has a row."""
        return frozenset(row.code for row in self.rows)

    def lines(self) -> list[str]:
        """Return the table as text, a line per code and part, in the register's order."""
        order = register().codes
        rows = sorted(dict.fromkeys(self.rows), key=lambda row: order[row.code].order)
        width = max((len(row.code) for row in rows), default=0)
        return [f"{r.code:<{width}}  {r.part}  → {r.cause or 'passed'}" for r in rows]

    def save(self, file: Path) -> None:
        """Write it as JSON: an object per code, with its parts and the causes named."""
        codes: dict[str, list[dict[str, str | None]]] = {}
        for row in dict.fromkeys(self.rows):
            codes.setdefault(row.code, []).append({"part": row.part, "cause": row.cause})
        file.parent.mkdir(exist_ok=True)
        content = json.dumps(codes, ensure_ascii=False, indent=2, sort_keys=True)
        file.write_text(content + "\n", "utf-8")

    def _add(self, run: Run, code: str, part: str) -> Found:
        """Look at the finding and at the whole report, and add the row."""
        _SCHEMA.validate(run.report)
        words = json.dumps(run.verdict, ensure_ascii=False)
        assert "{" not in words.strip("{}"), f"a placeholder was left: {words}"
        finding = run.finding(code)
        missing = set(register().codes[code].evidence) - set(finding["evidence"])
        assert not missing, f"{code} lacks {missing}: {finding}"
        self.rows.append(Row(code, part, run.cause))
        return finding
