"""The pictures that belong to a report: our own window, masked, and the print of the screen."""

from collections.abc import Mapping

from PySide6.QtGui import QImage

from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis, Evidence, Finding, Value, findings
from a3check.core.ports import JSON
from a3check.core.verdict import conclude
from a3check.ui.page import Page
from a3check.ui.piecemeal import Steps, at_once
from a3check.ui.presenter import Facts, concluded
from a3check.ui.style import LIGHT, sheet

WIDTH, LEAST_HEIGHT = 1200, 700  # logical pixels


def picture(diagnosis: Diagnosis, words: Catalogue, facts: Facts) -> QImage:
    """Draw the page of a diagnosis, whole, with the facts as they may be shown."""
    return at_once(drawing(diagnosis, words, facts))


def drawing(diagnosis: Diagnosis, words: Catalogue, facts: Facts) -> Steps[QImage]:
    """Draw as :func:`picture`, in steps of some 30 ms between which the window may live.

    The user's window is not touched: a page of its own is drawn, always in
    the same size and light, so that the same state gives the same pixels.
    """
    page = Page(words, LIGHT)
    yield
    page.setStyleSheet(sheet(LIGHT))
    page.ensurePolished()
    yield
    state = concluded(diagnosis, words, facts)
    remedy = state.remedy and state.remedy._replace(actions=())  # nothing to press in a picture
    page.show_state(state._replace(remedy=remedy))
    page.rail.open_all()
    page.details.hide()
    page.resize(WIDTH, LEAST_HEIGHT)
    yield
    page.grab()  # lays everything out, so that the needed height can be told
    yield
    page.resize(WIDTH, max(LEAST_HEIGHT, page.needed_height()))
    image = page.grab().toImage()
    page.deleteLater()
    return image


def masked_facts(document: Mapping[str, JSON], diagnosis: Diagnosis) -> Facts:
    """Return the facts as a wholly masked report shows them, and nothing of what it does not.

    A report that shows anything in clear, be it one group, is not used: no word of a fact is
    drawn then. Only the report's own masks know who uses this computer.
    """
    from a3check.report import reading  # noqa: PLC0415 - after the first paint

    known: dict[tuple[str, tuple[Evidence, ...]], Mapping[str, Value]] = {}
    if document.get("masked") is True and not document.get("shown"):
        settled = findings(conclude(diagnosis).outcomes)
        for finding, written in zip(settled, reading.findings(document), strict=False):
            evidence = reading.field(written, "evidence")
            if reading.text(written, "code") == finding.code and isinstance(evidence, Mapping):
                shown = {name: reading.shown(value) for name, value in evidence.items()}
                known[finding.code, finding.evidence] = shown

    def facts(finding: Finding) -> Mapping[str, Value]:
        found = known.get((finding.code, finding.evidence))
        return found or {e.name: _hidden(e) for e in finding.evidence}

    return facts


def _hidden(fact: Evidence) -> Value:
    from a3check.report.numbers import MASK  # noqa: PLC0415 - after the first paint

    match fact.value:
        case str() as text:
            return text and MASK
        case tuple() as several:
            return (MASK,) * len(several)
        case other:
            return MASK if fact.private else other
