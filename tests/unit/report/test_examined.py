"""What is written of a certificate that was judged without a token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.model import Evidence, Finding, Outcome
from a3check.core.register import Status
from a3check.report.examined import Examined, Writer
from a3check.report.mask import Masker

WORDS = catalogue()
UNTIL = datetime(2029, 5, 4, 12, tzinfo=UTC)
HOLDER = Evidence("holder", "FULANA DE TAL TESTE", private=True)
USABLE = found("certificate.usable", issuer="AC", policy="A3", not_after=UNTIL)
SOON = found(
    "certificate.expires_soon",
    secretly("holder", "FULANA DE TAL TESTE"),
    not_after=UNTIL,
    days=3,
    judged_by="trusted",
    issuer="AC",
)
EXPIRED = found("certificate.expired", not_after=UNTIL, days=3, judged_by="trusted")
OF_AN_AC = found("certificate.wrong_type", policy="", reason="authority").lower()
UNREAD = found("certificate.unreadable", reason="folder", source="file")
VALID = found("chain.valid", path=("AC",), root="v5")
WITHDRAWN = found("chain.ca_withdrawn", subject="AC X")
GOOD = found("revocation.good", date=UNTIL, source="a.crl")
OPEN = found(
    "revocation.unreachable",
    secretly("subject", "FULANA DE TAL TESTE"),
    urls=("http://x/: timeout",),
)


def examined(
    *certificate: Finding,
    chain: Outcome | None = None,
    revocation: Outcome | None = None,
    file: str = "a.pem",
    of: int = 1,
    holder: Evidence | None = HOLDER,
) -> Examined:
    outcomes = (
        Outcome("certificate", certificate),
        chain or Outcome("chain", (VALID,)),
        revocation or Outcome("revocation", (GOOD,)),
    )
    return Examined(file, of - 1, of, outcomes, holder)


def writer(what: Examined, *, masked: bool = True) -> Writer:
    return Writer(what, Masker() if masked else None, WORDS)


def verdict(what: Examined, *, masked: bool = True) -> dict[str, Any]:
    return cast("dict[str, Any]", writer(what, masked=masked).entry()["verdict"])


def test_an_object_a_certificate() -> None:
    entry = writer(examined(USABLE, of=3)).entry()
    assert list(entry) == ["file", "index", "verdict", "checks"]
    assert (entry["file"], entry["index"]) == ("a.pem", 2)
    checks = cast("list[dict[str, Any]]", entry["checks"])
    assert [check["name"] for check in checks] == ["certificate", "chain", "revocation"]
    assert [check["status"] for check in checks] == ["passed"] * 3


@pytest.mark.parametrize(
    ("what", "status", "cause", "end"),
    [
        (examined(USABLE), "passed", None, Status.PASSED),
        (examined(SOON, USABLE), "passed", None, Status.WARNING),
        (examined(OF_AN_AC), "passed", None, Status.WARNING),
        (
            examined(OF_AN_AC, revocation=Outcome("revocation", because="chain")),
            "passed",
            None,
            Status.WARNING,
        ),
        (examined(EXPIRED), "failed", "certificate.expired", Status.FAILED),
        (
            examined(USABLE, revocation=Outcome("revocation", (OPEN,))),
            "unknown",
            "revocation.unreachable",
            Status.UNKNOWN,
        ),
        (
            examined(USABLE, chain=Outcome("chain", crash="KeyError")),
            "unknown",
            None,
            Status.CRASHED,
        ),
        (
            examined(EXPIRED, chain=Outcome("chain", crash="KeyError")),
            "failed",
            "certificate.expired",
            Status.FAILED,
        ),
        (
            examined(USABLE, revocation=Outcome("revocation", because="user")),
            "unknown",
            None,
            Status.PASSED,
        ),
    ],
)
def test_the_verdict(what: Examined, status: str, cause: str | None, end: Status) -> None:
    said = verdict(what)
    assert (said["status"], said["cause"]) == (status, cause)
    assert what.status is end


def test_the_words_of_an_end_without_a_cause() -> None:
    said = verdict(examined(USABLE))
    assert said["title"] == WORDS.words("report", "examined_title")
    assert (said["blame"], said["acts"], said["steps"]) == ("nobody", "nobody", [])
    crashed = verdict(examined(USABLE, chain=Outcome("chain", crash="KeyError")))
    assert crashed["title"] == WORDS.words("report", "crashed_title")
    assert crashed["steps"]
    cut = verdict(examined(USABLE, chain=Outcome("chain", because="user")))
    assert cut["title"] == WORDS.words("report", "incomplete_title")


def test_a_line_names_file_holder_cause_and_who_acts() -> None:
    line = writer(examined(EXPIRED)).line()
    acts = WORDS.words("cli", "acts", acts=WORDS.words("acts", "supplier"))
    assert line.split(" · ") == ["a.pem", "F*** T*** T***", WORDS.advice(EXPIRED).title, acts]
    assert "FULANA DE TAL TESTE" in writer(examined(EXPIRED), masked=False).line()


def test_a_line_of_one_of_several() -> None:
    assert writer(examined(USABLE, of=2)).line().startswith("a.pem[1] · ")


def test_nobody_acts_where_nothing_is_wrong() -> None:
    for what in (examined(USABLE), examined(OF_AN_AC), examined(UNREAD, holder=None)):
        assert WORDS.words("cli", "acts", acts="") not in writer(what).line()
    assert WORDS.words("acts", "supplier") in writer(examined(SOON, USABLE)).line()


def test_a_line_of_what_could_not_be_concluded() -> None:
    crashed = examined(USABLE, chain=Outcome("chain", crash="KeyError"))
    assert WORDS.words("report", "crashed_title") in writer(crashed).line()
    assert next(iter(writer(crashed).details())) == WORDS.words("report", "crashed_explanation")


def test_a_name_in_the_files_name_is_masked_too() -> None:
    what = examined(USABLE, file="/home/maria/fulana de tal teste.pem")
    assert writer(what).entry()["file"] == "~/F*** T*** T***.pem"
    assert writer(what).line().startswith("~/F*** T*** T***.pem · ")
    assert writer(what, masked=False).entry()["file"] == what.file


def test_a_line_stays_one_whatever_the_names_hold() -> None:
    what = examined(USABLE, file="a\n\x1b[2J\u202e\udcff.pem")
    line = writer(what, masked=False).line()
    assert line.isprintable()
    assert line.startswith("a??[2J??.pem · ")


def test_the_details() -> None:
    lines = list(writer(examined(EXPIRED, chain=Outcome("chain", (WITHDRAWN,)))).details())
    advice = WORDS.advice(EXPIRED)
    assert lines[0] == advice.explanation
    assert lines[1 : 1 + len(advice.steps)] == [
        f"  {number}. {step}" for number, step in enumerate(advice.steps, 1)
    ]
    assert lines[-3:] == [
        WORDS.words("cli", "also"),
        f"  - {WORDS.advice(WITHDRAWN).title}",
        WORDS.words("cli", "code", code="certificate.expired"),
    ]


def test_the_details_of_what_passed_are_its_code() -> None:
    assert list(writer(examined(USABLE)).details()) == [
        WORDS.words("cli", "code", code="certificate.usable")
    ]
