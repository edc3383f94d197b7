"""Starts the window and stays until it is closed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from a3check.core.catalogue import catalogue
from a3check.core.settings import Settings
from a3check.ui.doors import Doors
from a3check.ui.exports import Exports
from a3check.ui.filing import Filing, Tickets
from a3check.ui.follower import Follower
from a3check.ui.ignition import settle
from a3check.ui.piecemeal import SETTLED
from a3check.ui.records import Records
from a3check.ui.renewing import Renew, Renewing
from a3check.ui.session import Begin, Session
from a3check.ui.style import font, icon, palette, system_theme
from a3check.ui.surroundings import Surroundings, calm
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

if TYPE_CHECKING:
    from a3check.ui.repairing import Repairs

ARGUMENTS = ("a3check", "-style", "fusion")
"""Our name, and our style by Qt's own option: ``setStyle`` returns a QStyle to Python, and PySide6
makes the class for it, with eleven enumerations: 6 ms of the first window."""


def show(
    begin: Begin,
    export: Exports,
    profiles: Sequence[KnownProfile],
    settings: Settings,
    remember: Callable[[Settings], object],
    tickets: Tickets,
    arguments: Sequence[str] = (),
    records: Records | None = None,
    renew: Renew | None = None,
    surroundings: Surroundings | None = None,
    repairs: "Repairs | None" = None,
) -> int:
    """Show the window until it is closed; return the exit status.

    Nothing runs and nothing leaves this computer before the user begins; where the user has
    a window already, that one comes to the front. ``remember`` takes the settings as they
    are when a run begins, ``tickets`` draws tickets up, ``renew`` brings the list of
    CAs at a press, ``repairs`` puts right what it can here; ``arguments`` are Qt's own.
    """
    around = surroundings or Surroundings()
    application = QApplication([*ARGUMENTS, *arguments])
    translate(application)
    dress(application)
    session = Session(begin, export, rest=around.rest, waiting=around.waiting)
    window = Window(
        session,
        catalogue(),
        theme=system_theme(),
        settings=settings,
        remember=remember,
        profiles=profiles,
    )
    if not around.is_alone(window):
        return 0
    if records is not None:
        _open(Doors(window, session, records, catalogue()), around.file)
    _help(window, session, renew, repairs)
    _follow(application, window, Filing(window, session, tickets, catalogue()))
    with calm(window):
        window.show()
        QTimer.singleShot(SETTLED, window, settle)
        around.watch_for(window)
        return application.exec()


def _open(doors: Doors, file: str) -> None:
    if file:
        doors.opening.open_first(file)


def _help(
    window: Window, session: Session, renew: Renew | None, repairs: "Repairs | None"
) -> None:
    """Let the window do what it can by itself, at a press."""
    if renew is not None:
        Renewing(window, session, renew, catalogue())
    if repairs is not None:
        from a3check.ui.repairing import Repairing  # noqa: PLC0415 - on Windows alone

        Repairing(window, session, repairs, catalogue())


def _follow(application: QApplication, window: Window, filing: Filing) -> None:
    follower = Follower(window)
    follower.changed.connect(lambda theme: application.setPalette(palette(theme)))
    follower.changed.connect(window.set_theme)
    follower.changed.connect(filing.set_theme)


def dress(application: QApplication) -> None:
    """Give the program its font, palette and icon; its style is in :data:`ARGUMENTS`."""
    theme = system_theme()
    application.setApplicationName("a3check")
    application.setFont(font())
    application.setPalette(palette(theme))
    application.setWindowIcon(icon("a3check", theme.accent, 1.0, size=128))


def translate(application: QApplication) -> bool:
    """Let Qt's own words (dialogs, menus) be Portuguese where its translation is there."""
    QLocale.setDefault(QLocale(QLocale.Language.Portuguese, QLocale.Country.Brazil))
    application.installTranslator(LeftOver(application))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator.load("qtbase_pt_BR", folder) and application.installTranslator(translator)


class LeftOver(QTranslator):
    """Translates what Qt's own Portuguese leaves out; Qt asks it last."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, count: int = -1
    ) -> str:
        """Return our words for a text of Qt's, or nothing."""
        del context, disambiguation, count
        return catalogue().left_over(source)

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Tell that it has words."""
        return False
