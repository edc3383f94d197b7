"""The real window among real parts: hot plug, a part tested again, what hangs, and how it ends."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.gui.test_laboratory import DEADLINE, OPENSC, OTHER_PIN, PIN, Bench
from tests.lab import faulty
from tests.lab.card import Card
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd
from tests.lab.softhsm import MODULE, SoftHsm
from tests.stack.test_probes_survival import children

from a3check import desktop
from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.register import Status
from a3check.portal import pace
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.surroundings import Surroundings
from a3check.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    Sit = Callable[..., Bench]

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    with Pcscd(tmp_path_factory.mktemp("p")) as service:
        yield service


@pytest.fixture
def card(lab: Laboratory) -> Card:
    entity = lab.pki.leaf("ecpf")
    return Card({"9A": (entity.key, entity.der)}, pin=PIN.encode(), puk=b"12345678")


@pytest.fixture
def sit(
    dressed: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lab: Laboratory,
    pcscd: Pcscd,
    card: Card,
) -> Iterator[Sit]:
    """Open a window on this laboratory, its plugs watched: ``sit(modules, limits)``."""
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", pcscd.environment["PCSCLITE_CSOCK_NAME"])
    monkeypatch.setattr(pace.PACE, "_last", {})
    windows = ExitStack()

    def open_window(*modules: Path | str, **limits: float) -> Bench:
        wanted = [str(module) for module in modules or (OPENSC,)]
        deadlines = {"walk_interval": 0.0, **limits}
        profile = load(lab.profile(drivers={"modules": wanted}, limits={**deadlines}))
        runs = desktop.Runs(profile)
        session = Session(runs.begin, runs.export, rest=runs.rest, waiting=runs.waiting)
        window = Window(session, catalogue(), choose_folder=lambda *_: tmp_path)
        session.setParent(window)
        windows.callback(window.deleteLater)
        windows.callback(window.close)
        window.show()
        Surroundings(watch=lambda tell: desktop.watch(lambda: profile, tell)).watch_for(window)
        return Bench(window, session, card, qtbot)

    with windows:
        yield open_window
    dressed.processEvents()


def taken_over(bench: Bench) -> set[str]:
    return {outcome.check for outcome in bench.ended[-1].taken_over}


def offered(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(bench.window.plugs.go_on_button.isVisible, timeout=DEADLINE)


def test_a_card_put_in_after_the_run_is_gone_on_with_and_the_portal_needs_no_second_visit(
    sit: Sit, qtbot: QtBot, pcscd: Pcscd
) -> None:
    bench = sit(walk_interval=3000)
    bench.start()
    assert bench.conclude() == "card.absent"
    with bench.card.inserted(pcscd):
        offered(bench, qtbot)
        bench.ended.clear()
        QTest.mouseClick(bench.window.plugs.go_on_button, Qt.MouseButton.LeftButton)
        bench.give(PIN)
        assert bench.conclude() is None
        assert taken_over(bench) == {"computer", "clock", "network", "server"}
        assert (bench.card.verifies, bench.card.tries_left) == (1, 3)
        bench.card.remove()
        qtbot.waitUntil(
            lambda: "foi retirado" in bench.window.plugs.bar.text.text(), timeout=DEADLINE
        )
        assert not bench.window.plugs.go_on_button.isVisible()


def test_a_card_pulled_out_while_the_pin_is_asked_is_told_and_costs_no_try(
    sit: Sit, qtbot: QtBot, pcscd: Pcscd
) -> None:
    with (bench := sit()).card.inserted(pcscd):
        bench.start()
        qtbot.waitUntil(lambda: bench.window.page.question is not None, timeout=DEADLINE)
        bench.card.remove()
        qtbot.waitUntil(bench.window.plugs.bar.isVisible, timeout=DEADLINE)
        bench.card.insert()
        offered(bench, qtbot)
        QTest.mouseClick(bench.window.plugs.go_on_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(bench.ended) == 1, timeout=DEADLINE)
        bench.give(PIN)
        qtbot.waitUntil(lambda: len(bench.ended) == 2, timeout=DEADLINE)
        assert bench.conclude() is None
        assert (bench.card.verifies, bench.card.tries_left) == (1, 3)


def test_a_part_tested_again_asks_for_the_pin_anew_and_never_sends_a_refused_one_twice(
    sit: Sit, qtbot: QtBot, pcscd: Pcscd
) -> None:
    with (bench := sit()).card.inserted(pcscd):
        bench.start()
        bench.give(OTHER_PIN)
        assert bench.conclude() == "pin.incorrect"
        for pin, cause, verifies in (
            (OTHER_PIN, "pin.refused_last_try", 1),
            (PIN, None, 2),
        ):
            bench.ended.clear()
            bench.window.page.rail.current.emit("pin")
            QTest.mouseClick(bench.window.again.step_button, Qt.MouseButton.LeftButton)
            bench.give(pin)
            assert bench.conclude() == cause
            assert bench.card.verifies == verifies
        assert bench.card.tries_left == 3
        bench.ended.clear()
        bench.window.start(frozenset({"store"}))
        assert bench.conclude() is None
        assert bench.card.verifies == 2
        assert "login" in taken_over(bench)
        assert taken_over(bench) == {o.check for o in bench.ended[0].outcomes} - {"store"}


def test_the_last_try_is_not_asked_for(sit: Sit, pcscd: Pcscd) -> None:
    bench = sit()
    bench.card.tries_left = 1
    with bench.card.inserted(pcscd):
        bench.start()
        assert bench.conclude() in {"token.pin_last_try", "pin.refused_last_try"}
        assert (bench.card.verifies, bench.card.tries_left) == (0, 1)


def hanging(lab: Laboratory, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> Path:
    """Return a driver that goes on to a token of SoftHSM and never returns from one call."""
    hsm = SoftHsm(folder / "hsm")
    token = hsm.add_token("TOKEN LENTO")
    token.put(lab.pki.leaf("ecpf"), b"\x01", "Certificado")
    monkeypatch.setenv("SOFTHSM2_CONF", hsm.environment["SOFTHSM2_CONF"])
    return faulty.build(f"hang-{call}", folder, behind=MODULE)


def probes() -> list[int]:
    """Return the processes that this one has started and that still live."""
    return [pid for pid in children(os.getpid()) if _is_probe(pid)]


def _is_probe(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - no file, a window
            return b"a3check.probes" in file.read()
    except OSError:
        return False


def test_a_driver_that_hangs_is_left_out_and_its_process_ended(
    sit: Sit, qtbot: QtBot, tmp_path: Path, lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = hanging(lab, tmp_path, monkeypatch, "C_Initialize")
    bench = sit(module, driver_start=3000, driver_call=3000)
    bench.start()
    session = bench.window._session
    qtbot.waitUntil(lambda: session.waiting("driver") == (str(module),), timeout=DEADLINE)
    qtbot.waitUntil(lambda: "hang" in faulty.calls(module), timeout=DEADLINE)
    session.leave_out("driver")
    bench.conclude()
    ended = bench.ended[0]
    assert ended.outcome("driver").because == "user"
    assert ended.outcome("token").because == "user"
    assert ended.outcome("server").status is Status.PASSED
    assert not bench.window.again_button.isHidden()


@pytest.mark.parametrize("way", ["close", "cancel"])
def test_a_login_that_hangs_is_ended_at_once_and_its_try_counted(
    way: str,
    sit: Sit,
    qtbot: QtBot,
    tmp_path: Path,
    lab: Laboratory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = set(probes())
    module = hanging(lab, tmp_path, monkeypatch, "C_Login")
    bench = sit(module, driver_call=3000)
    bench.start()
    bench.give(lab.pin)
    qtbot.waitUntil(lambda: "hang" in faulty.calls(module), timeout=DEADLINE)
    if way == "close":
        bench.window.close()
    else:
        bench.window.cancel()
        bench.conclude()
        assert "pin.unanswered" in [f.code for f in bench.ended[0].outcome("pin").findings]
        _same_pin_again(bench, qtbot, lab.pin)
        bench.window.close()
    qtbot.waitUntil(lambda: not set(probes()) - before, timeout=DEADLINE)
    assert faulty.calls(module).count("user") == 1
    counted = json.loads((tmp_path / "data/a3check/tries/tries.json").read_text("utf-8"))
    assert [count["wrong"] for count in counted.values()] == [1]
    assert not isinstance(bench.window.page.question, PinCard)


def _same_pin_again(bench: Bench, qtbot: QtBot, pin: str) -> None:
    """It was right, and nobody said that it was not: nor does the window; and it is not sent."""
    QTest.mouseClick(bench.window.again_button, Qt.MouseButton.LeftButton)
    bench.give(pin)
    qtbot.waitUntil(lambda: len(bench.ended) == 2, timeout=DEADLINE)
    (finding,) = bench.ended[1].outcome("pin").findings
    assert (finding.code, finding.get("reason")) == ("pin.refused_last_try", "unanswered")
    assert "ficou sem resposta" in bench.window.page.headline.title.text()
