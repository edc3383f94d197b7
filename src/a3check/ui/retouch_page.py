"""The page on which a print is looked at before it is used: covered, cut, thrown away."""

from dataclasses import replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.canvas import Canvas
from a3check.ui.cover import Cover, burnt
from a3check.ui.outside import Print
from a3check.ui.pages import Leaf
from a3check.ui.pieces import announce, button, label
from a3check.ui.records import Chores
from a3check.ui.style import Theme

CLOSER = 1.25
NEAREST = 4.0
"""Lit pixels for each pixel of the print, at the most."""
HALVES = 2
"""Smaller copies that are kept for painting: of a 4K print, down to a quarter of its width."""


class RetouchPage(Leaf):
    """Shows the print as it will be saved, and burns in what was covered once it is used."""

    name = "print"
    used = Signal(object)
    """The :class:`~a3check.ui.outside.Print` with the boxes burnt in."""
    discarded = Signal()
    again_wanted = Signal()

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("print", "title"))
        self._words, self._chores = words, Chores(self)
        self._print: Print | None = None
        self._undone: list[Cover] = []
        self._fitting = True
        self.canvas = Canvas()
        self.canvas.set_theme(theme)
        self.view = QScrollArea(alignment=Qt.AlignmentFlag.AlignCenter)
        self.stamp = label("", "muted")
        self._make_buttons()
        self._lay_out()
        self._connect()
        for before, after in pairwise(self._stops()):
            QWidget.setTabOrder(before, after)

    @property
    def pending(self) -> bool:
        """Whether there is a print that was neither used nor thrown away."""
        return self._print is not None

    def show_print(self, taken: Print, stamped: str) -> None:
        """Show a print; ``stamped`` says what will stand below it."""
        self._print, self._fitting = taken, True
        self._undone.clear()
        self.stamp.setText(stamped)
        self.canvas.show_print((taken.image,))
        self._refit()
        self._chores.do(partial(halves, taken.image), partial(self._sharpen, taken))
        self._offer()

    def forget(self) -> None:
        """Let go of the print: of its pixels, too."""
        self._print = None
        self._undone.clear()
        self.canvas.show_print(())

    def enter(self) -> None:
        """Take the focus where the arrows work."""
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._refit)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.canvas.set_theme(theme)

    def cover(self) -> None:
        """Cover the selection with black."""
        self._change(self.canvas.cover.with_box(self.canvas.selection))

    def cut(self) -> None:
        """Keep the selection only."""
        self._change(self.canvas.cover.cut(self.canvas.selection))

    def undo(self) -> None:
        """Take the last change back."""
        if self._undone:
            self.canvas.show_cover(self._undone.pop())
            self._changed()

    def use(self) -> None:
        """Burn in what was covered; :attr:`used` follows, and the print as it was is gone."""
        taken = self._print
        if taken is not None and self.use_button.isEnabled():
            self.use_button.setEnabled(False)
            work = partial(burnt, taken.image, self.canvas.cover)
            self._chores.do(work, partial(self._burnt, taken))

    def discard(self) -> None:
        """Throw it away."""
        self.forget()
        self.discarded.emit()

    def magnify(self, factor: float) -> None:
        """Look closer, or from farther away; 0 shows all of it."""
        self._fitting = not factor
        least, most = min(self._whole(), 1.0), NEAREST / self.devicePixelRatioF()
        zoom = self._whole() if self._fitting else self.canvas.zoom * factor
        self.canvas.magnify(max(least, min(zoom, most)))
        percent = round(self.canvas.zoom * self.devicePixelRatioF() * 100)
        self.zoom_text.setText(self._words.words("print", "zoom", percent=percent))
        self._follow()

    def event(self, event: QEvent) -> bool:
        """Keep the key that begins another run from the window: it would forget the print."""
        ours = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if ours and event.key() == Qt.Key.Key_F5 and self.pending:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep all of it in sight, unless somebody looks closer."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._refit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Ctrl and the wheel look closer."""
        if event.type() is QEvent.Type.Wheel and self._zooms(event):
            return True
        return super().eventFilter(watched, event)

    def _zooms(self, event: QEvent) -> bool:
        from PySide6.QtGui import QWheelEvent  # noqa: PLC0415 - only where it is turned

        held = Qt.KeyboardModifier.ControlModifier
        if not isinstance(event, QWheelEvent) or event.modifiers() != held:
            return False
        self.magnify(CLOSER if event.angleDelta().y() > 0 else 1 / CLOSER)
        return True

    def _change(self, cover: Cover) -> None:
        if cover is not self.canvas.cover:
            self._undone.append(self.canvas.cover)
            self.canvas.show_cover(cover)
            self._changed()

    def _changed(self) -> None:
        self._refit()
        self._offer()
        announce(self, self._told())
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _told(self) -> str:
        cover = self.canvas.cover
        size = {"width": cover.kept.width(), "height": cover.kept.height()}
        return self._words.words("print", "state", count=cover.covered, **size)

    def _offer(self) -> None:
        """Offer what means something now, and say how it stands."""
        chosen = not self.canvas.selection.isEmpty()
        for which in (self.cover_button, self.cut_button):
            which.setEnabled(chosen)
        self.undo_button.setEnabled(bool(self._undone))
        self.use_button.setEnabled(self._print is not None)
        self.canvas.setAccessibleName(self._told())

    def _follow(self) -> None:
        """Keep the selection in sight and say where it is."""
        self._offer()
        area: QRect = self.canvas.selection
        if area.isEmpty():
            return
        shown = self.canvas.shown_selection()
        self.view.ensureVisible(shown.right(), shown.bottom(), 24, 24)
        self.view.ensureVisible(shown.left(), shown.top(), 24, 24)
        place = {"left": area.left(), "top": area.top()}
        size = {"width": area.width(), "height": area.height()}
        announce(self.canvas, self._words.words("print", "selection", **place, **size))

    def _whole(self) -> float:
        """Return the zoom at which all is seen, never larger than it was."""
        kept, room = self.canvas.cover.kept, self.view.viewport().size()
        if kept.isEmpty():
            return 1.0
        zoom = min(room.width() / kept.width(), room.height() / kept.height())
        return max(min(zoom, 1 / self.devicePixelRatioF()), 0.02)

    def _refit(self) -> None:
        if self._fitting:
            self.magnify(0)

    def _sharpen(self, taken: Print, levels: object) -> None:
        if taken is self._print and isinstance(levels, tuple):
            self.canvas.show_levels(levels)

    def _burnt(self, taken: Print, image: object) -> None:
        if taken is not self._print:
            return
        if isinstance(image, QImage):
            self.forget()
            self.used.emit(replace(taken, image=image))
        else:
            self._offer()

    def _make_buttons(self) -> None:
        def made(key: str, role: str, pressed: object, keys: str = "") -> QPushButton:
            which = button(self._words.words("print", key), role, pressed)  # type: ignore[arg-type]
            if keys:
                native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
                which.setToolTip(native)
            return which

        self.cover_button = made("cover", "small", self.cover, "Return")
        self.cut_button = made("cut", "small", self.cut)
        self.undo_button = made("undo", "small", self.undo, "Ctrl+Z")
        self.farther_button = made("farther", "small", lambda: self.magnify(1 / CLOSER), "Ctrl+-")
        self.closer_button = made("closer", "small", lambda: self.magnify(CLOSER), "Ctrl++")
        self.whole_button = made("whole", "small", lambda: self.magnify(0), "Ctrl+0")
        self.zoom_text = label("", "muted", wrap=False)
        self.use_button = made("use", "primary", self.use)
        self.again_button = made("again", "plain", self.again_wanted.emit)
        self.discard_button = made("discard", "plain", self.discard)

    def _lay_out(self) -> None:
        say = self._words.words
        self.view.setObjectName("scroll")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for bar in (self.view.verticalScrollBar(), self.view.horizontalScrollBar()):
            bar.setAccessibleName(say("window", "scroll"))
        self.view.setWidget(self.canvas)
        self.canvas.setAccessibleDescription(say("print", "keys"))
        tools, ends = QHBoxLayout(), QHBoxLayout()
        for row in (tools, ends):
            row.setSpacing(10)
        for which in (self.cover_button, self.cut_button, self.undo_button):
            tools.addWidget(which)
        tools.addStretch(1)
        for one in (self.zoom_text, self.farther_button, self.closer_button, self.whole_button):
            tools.addWidget(one)
        ends.addWidget(self.stamp, 1)
        for which in (self.discard_button, self.again_button, self.use_button):
            ends.addWidget(which)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 12)
        column.setSpacing(8)
        column.addWidget(label(self.accessibleName(), "section"))
        column.addWidget(label(say("print", "intro"), "muted"))
        column.addWidget(label(say("print", "keys"), "small"))
        column.addLayout(tools)
        column.addWidget(self.view, 1)
        column.addLayout(ends)

    def _stops(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in reading order."""
        edits = (self.cover_button, self.cut_button, self.undo_button)
        looks = (self.farther_button, self.closer_button, self.whole_button)
        ends = (self.discard_button, self.again_button, self.use_button)
        return (*edits, *looks, self.canvas, *ends)

    def _connect(self) -> None:
        self.canvas.selected.connect(self._follow)
        self.canvas.entered.connect(self.cover)
        self.view.viewport().installEventFilter(self)
        here = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            ("Ctrl+Z", self.undo),
            ("Ctrl++", lambda: self.magnify(CLOSER)),
            ("Ctrl+=", lambda: self.magnify(CLOSER)),
            ("Ctrl+-", lambda: self.magnify(1 / CLOSER)),
            ("Ctrl+0", lambda: self.magnify(0)),
        ):
            QShortcut(QKeySequence(keys), self, act, context=here)


def halves(image: QImage) -> tuple[QImage, ...]:
    """Return the picture and smaller copies, each half as wide; takes a while, on any thread."""
    levels = [image]
    for _ in range(HALVES):
        size = levels[-1].size() / 2
        smooth = Qt.TransformationMode.SmoothTransformation
        levels.append(levels[-1].scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
    return tuple(levels)
