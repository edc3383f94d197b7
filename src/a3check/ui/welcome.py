"""The first page's card: what to have at hand, what leaves, what the user has, and where."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from a3check.core.catalogue import Catalogue
from a3check.core.profile import Profile
from a3check.core.settings import Settings
from a3check.core.wishes import Form
from a3check.ui.choices import Choices
from a3check.ui.pieces import Picture, beside, label, ruler
from a3check.ui.place_form import PlaceForm
from a3check.ui.style import Theme

MARGIN = 28


class KnownProfile(NamedTuple):
    """A portal that can be tested: its file (empty: the built-in one), its name, its addresses."""

    file: str
    title: str
    portal: str = ""
    support: str = ""

    @classmethod
    def of(cls, file: str, profile: Profile) -> Self:
        """Return what the window shows of a profile."""
        title = profile.title or profile.name
        return cls(file, title, profile.portal.start, profile.support.url)


class WelcomeCard(QFrame):
    """Shows the settings and hands them back; nothing is asked that must be answered."""

    def __init__(
        self,
        words: Catalogue,
        theme: Theme,
        settings: Settings,
        profiles: Sequence[KnownProfile],
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._words = words
        say = words.words
        self.form = Choices(
            say("welcome", "form"),
            [(str(form), say("welcome", f"form_{form}")) for form in Form],
            str(settings.form),
        )
        files = [known.file for known in profiles]
        self.profiles = Choices(
            say("welcome", "profiles"),
            [(known.file, known.title) for known in profiles],
            settings.profile if settings.profile in files else files[0],
        )
        self.place = PlaceForm(words, theme, settings.place)
        self._ready = label("")
        self._lay_out(theme, profiles)
        self.form.chosen.connect(self._say_ready)
        self._say_ready(self.form.key)

    @property
    def settings(self) -> Settings:
        """What is chosen and typed in."""
        return Settings(self.place.place, Form(self.form.key), self.profiles.key)

    def forget(self) -> None:
        """Leave everything as it was on the first day."""
        self.form.choose(str(Form.UNKNOWN))
        self.profiles.choose(next(iter(self.profiles.buttons)))
        self.place.forget()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.place.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let the answers stand side by side where they fit."""
        super().resizeEvent(event)
        for choices in (self.form, self.profiles):
            choices.fit(event.size().width() - 2 * MARGIN)

    def _lay_out(self, theme: Theme, profiles: Sequence[KnownProfile]) -> None:
        say = self._words.words
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 22, MARGIN, 20)
        column.setSpacing(14)
        column.addWidget(self.form)
        column.addWidget(ruler())
        for sign, text in (
            ("token", self._ready),
            ("key", label(say("welcome", "pin"))),
            ("outgoing", label(say("welcome", "leaves"))),
        ):
            column.addLayout(beside(Picture(sign, "accent", theme, 24), text, spacing=16))
        column.addWidget(ruler())
        if len(profiles) > 1:
            column.addWidget(self.profiles)
        elif profiles[0].title:
            named = say("welcome", "profile", name=profiles[0].title)
            column.addWidget(label(named, "muted"))
        column.addWidget(self.place)

    def _say_ready(self, form: str) -> None:
        self._ready.setText(self._words.words("welcome", f"ready_{form}"))
