"""Every report that is written is valid against the schema that ships with it."""

import copy
import json
from collections.abc import Callable
from typing import Any, cast

import jsonschema
import pytest
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check.core.catalogue import catalogue
from a3check.core.model import Diagnosis, Evidence, Finding, Outcome
from a3check.core.register import Acts, Blame, Status, register
from a3check.core.resources import resource
from a3check.report.document import document, dumps
from a3check.report.examined import CHECKS, Examined, Writer
from a3check.report.mask import Masker

SCHEMA = json.loads(resource("report.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
CERTIFICATES = jsonschema.Draft202012Validator(
    {**SCHEMA["$defs"]["certificates"], "$defs": SCHEMA["$defs"]},
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)
"""What `a3check certificado` writes."""
KEY = b"chave inventada"


def written(what: Diagnosis, *, masked: bool = True) -> dict[str, Any]:
    report = document(what, ABOUT, masked=masked, masker=Masker(IDENTITY, KEY))
    return cast("dict[str, Any]", json.loads(dumps(report)))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("code", register().codes)
def test_a_report_of_every_code_is_valid(code: str) -> None:
    report = written(diagnosis(finding(code)))
    VALIDATOR.validate(report)
    verdict = report["verdict"]
    sentences = (verdict["title"], verdict["explanation"], *verdict["steps"])
    assert all(set("{}").isdisjoint(sentence) for sentence in sentences), "a placeholder is left"


def _bare(found: Finding) -> Finding:
    return Finding(found.code)


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("changed", [Finding.lower, _bare, copy.copy])
def test_all_codes_in_one_report(changed: Callable[[Finding], Finding], masked: bool) -> None:
    found = [changed(finding(code)) for code in register().codes]
    report = written(diagnosis(*found), masked=masked)
    VALIDATOR.validate(report)
    assert [check["name"] for check in report["checks"]] == list(register().checks)
    told = [one["code"] for check in report["checks"] for one in check["findings"]]
    assert set(told) == set(register().codes)


@pytest.mark.parametrize("code", register().codes)
def test_a_lowered_cause_is_valid(code: str) -> None:
    VALIDATOR.validate(written(diagnosis(finding(code).lower())))


@pytest.mark.parametrize(
    "ended",
    [
        diagnosis(),
        diagnosis(complete=False),
        diagnosis(crashed="chain"),
        diagnosis(finding("card.absent"), crashed="chain"),
        diagnosis(finding("login.accepted"), finding("network.offline")),
        diagnosis(finding("certificate.company"), finding("login.rejected")),
    ],
    ids=["empty", "cancelled", "crashed", "failed and crashed", "passed", "explained"],
)
def test_every_kind_of_end_is_valid(ended: Diagnosis) -> None:
    VALIDATOR.validate(written(ended))


def test_odd_values_are_valid() -> None:
    odd = (
        Evidence("text", "\ud800\x00\x1b[31m"),
        Evidence("number", float("nan")),
        Evidence("greatest", float("inf")),
        Evidence("huge", 10**40),
        Evidence("nothing", ()),
        Evidence("flag", value=True),
        Evidence("hidden", 12, private=True),
    )
    VALIDATOR.validate(written(diagnosis(Finding("reader.absent", odd))))


def test_enumerations_are_the_registers() -> None:
    kinds = SCHEMA["$defs"]
    assert kinds["blame"]["enum"] == list(Blame)
    assert kinds["acts"]["enum"] == list(Acts)
    assert kinds["check"]["properties"]["status"]["enum"] == list(Status)


def test_unknown_fields_are_welcome() -> None:
    report = written(diagnosis(finding("card.absent")))
    for place in (report, report["app"], report["verdict"], report["checks"][0]):
        place["later"] = {"any": 1}
    VALIDATOR.validate(report)


@pytest.mark.parametrize("code", register().codes)
def test_a_certificate_of_every_code_is_valid(code: str) -> None:
    for found in (finding(code), finding(code).lower()):
        what = Examined("a.pem", 0, 1, tuple(Outcome(name, (found,)) for name in CHECKS))
        entry = Writer(what, Masker(IDENTITY, KEY), catalogue()).entry()
        CERTIFICATES.validate(json.loads(dumps([entry])))


@pytest.mark.parametrize("missing", ["file", "index", "verdict", "checks"])
def test_a_certificate_without_a_part_is_refused(missing: str) -> None:
    what = Examined("a.pem", 0, 1, tuple(Outcome(name, because="user") for name in CHECKS))
    entry = Writer(what, None, catalogue()).entry()
    CERTIFICATES.validate([entry])
    del entry[missing]
    assert not CERTIFICATES.is_valid([entry])
    assert not CERTIFICATES.is_valid({})


def _set(*path: str | int, value: object) -> Callable[[Any], None]:
    def spoil(report: Any) -> None:  # noqa: ANN401 - JSON of any shape
        for name in path[:-1]:
            report = report[name]
        report[path[-1]] = value

    return spoil


CARD = register().checks.index("card")
SPOILERS = {
    "format": _set("format", value="other"),
    "version": _set("version", value=2),
    "id": _set("id", value="7f3a"),
    "naive moment": _set("started", value="2026-11-22T14:31:07"),
    "seconds": _set("seconds", value=-1),
    "form": _set("form", value="nuvem"),
    "verdict": _set("verdict", "status", value="warning"),
    "passed with a cause": _set("verdict", "status", value="passed"),
    "failed without cause": _set("verdict", "cause", value=None),
    "blame": _set("verdict", "blame", value="me"),
    "acts": _set("verdict", "acts", value="aam"),
    "code": _set("verdict", "also", value=["Card absent"]),
    "status": _set("checks", CARD, "status", value="ok"),
    "finding": _set("checks", CARD, "findings", 0, "status", value="crashed"),
    "failed without finding": _set("checks", CARD, "findings", value=[]),
    "skipped without reason": _set("checks", 0, "because", value=7),
    "crash without type": _set("checks", CARD, "status", value="crashed"),
    "evidence": _set("checks", CARD, "findings", 0, "evidence", value={"a": {"b": 1}}),
    "fixed evidence": _set("checks", CARD, "findings", 0, "evidence", value={"port": "443"}),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_what_is_wrong_is_refused(spoil: Callable[[Any], None]) -> None:
    report = copy.deepcopy(written(diagnosis(finding("card.absent"))))
    VALIDATOR.validate(report)
    spoil(report)
    assert not VALIDATOR.is_valid(report)


def test_the_words_are_there() -> None:
    words = catalogue()
    assert all(words.words("status", status) for status in Status)
    assert all(words.words("acts", acts) for acts in Acts)
