"""Which verdicts ask for a print of the browser's error."""

import pytest
from tests.unit.report.samples import diagnosis, finding

from a3check.core.register import Blame, Status, register
from a3check.core.verdict import conclude
from a3check.ui.print_wanted import print_wanted


def test_no_cause_asks_for_none() -> None:
    assert not print_wanted(diagnosis(finding("login.accepted")))
    assert not print_wanted(diagnosis())


@pytest.mark.parametrize("code", register().codes)
def test_every_code_that_is_the_portals_or_of_the_way_into_it(code: str) -> None:
    ended = diagnosis(finding(code))
    if conclude(ended).cause is None:
        return
    rule = register().codes[code]
    assert rule.status is not Status.PASSED
    wanted = rule.blame is Blame.PORTAL or code.startswith(("server.", "login."))
    assert print_wanted(ended) is wanted
