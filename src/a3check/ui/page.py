"""The one page: the list of the checks on the left, what matters now on the right."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from a3check.core.catalogue import Catalogue
from a3check.core.settings import Settings
from a3check.ui.cards import DetailsCard, HeadlineCard, NotesCard
from a3check.ui.piecemeal import Steps
from a3check.ui.pieces import Picture, beside, button, label, ruler, themed
from a3check.ui.question import QuestionCard
from a3check.ui.rail import Rail
from a3check.ui.remedy import RemedyBox
from a3check.ui.state import PageState, Stage
from a3check.ui.style import Theme
from a3check.ui.verdict_card import VerdictCard
from a3check.ui.welcome import KnownProfile, WelcomeCard

NO_PROFILE = KnownProfile("", "")
RAIL_SHARE, RAIL_LEAST, RAIL_MOST = 0.31, 330, 430
CARD_MOST = 860
"""Logical pixels: longer lines are hard to read."""
STAGE, ASKED = (32, 28, 32, 24), (32, 20, 32, 8)
"""Logical pixels around the cards; while a question stands it gets what can be spared."""
SHORT = 15
"""Characters of a link that stands beside others; three such fit below the narrowest list."""


class Page(QWidget):
    """Shows a :class:`PageState`, and a question above it while one is open."""

    def __init__(
        self,
        words: Catalogue,
        theme: Theme,
        settings: Settings | None = None,
        profiles: Sequence[KnownProfile] = (NO_PROFILE,),
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words, self._theme = words, theme
        self.rail = Rail(words, theme)
        self.question: QuestionCard | None = None
        self.headline = HeadlineCard(words, theme)
        self.welcome = WelcomeCard(words, theme, settings or Settings(), profiles)
        self.notes = NotesCard(words)
        self.details = DetailsCard(words, theme)
        self.view = QScrollArea(widgetResizable=True)
        self._links, self._short_links = QVBoxLayout(), QHBoxLayout()
        self._left: list[QWidget] = [self.rail]
        self._cards: list[VerdictCard] = []
        self._side = self._rail_frame()
        self.welcome.place.unfolded.connect(self._show_form)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._stage(), 1)

    def prepare(self) -> Steps[None]:
        """Make ahead what a run will need, in steps between which the window lives."""
        import a3check.ui.presenter  # noqa: F401, PLC0415 - after the first paint

        yield
        yield from self.headline.prepare()
        yield from self.notes.prepare(self._theme)

    def show_state(self, state: PageState) -> None:
        """Show another state of the run."""
        self.show_head(state)
        self.show_rest(state)

    def show_head(self, state: PageState) -> None:
        """Show what is read first: the steps and the one sentence with its remedy."""
        self.rail.show_steps(state.steps)
        self.headline.show_state(state, self._theme)
        self.welcome.setVisible(state.stage is Stage.WELCOME)

    def show_rest(self, state: PageState) -> None:
        """Show what stands below."""
        self.notes.show_notes(state.notes, self._theme)
        self.details.show_details(state.details, self._theme)
        for made in self._cards:
            made.setVisible(made.wanted and state.stage is Stage.DONE)
        self._order()

    def ask(self, question: QuestionCard) -> None:
        """Show a question above everything else and give it the focus."""
        self.close_question()
        self.question = question
        self._column.insertWidget(0, question)
        self.headline.set_compact(True)
        self.headline.setVisible(not question.alone)
        self._tighten(asked=True)
        question.show()
        self.view.verticalScrollBar().setValue(0)
        stops = (*self._left, *question.stops(), self.headline, *self.details.stops())
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        question.stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def close_question(self) -> None:
        """Take the question away; the focus goes where Enter presses nothing."""
        if self.question is not None:
            self.question.drop()
            self.headline.set_compact(False)
            self.headline.show()
            self._tighten(asked=False)
            self.headline.setFocus(Qt.FocusReason.OtherFocusReason)
            self._column.removeWidget(self.question)
            self.question.hide()
            self.question.deleteLater()
            self.question = None

    def add_link(self, text: str, pressed: Callable[[], object]) -> QPushButton:
        """Put one more way to another page below the list of the checks; Tab comes to it there."""
        made = button(text, "link", pressed)
        if len(text) <= SHORT:
            self._short_links.insertWidget(self._short_links.count() - 1, made)
        else:
            self._links.addWidget(made)
        QWidget.setTabOrder(self._left[-1], made)
        self._left.append(made)
        return made

    def add_card(self, made: VerdictCard) -> None:
        """Put one more card below the verdict, where it is wanted."""
        self._column.insertWidget(self._column.indexOf(self.headline) + 1, made)
        self._cards.append(made)
        made.hide()

    def show_card(self, made: VerdictCard, *, shown: bool) -> None:
        """Show one of the cards below a verdict that stands there already, or hide it."""
        made.wanted = shown
        made.setVisible(shown)
        self._order()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.rail.set_theme(theme)
        self.welcome.set_theme(theme)
        themed(self, theme)
        for box in self.findChildren(RemedyBox):
            box.set_theme(theme)

    def needed_height(self) -> int:
        """Return the height at which nothing has to be scrolled, at this width."""
        column = self._column
        width = self.view.viewport().width()
        margins = column.contentsMargins()
        stage = column.heightForWidth(width) if column.hasHeightForWidth() else 0
        rail = self.rail.needed_height() + self._side.height() - self.rail.viewport().height()
        return max(stage + margins.top() + margins.bottom(), rail)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the list its share of the width."""
        wanted = round(event.size().width() * RAIL_SHARE)
        self._side.setFixedWidth(min(max(wanted, RAIL_LEAST), RAIL_MOST))
        super().resizeEvent(event)

    def _order(self) -> None:
        """Let Tab go in reading order."""
        cards = (stop for made in self._cards for stop in made.stops())
        stops = (*self.headline.stops(), *cards, *self.details.stops())
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    @Slot()
    def _show_form(self) -> None:
        """Scroll to the whole form, once it has its room."""
        form = self.welcome.place
        QTimer.singleShot(0, form, lambda: self.view.ensureWidgetVisible(form, 0, 24))

    def _rail_frame(self) -> QFrame:
        side = QFrame()
        side.setObjectName("rail")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 22, 0, 0)
        column.setSpacing(0)
        brand = beside(
            Picture("a3check", "accent", self._theme, 38),
            label(self._words.words("window", "brand"), "brand", wrap=False),
            label(self._words.words("window", "tagline"), "small", wrap=False),
        )
        brand.setContentsMargins(20, 0, 20, 18)
        column.addLayout(brand)
        column.addWidget(ruler())
        column.addWidget(self.rail, 1)
        self._links.setContentsMargins(12, 6, 12, 10)
        self._links.setSpacing(0)
        self._short_links.setSpacing(0)
        self._short_links.addStretch(1)
        self._links.addLayout(self._short_links)
        column.addLayout(self._links)
        return side

    def _tighten(self, *, asked: bool) -> None:
        """Draw the cards together while a question stands, so that the fold below it fits, too."""
        self._column.setContentsMargins(*(ASKED if asked else STAGE))
        self._column.setSpacing(12 if asked else 16)

    def _stage(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("stage")
        self.view.setWidget(inside)  # empty yet: it asks at once how large all within is
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        column = QWidget()
        column.setMaximumWidth(CARD_MOST + 64)
        self._column = QVBoxLayout(column)
        self._tighten(asked=False)
        for card in (self.headline, self.welcome, self.notes, self.details):
            self._column.addWidget(card)
        self._column.addStretch(1)
        outer.addWidget(column, 1)
        outer.addStretch(0)
        self.view.setObjectName("scroll")
        self.view.verticalScrollBar().setAccessibleName(self._words.words("window", "scroll"))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self.view
