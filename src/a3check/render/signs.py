"""What do the signs of a report look like: drawn, so that they need no font and differ in grey?"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from a3check.core.register import Status

SIGN = 28.0
"""Dots: the verdict's own."""
_PEN = 0.11
_WHITE = QColor("#FFFFFF")
Sign = Callable[[QPainter, float], None]

# Strokes within a circle of the diameter 1.
_STROKES: dict[Status, tuple[tuple[tuple[float, float], ...], ...]] = {
    Status.PASSED: (((0.27, 0.52), (0.43, 0.68), (0.74, 0.34)),),
    Status.WARNING: (((0.5, 0.24), (0.5, 0.57)), ((0.5, 0.75), (0.5, 0.751))),
    Status.UNKNOWN: (
        ((0.36, 0.38), (0.40, 0.28), (0.5, 0.24), (0.61, 0.29), (0.64, 0.39), (0.59, 0.47),
         (0.51, 0.52), (0.5, 0.6)),
        ((0.5, 0.76), (0.5, 0.761)),
    ),
    Status.FAILED: (((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67))),
    Status.SKIPPED: (((0.3, 0.5), (0.7, 0.5)),),
    Status.CRASHED: (((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67))),
}  # fmt: skip


def sign(status: Status, colour: QColor, place: tuple[float, float], size: float) -> Sign:
    """Return what draws a status's sign in a block, at this place of it, in dots."""

    def draw(painter: QPainter, top: float) -> None:
        _disc(painter, colour, place, top, size, hollow=status is Status.SKIPPED)
        ink = colour if status is Status.SKIPPED else _WHITE
        pen = QPen(ink, size * _PEN, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in _STROKES[status]:
            points = [QPointF(place[0] + x * size, top + place[1] + y * size) for x, y in stroke]
            painter.drawPolyline(QPolygonF(points))

    return draw


def number(colour: QColor, place: tuple[float, float], size: float) -> Sign:
    """Return what draws the disc behind the number of a step."""
    return lambda painter, top: _disc(painter, colour, place, top, size)


def _disc(
    painter: QPainter,
    colour: QColor,
    place: tuple[float, float],
    top: float,
    size: float,
    *,
    hollow: bool = False,
) -> None:
    whole = QRectF(place[0], top + place[1], size, size)
    if hollow:
        edge = size * 0.04
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, edge * 2))
        painter.drawEllipse(whole.adjusted(edge, edge, -edge, -edge))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(whole)
