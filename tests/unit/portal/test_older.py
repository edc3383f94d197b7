from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.unit.portal import said as talk

from a3check.core.fault import Fault, FaultKind
from a3check.core.ports import JSON
from a3check.portal.older import works_in_tls12
from a3check.portal.walk import Hop, Walk

NOTHING = talk.to(
    "portal.test", requests=(talk.asking(),), identity_ready=True, certificates_sent=(0,)
)
PROVED = talk.proved(talk.to("portal.test"))
HOP = Hop("https://portal.test/", NOTHING, shown=True)


def converse(_request: Mapping[str, JSON]) -> Mapping[str, JSON] | Fault:
    return PROVED.to_json()


@pytest.mark.parametrize(
    ("walk", "works"),
    [
        (Walk(), None),
        (Walk((HOP,), Fault(FaultKind.HUNG, "converse")), None),
        (Walk((replace(HOP, transcript=PROVED),)), None),
        (Walk((HOP, HOP)), True),
        (Walk((HOP, replace(HOP, transcript=replace(NOTHING, version="TLSv1.2")))), False),
    ],
)
def test_when_it_is_tried(walk: Walk, works: bool | None) -> None:
    assert works_in_tls12(walk, {}, converse, may_ask=True) is works


def test_not_where_nothing_may_be_asked_any_more() -> None:
    assert works_in_tls12(Walk((HOP,)), {}, converse, may_ask=False) is None
