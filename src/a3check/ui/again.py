"""The button that tests one step again, with what depends on it."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from a3check.core.catalogue import Catalogue
from a3check.core.register import register
from a3check.ui.footer import Footer
from a3check.ui.pieces import button, rename
from a3check.ui.rail import Rail


class Again(QObject):
    """Names the step to which the list's focus went last."""

    wanted = Signal(object)
    """The checks of the step to test again, a frozen set of names."""

    def __init__(self, rail: Rail, footer: Footer, words: Catalogue, parent: QObject) -> None:
        super().__init__(parent)
        self._words = words
        self._step, self._possible = "", False
        self.step_button = footer.add(button("", "plain", self._press))
        QWidget.setTabOrder(footer.folder_button, self.step_button)
        self.step_button.hide()
        rail.current.connect(self._name)

    def offer(self, *, possible: bool) -> None:
        """Show the button where a run has ended and a step that has checks was gone to."""
        self._possible = possible
        self.step_button.setVisible(possible and bool(self._checks))

    @property
    def _checks(self) -> frozenset[str]:
        return frozenset(register().steps.get(self._step, ()))

    @Slot(str)
    def _name(self, step: str) -> None:
        self._step = step
        if self._checks:
            title = self._words.words("steps", step)
            rename(self.step_button, self._words.words("window", "again_step", step=title))
            hint = self._words.words("window", "again_hint", step=title)
            self.step_button.setToolTip(hint)
            self.step_button.setAccessibleDescription(hint)
        self.offer(possible=self._possible)

    @Slot()
    def _press(self) -> None:
        if self._possible and self._checks:
            self.wanted.emit(self._checks)
