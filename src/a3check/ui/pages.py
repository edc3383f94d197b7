"""The pages of the window and the way between them: the run's is home, the others lead back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from a3check.ui.pieces import announce
from a3check.ui.style import LIGHT, Theme

HOME = "run"


class Leaf(QWidget):
    """A page beside the run's own; its accessible name is its title.

    ``before`` is the page to which the way back leads.
    """

    before = HOME

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)

    def enter(self) -> None:
        """Get ready to be seen, and take the focus."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""


class Pages(QStackedWidget):
    """Holds the pages by name and shows one of them."""

    turned = Signal(str)
    """The name of the page that is shown now."""

    def __init__(self, home: QWidget) -> None:
        super().__init__()
        self._named: dict[str, QWidget] = {}
        self.theme = LIGHT
        self._put(HOME, home)

    def __contains__(self, name: str) -> bool:
        """Tell whether a page of that name was added."""
        return name in self._named

    @property
    def current(self) -> str:
        """The name of the page that is shown."""
        shown = self.currentWidget()
        return next(name for name, page in self._named.items() if page is shown)

    @property
    def at_home(self) -> bool:
        """Whether the run's page is shown."""
        return self.current == HOME

    def add(self, name: str, page: Leaf) -> None:
        """Add a page; :meth:`turn` shows it."""
        self._put(name, page)

    def turn(self, name: str = HOME) -> None:
        """Show a page; a name that nobody added is a defect (``KeyError``)."""
        page = self._named[name]
        if page is not self.currentWidget():
            self.setCurrentWidget(page)
            if isinstance(page, Leaf):
                page.enter()
                announce(page, page.accessibleName())
            self.turned.emit(name)

    def back(self) -> None:
        """Show the page before the one that is shown."""
        page = self.currentWidget()
        self.turn(page.before if isinstance(page, Leaf) else HOME)

    def set_theme(self, theme: Theme) -> None:
        """Let every page but home take other colours."""
        self.theme = theme
        for page in self._named.values():
            if isinstance(page, Leaf):
                page.set_theme(theme)

    def _put(self, name: str, page: QWidget) -> None:
        self._named[name] = page
        self.addWidget(page)
