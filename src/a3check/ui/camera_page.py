"""The page before a print is taken: what will happen, which monitor, and a way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pages import Leaf
from a3check.ui.pieces import (
    Picture,
    abreast,
    announce,
    beside,
    button,
    card,
    clear,
    label,
    themed,
)
from a3check.ui.screen import FRONT, Monitor, NoPrint
from a3check.ui.shutter import SECONDS
from a3check.ui.stage import Column
from a3check.ui.style import Theme


class CameraPage(Leaf):
    """Offers the monitors that there are; each press is a signal."""

    name = "camera"
    entered = Signal()
    """It is about to be seen: the monitors are to be listed."""
    take_wanted = Signal(object)
    """The :class:`~a3check.ui.screen.Monitor`, or nothing for all of them."""
    browse_wanted = Signal()
    paste_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("print", "camera_title"))
        self._words, self._theme = words, theme
        self.choices: dict[QRadioButton, Monitor | None] = {}
        say = words.words
        self.take_button = button(say("print", "take", seconds=SECONDS), "primary", self._take)
        self.browse_button = button(say("window", "open_portal"), "plain", self.browse_wanted.emit)
        self.paste_button = button(say("print", "paste"), "plain", self.paste_wanted.emit)
        keys = QKeySequence(QKeySequence.StandardKey.Paste)
        self.paste_button.setToolTip(keys.toString(QKeySequence.SequenceFormat.NativeText))
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(keys, self, self.paste_wanted.emit, context=here)
        self._trouble, inside = card("advice", margin=16, spacing=0)
        self.news = label("")
        inside.addLayout(beside(Picture("alert", "warning", theme, 22), self.news))
        self._which = QWidget()
        self._rows = QVBoxLayout(self._which)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.tell("")

    def enter(self) -> None:
        """Ask for the monitors, and take the focus where nothing is pressed yet."""
        self.tell("")
        self.take_button.setEnabled(False)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entered.emit()

    def show_monitors(self, found: tuple[Monitor, ...] | NoPrint) -> None:
        """Offer these monitors; where no picture can be taken, say so and offer the other way."""
        possible = not isinstance(found, NoPrint)
        self.take_button.setEnabled(possible)
        if isinstance(found, NoPrint):
            self.tell(found.why)
            found = ()
        kept = next((m for which, m in self.choices.items() if which.isChecked()), None)
        self.choices.clear()
        clear(self._rows)
        several = len(found) > 1
        if several:
            self._rows.addWidget(label(self._words.words("print", "which"), "section"))
            cables = [monitor for monitor in found if monitor != FRONT]
            for monitor in (*found, *([None] if len(cables) > 1 else [])):
                self._add(monitor, alone=len(cables) == 1)
            wanted = kept if kept in found else next((m for m in found if m.primary), found[0])
            next(which for which, m in self.choices.items() if m == wanted).setChecked(True)
        self._which.setVisible(several)
        self._order()
        if self.hasFocus():
            where = self.take_button if possible else self.paste_button
            where.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, why: str) -> None:
        """Say why there is no print, and what can be done instead; empty says nothing."""
        text = self._words.words("print", why) if why else ""
        self.news.setText(text)
        self._trouble.setVisible(bool(text))
        announce(self, text)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        themed(self, theme)

    def _take(self) -> None:
        self.tell("")
        chosen = (m for which, m in self.choices.items() if which.isChecked())
        self.take_wanted.emit(next(chosen, None))

    def _add(self, monitor: Monitor | None, *, alone: bool) -> None:
        say = self._words.words
        if monitor is None:
            text = say("print", "all")
        elif monitor == FRONT:
            text = say("print", "front")
        elif alone:
            text = say("print", "one")
        else:
            key = "primary" if monitor.primary else "monitor"
            size = {"width": monitor.width, "height": monitor.height}
            text = say("print", key, number=monitor.number, **size)
        which = QRadioButton(text)
        self.choices[which] = monitor
        self._rows.addWidget(which)

    def _order(self) -> None:
        """Let Tab go in reading order."""
        last: QWidget | None = None
        for stop in (*self.choices, self.take_button, self.browse_button, self.paste_button):
            if last is not None:
                QWidget.setTabOrder(last, stop)
            last = stop

    def _lay_out(self) -> None:
        say, view = self._words.words, Column()
        view.verticalScrollBar().setAccessibleName(say("window", "scroll"))
        made, inside = card()
        inside.addWidget(label(self.accessibleName(), "title"))
        for number in (1, 2, 3):
            sign = label(str(number), "number", wrap=False)
            sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
            sign.setFixedSize(26, 26)
            text = label(say("print", f"step_{number}", seconds=SECONDS))
            text.setMinimumHeight(26)
            inside.addLayout(beside(sign, text))
        inside.addWidget(self._which)
        inside.addWidget(self._trouble)
        inside.addLayout(abreast(self.take_button, self.browse_button, self.paste_button))
        inside.addWidget(label(say("print", "instead"), "muted"))
        view.cards.addWidget(made)
        view.cards.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(view)
