"""Starts the window and stays until it is closed."""

import sys
import threading
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from a3check.core.catalogue import catalogue
from a3check.core.profile import Profile
from a3check.ui.session import Begin, Export, Session
from a3check.ui.style import font, icon, palette, system_theme
from a3check.ui.surroundings import Surroundings, Threads
from a3check.ui.trouble import calmly
from a3check.ui.window import Window


def show(
    begin: Begin,
    export: Export,
    profile: Profile,
    arguments: Sequence[str] = (),
    surroundings: Surroundings | None = None,
) -> int:
    """Show the window until it is closed; return the exit status.

    Nothing runs and nothing leaves this computer before the user begins. Where the user has
    a window already, that one comes to the front. ``arguments`` are Qt's own.
    """
    around = surroundings or Surroundings()
    application = QApplication(["a3check", *arguments])
    translate(application)
    dress(application)
    session = Session(begin, export, rest=around.rest, waiting=around.waiting)
    name = (profile.title or profile.name) if profile.modified else ""
    portal = profile.portal.start
    window = Window(session, catalogue(), theme=system_theme(), profile=name, portal=portal)

    def follow() -> None:
        application.setPalette(palette(system_theme()))
        window.set_theme(system_theme())

    QGuiApplication.styleHints().colorSchemeChanged.connect(follow)
    if not around.is_alone(window):
        return 0
    before, sys.excepthook = sys.excepthook, calmly(window)
    of_threads, threading.excepthook = threading.excepthook, Threads(window).hook
    try:
        window.show()
        around.watch_for(window)
        return application.exec()
    finally:
        sys.excepthook, threading.excepthook = before, of_threads


def dress(application: QApplication) -> None:
    """Give the program its style, font, palette and icon."""
    theme = system_theme()
    application.setApplicationName("a3check")
    application.setStyle("Fusion")
    application.setFont(font())
    application.setPalette(palette(theme))
    application.setWindowIcon(icon("a3check", theme.accent, 1.0, size=128))


def translate(application: QApplication) -> bool:
    """Let Qt's own words (dialogs, menus) be Portuguese where its translation is there."""
    QLocale.setDefault(QLocale(QLocale.Language.Portuguese, QLocale.Country.Brazil))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return translator.load("qtbase_pt_BR", folder) and application.installTranslator(translator)
