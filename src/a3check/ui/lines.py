"""The lines of a list as a model: what is seen, what is heard, and the line itself."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

ITEM = Qt.ItemDataRole.UserRole
"""The role under which a painter finds the line itself."""


class Line(Protocol):
    """What every line says of itself; ``label`` is what a typed letter looks for."""

    @property
    def label(self) -> str: ...  # noqa: D102 - the class says it
    @property
    def spoken(self) -> str: ...  # noqa: D102 - the same


class Lines(QAbstractListModel):
    """A model of lines; who derives says which."""

    @property
    def lines(self) -> Sequence[Line]:
        """The lines that are shown."""
        raise NotImplementedError

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many lines there are."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the label, the spoken whole, or the line itself."""
        line = self.lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.label
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken
            case _:
                return line if role == ITEM else None
