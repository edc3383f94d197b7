"""The page behind F1: the keys, what the words of the list mean, and what never happens."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pages import Leaf
from a3check.ui.pieces import card, label

WIDEST = 860  # logical pixels
_KEYS = (
    *("start", "save", "history", "received", "escape"),
    *("tab", "list", "open", "copy", "letters", "help"),
)
_STATES = ("passed", "warning", "unknown", "failed", "skipped", "crashed")
_PROMISES = ("pin", "once", "report", "kept", "nothing")


class HelpPage(Leaf):
    """Three short lists; it scrolls with the arrows."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__(words.words("help_page", "title"))
        self._words = words
        self.view = QScrollArea(widgetResizable=True)
        self.view.setObjectName("scroll")
        self.view.setAccessibleName(self.accessibleName())
        self.view.verticalScrollBar().setAccessibleName(words.words("window", "scroll"))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setWidget(self._inside())
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)

    def _inside(self) -> QWidget:
        inside = QWidget()
        inside.setObjectName("stage")
        row = QHBoxLayout(inside)
        row.setContentsMargins(32, 28, 32, 24)
        stage = QWidget()
        stage.setMaximumWidth(WIDEST)
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(label(self.accessibleName(), "title"))
        for section, keys in (("key", _KEYS), ("state", _STATES), ("promise", _PROMISES)):
            column.addWidget(self._section(section, keys))
        column.addStretch(1)
        row.addStretch(1)
        row.addWidget(stage, 100)
        row.addStretch(1)
        return inside

    def _section(self, section: str, keys: tuple[str, ...]) -> QFrame:
        say = self._words.words
        made, column = card(margin=28, spacing=12)
        column.addWidget(label(say("help_page", f"{section}s"), "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for number, key in enumerate(keys):
            name, _, text = say("help_page", f"{section}_{key}").partition(": ")
            grid.addWidget(label(name, "strong", wrap=False), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(text), number, 1)
        column.addLayout(grid)
        return made
