"""The form for the place and whom to answer: folded away, all of it optional."""

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.settings import Place
from a3check.ui.pieces import announce, button, label
from a3check.ui.place_doubts import doubts
from a3check.ui.style import Theme, icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit

LONGEST = 120
"""Characters of a field; a municipality's and an entity's names are shorter."""
_PLACES = {
    "municipality": (0, 0, 3),
    "state": (0, 3, 1),
    "entity": (1, 0, 2),
    "agreement": (1, 2, 2),
    "email": (2, 0, 2),
    "phone": (2, 2, 2),
}
"""Row, column and columns of each field, in the reading order."""


class PlaceForm(QWidget):
    """Six fields below a button that unfolds them; doubts are told and hinder nothing.

    They are made when they are first wanted: few people unfold them, and they weigh two megabytes.
    """

    unfolded = Signal()
    """It takes more room now, and wants to be seen whole."""

    def __init__(self, words: Catalogue, theme: Theme, place: Place) -> None:
        super().__init__()
        self._words, self._theme, self._given = words, theme, place
        self.toggle = button(words.words("place", "show"), "link", self._turn)
        self.toggle.setProperty("fold", True)  # noqa: FBT003 - a property of the style sheet
        self.toggle.setIconSize(QSize(18, 18))
        self.summary = label("", "muted")
        self.doubts: dict[str, QLabel] = {}
        self._inside = QWidget()
        self._lay_out()
        self._inside.hide()
        self._name()

    @property
    def place(self) -> Place:
        """What is typed in, as one line each; as it was given where nothing can be typed yet."""
        if not self._made:
            return self._given
        typed = {name: " ".join(field.text().split()) for name, field in self.fields.items()}
        typed["state"] = typed["state"].upper()
        return Place(**typed)

    @cached_property
    def fields(self) -> "dict[str, QLineEdit]":
        """The fields by their names in :class:`Place`."""
        grid, made = QGridLayout(self._inside), {}
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        for number in range(4):
            grid.setColumnStretch(number, 1)
        for name, (row, left, span) in _PLACES.items():
            title, made[name], self.doubts[name] = self._field(name)
            for line, widget in enumerate((title, made[name], self.doubts[name])):
                grid.addWidget(widget, 3 * row + line, left, 1, span)
        hint = label(self._words.words("place", "hint"), "muted")
        grid.addWidget(hint, 9, 0, 1, 4)
        for before, after in pairwise((self.toggle, *made.values())):
            QWidget.setTabOrder(before, after)
        return made

    def forget(self) -> None:
        """Empty all fields."""
        self._given = Place()
        if self._made:
            for field in self.fields.values():
                field.clear()
            self._look()
        self._name()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._name()

    @property
    def _made(self) -> bool:
        return "fields" in self.__dict__

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.summary)
        column.addWidget(self._inside)

    def _field(self, name: str) -> "tuple[QLabel, QLineEdit, QLabel]":
        from PySide6.QtWidgets import QLineEdit  # noqa: PLC0415 - after the first paint

        text = self._words.words("place", name)
        title = QLabel(text)
        title.setProperty("role", "muted")
        title.setContentsMargins(0, 6, 0, 0)
        field = QLineEdit(maxLength=2 if name == "state" else LONGEST)
        field.setProperty("role", "text")
        field.setAccessibleName(text.replace("&", ""))
        field.setText(str(getattr(self._given, name)))
        field.editingFinished.connect(self._look)
        title.setBuddy(field)
        doubt = label("", "slow")
        doubt.hide()
        return title, field, doubt

    def _look(self) -> None:
        """Tell what looks like a slip, beside its field and to a screen reader."""
        found = doubts(self.place)
        for name, told in self.doubts.items():
            text = self._words.words("place", found[name]) if name in found else ""
            if text != told.text():
                announce(self.fields[name], text)
            told.setText(text)
            told.setVisible(bool(text))
            self.fields[name].setAccessibleDescription(text)

    def _turn(self) -> None:
        opened = not self._inside.isVisibleTo(self)
        first = self.fields["municipality"]
        self._inside.setVisible(opened)
        self._name()
        if opened:
            first.setFocus(Qt.FocusReason.TabFocusReason)
            self.unfolded.emit()

    def _name(self) -> None:
        opened = self._inside.isVisibleTo(self)
        text = self._words.words("place", "hide" if opened else "show")
        self.toggle.setText(text)
        self.toggle.setAccessibleName(text.replace("&", ""))
        sign = "open" if opened else "details"
        self.toggle.setIcon(icon(sign, self._theme.accent, self.devicePixelRatioF(), 18))
        place = self.place
        town = ", ".join(t for t in (place.municipality, place.state, place.entity) if t)
        self.summary.setText(town)
        self.summary.setVisible(bool(town) and not opened)
