"""Going on with what was put in: the news, the bar that offers it, and the run that follows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from a3check.core.catalogue import Catalogue
from a3check.ui.bar import Bar, Bars
from a3check.ui.session import Session

if TYPE_CHECKING:  # the window is painted before anything of a run is imported
    from a3check.core.plugged import News

FROM = frozenset({"service"})
"""The check from which on another token is another run."""
LOOKED = "card"
"""The check that has seen, once it has ended, what is in the readers."""


class GoingOn(QObject):
    """Says what was put in or pulled out, and offers to test what was put in."""

    start_wanted = Signal(object)
    """The checks to begin with, a frozen set; empty means all."""
    cancel_wanted = Signal()

    def __init__(self, session: Session, words: Catalogue, bars: Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._words = session, words
        self._follows = False
        self.bar = bars.add(Bar("notice"))
        say = words.words("window", "plug_go_on")
        self.go_on_button = self.bar.add_button(say, "primary", self._go_on)

    @Slot(object)
    def notice(self, said: "News") -> None:
        """Say it, but for what a run that has not looked yet will see by itself."""
        from a3check.core.plugged import News  # noqa: PLC0415 - as above

        session = self._session
        looked = any(o.check == LOOKED for o in session.progress.outcomes)
        moment = "busy" if session.busy else "done" if session.begun else "welcome"
        if moment == "busy" and not looked:
            return
        if moment == "welcome" and said is News.TAKEN_OUT:
            self.bar.hide()
            return
        self.go_on_button.setVisible(said is News.TOKEN_IN)
        self.bar.tell(self._words.words("plug", f"{said}_{moment}"))

    def ended(self) -> None:
        """Begin what was to follow, where the run has ended because of it."""
        if self._follows:
            self._follows = False
            self.start_wanted.emit(FROM)

    def forget(self) -> None:
        """Say nothing any more: a run begins."""
        self._follows = False
        self.bar.hide()

    def _go_on(self) -> None:
        self.bar.hide()
        if self._session.busy:
            self._follows = True
            self.cancel_wanted.emit()
        else:
            self.start_wanted.emit(FROM if self._session.begun else frozenset())
