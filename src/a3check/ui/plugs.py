"""What is plugged in, carried to the window's thread, and the bar that offers to go on with it."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, Signal, Slot

from a3check.core.catalogue import Catalogue
from a3check.core.plugged import News, Plugged, news
from a3check.ui.bar import Bar, Bars


class Plugs(QObject):
    """Hears of what is plugged in, from any thread, and tells the window what is new."""

    noticed = Signal(object)
    """A :class:`~a3check.core.plugged.News`."""
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = Plugged()
        self._heard.connect(self._compare, Qt.ConnectionType.QueuedConnection)

    def hear(self, plugged: Plugged) -> None:
        """Take what is plugged in now; safe from any thread, also once the window has gone."""
        with suppress(RuntimeError):
            self._heard.emit(plugged)

    @Slot(object)
    def _compare(self, plugged: Plugged) -> None:
        said, self._last = news(self._last, plugged), plugged
        if said is not None:
            self.noticed.emit(said)


class PlugBar(QObject):
    """Says what was put in or pulled out, and offers to go on with what was put in."""

    def __init__(
        self, words: Catalogue, bars: Bars, go_on: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.bar = bars.add(Bar("notice"))
        self._go_on = go_on
        say = words.words("window", "plug_go_on")
        self.go_on_button = self.bar.add_button(say, "primary", self._pressed)

    def show_news(self, said: News, *, busy: bool, begun: bool) -> None:
        """Say it; only what was put in can be gone on with."""
        moment = "busy" if busy else "done" if begun else "welcome"
        self.go_on_button.setVisible(said is News.TOKEN_IN)
        if said is News.TAKEN_OUT and moment == "welcome":
            self.bar.hide()
            return
        self.bar.tell(self._words.words("plug", f"{said}_{moment}"))

    def hide(self) -> None:
        """Hide it."""
        self.bar.hide()

    @Slot()
    def _pressed(self) -> None:
        self.bar.hide()
        self._go_on()
