"""The PC/SC probe against a real pcscd with virtual readers and cards."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.lab.card import PIV_ATR, UNKNOWN_ATR, Card
from tests.lab.pcscd import Pcscd

from a3check.core.fault import Fault, FaultKind
from a3check.core.profile import Limits
from a3check.core.smartcard import CardState, Reader, Service, ServiceState
from a3check.probes.readers import ProbedReaders

pytestmark = pytest.mark.lab

DEADLINE = 2.0
SLACK = 15.0
PIN, PUK = b"482915", b"31415926"

HOLDER = """
import sys
from smartcard.scard import *
_, context = SCardEstablishContext(SCARD_SCOPE_USER)
mode = SCARD_SHARE_EXCLUSIVE if sys.argv[2] == "exclusive" else SCARD_SHARE_SHARED
code, card, _ = SCardConnect(context, sys.argv[1], mode, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
assert code == 0, code
if sys.argv[2] == "transaction":
    assert SCardBeginTransaction(card) == 0
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def card() -> Card:
    return Card({}, PIN, PUK)


@contextmanager
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: int = 1) -> Iterator[Pcscd]:
    with Pcscd(tmp_path, readers) as pcscd:
        for name, value in pcscd.environment.items():
            monkeypatch.setenv(name, value)
        yield pcscd


def survey() -> Service:
    return ProbedReaders(Limits(pcsc=DEADLINE)).survey()


@contextmanager
def held(reader: str, how: str) -> Iterator[None]:
    """Let another process hold the card."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, reader, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            process.kill()


def test_two_readers_one_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: Card
) -> None:
    with service(tmp_path, monkeypatch, 2) as pcscd, card.inserted(pcscd, 1):
        apdus = card.apdus
        found = survey()
        assert found.state is ServiceState.RUNNING
        assert found.readers == (
            Reader(pcscd.name(0), CardState.EMPTY),
            Reader(pcscd.name(1), CardState.PRESENT, PIV_ATR),
        )
        assert card.apdus == apdus


def test_a_service_without_readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with service(tmp_path, monkeypatch, 0):
        found = survey()
        assert (found.state, found.readers) == (ServiceState.RUNNING, ())


def test_any_card_that_answers_is_present(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card({}, PIN, PUK, atr=UNKNOWN_ATR)
    with service(tmp_path, monkeypatch) as pcscd, card.inserted(pcscd):
        assert survey().readers[0].atr == UNKNOWN_ATR


def test_a_card_that_does_not_power_up_is_mute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: Card
) -> None:
    card.mute = True
    with service(tmp_path, monkeypatch) as pcscd, card.inserted(pcscd):
        assert survey().readers == (Reader(pcscd.name(0), CardState.MUTE),)


def test_a_card_in_anothers_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: Card
) -> None:
    with service(tmp_path, monkeypatch) as pcscd, card.inserted(pcscd):
        with held(pcscd.name(0), "exclusive"):
            assert survey().readers[0].state is CardState.BUSY
        # A transaction is no wrong: it is never waited for, since nothing connects.
        with held(pcscd.name(0), "transaction"):
            assert survey().readers[0].state is CardState.PRESENT


def test_a_service_that_stops_freezes_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(tmp_path, monkeypatch) as pcscd:
        pcscd.freeze()
        begun = time.monotonic()
        frozen = survey()
        assert (frozen.state, frozen.readers) == (ServiceState.UNRESPONSIVE, ())
        assert time.monotonic() - begun < DEADLINE + SLACK
        pcscd.thaw()
        pcscd.crash()
        crashed = survey()
        assert (crashed.state, crashed.detail) == (ServiceState.STOPPED, "SCARD_E_NO_SERVICE")
        pcscd.start()
        assert survey().state is ServiceState.RUNNING


def test_no_service_where_none_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("a3check.probes.readers._UNIX_PLACES", ())
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nothing"))
    assert survey().state is ServiceState.ABSENT


def test_changes_are_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: Card) -> None:
    with service(tmp_path, monkeypatch) as pcscd:
        readers = ProbedReaders(Limits(pcsc=DEADLINE))
        changes = threading.Semaphore(0)
        ended: list[Fault] = []
        watcher = threading.Thread(target=lambda: ended.append(readers.watch(changes.release)))
        watcher.start()
        try:
            await_probe(readers)
            with card.inserted(pcscd):
                assert changes.acquire(timeout=SLACK)
                card.remove()
                assert changes.acquire(timeout=SLACK)
        finally:
            readers.cancel()
            watcher.join(SLACK)
        assert ended[0].kind is FaultKind.CANCELLED
        assert readers.survey().state is ServiceState.UNRESPONSIVE


def await_probe(readers: ProbedReaders) -> None:
    """Poll until the probe waits for changes: it knows the state before them."""
    pause, end = threading.Event(), time.monotonic() + SLACK
    while not any(p._calling.name == "SCardGetStatusChange" for p in readers._running.processes):
        assert time.monotonic() < end
        pause.wait(0.02)
    pause.wait(DEADLINE / 4)
    assert os.environ["PCSCLITE_CSOCK_NAME"]


def test_a_card_that_comes_is_told_until_the_watch_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: Card
) -> None:
    readers, changes = ProbedReaders(Limits(pcsc=SLACK)), threading.Semaphore(0)
    ends: list[Fault] = []
    with service(tmp_path, monkeypatch) as pcscd:
        watching = threading.Thread(target=lambda: ends.append(readers.watch(changes.release)))
        watching.start()
        deadline = time.monotonic() + SLACK
        told = False
        while not told and time.monotonic() < deadline:  # it may not have begun at the first card
            with card.inserted(pcscd):
                told = changes.acquire(timeout=1.0)
        readers.cancel()
        watching.join(SLACK)
    assert told
    assert [fault.kind for fault in ends] == [FaultKind.CANCELLED]
