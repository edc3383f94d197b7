"""Which process holds which conversation, without any process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.probes import handshakes
from a3check.probes.handshakes import ProbedHandshakes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from a3check.core.ports import JSON

SECONDS = 10.0
KEYED = {"certificate": ""}


class FakeProcess:
    """Answers with its own number; dies or hangs on demand."""

    made: list[FakeProcess]

    def __init__(self, kind: str) -> None:
        assert kind == "tls"
        self.number = len(self.made)
        self.made.append(self)
        self.alive = True
        self.fault: Fault | None = None
        self.ended = threading.Event()

    def call(
        self, _method: str, _seconds: float, params: Mapping[str, JSON], **_: object
    ) -> object:
        request = params["request"]
        assert isinstance(request, dict)
        if request.get("path") == "/die":
            return Fault(FaultKind.DIED, "converse")
        return {"by": self.number}

    def end(self) -> None:
        self.alive = False
        self.ended.set()

    cancel = end


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[FakeProcess]:
    FakeProcess.made = []
    monkeypatch.setattr(handshakes, "ProbeProcess", FakeProcess)
    return FakeProcess.made


def by(held: ProbedHandshakes, host: str, **more: JSON) -> JSON:
    reply = held.converse({"host": host, **more})
    return None if isinstance(reply, Fault) else reply["by"]


def test_one_for_each_host_and_another_where_the_certificate_is_shown(
    processes: list[FakeProcess],
) -> None:
    held = ProbedHandshakes(Limits())
    assert [by(held, "a"), by(held, "b"), by(held, "a"), by(held, "b")] == [0, 1, 0, 1]
    assert [by(held, "a", identity=dict(KEYED)), by(held, "a"), by(held, "b")] == [2, 0, 1]
    assert by(held, "a", identity=dict(KEYED)) == 2
    held.cancel()
    assert all(process.ended.is_set() for process in processes)
    assert by(held, "a") is None


def test_one_that_failed_or_died_is_not_used_again(processes: list[FakeProcess]) -> None:
    held = ProbedHandshakes(Limits())
    assert by(held, "a", path="/die") is None
    assert processes[0].ended.is_set()
    assert by(held, "a") == 1
    processes[1].alive = False
    assert by(held, "a") == 2
    assert processes[1].ended.is_set()
    assert not processes[2].ended.is_set()
    held.cancel()


def test_one_that_waits_too_long_is_ended(
    processes: list[FakeProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshakes, "IDLE", 0.01)
    held = ProbedHandshakes(Limits())
    assert by(held, "a") == 0
    assert processes[0].ended.wait(SECONDS)
    assert by(held, "a") == 1


def test_two_at_once_have_one_each_and_one_of_them_stays(
    processes: list[FakeProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner: list[JSON] = []
    held = ProbedHandshakes(Limits())
    plain = FakeProcess.call

    def call(process: FakeProcess, method: str, seconds: float, **more: object) -> object:
        if not inner:
            inner.append(None)
            inner.append(by(held, "a"))
        return plain(process, method, seconds, more["params"])  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(
        FakeProcess, "call", lambda p, m, s, params, **_: call(p, m, s, params=params)
    )
    assert by(held, "a") == 0
    assert inner == [None, 1]
    assert processes[0].ended.is_set()
    assert not processes[1].ended.is_set()
    held.cancel()
