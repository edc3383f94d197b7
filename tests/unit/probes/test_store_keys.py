"""Which process looks, which one has the PIN and the key, and when each ends: without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.secret import Secret
from a3check.core.store_key import (
    HashToSign,
    KeyApi,
    Padding,
    StoreCertificate,
    StoreKey,
    StoreLook,
)
from a3check.probes import running, store_keys
from a3check.probes.protocol import packed
from a3check.probes.store_keys import ProbedStoreKeys, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

DIED = Fault(FaultKind.DIED, "NCryptSignHash", detail="exit 5")
WISH = HashToSign(Padding.PSS, "sha256", b"h" * 32, 32)


class FakeProcess:
    made: list[FakeProcess]
    replies: dict[str, Any]

    def __init__(self, kind: str) -> None:
        assert kind == "windows_key"
        self.made.append(self)
        self.calls: list[tuple[str, float]] = []
        self.pins: list[bytes] = []
        self.params: Mapping[str, object] = {}
        self.alive = True
        self.cancelled = False

    def call(
        self,
        method: str,
        seconds: float,
        params: Mapping[str, object] | None = None,
        *,
        secret: Secret | None = None,
    ) -> object:
        self.calls.append((method, seconds))
        self.params = params or {}
        if secret is not None:
            with secret.opened() as pin:
                self.pins.append(bytes(pin))
        reply = self.replies.get(method, {})
        self.alive = not isinstance(reply, Fault)
        return reply

    def end(self) -> None:
        self.alive = False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[FakeProcess]:
    FakeProcess.made = []
    FakeProcess.replies = {
        "look": {"present": True, "installed": [True], "link": {"provider": "P", "type": 1}},
        "open": {"api": "KSP", "provider": "P"},
        "sign": {"signature": packed(b"s")},
    }
    monkeypatch.setattr(running, "ProbeProcess", FakeProcess)
    return FakeProcess.made


def names(process: FakeProcess) -> list[str]:
    return [method for method, _ in process.calls]


def test_a_look_has_a_process_of_its_own(processes: list[FakeProcess]) -> None:
    keys = ProbedStoreKeys(Limits())
    look = keys.look(b"der", [b"ca"])
    assert look == StoreLook(
        present=True, linked=True, provider="P", legacy=True, installed=(True,)
    )
    assert [p.alive for p in processes] == [False]
    assert processes[0].params == {"certificate": packed(b"der"), "above": [packed(b"ca")]}


def test_the_pin_and_the_key_share_one_that_ends_with_the_release(
    processes: list[FakeProcess],
) -> None:
    keys, pin, limits = ProbedStoreKeys(Limits()), Secret(bytearray(b"1234")), Limits()
    keys.hold(pin)
    assert len(pin) == 0
    assert keys.open(b"der") == StoreKey(KeyApi.CNG, "P")
    assert keys.sign(WISH) == b"s"
    (process,) = processes
    hashed = packed(b"h" * 32)
    assert process.params == {"padding": "pss", "digest": "sha256", "hashed": hashed, "salt": 32}
    keys.release()
    assert process.calls == [
        *(("hold", limits.driver_start), ("open", limits.driver_start), ("sign", limits.sign)),
        ("free", limits.driver_call),
    ]
    assert process.pins == [b"1234"]
    assert not process.alive
    keys.release()
    assert len(process.calls) == 4
    refusal = keys.sign(WISH)
    assert isinstance(refusal, Fault)
    assert refusal.detail == "NOT_OPEN"


def test_a_second_pin_ends_the_first_one_s_process(processes: list[FakeProcess]) -> None:
    keys = ProbedStoreKeys(Limits())
    keys.hold(Secret(bytearray(b"1")))
    keys.hold(Secret(bytearray(b"2")))
    assert [p.alive for p in processes] == [False, True]


def test_what_died_or_hung_is_said(processes: list[FakeProcess]) -> None:
    keys = ProbedStoreKeys(Limits())
    FakeProcess.replies["look"] = DIED
    assert keys.look(b"der", []) == DIED
    FakeProcess.replies["open"] = DIED
    assert keys.open(b"der") == DIED
    keys.release()
    assert names(processes[1]) == ["open"], "a dead one is asked nothing more"
    FakeProcess.replies["open"] = {"api": "KSP"}
    assert keys.open(b"der") == StoreKey(KeyApi.CNG, "")
    FakeProcess.replies["sign"] = DIED
    assert keys.sign(WISH) == DIED


@pytest.mark.parametrize(
    ("reply", "detail"),
    [({"api": "WAT"}, "NO_KEY"), ({}, "NO_KEY"), ({"api": None}, "NO_KEY")],
)
def test_an_odd_key_is_none(
    processes: list[FakeProcess], reply: dict[str, object], detail: str
) -> None:
    FakeProcess.replies["open"] = reply
    refusal = ProbedStoreKeys(Limits()).open(b"der")
    assert isinstance(refusal, Fault)
    assert (refusal.detail, len(processes)) == (detail, 1)


def test_an_empty_signature_is_none(processes: list[FakeProcess]) -> None:
    FakeProcess.replies["sign"] = {"signature": ""}
    keys = ProbedStoreKeys(Limits())
    keys.open(b"der")
    refusal = keys.sign(WISH)
    assert isinstance(refusal, Fault)
    assert (refusal.detail, len(processes)) == ("EMPTY_SIGNATURE", 1)


def test_a_cancel_kills_and_nothing_starts_again(processes: list[FakeProcess]) -> None:
    keys, pin = ProbedStoreKeys(Limits()), Secret(bytearray(b"1234"))
    keys.open(b"der")
    keys.cancel()
    assert processes[0].cancelled
    keys.hold(pin)
    assert len(pin) == 0
    faults = [keys.look(b"der", []), keys.open(b"der")]
    assert all(isinstance(f, Fault) and f.kind is FaultKind.CANCELLED for f in faults)
    assert len(processes) == 1


@pytest.mark.parametrize(
    ("reply", "look"),
    [
        ({}, StoreLook(present=False, installed=(False, False))),
        (
            {"present": True, "installed": [True], "link": None},
            StoreLook(present=True, installed=(True, False)),
        ),
        (
            {"present": 1, "installed": [1, "x", True], "link": {"provider": None, "type": 0}},
            StoreLook(present=False, linked=True, installed=(False, False)),
        ),
    ],
)
def test_what_a_broken_probe_says_is_read_with_care(
    reply: dict[str, Any], look: StoreLook
) -> None:
    assert shown(reply, 2) == look


def test_a_list_has_a_process_of_its_own(processes: list[FakeProcess]) -> None:
    row = {"certificate": packed(b"der"), "provider": "SafeID KSP", "type": 0}
    odd = [7, {}, {"certificate": "%%%"}, {"certificate": packed(b"")}, {"provider": "P"}]
    old = {"certificate": packed(b"old"), "type": 1}
    FakeProcess.replies["list"] = {"certificates": [row, *odd, old]}
    keys = ProbedStoreKeys(Limits())
    assert keys.listed() == (
        StoreCertificate(b"der", "SafeID KSP"),
        StoreCertificate(b"old", "", legacy=True),
    )
    assert [p.alive for p in processes] == [False]
    FakeProcess.replies["list"] = {"certificates": "nonsense"}
    assert keys.listed() == ()
    FakeProcess.replies["list"] = DIED
    assert keys.listed() == DIED
    keys.cancel()
    assert keys.listed() == Fault(FaultKind.CANCELLED, "list")


def test_a_person_has_time_to_say_yes_and_a_silent_key_has_its_own(
    processes: list[FakeProcess],
) -> None:
    keys = ProbedStoreKeys(Limits(sign=30.0))
    for window in (True, False):
        keys.open(b"der", window=window)
        assert processes[-1].params["window"] is window
        keys.sign(WISH)
    seconds = [s for method, s in processes[-1].calls if method == "sign"]
    assert seconds == [store_keys.AUTHORISED, 30.0]
