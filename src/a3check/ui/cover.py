"""What of a print is kept, and what is covered with black: undone at will, until burnt in."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

LEAST = 4
"""Pixels of a side: less is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The black boxes and the part that is kept, in pixels of the print as it was taken."""

    whole: QRect
    kept: QRect
    boxes: tuple[QRect, ...] = ()

    @classmethod
    def of(cls, size: QSize) -> "Cover":
        """Return the cover of a print in which nothing was done."""
        whole = QRect(0, 0, size.width(), size.height())
        return cls(whole, whole)

    @property
    def touched(self) -> bool:
        """Whether there is anything to burn in."""
        return bool(self.boxes) or self.kept != self.whole

    @property
    def covered(self) -> int:
        """How many boxes lie in what is kept."""
        return sum(box.intersects(self.kept) for box in self.boxes)

    def with_box(self, area: QRect) -> "Cover":
        """Cover a part of what is kept; nothing where it is a slip."""
        area = area.intersected(self.kept)
        return replace(self, boxes=(*self.boxes, area)) if _meant(area) else self

    def cut(self, area: QRect) -> "Cover":
        """Keep a part of what is kept; nothing where it is a slip."""
        area = area.intersected(self.kept)
        return replace(self, kept=area) if _meant(area) and area != self.kept else self


def burnt(image: QImage, cover: Cover) -> QImage:
    """Return the picture as it is kept: what was cut off or covered is in none of its bytes.

    May run on any thread.
    """
    made = QImage(cover.kept.size(), QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)  # below what is transparent in a pasted one
    painter = QPainter(made)
    painter.drawImage(made.rect(), image, cover.kept)
    for box in cover.boxes:
        painter.fillRect(box.translated(-cover.kept.topLeft()), Qt.GlobalColor.black)
    painter.end()
    return made


def _meant(area: QRect) -> bool:
    return area.width() >= LEAST and area.height() >= LEAST
