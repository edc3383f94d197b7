"""How does a report become a PDF: A4, tagged, found when searched, its pages numbered?

Needs a ``QGuiApplication`` (fonts), no window and no display.
"""

import sys
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from a3check.render import paper
from a3check.render.blocks import HAIR, Column, Letters, Said
from a3check.render.pages import Placed, paginate
from a3check.render.setting import INK, LINE, MUTED
from a3check.render.tagged import OFF, Meant, Path, tagged
from a3check.report.summary import Summary

SOFTWARE = "a3check"
_DOTS = 1200  # per inch in the file
_LAYOUT = 96  # dots per inch in which the page's sizes are meant, as in a browser
_MARGIN = 15.0  # millimetres
_HEAD, _FOOT = 30.0, 26.0  # layout dots above the text (not on the first page) and below it


def application() -> QGuiApplication:
    """Return the application that knows the fonts; one without a display where there is none."""
    running = QGuiApplication.instance()
    return running if isinstance(running, QGuiApplication) else _without_display()


@cache
def _without_display() -> QGuiApplication:
    platform = [] if sys.platform == "win32" else ["-platform", "offscreen"]
    return QGuiApplication([SOFTWARE, *platform])


def pdf(told: Summary, picture: bytes = b"") -> bytes:
    """Return the PDF's bytes; ``picture`` is a PNG. Raises ``OSError`` where it cannot be made."""
    application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator(SOFTWARE)
    writer.setTitle(told.say("title", id=told.id))
    writer.setResolution(_DOTS)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    size, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))
    area = writer.pageLayout().paintRectPixels(_LAYOUT)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("no PDF can be painted")
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # letters stay sharp
    painter.scale(_DOTS / _LAYOUT, _DOTS / _LAYOUT)
    image = QImage.fromData(picture) if picture else None
    sheets = _Sheets(told, writer, painter, (area.width(), area.height()))
    sheets.draw(image)
    painter.end()
    return tagged(bytes(buffer.data().data()), sheets.meant)


class _Sheets:
    """The pages of one report, drawn one after the other."""

    def __init__(
        self, told: Summary, writer: QPdfWriter, painter: QPainter, size: tuple[int, int]
    ) -> None:
        self._told, self._writer, self._painter = told, writer, painter
        self._width, self._height = size
        self.meant: list[Meant] = []
        """What the marks stand for, in their order."""

    def draw(self, image: QImage | None) -> None:
        room = self._height - _HEAD - _FOOT
        pages = paginate(paper.blocks(self._told, self._width, room, image), room)
        for number, page in enumerate(pages, 1):
            if number > 1 and not self._writer.newPage():
                raise OSError("a page could not be begun")
            self._page(page, _HEAD if number > 1 else 0.0)
            self._edges(number, len(pages))

    def _page(self, page: Sequence[Placed], head: float) -> None:
        for placed in page:
            placed.block.draw(self._painter, head + placed.top, self._tag, content=placed.content)

    def _tag(self, painter: QPainter, path: Path | None) -> None:
        """Put the mark of what is drawn from here on: see :mod:`a3check.render.tagged`."""
        number = 0
        if path is not None:
            alt = self._told.say("picture_alt") if path[-1][0] == "Figure" else ""
            self.meant.append(Meant(path, alt))
            number = len(self.meant)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(INK)
        painter.drawRect(QRectF(-OFF - number, -OFF, 1, 1))

    def _edges(self, number: int, pages: int) -> None:
        """Draw what stands above and below the text of a page."""
        told, below = self._told, self._height - _FOOT + 8
        self._painter.fillRect(QRectF(0, below, self._width, HAIR), LINE)
        foot = told.say("foot", id=told.id, program=told.program())
        self._line(foot, told.say("number", page=str(number), pages=str(pages)), below + 5)
        if number > 1:
            self._line(told.say("heading"), told.made(), 0)
            self._painter.fillRect(QRectF(0, 17, self._width, HAIR), LINE)

    def _line(self, left: str, right: str, top: float) -> None:
        letters = Letters(10.5, MUTED)
        half = self._width * 0.7
        for start, wide, text in ((0.0, half, left), (half, self._width - half, right)):
            column = Column.of(start, wide, [Said(text, letters, ())], right=start > 0)
            column.draw(self._painter, top, self._tag, content=False)
