"""The button that tests one step again, with what depends on it."""

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot

from a3check.core.catalogue import Catalogue
from a3check.ui.footer import Footer
from a3check.ui.pieces import button
from a3check.ui.rail import Rail


class Again(QObject):
    """Names the step on which the list's focus stands; Enter there does the same."""

    wanted = Signal(str)
    """The check to test again."""

    def __init__(self, rail: Rail, footer: Footer, words: Catalogue, parent: QObject) -> None:
        super().__init__(parent)
        self._rail, self._words = rail, words
        self._possible = False
        self.step_button = footer.add(button("", "plain", self._press))
        self.step_button.hide()
        rail.activated.connect(self._activate)
        rail.selectionModel().currentChanged.connect(self._name)

    def offer(self, *, possible: bool) -> None:
        """Show the button where a run has ended and a step is chosen."""
        self._possible = possible
        self._name()

    @property
    def check(self) -> str:
        """The check of the step that the list's focus stands on; empty where on none."""
        number = self._rail.currentIndex().row()
        rows = self._rail.rows
        return rows[number].check if 0 <= number < len(rows) else ""

    @Slot()
    def _name(self) -> None:
        check = self.check
        self.step_button.setVisible(self._possible and bool(check))
        if check:
            title = self._words.title(check)
            self.step_button.setText(self._words.words("window", "again_step", step=title))
            hint = self._words.words("window", "again_hint", step=title)
            self.step_button.setToolTip(hint)
            self.step_button.setAccessibleDescription(hint)

    @Slot(QModelIndex)
    def _activate(self, _index: QModelIndex) -> None:
        self._press()

    def _press(self) -> None:
        if self._possible and self.check:
            self.wanted.emit(self.check)
