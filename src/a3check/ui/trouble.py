"""An error of ours: logged, shown once on a calm page with the report to save, then in a bar."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.ui.bar import Bar, Bars
from a3check.ui.pages import Leaf, Pages
from a3check.ui.pieces import Disc, beside, button, card, label, themed
from a3check.ui.state import Mark
from a3check.ui.style import Theme

if TYPE_CHECKING:
    from a3check.ui.window import Window

logger = logging.getLogger(__name__)

TROUBLE = "trouble"
MOST = 860
"""Logical pixels: longer lines are hard to read."""


class TroublePage(Leaf):
    """Shown once for an error that nobody caught; all else goes on behind it."""

    save_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        say = words.words
        super().__init__(say("window", "trouble_title"))
        disc = Disc(theme)
        disc.show_sign(str(Mark.CRASHED), Mark.CRASHED)
        self.save_button = button(say("window", "save"), "primary", self.save_wanted.emit)
        frame, column = card("card", margin=28, spacing=16)
        frame.setMaximumWidth(MOST)
        head = beside(disc, label(self.accessibleName(), "title"), spacing=18)
        column.addLayout(head)
        column.addWidget(label(say("window", "trouble_explanation")))
        column.addWidget(label(say("window", "trouble_record"), "muted"))
        column.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(32, 28, 32, 24)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(frame, 100)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(1)

    def enter(self) -> None:
        """Let Enter save the report."""
        self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        themed(self, theme)


class Trouble(QObject):
    """Shows the page the first time, the bar from then on: a defect that repeats stays calm."""

    def __init__(
        self, bars: Bars, pages: Pages, words: Catalogue, theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pages, self._told = pages, False
        self.bar = bars.add(Bar("trouble", words.words("window", "trouble")))
        self.page = TroublePage(words, theme)
        pages.add(TROUBLE, self.page)

    def tell(self) -> None:
        """Say it."""
        if self._told:
            self.bar.tell()
        else:
            self._told = True
            self._pages.turn(TROUBLE)


def calmly(
    window: "Window",
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Return an ``excepthook`` that logs what a slot let through and shows it once."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.error("unhandled in the window", exc_info=(kind, error, trace))
        window.trouble()

    return hook
