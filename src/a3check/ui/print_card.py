"""The card below a verdict that asks for a print of the browser's error, or shows it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.album import Album
from a3check.ui.pieces import button, label, rename
from a3check.ui.style import restyle
from a3check.ui.verdict_card import VerdictCard

THUMBNAIL = QSize(168, 95)  # logical pixels


class Thumbnail(QLabel):
    """The print that was accepted, small; hidden where there is none."""

    def __init__(self, words: Catalogue, size: QSize = THUMBNAIL) -> None:
        super().__init__()
        self._size = size
        self.setAccessibleName(words.words("print", "picture"))
        self.hide()

    def show_print(self, image: QImage | None) -> None:
        """Show another one."""
        self.setVisible(image is not None)
        if image is not None:
            ratio = self.devicePixelRatioF()
            keep = Qt.AspectRatioMode.KeepAspectRatio
            # twice: the first is quick, the second fine
            rough = image.scaled(self._size * ratio * 3, keep)
            small = rough.scaled(
                self._size * ratio, keep, Qt.TransformationMode.SmoothTransformation
            )
            small.setDevicePixelRatio(ratio)
            self.setPixmap(QPixmap.fromImage(small))


class PrintCard(VerdictCard):
    """Leads to the print where the verdict asks for one; ``wanted`` is called at the press."""

    def __init__(self, words: Catalogue, album: Album, wanted: Callable[[], object]) -> None:
        super().__init__()
        self._words, self._album = words, album
        self._title = label(words.words("print", "card_title"), "section")
        self._text = label("")
        self.picture = Thumbnail(words)
        self.button = button(words.words("print", "card_take"), "primary", wanted)
        texts = QVBoxLayout()
        texts.setSpacing(10)
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        texts.addLayout(row)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(28, 20, 28, 22)
        outer.setSpacing(20)
        outer.addLayout(texts, 1)
        outer.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        album.changed.connect(self.refresh)
        self.refresh()

    def stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through."""
        return (self.button,)

    def refresh(self, *, waits: bool = False) -> None:
        """Say how it stands; ``waits``: one was taken, and neither used nor thrown away."""
        taken, say = self._album.print, self._words.words
        self.picture.show_print(taken.image if taken is not None else None)
        restyle(self.button, "role", "plain" if taken is not None and not waits else "primary")
        if waits:
            self._text.setText(say("print", "waits"))
            rename(self.button, say("print", "card_look"))
        elif taken is None:
            self._text.setText(say("print", "card_text"))
            rename(self.button, say("print", "card_take"))
        else:
            self._text.setText(say("print", "card_taken", time=f"{taken.moment:%H:%M:%S}"))
            rename(self.button, say("print", "card_look"))
