"""Both ends of the probe that puts CAs into Windows' store: what goes there, and what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.pki.maker import AC1, LEAF, ROOT, Made
from tests.unit.probes.test_windows_key import Told

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.probes import user_cas, windows_cas
from a3check.probes.protocol import RefusalError, packed
from a3check.probes.user_cas import ProbedCas
from a3check.probes.wincas import ADD, DELETE
from a3check.probes.windows_cas import CasProbe

if TYPE_CHECKING:
    from collections.abc import Mapping


class Store:
    """A store in memory."""

    def __init__(self) -> None:
        self.there: list[bytes] = []

    def add(self, certificate: bytes) -> bool:
        new = certificate not in self.there
        self.there += [certificate] if new else []
        return new

    def remove(self, sha256: str) -> bool:
        return sha256 == AC1.facts.sha256 and bool(self.there)


def test_an_intermediate_goes_there_once() -> None:
    store, calls = Store(), CasProbe(Store()).methods()
    assert calls.keys() == {"add", "remove"}
    probe = CasProbe(store)
    asked = Told(certificate=packed(AC1.facts.der))
    assert probe.add(asked) == {"added": True}
    assert probe.add(asked) == {"added": False}
    assert ADD in asked.said
    assert probe.remove(Told(sha256=AC1.facts.sha256)) == {"removed": True}
    assert probe.remove(Told(sha256="00")) == {"removed": False}
    assert DELETE in asked.said


@pytest.mark.parametrize("made", [ROOT, LEAF, None])
def test_nothing_else_goes_there(made: Made | None) -> None:
    store = Store()
    der = made.facts.der if made else b"rubbish"
    with pytest.raises(RefusalError, match=windows_cas.NO_INTERMEDIATE):
        CasProbe(store).add(Told(certificate=packed(der)))
    assert store.there == []


def test_elsewhere_there_is_no_such_store() -> None:
    with pytest.raises(ImportError):
        windows_cas.methods()


class FakeProcess:
    replies: dict[str, Any]
    asked: list[tuple[str, float, Mapping[str, object]]]
    ends: int

    def __init__(self, kind: str) -> None:
        assert kind == "windows_cas"

    def call(self, method: str, seconds: float, params: Mapping[str, object]) -> object:
        self.asked.append((method, seconds, params))
        return self.replies[method]

    def end(self) -> None:
        type(self).ends += 1


DIED = Fault(FaultKind.DIED, ADD, detail="exit 5")


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ({"add": {"added": True}, "remove": {"removed": True}}, (True, True)),
        ({"add": {"added": False}, "remove": {"removed": False}}, (False, False)),
        ({"add": {}, "remove": {"removed": "yes"}}, (False, False)),
        ({"add": DIED, "remove": DIED}, (DIED, DIED)),
    ],
)
def test_the_parent_is_told_and_the_process_ends_with_the_block(
    monkeypatch: pytest.MonkeyPatch, replies: dict[str, Any], told: tuple[object, object]
) -> None:
    FakeProcess.replies, FakeProcess.asked, FakeProcess.ends = replies, [], 0
    monkeypatch.setattr(user_cas, "ProbeProcess", FakeProcess)
    with ProbedCas(Limits(driver_start=3.0)) as cas:
        assert (cas.add(b"der"), cas.remove("ab")) == told
    assert FakeProcess.ends == 1
    assert FakeProcess.asked == [
        ("add", 3.0, {"certificate": packed(b"der")}),
        ("remove", 3.0, {"sha256": "ab"}),
    ]
