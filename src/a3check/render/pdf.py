"""How does a report's page become a PDF: A4, searchable, its pages numbered?

Needs a ``QGuiApplication`` (fonts), no window and no display.
"""

import sys
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

SOFTWARE = "a3check"
_DOTS = 1200  # per inch in the file; letters stand where they belong
_LAYOUT = 96  # dots per inch in which the page's sizes are meant, as in a browser
_MARGIN = 15.0  # millimetres
_FOOT = 24.0  # layout dots below the text
_FOOT_POINTS = 8.0
_SPACING = 0.02  # layout dots
_GREY = QColor(70, 70, 70)

Foot = Callable[[int, int], str]
"""What stands below a page: its number, from 1, and how many there are."""


def application() -> QGuiApplication:
    """Return the application that knows the fonts; one without a display where there is none."""
    running = QGuiApplication.instance()
    return running if isinstance(running, QGuiApplication) else _without_display()


@cache
def _without_display() -> QGuiApplication:
    platform = [] if sys.platform == "win32" else ["-platform", "offscreen"]
    return QGuiApplication([SOFTWARE, *platform])


def pdf(html: str, title: str, foot: Foot) -> bytes:
    """Return the PDF's bytes; raises ``OSError`` where it cannot be made."""
    application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator(SOFTWARE)
    writer.setTitle(title)
    writer.setResolution(_DOTS)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    upright = QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))
    area = QSizeF(writer.pageLayout().paintRectPixels(_LAYOUT).size())
    text = QSizeF(area.width(), area.height() - _FOOT)
    document = _document(html, text)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("no PDF can be painted")
    painter.scale(_DOTS / _LAYOUT, _DOTS / _LAYOUT)
    _paint(document, painter, text, writer.newPage, foot)
    painter.end()
    return bytes(buffer.data().data())


def _document(html: str, size: QSizeF) -> QTextDocument:
    """Lay the page out; a word that is longer than its cell is broken anywhere."""
    document = QTextDocument()
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setUseDesignMetrics(True)
    document.setDocumentMargin(0)
    document.setHtml(html)
    _without_ligatures(document)
    document.setPageSize(size)
    return document


def _without_ligatures(document: QTextDocument) -> None:
    """Keep letters apart: whoever searches the file for “certificado” finds it.

    Qt joins no letters where they are spaced, however little.
    """
    spaced = QTextCharFormat()
    spaced.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
    spaced.setFontLetterSpacing(_SPACING)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeCharFormat(spaced)


def _paint(
    document: QTextDocument,
    painter: QPainter,
    size: QSizeF,
    turn: Callable[[], bool],
    foot: Foot,
) -> None:
    font = QFont(document.defaultFont())
    font.setPointSizeF(_FOOT_POINTS * _LAYOUT / _DOTS)
    pages = document.pageCount()
    for number in range(pages):
        if number and not turn():
            raise OSError("a page could not be begun")
        top = number * size.height()
        painter.save()
        painter.translate(0, -top)
        document.drawContents(painter, QRectF(0, top, size.width(), size.height()))
        painter.restore()
        painter.setFont(font)
        painter.setPen(_GREY)
        below = QRectF(0, size.height(), size.width(), _FOOT)
        sides = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(below, sides, foot(number + 1, pages))
