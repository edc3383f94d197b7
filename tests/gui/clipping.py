"""What of a window's words is cut off, runs into another, or asks for a needless scrollbar?

``python -m tests.gui.clipping WIDTH HEIGHT [SCENE…]`` measures at this process's scale
(``QT_SCALE_FACTOR``) and prints a line for each fault.
"""

import sys
from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from a3check.ui.lines import ITEM
from a3check.ui.rail import Rail
from a3check.ui.rail_model import Item
from a3check.ui.style import font

LEAST_SCROLL = 4
"""Logical pixels: a scrollbar for less than that is one that the layout could have avoided."""


def faults(window: QWidget) -> Iterator[str]:
    """Say of each visible widget what is wrong with the room that it has."""
    for found in window.findChildren(QWidget):
        if not found.isVisible():
            continue
        match found:
            case QLabel() if found.text() and not _label_fits(found):
                yield f"label: {found.text()}"
            case QPushButton() | QRadioButton() if not _button_fits(found):
                yield f"button: {found.text()}"
            case QLineEdit() if found.height() < found.sizeHint().height():
                yield f"field: {found.accessibleName()}"
            case Rail():
                yield from _rail(found)
            case _:
                pass
        if isinstance(found, QAbstractScrollArea):
            yield from _scrolling(found)


def _label_fits(found: QLabel) -> bool:
    if found.wordWrap():
        longest = max((_wide(found, word) for word in found.text().split()), default=0)
        fits = found.height() >= found.heightForWidth(found.width())
        return fits and found.width() >= longest
    return found.width() >= found.sizeHint().width() and _whole(found)


def _button_fits(found: QPushButton | QRadioButton) -> bool:
    wanted = found.sizeHint()
    fits = found.width() >= wanted.width() and found.height() >= wanted.height()
    return fits and _whole(found)


def _whole(found: QWidget) -> bool:
    """Tell whether no parent cuts a piece of it off, but for what is scrolled."""
    parent = found.parentWidget()
    return parent is None or parent.rect().contains(found.geometry())


def _wide(found: QLabel, word: str) -> int:
    """Return the width of a word; of a path or an address, that of its longest breakable part."""
    parts = word.replace("/", "/ ").replace("-", "- ").replace("\u200b", " ").split()
    return max((found.fontMetrics().horizontalAdvance(part) for part in parts), default=0)


def _scrolling(found: QAbstractScrollArea) -> Iterator[str]:
    if found.horizontalScrollBar().maximum():
        yield f"scrolls sideways: {found.objectName() or type(found).__name__}"
    down = found.verticalScrollBar()
    if down.isVisible() and 0 < down.maximum() < LEAST_SCROLL:
        yield f"scrolls for {down.maximum()} px: {found.objectName() or type(found).__name__}"


def _rail(rail: Rail) -> Iterator[str]:
    model = rail.model()
    for number in range(model.rowCount()):
        item: Item = model.index(number, 0).data(ITEM)
        rect = rail.visualRect(model.index(number, 0))
        title = QFontMetrics(font(bold=True)).horizontalAdvance(item.title)
        word = QFontMetrics(font(size=12)).horizontalAdvance(item.word)
        if title + word + 12 > rect.width() - 84:  # margins, icon, arrow
            yield f"rail: {item.title} runs into {item.word}"
        said = rail._painter.sentences(item)
        for text, box in zip(said, _boxes(rail, item, rect), strict=True):
            if box.left() < 0 or box.right() > rect.width():
                yield f"rail: {text}"


def _boxes(rail: Rail, item: Item, rect: QRect) -> list[QRect]:
    return list(rail._painter._boxes(item, rect.width()))


def main(arguments: list[str]) -> int:
    """Measure scenes; the exit status is 1 where anything is cut off."""
    from tests.gui.shots import windows  # noqa: PLC0415 - they measure themselves with this

    from a3check.ui.application import ARGUMENTS, dress, translate  # noqa: PLC0415 - only here
    from a3check.ui.style import LIGHT  # noqa: PLC0415 - only here

    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    size, found = QSize(int(arguments[0]), int(arguments[1])), 0
    for name, window in windows(LIGHT, size, frozenset(arguments[2:])):
        if window.size() != size:
            sys.stdout.write(f"{name}: is {window.size().toTuple()}\n")
            found += 1
        for fault in faults(window):
            sys.stdout.write(f"{name}: {fault}\n")
            found += 1
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
