"""How are date, host, error message, code and id written under a picture?

A footer is added below the picture: nothing of it is covered. White ground,
near-black letters and a dark rule stay readable under a dark or a light picture
and in grey print. Needs a ``QGuiApplication`` (fonts), no window.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSaveFile, QSize
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QImage,
    QImageWriter,
    QPainter,
    QTextLayout,
    QTextOption,
)

_GROUND = QColor(255, 255, 255)
_INK = QColor(20, 26, 33)  # 17:1 on the ground
_RULE = QColor(20, 60, 110)

# Logical pixels; a picture of several monitors is shown small, so its letters grow with it.
_LEAST_LETTER = 13
_GREATEST_LETTER = 30
_PICTURE_PER_LETTER = 85  # picture widths of this many letter heights
_RULE_HEIGHT = 3
_LEAST_WIDTH = 320


def stamp(image: QImage, lines: Sequence[str]) -> QImage:
    """Return a copy of the picture with the lines in a footer, the first one bold.

    Long lines wrap, at any place if need be. Sizes follow the picture's device
    pixel ratio. The same picture and lines give the same pixels.
    """
    ratio = image.devicePixelRatio()
    picture = image.deviceIndependentSize()
    width = max(picture.width(), float(_LEAST_WIDTH))
    letter = min(max(width / _PICTURE_PER_LETTER, _LEAST_LETTER), _GREATEST_LETTER)
    margin = round(letter * 0.8)
    layouts = _laid_out(lines, round(letter), width - 2 * margin)
    text_height = sum(layout.boundingRect().height() for layout in layouts)
    height = picture.height() + _RULE_HEIGHT + 2 * margin + text_height
    stamped = QImage(_physical(width, height, ratio), QImage.Format.Format_RGB32)
    stamped.setDevicePixelRatio(ratio)
    stamped.fill(_GROUND)
    painter = QPainter(stamped)
    painter.drawImage(QPointF(0, 0), image)
    painter.fillRect(QRectF(0, picture.height(), width, _RULE_HEIGHT), _RULE)
    painter.setPen(_INK)
    top = picture.height() + _RULE_HEIGHT + margin
    for layout in layouts:
        layout.draw(painter, QPointF(margin, top))
        top += layout.boundingRect().height()
    painter.end()
    return stamped


def save(image: QImage, path: Path, fields: Mapping[str, str]) -> None:
    """Write a PNG with these text fields, whole or not at all.

    Raises ``OSError`` where the file cannot be written.
    """
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(file.errorString())
    file.write(png(image, fields))
    if not file.commit():
        raise OSError(file.errorString())


def png(image: QImage, fields: Mapping[str, str]) -> bytes:
    """Return the PNG's bytes with these text fields; the picture's own ones stay out.

    Takes a while, and may run on any thread. Raises ``OSError`` where it cannot be encoded.
    """
    clean = image.copy()
    for key in clean.textKeys():
        clean.setText(key, "")
    for key, text in fields.items():
        clean.setText(key, text)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if not writer.write(clean):
        raise OSError(writer.errorString())
    return bytes(buffer.data().data())


def _laid_out(lines: Sequence[str], letter: int, width: float) -> list[QTextLayout]:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return [
        _layout(" ".join(line.split()), _font(letter, bold=number == 0), option, width)
        for number, line in enumerate(lines)
        if line.strip()
    ]


def _layout(text: str, font: QFont, option: QTextOption, width: float) -> QTextLayout:
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _font(letter: int, *, bold: bool) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(letter)
    font.setBold(bold)
    return font


def _physical(width: float, height: float, ratio: float) -> QSize:
    return QSize(round(width * ratio), round(height * ratio))
