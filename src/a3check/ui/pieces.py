"""The small parts that the cards are made of: labels, frames, rules, icons in a disc."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from a3check.ui.state import Mark
from a3check.ui.style import Theme, pixmap, restyle

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent

DISC = 56  # logical pixels
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class Text(QLabel):
    """A label whose text can be selected as soon as the mouse is over it.

    Each selectable label holds a document of its own: a millisecond and half a megabyte, which
    the first paint does without.
    """

    def enterEvent(self, event: "QEnterEvent") -> None:  # noqa: N802 - Qt's name
        """Let the text be selected."""
        if self.textInteractionFlags() != _SELECTABLE:
            self.setTextInteractionFlags(_SELECTABLE)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        super().enterEvent(event)


def label(text: str, role: str = "body", *, wrap: bool = True) -> QLabel:
    """Return plain text that can be selected with the mouse."""
    made = Text(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    return made


def frame(role: str) -> QFrame:
    """Return an empty frame in a role of the style sheet."""
    made = QFrame()
    made.setProperty("role", role)
    return made


def card(role: str = "card", *, margin: int = 26, spacing: int = 14) -> tuple[QFrame, QVBoxLayout]:
    """Return a frame and the column in it."""
    made = frame(role)
    column = QVBoxLayout(made)
    column.setContentsMargins(margin, margin - 4, margin, margin - 4)
    column.setSpacing(spacing)
    return made, column


def button(text: str, role: str, pressed: Callable[[], object]) -> QPushButton:
    """Return a button that Enter presses while it has the focus."""
    made = QPushButton()
    made.setProperty("role", role)
    made.setAutoDefault(True)
    rename(made, text)
    made.clicked.connect(lambda _checked: pressed())
    return made


def rename(which: QPushButton, text: str) -> None:
    """Give a button another text, for the eye and for the ear."""
    which.setText(text if which.property("role") == "link" else f" {text} ")
    which.setAccessibleName(text.replace("&", ""))


def clear(column: QVBoxLayout) -> None:
    """Remove everything from a column."""
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def announce(who: QWidget, text: str) -> None:
    """Let a screen reader say it."""
    if not text:
        return
    # Late: the first paint does without what Qt knows of screen readers.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(who, text))


class Picture(QLabel):
    """An icon in one of the theme's colours; it says nothing to a screen reader."""

    def __init__(self, name: str, colour: str, theme: Theme, size: int = 22) -> None:
        super().__init__()
        self._name, self._colour, self._size = name, colour, size
        self.setFixedSize(size, size)
        self.set_theme(theme)

    def show_icon(self, name: str, colour: str, theme: Theme) -> None:
        """Show another icon, or the same in another colour."""
        self._name, self._colour = name, colour
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw it in other colours."""
        colour = str(getattr(theme, self._colour))
        self.setPixmap(pixmap(self._name, colour, self._size, self.devicePixelRatioF()))


class Disc(QFrame):
    """The large sign of a headline: an icon in a soft disc."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "disc")
        self.setFixedSize(DISC, DISC)
        self._picture = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._picture.setGeometry(0, 0, DISC, DISC)
        self._name, self._mark, self._theme = "a3check", Mark.WAITING, theme
        self.setProperty("mark", str(self._mark))
        self._draw()

    def show_sign(self, name: str, mark: Mark) -> None:
        """Show an icon in the colour of a state."""
        self._name, self._mark = name, mark
        restyle(self, "mark", str(mark))
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw it in other colours."""
        self._theme = theme
        self._draw()

    def _draw(self) -> None:
        quiet = self._mark in {Mark.WAITING, Mark.RUNNING, Mark.SLOW, Mark.SKIPPED}
        colour = self._theme.accent if quiet else self._theme.of(self._mark).name()
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(self._name, colour, 32, ratio))


def beside(icon: QWidget, *widgets: QWidget, spacing: int = 12) -> QHBoxLayout:
    """Return a row: an icon at the top left, the rest in a column beside it."""
    row = QHBoxLayout()
    row.setSpacing(spacing)
    row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(3)
    for widget in widgets:
        column.addWidget(widget)
    row.addLayout(column, 1)
    return row


def abreast(*widgets: QWidget) -> QHBoxLayout:
    """Return a row of buttons that begins at the left and does not stretch them."""
    row = QHBoxLayout()
    row.setSpacing(10)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def ruler() -> QFrame:
    """Return a thin line."""
    return frame("rule")


def themed(root: QWidget, theme: Theme) -> None:
    """Let every icon below a widget take the theme's colours."""
    for picture in root.findChildren(Picture):
        picture.set_theme(theme)
    for disc in root.findChildren(Disc):
        disc.set_theme(theme)
