"""The page “O que vai no relatório”: every private value as it will be written, and where to."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from a3check.core.catalogue import Catalogue
from a3check.ui.pages import Leaf
from a3check.ui.pieces import Picture, announce, beside, card, label, themed
from a3check.ui.place_buttons import PlaceButtons
from a3check.ui.stage import Column
from a3check.ui.style import Theme
from a3check.ui.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.report.groups import Group, Shown
    from a3check.report.preview import Part
    from a3check.ui.drives import Drive

MOST = 5
"""Values shown of a group; the others are counted."""
_LONG = re.compile(r"\S{24}(?=\S)")
"""Where a label may break what has no blanks: a path, an address."""


class GroupRow(QWidget):
    """One kind of private values: what it is, its values as they will be written, its switch.

    Where there are none there is nothing to decide, and it is not seen.
    """

    def __init__(self, group: str, words: Catalogue) -> None:
        super().__init__()
        self._words = words
        title = words.words("masking", group)
        self.switch = TickBox(words.words("saving", "show"))
        self.switch.setAccessibleName(words.words("saving", "show_group", group=title))
        self.switch.setAccessibleDescription(words.words("masking", f"{group}_text"))
        self._values = label("", "strong")
        self._text = label(words.words("masking", f"{group}_text"), "muted")
        texts = QVBoxLayout()
        texts.setSpacing(3)
        for text in (label(title, "section"), self._text, self._values):
            texts.addWidget(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addLayout(texts, 1)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)

    def show_part(self, part: "Part") -> None:
        """Show other values; who has just pressed the switch hears them."""
        lines = [f"{line.where}: {line.written}" for line in part.lines[:MOST]]
        if (more := len(part.lines) - MOST) > 0:
            lines.append(self._words.words("saving", "more", count=more))
        said = "\n".join(lines)
        self._values.setText(_LONG.sub("\\g<0>\u200b", said))
        self.setVisible(bool(lines) or part.shown)
        if self.switch.hasFocus():
            announce(self, said)


class PreviewPage(Leaf):
    """Shows what will be written, before anything is."""

    name = "preview"
    folder_wanted = Signal()
    """A folder is to be asked for, and the report written there."""
    place_wanted = Signal(object)
    """The report is to be written below this :class:`~pathlib.Path`."""
    changed = Signal()
    """Another choice of what is shown."""

    def __init__(self, words: Catalogue, theme: Theme) -> None:
        super().__init__(words.words("saving", "title"))
        self._words, self._theme = words, theme
        self.title = label(self.accessibleName(), "title")
        self.receives = label("")
        self.rows: dict[Group, GroupRow] = {}
        self.print_switch = TickBox(words.words("saving", "screen"))
        self.print_switch.setAccessibleDescription(words.words("saving", "screen_text"))
        self.told, self.none = label(""), label("", "muted")
        self.none.hide()
        self.places = PlaceButtons(words, "primary")
        self.places.folder_wanted.connect(self.folder_wanted)
        self.places.place_wanted.connect(self.place_wanted)
        self._lay_out()
        self._receive(())
        self.tell("")

    @property
    def shown(self) -> "Shown":
        """The groups to be left in clear."""
        return frozenset(group for group, row in self.rows.items() if row.switch.isChecked())

    def begin(self, *, has_screen: bool) -> None:
        """Hide everything again; ``has_screen`` tells that there is a print of the screen."""
        for row in self.rows.values():
            row.switch.blockSignals(True)  # noqa: FBT003 - Qt's own
            row.switch.setChecked(False)
            row.switch.blockSignals(False)  # noqa: FBT003 - as above
        self.print_switch.setChecked(False)
        self._print.setVisible(has_screen)
        self.tell("")
        self.allow(allowed=True)

    def enter(self) -> None:
        """Let Enter go on."""
        self.places.folder_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_parts(self, parts: "Sequence[Part]") -> None:
        """Show the values as they would be written now."""
        for part in parts:
            if part.group not in self.rows:
                self._add(part.group)
            self.rows[part.group].show_part(part)
        empty = [p.group.value for p in parts if not self.rows[p.group].isVisibleTo(self._card)]
        titles = tuple(self._words.words("masking", group) for group in empty)
        self._receive(tuple(p.group.value for p in parts if p.shown))
        self.none.setText(self._words.words("saving", "none", groups=titles))
        self.none.setVisible(bool(titles))

    def _receive(self, shown: tuple[str, ...]) -> None:
        """Say who gets it, and what the user wants them to see."""
        kinds = tuple(self._words.words("masking", f"{group}_said") for group in shown)
        key = "receives_shown" if kinds else "receives"
        self.receives.setText(self._words.words("saving", key, groups=kinds))

    def show_drives(self, drives: "Sequence[Drive]") -> None:
        """Offer what is plugged in."""
        self.places.show_drives(drives)

    def tell(self, text: str, *, wrong: bool = False) -> None:
        """Say how it goes, for the eye and for the ear; empty shows nothing."""
        self.told.setText(text)
        self._said.setVisible(bool(text))
        self._alert.setVisible(wrong)
        self._clock.setVisible(not wrong)
        announce(self, text)
        self.places.rename_folder(other=wrong)
        if text:
            self.column.ensureWidgetVisible(self._said)

    def allow(self, *, allowed: bool) -> None:
        """Let it be saved, or not: one at a time."""
        self.places.setEnabled(allowed)
        for row in self.rows.values():
            row.switch.setEnabled(allowed)
        self.print_switch.setEnabled(allowed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        themed(self, theme)

    def _add(self, group: "Group") -> None:
        row = GroupRow(group.value, self._words)
        row.switch.toggled.connect(self.changed)
        self._groups.insertWidget(len(self.rows), row)
        self.rows[group] = row
        switches = (*(row.switch for row in self.rows.values()), self.print_switch)
        for before, after in pairwise((self.places.last, *switches)):
            QWidget.setTabOrder(before, after)

    def _lay_out(self) -> None:
        self.column = Column()
        scroll = self._words.words("window", "scroll")
        self.column.verticalScrollBar().setAccessibleName(scroll)
        cards = self.column.cards
        head, inside = card(margin=26, spacing=8)
        inside.addWidget(self.title)
        inside.addLayout(beside(Picture("shield", "accent", self._theme, 22), self.receives))
        inside.addWidget(self.places)
        cards.addWidget(head)
        self._said, said = card("advice", margin=16, spacing=0)
        self._alert = Picture("alert", "warning", self._theme, 22)
        self._clock = Picture("clock", "accent", self._theme, 22)
        row = QHBoxLayout()
        row.setSpacing(12)
        for widget in (self._alert, self._clock):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.told, 1)
        said.addLayout(row)
        cards.addWidget(self._said)
        self._card, self._groups = card(margin=26, spacing=18)
        self._groups.addWidget(self.none)
        cards.addWidget(self._card)
        self._print = self._screen_card()
        cards.addWidget(self._print)
        cards.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.column)

    def _screen_card(self) -> QFrame:
        made, column = card(margin=26, spacing=6)
        column.addWidget(label(self._words.words("saving", "screen_title"), "section"))
        column.addWidget(label(self._words.words("saving", "screen_text"), "muted"))
        column.addWidget(self.print_switch, 0, Qt.AlignmentFlag.AlignLeft)
        return made
