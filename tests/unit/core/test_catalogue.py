import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from a3check.core import catalogue as module
from a3check.core.catalogue import Advice, Catalogue, CatalogueError, catalogue, shown_value
from a3check.core.check import Check, found
from a3check.core.model import Value
from a3check.core.register import register


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 11, 22, 9, 5).astimezone(UTC), "22/11/2026 09:05"),
        (("a", "b"), "a, b"),
        ((), ""),
        (1.25, "1,2"),
        (3, "3"),
        ("texto", "texto"),
    ],
)
def test_facts_as_a_brazilian_reads_them(value: Value, shown: str) -> None:
    assert shown_value(value) == shown


@pytest.mark.parametrize("hours", [-4, 4])
def test_a_date_at_the_ends_of_time_is_shown_as_it_is(
    hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", f"XYZ{-hours:+d}")
    time.tzset()
    try:
        first = datetime(1, 1, 1, tzinfo=UTC)
        last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
        assert shown_value(first) == ("01/01/1 00:00" if hours < 0 else "01/01/1 04:00")
        assert shown_value(last) == ("31/12/9999 19:59" if hours < 0 else "31/12/9999 23:59")
    finally:
        monkeypatch.undo()
        time.tzset()


def words(table: dict[str, Any], system: str = "linux") -> Catalogue:
    made = Catalogue(system)
    made._tables = {**made._tables, "card": {**made._tables["card"], **table}}
    return made


ENTRY = {
    "absent": {
        "title": "Sem cartão em {readers}",
        "explanation": "Leitora {reader}.",
        "steps": ["Passo.", "Olhe {reader}.", "Olhe {readers}."],
        "windows": {"steps": ["No Windows."]},
    }
}


def test_advice_is_filled_and_a_step_without_its_fact_is_left_out() -> None:
    advice = words(ENTRY).advice(found("card.absent", readers=("A", "B")))
    assert advice == Advice("Sem cartão em A, B", "Leitora —.", ("Passo.", "Olhe A, B."))


def test_an_empty_fact_is_a_dash_and_no_step() -> None:
    advice = words(ENTRY).advice(found("card.absent", readers=(), reader=""))
    assert advice == Advice("Sem cartão em —", "Leitora —.", ("Passo.",))


def test_other_facts_replace_the_evidence() -> None:
    masked: dict[str, Value] = {"readers": "***"}
    advice = words(ENTRY).advice(found("card.absent", readers=("A",)), facts=masked)
    assert advice.title == "Sem cartão em ***"


def test_a_systems_own_words() -> None:
    finding = found("card.absent", readers=("A",))
    assert words(ENTRY, "windows").advice(finding).steps == ("No Windows.",)
    assert words(ENTRY, "windows").template("card.absent").steps == ("No Windows.",)
    template = words(ENTRY).template("card.absent")
    assert (template.title, len(template.steps)) == ("Sem cartão em {readers}", 3)


CASES = {
    "absent": {
        "title": "Sem cartão",
        "windows": {"title": "No Windows"},
        "when": {"pulled": {"title": "Retirado", "steps": ["Olhe {reason}."]}},
    }
}


@pytest.mark.parametrize(
    ("evidence", "system", "title"),
    [
        ({"reason": "pulled"}, "linux", "Retirado"),
        ({"call": "pulled"}, "linux", "Retirado"),
        ({"source": "else", "call": "pulled"}, "linux", "Retirado"),
        ({"reason": "pulled"}, "windows", "Retirado"),
        ({"reason": "else"}, "windows", "No Windows"),
        ({}, "linux", "Sem cartão"),
    ],
)
def test_words_for_a_special_case(evidence: dict[str, Value], system: str, title: str) -> None:
    advice = words(CASES, system).advice(found("card.absent", **evidence))
    assert advice.title == title
    assert words(CASES, system).template("card.absent").title != "Retirado"


def test_words_alone() -> None:
    bare = words({"absent": {"title": "T"}})
    assert bare.advice(found("card.absent")) == Advice("T")
    assert bare.template("card.absent") == Advice("T")


def test_every_check_has_its_words_and_its_module() -> None:
    made = catalogue()
    assert made is catalogue()
    checks = made.checks()
    assert tuple(checks) == register().checks
    assert all(isinstance(check, Check) for check in checks.values())
    for name in checks:
        assert made.title(name)
        assert made.running(name)
    assert "x.json" in made.words("cli", "not_written", file="x.json")


@pytest.mark.parametrize(("platform", "system"), [("win32", "windows"), ("linux", "linux")])
def test_the_system_is_found_out(
    platform: str, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert Catalogue()._system == system


@pytest.mark.parametrize(
    ("check", "table", "fault"),
    [
        ("card", {"title": "T"}, "no words for check card"),
        ("card", {"title": "T", "doing": "D"}, "no words for code card.present"),
    ],
)
def test_a_missing_half_stops_the_start(check: str, table: dict[str, str], fault: str) -> None:
    made = Catalogue("linux")
    made._tables = {**made._tables, check: table}
    with pytest.raises(CatalogueError, match=fault):
        made._demand_all()


@pytest.mark.parametrize(
    "given", [SimpleNamespace(CHECK=7), SimpleNamespace(CHECK=Check(lambda _: (), ("pin",)))]
)
def test_a_module_that_is_no_check_stops_the_start(
    given: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "import_module", lambda _: given)
    with pytest.raises(CatalogueError, match=r"checks\.computer"):
        catalogue().checks()


def test_what_the_toolkit_leaves_in_english_has_words_of_ours() -> None:
    assert Catalogue("linux").left_over("&Look in:") == "&Procurar em:"
    assert Catalogue("linux").left_over("Cancel") == ""


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (r"C:\Windows\System32\aetpkss1.dll", "aetpkss1.dll"),
        (r"d:\driver do token.dll", "driver do token.dll"),
        (r"C:\Program Files\Assistente Desktop birdID\x64\vault-pkcs11.dll", "vault-pkcs11.dll"),
        ("/usr/lib/libaetpkss.so", "/usr/lib/libaetpkss.so"),
        ("SafeID Key Storage Provider", "SafeID Key Storage Provider"),
        ("C:\\", "C:\\"),
    ],
)
def test_a_title_names_a_file_of_windows_and_not_its_folders(path: str, named: str) -> None:
    for code in ("driver.not_a_library", "driver.not_pkcs11"):
        advice = Catalogue("windows").advice(found(code, module=path))
        assert advice.title.endswith(f": {named}")
    missing = found("driver.missing_dependency", module=path, loader="126")
    steps = Catalogue("linux").advice(missing).steps
    assert any(path in step for step in steps), "a step has the whole path"
