"""Every case of our table gets the cause that was written down for it, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.unit.pki.cases.__main__ import DOCUMENT
from tests.unit.pki.cases.program import judged
from tests.unit.pki.cases.table import document, table

from a3check.core.register import Status, register

if TYPE_CHECKING:
    from tests.unit.pki.cases.case import Case

    from a3check.core.verdict import Verdict

ROWS = 110
"""The least; with the 56 of the other table more than 150."""

OF_A_TOKEN = {"absent", "key_missing", "several", "not_found"}
OF_A_COMPUTER = {"not_installed"}
NO_FILE_SHOWS = {f"certificate.{code}" for code in OF_A_TOKEN} | {
    f"chain.{code}" for code in OF_A_COMPUTER
}

PASSED = {
    "certificate.usable": {"certificate.expires_soon"},
    "chain.valid": {"chain.ca_withdrawn"},
    "revocation.good": set[str](),
}
"""By check: what it says where all is well, and which warnings may stand beside that."""


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """What the program says of each case, by its name."""
    return {case.name: judged(case) for case in table()}


def told(verdict: Verdict) -> tuple[str | None, list[str]]:
    cause = verdict.cause.code if verdict.cause else None
    return cause, sorted({f.code for f in verdict.also} - {cause})


def wanted(case: Case) -> tuple[str | None, list[str]]:
    return case.cause, sorted(case.also)


def test_each_has_its_cause_and_what_stands_beside_it(verdicts: dict[str, Verdict]) -> None:
    found = {case.name: told(judged(case)) for case in table()}
    assert found == {case.name: wanted(case) for case in table()}


def test_what_is_unknown_never_fails(
    verdicts: dict[str, Verdict],
) -> None:
    for case in table():
        verdict = verdicts[case.name]
        rule = register().codes[case.cause] if case.cause else None
        failed = rule is not None and rule.status is Status.FAILED
        assert (verdict.status is Status.FAILED) is failed, case.name
        if failed:
            continue
        statuses = {f.status for outcome in verdict.outcomes for f in outcome.findings}
        assert Status.FAILED not in statuses, case.name
        assert (Status.UNKNOWN in statuses) is (case.cause is not None), case.name


def test_what_passed_is_said_where_nothing_speaks_against_it(
    verdicts: dict[str, Verdict],
) -> None:
    for case in table():
        codes = {f.code for o in verdicts[case.name].outcomes for f in o.findings}
        for passed, beside in PASSED.items():
            check = passed.partition(".")[0]
            against = {c for c in codes if c.startswith(check) and c != passed} - beside
            judged_at_all = check == "certificate" or "certificate.unreadable" not in codes
            assert (passed in codes) is (judged_at_all and not against), case.name


def test_the_names_are_unique_and_the_rows_many() -> None:
    twice = [name for name, times in Counter(case.name for case in table()).items() if times > 1]
    assert not twice
    assert len(table()) >= ROWS


def test_every_code_that_a_file_can_show_is_shown(
    verdicts: dict[str, Verdict],
) -> None:
    shown = {
        finding.code
        for verdict in verdicts.values()
        for outcome in verdict.outcomes
        for finding in outcome.findings
    }
    causes = {case.cause for case in table()}
    for code, rule in register().codes.items():
        check = code.partition(".")[0]
        if check not in {"certificate", "chain", "revocation"} or code in NO_FILE_SHOWS:
            continue
        assert code in shown, code
        assert code in causes or rule.status in {Status.PASSED, Status.WARNING}, code


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.unit.pki.cases"
