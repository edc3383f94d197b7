"""Draws the picture on the first and the last page of Windows' setup."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QLinearGradient, QPainter

from installers import icon

_WIDTH, _HEIGHT, _SCALE = 164, 314, 2
"""NSIS' picture; twice as large it is sharp on screens of up to 200 percent."""


def draw(target: Path) -> None:
    """Write it as BMP."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(_WIDTH * _SCALE, _HEIGHT * _SCALE, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_SCALE, _SCALE)
    colour = QLinearGradient(0, 0, 0, _HEIGHT)
    colour.setColorAt(0, QColor(icon.ABOVE))
    colour.setColorAt(1, QColor(icon.BELOW))
    painter.fillRect(QRectF(0, 0, _WIDTH, _HEIGHT), colour)
    side = 92
    icon.sign("#ffffff", 1.6).render(painter, QRectF((_WIDTH - side) / 2, 56, side, side))
    painter.end()
    QImageWriter(str(target), QByteArray(b"bmp")).write(image)
    del application
