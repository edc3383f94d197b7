"""The report: its fields, its mask, its verdict."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from tests.unit.report.samples import (
    ABOUT,
    CPF,
    HOLDER,
    IDENTITY,
    SERIAL,
    STARTED,
    diagnosis,
    finding,
)

from a3check.core.model import Diagnosis, Evidence, Finding, Outcome
from a3check.core.register import register
from a3check.report.document import About, document, dumps, report_id
from a3check.report.entries import moment
from a3check.report.mask import Masker

MASKER = Masker(IDENTITY, b"chave inventada")


def written(what: Diagnosis, *, masked: bool = True, about: About = ABOUT) -> dict[str, Any]:
    return cast("dict[str, Any]", document(what, about, masked=masked, masker=MASKER))


def check(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in report["checks"] if entry["name"] == name)


def test_the_head_says_when_where_and_with_what() -> None:
    report = written(diagnosis(finding("card.absent")))
    assert list(report) == [
        "format",
        "version",
        "id",
        "started",
        "seconds",
        "app",
        "profile",
        "masked",
        "form",
        "place",
        "computer",
        "verdict",
        "checks",
        "complete",
    ]
    assert report["format"] == "a3check-report"
    assert report["version"] == 1
    assert report["started"] == "2026-11-22T14:31:07-04:00"
    assert report["seconds"] == 6.432
    assert report["app"] == {
        "version": "0.1.0",
        "catalogue": "2026-11-22",
        "ca_bundle": "2026-06-25",
    }
    assert report["profile"] == {"name": "inss", "modified": False}
    assert report["form"] == "token"
    assert report["complete"] is True
    assert report["computer"] == {
        "system": "Windows 11 23H2",
        "arch": "x86_64",
        "session": "local",
        "locale": "pt_BR",
    }


def test_a_failed_finding_is_the_cause() -> None:
    absent = finding("card.absent")
    verdict = written(diagnosis(absent, finding("chain.not_installed")))["verdict"]
    assert verdict["status"] == "failed"
    assert verdict["cause"] == "card.absent"
    assert verdict["blame"] == absent.blame
    assert verdict["acts"] == absent.acts
    assert verdict["title"]
    assert verdict["steps"]
    assert verdict["also"] == ["chain.not_installed"]


def test_the_same_code_stands_once_in_also() -> None:
    hung = finding("driver.hung")
    other = replace(hung, evidence=(Evidence("module", "/usr/lib/outro.so"), *hung.evidence[1:]))
    verdict = written(diagnosis(finding("clock.wrong"), hung, other))["verdict"]
    assert verdict["also"] == ["driver.hung"]


def test_passed_has_no_cause_and_speaks_with_the_login() -> None:
    report = written(diagnosis(finding("login.accepted")))
    verdict = report["verdict"]
    assert verdict["status"] == "passed"
    assert (verdict["cause"], verdict["blame"], verdict["acts"]) == (None, "nobody", "nobody")
    assert verdict["title"] == check(report, "login")["findings"][0]["title"]


def test_settled_outcomes_are_written() -> None:
    report = written(diagnosis(finding("network.port_blocked"), finding("login.accepted")))
    lowered = check(report, "network")["findings"][0]
    assert lowered["lowered"] is True
    assert lowered["status"] == "warning"
    assert check(report, "network")["status"] == "warning"


@pytest.mark.parametrize(
    ("ended", "steps"),
    [
        (diagnosis(finding("reader.connected")), 0),
        (diagnosis(complete=False), 0),
        (diagnosis(crashed="chain"), 1),
    ],
    ids=["unknown", "cancelled", "crashed"],
)
def test_an_end_without_cause_has_words_of_its_own(ended: Diagnosis, steps: int) -> None:
    verdict = written(ended)["verdict"]
    assert verdict["status"] == "unknown"
    assert verdict["cause"] is None
    assert verdict["title"]
    assert verdict["explanation"]
    assert len(verdict["steps"]) == steps


def test_those_words_differ() -> None:
    ends = (diagnosis(), diagnosis(complete=False), diagnosis(crashed="chain"))
    assert len({written(ended)["verdict"]["title"] for ended in ends}) == 3


def test_every_check_has_its_entry() -> None:
    partial = Diagnosis((Outcome("token", because="driver"),), STARTED, 1.0)
    report = written(partial)
    assert [entry["name"] for entry in report["checks"]] == list(register().checks)
    assert check(report, "token")["because"] == "driver"
    assert check(report, "reader")["because"] == "option"
    assert check(report, "reader")["requires"] == ["service"]
    cut = written(replace(partial, complete=False))
    assert check(cut, "reader")["because"] == "user"


def test_a_crashed_check_names_the_error() -> None:
    entry = check(written(diagnosis(crashed="chain")), "chain")
    assert entry["status"] == "crashed"
    assert entry["crash"] == "ZeroDivisionError"
    assert entry["findings"] == []
    assert "because" not in entry


def test_what_was_taken_over_says_when_it_was_measured() -> None:
    whole = diagnosis()
    first, *others = whole.outcomes
    kept = replace(first, measured=STARTED)
    report = written(replace(whole, outcomes=(kept, *others)))
    assert check(report, first.check)["measured"] == report["started"]
    assert sum("measured" in entry for entry in report["checks"]) == 1


def test_evidence_is_json() -> None:
    facts = (
        Evidence("not_after", STARTED),
        Evidence("readers", ("um", "dois")),
        Evidence("port", 443),
        Evidence("seconds", 1.5),
        Evidence("odd", float("-inf")),
        Evidence("flag", value=True),
    )
    report = written(diagnosis(Finding("reader.absent", facts)))
    assert check(report, "reader")["findings"][0]["evidence"] == {
        "not_after": "2026-11-22T14:31:07-04:00",
        "readers": ["um", "dois"],
        "port": 443,
        "seconds": 1.5,
        "odd": "-inf",
        "flag": True,
    }


def test_private_values_are_nowhere_in_a_masked_report() -> None:
    talkative = Finding(
        "any.driver_died",
        (
            Evidence("call", "C_Sign"),
            Evidence("exit", f"{HOLDER} {CPF} {SERIAL} 192.168.77.5 PC-INVENTADO"),
            Evidence("module", "/home/jinventada/lib/x.so"),
            Evidence("token_serial", SERIAL, private=True),
            Evidence("holder", HOLDER, private=True),
        ),
    )
    found = diagnosis(finding("token.ready"), finding("certificate.expired"), talkative)
    text = dumps(written(found))
    for private in (HOLDER, CPF, SERIAL, "192.168.77.5", "PC-INVENTADO", "jinventada", "555"):
        assert private.casefold() not in text.casefold()
    assert "~/lib/x.so" in text
    assert "J*** I*** S***" in text


def test_steps_and_titles_are_made_of_masked_facts() -> None:
    path = Evidence("module", "/home/jinventada/lib/x.so", private=True)
    facts = (path, Evidence("call", "C_Login"), Evidence("seconds", 25))
    report = written(diagnosis(Finding("driver.hung", facts)))
    assert "jinventada" not in dumps(report)
    assert "~/lib/x.so" in report["verdict"]["title"] + report["verdict"]["explanation"]


def test_in_clear_everything_is_there() -> None:
    report = written(diagnosis(finding("certificate.expired")), masked=False)
    assert report["masked"] is False
    assert report["place"]["contact"] == "joana@inventada.test, 555"
    evidence = check(report, "certificate")["findings"][0]["evidence"]
    assert evidence["holder"] == f"{HOLDER}:{CPF}"
    several = written(diagnosis(finding("certificate.several")), masked=False)
    evidence = check(several, "certificate")["findings"][0]["evidence"]
    assert evidence["certificates"] == [f"{HOLDER}:{CPF}"]


def test_the_place_is_the_users_own_words() -> None:
    place = ABOUT.place._replace(
        entity="Prefeitura 529.982.247-25", agreement="", email="", phone=""
    )
    written_place = written(diagnosis(), about=replace(ABOUT, place=place))["place"]
    assert written_place == {
        "municipality": "Município Inventado",
        "state": "AM",
        "entity": "Prefeitura ***.982.247-**",
        "agreement": None,
        "contact": None,
    }
    assert written(diagnosis())["place"]["contact"] == "***"
    clear = written(diagnosis(), masked=False, about=replace(ABOUT, place=place))
    assert clear["place"]["contact"] is None


def test_without_a_masker_patterns_are_masked_all_the_same() -> None:
    report = document(diagnosis(finding("certificate.expired")), ABOUT)
    assert CPF not in dumps(report)


def test_odd_durations_are_numbers() -> None:
    report = written(replace(diagnosis(), seconds=float("nan")))
    assert report["seconds"] == 0.0


def test_the_text_is_stable_utf8_with_a_final_newline() -> None:
    report = written(diagnosis(finding("card.absent")))
    text = dumps(report)
    assert text == dumps(written(diagnosis(finding("card.absent"))))
    assert text.endswith("}\n")
    assert text.startswith('{\n  "format"')
    assert "Município" in text
    assert json.loads(text) == report


def test_a_fact_that_json_cannot_hold_loses_no_report() -> None:
    report = document(diagnosis(), ABOUT)
    assert "b'x'" in dumps({**report, "later": cast("str", b"x")})


def test_report_ids() -> None:
    assert report_id(STARTED, b"\x7f\x3a") == "20261122T143107-7f3a"
    assert report_id(STARTED, b"\x7f\x3a\xff") == "20261122T143107-7f3a"
    assert report_id(STARTED, b"") == "20261122T143107-0000"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (STARTED, "2026-11-22T14:31:07-04:00"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00+00:00"),  # noqa: DTZ001 - on purpose
        (
            datetime(1900, 1, 2, tzinfo=timezone(timedelta(hours=-4, seconds=4))),
            "1900-01-01T23:59:56-04:00",
        ),
    ],
)
def test_moments(value: datetime, expected: str) -> None:
    assert moment(value) == expected
