"""A box to tick, drawn in the theme's colours: the style's own is not seen on a dark ground."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

_CORNER, _EDGE, _TICK = 4.0, 1.6, 2.2
_STROKE = ((0.24, 0.52), (0.43, 0.71), (0.78, 0.31))
"""The tick's corners, as shares of the box."""


class TickBox(QCheckBox):
    """Draws its box over the style's; all else is the style's."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the style's, then the box."""
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        element = QStyle.SubElement.SE_CheckBoxIndicator
        box = QRectF(self.style().subElementRect(element, option, self)).adjusted(1, 1, -1, -1)
        colours, role = self.palette(), QPalette.ColorRole
        ticked = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box.adjusted(-1, -1, 1, 1), colours.color(role.Base))
        edge = colours.color(role.Highlight if ticked else role.PlaceholderText)
        painter.setPen(QPen(edge, _EDGE))
        painter.setBrush(edge if ticked else colours.color(role.Base))
        painter.drawRoundedRect(box, _CORNER, _CORNER)
        if ticked:
            pen = QPen(colours.color(role.HighlightedText), _TICK)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            size = box.width()
            painter.drawPolyline([box.topLeft() + QPointF(x, y) * size for x, y in _STROKE])
        painter.end()
