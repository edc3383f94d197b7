from datetime import UTC, datetime

import pytest

from a3check.core.check import found, secretly
from a3check.core.model import Diagnosis, Evidence, Finding, Outcome, findings
from a3check.core.register import Acts, Blame, Status

FAILED, UNKNOWN = found("card.absent", readers=()), found("clock.unverified")
WARNING, PASSED = found("card.unknown"), found("reader.connected")


@pytest.mark.parametrize(
    ("finding", "status", "lowered", "marked"),
    [
        (FAILED, Status.FAILED, Status.WARNING, True),
        (UNKNOWN, Status.UNKNOWN, Status.WARNING, True),
        (WARNING, Status.WARNING, Status.WARNING, False),
        (PASSED, Status.PASSED, Status.PASSED, False),
    ],
)
def test_lowering_never_raises(
    finding: Finding, status: Status, lowered: Status, marked: bool
) -> None:
    assert finding.status is status
    assert finding.lower().status is lowered
    assert finding.lower().lowered is marked
    assert finding.lower().lower() == finding.lower()


def test_a_pass_that_is_marked_all_the_same_stays_one() -> None:
    assert Finding("reader.connected", lowered=True).status is Status.PASSED


def test_the_register_knows_whose_it_is() -> None:
    assert (FAILED.blame, FAILED.acts) == (Blame.TOKEN, Acts.USER)
    assert FAILED.rule.name == "card.absent"
    with pytest.raises(KeyError):
        _ = Finding("card.odd").rule


def test_evidence_by_its_name() -> None:
    finding = found("card.present", secretly("owner", "Fulano"), reader="R", atr="3B")
    assert finding.evidence == (
        Evidence("reader", "R"),
        Evidence("atr", "3B"),
        Evidence("owner", "Fulano", private=True),
    )
    assert (finding.get("atr"), finding.get("none")) == ("3B", None)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome("card"), Status.SKIPPED),
        (Outcome("card", (PASSED, WARNING)), Status.WARNING),
        (Outcome("card", (UNKNOWN, WARNING)), Status.UNKNOWN),
        (Outcome("card", (FAILED, UNKNOWN)), Status.FAILED),
        (Outcome("card", (FAILED,), crash="TypeError"), Status.CRASHED),
    ],
)
def test_an_outcome_is_its_worst_finding(outcome: Outcome, status: Status) -> None:
    assert outcome.status is status


def test_a_diagnosis() -> None:
    broken = Outcome("card", crash="TypeError")
    fine = Outcome("reader", (PASSED,))
    made = Diagnosis((fine, broken), datetime(2026, 11, 22, tzinfo=UTC), 1.0)
    assert made.crashed
    assert made.complete
    assert made.outcome("card") is broken
    assert findings(made.outcomes) == (PASSED,)
    assert not Diagnosis((fine,), made.started, 1.0).crashed
