"""Does this PySide6 keep Python's references?

6.12.0 does not on Python 3.11: every call that returns nothing takes one
reference from ``None``, every ``emit`` one from ``True``, until the interpreter
dies ("none_dealloc", "bool_dealloc"). From 3.12 on both are immortal.
"""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 1000
SLACK = 50  # references that others take and give meanwhile


class Teller(QObject):
    told = Signal()


def test_an_emit_takes_no_reference(dressed: QApplication) -> None:
    teller = Teller()
    before = sys.getrefcount(True)
    for _ in range(CALLS):
        teller.told.emit()
    assert sys.getrefcount(True) > before - SLACK


def test_a_call_takes_no_reference(dressed: QApplication) -> None:
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.setAccessibleName("nome")
    assert sys.getrefcount(None) > before - SLACK
