from dataclasses import replace

import pytest
from tests.unit.checks.world import MODULE, TOKEN
from tests.unit.pki.maker import NOW

from a3check.core.cryptoki import Candidate, Driver, HeaderFault, Token
from a3check.core.fault import Fault, FaultKind
from a3check.core.internet import Endpoint, ProxyServer
from a3check.core.question import Choice


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(TOKEN, module="/b", slot=9, serial="42", maker=" CASA ", label="TO-KEN"), True),
        (replace(TOKEN, serial="43"), False),
        (replace(TOKEN, maker="Outra"), False),
        (replace(TOKEN, label="Outro"), False),
        (replace(TOKEN, serial="00420"), False),
    ],
)
def test_a_physical_token_has_one_identity(other: Token, same: bool) -> None:
    assert (TOKEN.identity == other.identity) is same


def test_whether_a_driver_works() -> None:
    at = Candidate(MODULE)
    assert Driver(at).works
    assert not Driver(at, header=HeaderFault(library=False)).works
    assert not Driver(at, faults=(Fault(FaultKind.DIED, "load"),)).works


def test_places_in_words() -> None:
    assert str(Endpoint("h", 443)) == "h:443"
    assert "Basic" not in repr(ProxyServer("p", 1, "Basic eA=="))


def test_one_certificate_on_two_tokens_is_two_options() -> None:
    plain = Choice("ab", "FULANO", "AC", "A3", NOW)
    assert plain.key == "ab"
    assert replace(plain, place="/m").key == "ab@/m"
