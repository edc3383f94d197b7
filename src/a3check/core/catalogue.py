"""The words for every check and code, and the checks in their order."""

from __future__ import annotations

import re
import string
import sys
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from a3check.core import tables
from a3check.core.register import register

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from collections.abc import Mapping

    from a3check.core.check import Check
    from a3check.core.model import Finding, Value

_CASES = ("reason", "source", "call", "engine", "step", "http_status", "judged_by")
"""Evidence whose value may pick other words for the same code."""
_WINDOWS_FILE = re.compile(r"[A-Za-z]:\\(?:[^\\]+\\)*([^\\]+)")


class CatalogueError(Exception):
    """The words and the register do not fit together: a defect that stops the start."""


class Advice(NamedTuple):
    """What to tell the user about a finding: words only, made for this system."""

    title: str
    explanation: str = ""
    steps: tuple[str, ...] = ()


class Catalogue:
    """The texts of one language; ``system`` (``windows`` or ``linux``) picks among variants."""

    def __init__(self, system: str | None = None) -> None:
        self._system = system or ("windows" if sys.platform == "win32" else "linux")
        self._tables = tables.load("pt_BR.toml")
        self._demand_all()

    @property
    def system(self) -> str:
        """For which system its words are: ``windows`` or ``linux``."""
        return self._system

    def checks(self) -> dict[str, Check]:
        """Import every check, in the register's order; a missing half raises."""
        return {name: _load(name) for name in register().checks}

    def title(self, check: str) -> str:
        """Return the name of a check for the user."""
        return str(self._tables[check]["title"])

    def running(self, check: str) -> str:
        """Return what a check is doing while it runs."""
        return str(self._tables[check]["doing"])

    def advice(self, finding: Finding, *, facts: Mapping[str, Value] | None = None) -> Advice:
        """Return the words for a finding.

        ``facts`` replace its own evidence (a masked form of it, for instance).
        A table ``when.VALUE`` of a code holds other words for the case that the
        evidence ``reason``, ``source``, ``call``, ``engine``, ``step``, ``http_status`` or
        ``judged_by`` names.
        A step whose placeholder has no value is left out. A title tells a file of Windows by its
        name: the whole path is evidence, fills lines, and would be broken after the drive.
        """
        check, _, code = finding.code.partition(".")
        entry = self._tables[check][code]
        entry = {**entry, **entry.get(self._system, {}), **_case(entry, finding)}
        known = {e.name: e.value for e in finding.evidence} if facts is None else facts
        shown = {name: shown_value(value) for name, value in known.items()}
        steps = (_filled(step, shown) for step in entry.get("steps", ()))
        named = {name: _file_name(text) for name, text in shown.items()}
        return Advice(
            _shown(entry["title"], named),
            _shown(entry.get("explanation", ""), shown),
            tuple(step for step in steps if step),
        )

    def template(self, code: str) -> Advice:
        """Return the words for a code as they stand, placeholders and all."""
        check, _, name = code.partition(".")
        entry = self._tables[check][name]
        entry = {**entry, **entry.get(self._system, {})}
        return Advice(entry["title"], entry.get("explanation", ""), tuple(entry.get("steps", ())))

    def words(self, section: str, key: str, /, **facts: Value) -> str:
        """Return a text of a section of its own (``cli``, ``window``, ``status``, ``acts`` …)."""
        shown = {name: shown_value(value) for name, value in facts.items()}
        return str(self._tables[section][key]).format(**shown)

    def left_over(self, text: str) -> str:
        """Return the words for a text that the window's toolkit leaves in English, or none."""
        return str(self._tables["qt"].get(text, ""))

    def _demand_all(self) -> None:
        table = register()
        for name in table.checks:
            if not {"title", "doing"} <= self._tables.get(name, {}).keys():
                raise CatalogueError(f"no words for check {name}")
        for code in table.codes:
            check, _, name = code.partition(".")
            if "title" not in self._tables.get(check, {}).get(name, {}):
                raise CatalogueError(f"no words for code {code}")


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of this system."""
    return Catalogue()


def shown_value(value: Value) -> str:
    """Write a fact as a Brazilian reads it: dates, decimal commas, lists."""
    match value:
        case datetime():
            return _local(value).strftime("%d/%m/%Y %H:%M")
        case tuple():
            return ", ".join(value)
        case float():
            return f"{value:.1f}".replace(".", ",")
        case _:
            return str(value)


def _local(moment: datetime) -> datetime:
    """Return a moment in this computer's zone; as it is where that cannot be reckoned."""
    try:
        return moment.astimezone()
    except (OverflowError, OSError):  # the ends of time; on Windows, all before 1970, too
        return moment


def _case(entry: Mapping[str, Any], finding: Finding) -> Mapping[str, Any]:
    """Return the words of a code's special case, where its evidence names one."""
    named = (str(finding.get(name)) for name in _CASES if finding.get(name))
    cases = entry.get("when", {})
    return next((cases[value] for value in named if value in cases), {})


def _file_name(text: str) -> str:
    path = _WINDOWS_FILE.fullmatch(text)
    return path.group(1) if path else text


def _filled(text: str, facts: Mapping[str, str]) -> str | None:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    if any(not facts.get(name) for name in names):
        return None
    return text.format(**facts)


def _shown(text: str, facts: Mapping[str, str]) -> str:
    """Fill a title or an explanation; a fact that is empty is shown as a dash."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return text.format(**{name: facts.get(name) or "—" for name in names})


def _load(name: str) -> Check:
    from a3check.core.check import Check  # noqa: PLC0415 - as above

    check = import_module(f"a3check.checks.{name}").CHECK
    if not isinstance(check, Check):
        raise CatalogueError(f"checks.{name} has no CHECK")
    if check.requires != register().requires[name]:
        raise CatalogueError(f"checks.{name} requires something else than the register says")
    return check
