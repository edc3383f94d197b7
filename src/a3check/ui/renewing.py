"""The list of CAs brought at a press: what is asked for, how far it is, how it ended, and on."""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton

from a3check.core.catalogue import Catalogue
from a3check.core.register import Status
from a3check.core.stop import Stop
from a3check.ui.bar import Bar
from a3check.ui.records import Chores
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.report.renewal import Renewal

logger = logging.getLogger(__name__)

Renew = Callable[[Callable[[str], None], Stop], "Renewal"]
"""Bring the list and keep it: blocks; tells a key of ``[update]`` for each thing that it does.

Ends at once where it is stopped, and leaves the list as it was; not while a list is checked.
"""

FROM = frozenset({"chain"})
"""The check from which on another list may mean another run."""


class Renewing(QObject):
    """Brings it apart from the window's thread, once at a time; nothing leaves before.

    The button in its bar, Escape and the window's end stop it.
    """

    _doing = Signal(str)

    def __init__(self, window: Window, session: Session, renew: Renew, words: Catalogue) -> None:
        super().__init__(window)
        self._window, self._session, self._renew, self._words = window, session, renew, words
        self._chores, self._stop = Chores(self), Stop()
        self._busy = False
        self._doing.connect(self._say, Qt.ConnectionType.QueuedConnection)
        window.errands.authorities_wanted.connect(self.begin)
        session.progressed.connect(self._make_way)
        window.where.ends.append(self.stop)
        window.leaving.connect(self._leave)

    @cached_property
    def bar(self) -> Bar:
        """Where it is told; made when it is first wanted."""
        return self._window.bars.add(Bar("notice"))

    @cached_property
    def stop_button(self) -> QPushButton:
        """Ends the bringing."""
        made = self.bar.add_button(self._words.words("update", "stop"), "plain", self.stop)
        made.setToolTip(QKeySequence("Esc").toString(QKeySequence.SequenceFormat.NativeText))
        return made

    @cached_property
    def again_button(self) -> QPushButton:
        """Tests again what depends on the list."""
        return self.bar.add_button(self._words.words("update", "again"), "primary", self._again)

    @Slot()
    def begin(self) -> None:
        """Say what is asked for and where, and ask for it; nothing while that goes on."""
        if not self._busy:
            self._busy, stop = True, Stop()
            self._stop = stop
            self.again_button.hide()
            self.stop_button.setEnabled(True)
            self.stop_button.show()
            self.bar.tell(self._words.words("update", "begins"))
            self._chores.do(lambda: self._renew(self._doing.emit, stop), self._end)

    def stop(self) -> bool:
        """End it, where it goes on, and say so; tell whether it did."""
        goes_on = self._busy and not self._stop.is_set()
        if goes_on:
            self._leave_button()
            self.stop_button.setEnabled(False)
            self.bar.tell(self._words.words("update", "stopping"))
            self._stop.set()
        return goes_on

    @Slot(str)
    def _say(self, key: str) -> None:
        if (
            self._busy and not self._stop.is_set() and key != "download"
        ):  # which was said at the press, and where
            doing = self._words.words("update", key)
            self.bar.tell(self._words.words("window", "activity_now", doing=doing))

    def _end(self, renewal: object) -> None:
        from a3check.report.renewal import CUT, Renewal, text  # noqa: PLC0415 - after the first paint

        self._busy = False
        self._leave_button()
        self.stop_button.hide()
        if not isinstance(renewal, Renewal):
            self.bar.tell(self._words.words("update", "broke"))
            return
        said, *_ = text(renewal, self._words)
        good = renewal.status is Status.PASSED
        self.again_button.setVisible(good and not self._session.busy)
        told = good or renewal.result == CUT
        self.bar.tell(said if told else self._words.words("update", "failed", why=said))

    def _leave_button(self) -> None:
        """Take the focus from a button that goes, to where Enter presses nothing."""
        if self.stop_button.hasFocus():
            self._window.page.headline.setFocus()

    @Slot()
    def _leave(self) -> None:
        """End it with the window."""
        self._stop.set()
        if not self._chores.end():
            logger.warning("the list's bringing did not end in time")

    @Slot()
    def _make_way(self) -> None:
        """Leave the window's room to a run that begins."""
        if self._session.busy and not self._busy and "bar" in self.__dict__:
            self.bar.hide()

    def _again(self) -> None:
        self._window.start(FROM)
