"""The column in which a page beside the run's own puts its cards: centred and scrolled."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

MOST = 924
"""Logical pixels: longer lines are hard to read."""


class Column(QScrollArea):
    """A scrolled column of cards; it takes no focus, what lies in it does."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        inside, column = QWidget(), QWidget()
        inside.setObjectName("stage")
        column.setMaximumWidth(MOST)
        self.cards = QVBoxLayout(column)
        self.cards.setContentsMargins(32, 28, 32, 24)
        self.cards.setSpacing(16)
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        outer.addWidget(column, 100)
        outer.addStretch(1)
        self.setObjectName("scroll")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
