"""Our own window's picture: whoever is private in a run, the masked pixels are the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis, Evidence, Finding, findings
from a3check.core.ports import JSON
from a3check.core.register import register
from a3check.report.document import document
from a3check.report.groups import Group
from a3check.report.identity import Identity
from a3check.report.mask import Masker
from a3check.ui import screenshot
from a3check.ui.presenter import concluded
from a3check.ui.state import PageState

JOANA = ("JOANA INVENTADA DE SOUZA", "52998224725", "00A1B2C3D4E5")
JOSEFA = ("JOSEFA IMAGINADA DE SANTANA", "11198224754", "F09988776655")
"""Their masks are the same: initials, and the middle of the CPF."""
ONES = replace(IDENTITY, names=(JOANA[0],))
OTHERS = Identity(users=("jimaginada",), homes=("/home/jimaginada",), names=(JOSEFA[0],))


def _of(person: tuple[str, str, str], home: str) -> Callable[[Evidence], Evidence]:
    name, cpf, serial = person

    def changed(fact: Evidence) -> Evidence:
        match fact.value:
            case str() as text if fact.private:
                shown = serial if "serial" in fact.name else f"{name}:{cpf}"
                return replace(fact, value=shown if text else text)
            case tuple() if fact.private:
                return replace(fact, value=(f"{name}:{cpf}",))
            case str() as text if fact.name in {"module", "message", "words", "reason"}:
                return replace(fact, value=f"{text}: {home}/livre de {name}, {cpf}")
            case _:
                return fact

    return changed


def run_of(code: str, change: Callable[[Evidence], Evidence]) -> Diagnosis:
    found = finding(code)
    return diagnosis(Finding(code, tuple(map(change, found.evidence))))


def state_of(run: Diagnosis, identity: Identity) -> PageState:
    written = document(run, ABOUT, masked=True, masker=Masker(identity))
    return concluded(run, catalogue(), screenshot.masked_facts(written, run))


ONE, TWO = _of(JOANA, "/home/jinventada"), _of(JOSEFA, "/home/jimaginada")


@pytest.mark.parametrize("code", register().codes)
def test_every_code_looks_the_same_for_two_persons(code: str) -> None:
    one, two = run_of(code, ONE), run_of(code, TWO)
    shown = state_of(one, ONES)
    assert shown == state_of(two, OTHERS)
    text = repr(shown)
    assert not any(part in text for part in (*JOANA, "inventada", "/home/"))


def said_by(written: dict[str, JSON], run: Diagnosis) -> str:
    facts = screenshot.masked_facts(written, run)
    drawn = [facts(finding) for finding in findings(run.outcomes)]
    return repr((drawn, concluded(run, catalogue(), facts)))


@pytest.mark.parametrize("code", register().codes)
def test_a_report_that_shows_anything_in_clear_is_not_drawn_from(code: str) -> None:
    run = run_of(code, ONE)
    whole = document(run, ABOUT, masked=False)
    part = document(run, ABOUT, masker=Masker(ONES, shown=frozenset({Group.PERSON})))
    every = document(run, ABOUT, masker=Masker(ONES, shown=frozenset(Group)))
    for written in (whole, part, every):
        said = said_by(written, run)
        assert not any(known in said for known in (*JOANA, "inventada", "/home/"))


def test_another_runs_report_is_not_drawn_from() -> None:
    run = run_of("certificate.expired", ONE)
    other = document(run_of("card.absent", ONE), ABOUT, masker=Masker(ONES))
    assert not any(known in said_by(other, run) for known in (*JOANA, "inventada", "/home/"))


PRIVATE = ("certificate.expired", "token.ready", "login.user_stopped")


@pytest.mark.parametrize("code", PRIVATE)
def test_the_pixels_are_the_same_too(dressed: QApplication, code: str) -> None:
    images = []
    for change, identity in ((ONE, ONES), (TWO, OTHERS)):
        run = run_of(code, change)
        written = document(run, ABOUT, masked=True, masker=Masker(identity))
        facts = screenshot.masked_facts(written, run)
        images.append(screenshot.picture(run, catalogue(), facts))
    assert images[0] == images[1]


LETTERS = st.text(st.characters(codec="latin-1", categories=["Lu"]), min_size=2, max_size=12)


def cpf(start: int) -> str:
    """Return a CPF whose middle is that of the others, with its two check digits."""
    digits = [int(digit) for digit in f"{start:03}982247"]
    for length in (10, 11):
        rest = sum(d * w for d, w in zip(digits, range(length, 1, -1), strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


@settings(deadline=None, max_examples=25)
@given(LETTERS, LETTERS, st.integers(1, 999))
def test_any_two_persons_with_the_same_mask(first: str, middle: str, start: int) -> None:
    name = f"J{first} I{middle} DE SOUZA"
    one = run_of("certificate.expired", _of((name, cpf(start), JOSEFA[2]), "/home/jinventada"))
    shown = state_of(one, replace(IDENTITY, names=(name,)))
    assert shown == state_of(run_of("certificate.expired", ONE), ONES)
