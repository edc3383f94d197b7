"""Which CAs may go into Windows: only what holds, down from a trusted root, and never that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.pki.maker import AC1, AC2, DAY, NOW, ROOT, TRUST, Made, ca, trusting

from a3check.pki.installable import installable, lacking_root

if TYPE_CHECKING:
    from a3check.pki.certificate import Certificate

ABOVE = (AC2.facts, AC1.facts, ROOT.facts)
NOWHERE = (False, False, False)


def names(*made: Made) -> tuple[Certificate, ...]:
    return tuple(each.facts for each in made)


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (NOWHERE, (AC2, AC1)),
        ((True, False, False), (AC1,)),
        ((False, True, True), (AC2,)),
        ((True, True, False), ()),
        ((False,), (AC2, AC1)),
    ],
)
def test_what_windows_lacks_is_put_there_but_no_root(
    there: tuple[bool, ...], wanted: tuple[Made, ...]
) -> None:
    assert installable(ABOVE, there, TRUST, NOW) == names(*wanted)


def test_nothing_hangs_on_a_root_that_is_not_trusted() -> None:
    stranger = ca("Autoridade Certificadora Raiz Inventada v5", own="another")
    assert installable(ABOVE, NOWHERE, trusting(stranger), NOW) == ()
    assert installable((), (), TRUST, NOW) == ()
    assert installable((AC2.facts, AC1.facts), NOWHERE, TRUST, NOW) == (), "no root in it"


FORGED = ca("AC INVENTADA v5", ROOT, signer=AC2.key)
LATE = ca("AC INVENTADA v5", ROOT, ends=NOW - DAY)
EARLY = ca("AC INVENTADA v5", ROOT, begins=NOW + DAY)
NO_CA = ca("AC INVENTADA v5", ROOT, is_ca=False)


@pytest.mark.parametrize("middle", [FORGED, LATE, EARLY, NO_CA, ca("AC INVENTADA v5")])
def test_neither_what_does_not_hold_nor_what_is_below_it(middle: Made) -> None:
    above = (AC2.facts, middle.facts, ROOT.facts)
    assert installable(above, NOWHERE, TRUST, NOW) == ()


def test_not_what_left_the_list() -> None:
    left = replace(TRUST, withdrawn=frozenset({AC2.facts.sha256}))
    assert installable(ABOVE, NOWHERE, left, NOW) == names(AC1)


def test_the_root_that_is_missing_is_named() -> None:
    assert lacking_root(ABOVE, NOWHERE) == "Autoridade Certificadora Raiz Inventada v5"
    assert lacking_root(ABOVE, (False, False, True)) == ""
    assert lacking_root((), ()) == ""
