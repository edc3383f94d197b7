"""Whoever it is, whatever others say of them and wherever it stands: nothing of it is written."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lab.private import squeeze
from tests.unit.report.people import SAYINGS, Person, people
from tests.unit.report.samples import ABOUT, diagnosis, fact

from a3check import app
from a3check.core.catalogue import Catalogue
from a3check.core.model import Diagnosis, Evidence, Finding
from a3check.core.profile import Profile, builtin
from a3check.core.register import Status, register
from a3check.report import bundle
from a3check.report.caption import caption
from a3check.report.document import document, dumps
from a3check.report.lines import lines
from a3check.report.mask import Masker
from a3check.report.page import page
from a3check.report.summary import Summary

WORDS = Catalogue("linux")
CODES = (*register().codes,)
MOST = 40
"""Examples; each has several codes and sayings."""


@cache
def profile() -> Profile:
    return builtin()


def about(person: Person, code: str, said: tuple[str, ...], *, several: bool) -> Diagnosis:
    """Return a run that found out who it is, and a finding whose every text speaks of them."""
    rule = register().codes[code]
    facts = []
    for name in (*rule.evidence, *rule.optional):
        sample = fact(name)
        told = " · ".join(SAYINGS[each](person) for each in said)
        value = sample.value
        if sample.private:
            told = person.serial if "serial" in name else f"{person.name}:{person.cpf}"
        if isinstance(value, str):
            facts.append(Evidence(name, told, private=sample.private))
        elif isinstance(value, tuple):
            facts.append(Evidence(name, (told, told), private=sample.private))
        else:
            facts.append(sample)
    holder = Evidence("holder", person.name, private=True)
    if several:
        holder = Evidence("certificates", (f"{person.name} (AC X, 01/02/2027)",), private=True)
    serial = Evidence("token_serial", person.serial, private=True)
    return diagnosis(
        Finding("certificate.usable", (holder,)),
        Finding("token.ready", (serial,)),
        Finding(code, tuple(facts)),
    )


def plain(text: str, status: Status, *, bold: bool = False) -> str:
    """Write without colour."""
    assert status in Status
    assert bold in {True, False}
    return text


def outputs(run: Diagnosis, person: Person) -> dict[str, str]:
    """Return everything that is written of a run, by what it is."""
    report = document(run, ABOUT, masker=Masker(person.identity, b"key"))
    text = dumps(report)
    read = json.loads(text)
    return {
        "JSON": text,
        "HTML": page(read, WORDS),
        "terminal": "\n".join(lines(Summary(read, WORDS), plain)),
        "readme": bundle.readme(read, WORDS, (bundle.REPORT, bundle.README)),
        "ticket": app.ticket_text(app.Report(read, text), profile()),
        "picture": "\n".join(caption(read, WORDS)),
    }


@cache
def squeezed(secret: str) -> tuple[str, str]:
    """Return what is left of a secret without its dress, and without its parts' bounds."""
    told = squeeze(secret)
    return told, "".join(filter(str.isalnum, told))


def given_away(said: str, person: Person) -> list[str]:
    """Return the secrets that a reader would find, whatever parts or dresses them."""
    told = squeeze(said)
    dense = "".join(c for c in told if c.isalnum())
    return [
        secret
        for secret in person.secrets
        if squeezed(secret)[0] in told or squeezed(secret)[1] in dense
    ]


@settings(max_examples=MOST)
@given(person=people(), data=st.data())
def test_nothing_private_is_in_anything_written(person: Person, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(CODES))
    said = data.draw(st.lists(st.sampled_from([*SAYINGS]), min_size=4, max_size=8))
    several = data.draw(st.booleans())
    run = about(person, code, tuple(said), several=several)
    for where, text in outputs(run, person).items():
        assert not given_away(text, person), where


@pytest.mark.parametrize("saying", SAYINGS)
def test_each_saying_is_masked_and_would_give_somebody_away(saying: str) -> None:
    @settings(max_examples=8)
    @given(person=people(), around=st.sampled_from(["{}", "x {} y", "({})", "\n{}\t", "“{}”"]))
    def check(person: Person, around: str) -> None:
        text = around.format(SAYINGS[saying](person))
        assert given_away(text, person), "it says nothing"
        private = [
            Evidence("holder", person.name, private=True),
            Evidence("token_serial", person.serial, private=True),
        ]
        masker = Masker(person.identity, b"key").knowing(private)
        shown = masker.text(text)
        assert not given_away(shown, person), shown
        assert masker.text(shown) == shown

    check()


@pytest.mark.parametrize("code", CODES)
def test_every_text_of_every_code_is_masked(code: str) -> None:
    person = Person(
        name="ZULMYRA D'ÁVILA-QUARTZ DE FIGUEYRÔA",
        cpf="73190486204",
        cnpj="90471836000167",
        mail="zuzuka.q@figueyroa.test",
        serial="7F3A90C4D21B66E8",
        user="zulmyraq",
        host="PC-ZULMYRA-07",
        ip="10.203.117.77",
        mac="02:a7:b9:c3:d1:ee",
    )
    run = about(person, code, tuple(SAYINGS), several=True)
    for where, text in outputs(run, person).items():
        assert not given_away(text, person), where
