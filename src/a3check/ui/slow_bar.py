"""The bar about what takes long: what it is, since when, and leave it out or wait on."""

from PySide6.QtCore import QObject, Slot

from a3check.core.catalogue import Catalogue
from a3check.ui.bar import Bar, Bars
from a3check.ui.session import Session

AGAIN = 30.0
"""Seconds after which what the user waits for is offered to be left out once more."""


class SlowBar(QObject):
    """Shown while a check has outrun its patience; to cancel stays where it always is."""

    def __init__(self, session: Session, words: Catalogue, bars: Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._words = session, words
        self._check = ""
        self._patient: dict[str, float] = {}
        self.bar = bars.add(Bar("notice"))
        say = words.words
        self.skip_button = self.bar.add_button(say("window", "slow_skip"), "plain", self._skip)
        self.wait_button = self.bar.add_button(say("window", "slow_wait"), "plain", self._wait)

    def show_at(self, now: float) -> None:
        """Show what is slow at this moment (monotonic seconds), or nothing."""
        progress = self._session.progress
        but = frozenset(check for check, until in self._patient.items() if now < until)
        running = progress.late(now, but) if self._session.busy else None
        if running is None or progress.cancelling:
            self.hide()
            return
        from a3check.ui.inquiry import slow_words  # noqa: PLC0415 - a run goes on already

        files = self._session.waiting(running.check)
        text = slow_words(running, files, now, self._words)
        if running.check == self._check and self.bar.isVisible():
            self.bar.text.setText(text)  # the seconds go on; it was said aloud once
        else:
            self._check = running.check
            self.bar.tell(text)

    def hide(self) -> None:
        """Hide it."""
        self._check = ""
        self.bar.hide()

    def forget(self) -> None:
        """Begin anew with a new run."""
        self._patient.clear()
        self.hide()

    @Slot()
    def _skip(self) -> None:
        self._session.leave_out(self._check)
        self.hide()

    @Slot()
    def _wait(self) -> None:
        for running in self._session.progress.running:  # none, where it has just ended
            if running.check == self._check:
                until = self._patient.get(self._check, running.since)
                self._patient[self._check] = max(running.since, until) + AGAIN
        self.hide()
