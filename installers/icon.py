"""Draws the program's icon: ``windows/a3check.ico`` and the pictures of ``linux/icons``."""

import os
import struct
from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QLinearGradient,
    QPainter,
    QPen,
)
from PySide6.QtSvg import QSvgRenderer

from installers.fetch import HERE, ROOT

_ICO = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows asks for at 100 to 200 percent, and in its large views."""
_PNG = (16, 24, 32, 48, 64, 128, 256)
ABOVE, BELOW = "#1f6fb5", "#134a7f"
_MARGIN, _CORNER, _SIGN = 0.03, 0.22, 0.72
_SMALL = 32  # pixels, below which thin strokes would be grey


def main() -> None:
    """Draw all."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    (HERE / "windows" / "a3check.ico").write_bytes(_ico([(size, _png(size)) for size in _ICO]))
    for size in _PNG:
        folder = HERE / "linux" / "icons" / f"{size}x{size}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a3check.png").write_bytes(_png(size))
    del application


def _png(size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    margin = round(size * _MARGIN)
    field = QRectF(margin, margin, size - 2 * margin, size - 2 * margin)
    colour = QLinearGradient(field.topLeft(), field.bottomLeft())
    colour.setColorAt(0, QColor(ABOVE))
    colour.setColorAt(1, QColor(BELOW))
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(colour)
    painter.drawRoundedRect(field, size * _CORNER, size * _CORNER)
    side = size * (_SIGN if size >= _SMALL else _SIGN + 0.12)
    place = QRectF((size - side) / 2, (size - side) / 2, side, side)
    sign("#ffffff", 2.6 if size < _SMALL else 2.0).render(painter, place)
    painter.end()
    return _encoded(image)


def sign(colour: str, stroke: float) -> QSvgRenderer:
    """Return the shield of the window's own icon in one colour."""
    drawing = (ROOT / "resources" / "icons" / "a3check.svg").read_text("utf-8")
    drawing = drawing.replace("currentColor", colour)
    return QSvgRenderer(
        QByteArray(drawing.replace('stroke-width="1.7"', f'stroke-width="{stroke}"').encode())
    )


def _encoded(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _ico(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Put PNGs into one file (Windows Vista and later read them so)."""
    offset = 6 + 16 * len(pictures)
    entries, content = b"", b""
    for size, png in pictures:
        side = size % 256  # 0 stands for 256
        place = offset + len(content)
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), place)
        content += png
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + content


if __name__ == "__main__":
    main()
