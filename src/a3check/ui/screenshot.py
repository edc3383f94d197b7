"""The pictures that belong to a report: our own window, masked, and the print of the screen."""

from collections.abc import Mapping
from dataclasses import replace

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
    remedy = state.remedy and replace(state.remedy, actions=())  # nothing to press in a picture
    page.show_state(replace(state, remedy=remedy))
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
    """Return the facts as a written report shows them; what it does not show is masked here.

    A report that is not masked is not used: the picture always is.
    """
    from a3check.report import reading  # noqa: PLC0415 - after the first paint
    from a3check.report.mask import Masker  # noqa: PLC0415 - after the first paint

    masker = Masker().knowing(e for f in findings(diagnosis.outcomes) for e in f.evidence)
    known: dict[tuple[str, tuple[Evidence, ...]], Mapping[str, Value]] = {}
    if document.get("masked") is True:
        settled = findings(conclude(diagnosis).outcomes)
        for finding, written in zip(settled, reading.findings(document), strict=False):
            evidence = reading.field(written, "evidence")
            if reading.text(written, "code") == finding.code and isinstance(evidence, Mapping):
                shown = {name: reading.shown(value) for name, value in evidence.items()}
                known[finding.code, finding.evidence] = shown

    def facts(finding: Finding) -> Mapping[str, Value]:
        found = known.get((finding.code, finding.evidence))
        return found or {e.name: masker.value(e) for e in finding.evidence}

    return facts
