"""The roots of ICP-Brasil: each for its purpose, and what is said of each."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.pki.maker import DAY, NOW, ca, leaf

from a3check.core.catalogue import catalogue
from a3check.core.model import Evidence, Finding
from a3check.pki import bundle
from a3check.pki.certificate import Certificate
from a3check.pki.path import judge
from a3check.pki.trust import ELSEWHERE, Purpose, Root, pinned

FACTS = Path(__file__).resolve().parents[4] / "shared" / "facts" / "ca"
shared = pytest.mark.skipif(not FACTS.is_dir(), reason=f"no real CA certificates in {FACTS}")
MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PURPOSES = {
    "v0": Purpose.RETIRED,
    "v1": Purpose.RETIRED,
    "v2": Purpose.RETIRED,
    "v3": Purpose.RETIRED,
    "v4": Purpose.PASSPORT,
    "v5": Purpose.USER,
    "v6": Purpose.METROLOGY,
    "v7": Purpose.METROLOGY,
    "v8": Purpose.UNLISTED,
    "v9": Purpose.UNLISTED,
    "v10": Purpose.SERVER,
    "v11": Purpose.CODE,
    "v12": Purpose.USER,
    "v13": Purpose.PASSPORT,
}
SAID = {
    "server": "sites",
    "code": "programas",
    "passport": "passaportes",
    "metrology": "medição",
    "retired": "antiga",
    "unlisted": "fora da lista do ITI",
    "borrowed_name": "mesmo nome",
    "stranger": "nenhuma das raízes",
}
"""A word by which a reader tells why a root will not do."""


def test_two_roots_are_for_the_user_and_each_other_is_known_for_what_it_is() -> None:
    trust = pinned()
    assert {root.version: root.purpose for root in trust.known.values()} == PURPOSES
    trusted = {trust.known[pin].version for pin in trust.roots_sha256}
    assert trusted == {"v5", "v12"}
    assert trust.pins == trust.known.keys()
    assert trust.trusting(["AB:" * 31 + "AB"]).pins == {*trust.known, "ab" * 32}
    assert not trust.test_roots & trust.pins
    assert not trust.withdrawn & trust.pins


@pytest.mark.parametrize("reason", SAID)
def test_why_a_root_will_not_do_is_said(reason: str) -> None:
    name = "Autoridade Certificadora Raiz Brasileira v10"
    facts = [Evidence("issuer", name), Evidence("reason", reason), Evidence("root", "v10")]
    advice = catalogue().advice(Finding("chain.root_unknown", tuple(facts)))
    assert SAID[reason] in f"{advice.title} {advice.explanation}"
    assert "listaars.iti.gov.br" in " ".join(advice.steps)
    assert name in f"{advice.title} {advice.explanation} {advice.steps}" or "v10" in str(advice)


def test_every_reason_of_a_root_has_its_words() -> None:
    assert {*map(str, ELSEWHERE), "retired", "unlisted"} <= SAID.keys()
    assert {str(p) for p in PURPOSES.values()} - {"user"} <= SAID.keys()


def told(root: Certificate, *pool: Certificate) -> tuple[str, object, object]:
    """What is said first of a chain that ends in this root."""
    fault = judge(root, (root, *pool), pinned(), MOMENT).faults[0]
    return fault.code, fault.get("root"), fault.get("reason")


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.USER])
def test_a_chain_that_ends_in_a_known_root_says_which(purpose: Purpose) -> None:
    root = ca("Autoridade Certificadora Raiz Inventada v77", own=f"root {purpose}")
    below = ca("AC ABAIXO DELA", root)
    holder = leaf(below)
    known = Root("v77", root.facts.common_name, purpose, root.facts.sha256)
    trust = replace(pinned(), known={root.facts.sha256: known})
    pool = (root.facts, below.facts)
    fault = judge(holder.facts, pool, trust, NOW).faults[0]
    assert (fault.code, fault.get("root"), fault.get("reason")) == (
        "chain.root_unknown",
        "v77",
        str(purpose),
    )
    assert SAID[str(purpose)] in str(catalogue().advice(fault))
    late = judge(holder.facts, pool, trust, root.facts.not_after + DAY).faults
    assert "chain.ca_expired" in {one.code for one in late}
    without = judge(holder.facts, pool[1:], trust, NOW).faults[0]
    by_name = "chain.root_unknown" if purpose in ELSEWHERE else "chain.issuer_missing"
    assert without.code == by_name


def test_a_newer_one_is_named_so_and_a_borrowed_name_is_none() -> None:
    newer = ca("Autoridade Certificadora Raiz Brasileira v99", begins=NOW)
    assert told(newer.facts)[0] == "chain.root_newer"
    lent = ca("Autoridade Certificadora Raiz  BRASILEIRA v12", begins=NOW)
    assert told(lent.facts) == ("chain.root_unknown", None, "borrowed_name")
    older = ca("Autoridade Certificadora Raiz Brasileira v99")
    assert told(older.facts) == ("chain.root_unknown", None, "stranger")
    tests = ca("AC Raiz de Homologação Inventada", begins=NOW)
    assert told(tests.facts)[0] == "chain.test_root"


@shared
@pytest.mark.shared
def test_the_real_roots() -> None:
    found = bundle.certificates((FACTS / "roots.pem").read_bytes())
    roots = {pinned().version(r): told(r) for r in found if isinstance(r, Certificate)}
    assert roots == {
        "v5": ("chain.valid", "v5", None),
        "v10": ("chain.root_unknown", "v10", "server"),
        "v11": ("chain.root_unknown", "v11", "code"),
        "v12": ("chain.valid", "v12", None),
    }


@shared
@pytest.mark.shared
def test_every_fingerprint_agrees_with_the_inventory() -> None:
    trust = pinned()
    rows = list(csv.DictReader((FACTS / "inventory.csv").read_text("utf-8").splitlines()))
    inventory = {
        row["sha256"]: row["trust"].removeprefix("production root ").partition(" ")[0]
        for row in rows
        if row["trust"].startswith("production root")
    }
    assert inventory == {pin: root.version for pin, root in trust.known.items()}
    dates = {row["sha256"]: row["not_after"] for row in rows}
    for pin, root in trust.known.items():
        gone = datetime.fromisoformat(dates[pin]).replace(tzinfo=UTC) < MOMENT
        assert gone == (root.purpose is Purpose.RETIRED), root.version
    strangers = {row["sha256"] for row in rows if row["role"] == "root" and "NOT" in row["trust"]}
    assert strangers <= trust.test_roots
    pins = json.loads((FACTS / "root_pins.json").read_text("utf-8"))
    text = json.dumps(pins)
    assert all(pin in text for pin in trust.roots_sha256)
