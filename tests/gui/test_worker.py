"""A worker's words, and whoever hears them being destroyed meanwhile."""

from __future__ import annotations

import threading

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from a3check.ui.records import Chores
from a3check.ui.worker import Worker

DEADLINE = 30.0


def test_muting_waits_for_what_is_being_said() -> None:
    saying, go, heard = threading.Event(), threading.Event(), list[object]()

    def tell(_worker: Worker, event: object) -> None:
        saying.set()
        assert go.wait(DEADLINE)
        heard.append(event)

    worker = Worker("test", tell)
    worker.start(lambda: worker.say("first"))
    assert saying.wait(DEADLINE)
    muted = threading.Thread(target=worker.mute)
    muted.start()
    assert heard == []
    go.set()
    muted.join(DEADLINE)
    assert heard[0] == "first"
    worker.say("later")
    assert "later" not in heard
    assert worker.ended(DEADLINE)


def test_who_is_destroyed_is_told_nothing_any_more(qapp: QApplication) -> None:
    parent, go, told = QObject(), threading.Event(), list[object]()
    chores = Chores(parent)
    chores.do(lambda: go.wait(DEADLINE), told.append)
    (worker,) = chores._then
    parent.deleteLater()
    QApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete.value)
    assert worker._tell is None
    go.set()
    assert worker.ended(DEADLINE)
    qapp.processEvents()
    assert told == []
