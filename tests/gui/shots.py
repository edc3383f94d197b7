"""Takes the pictures of ``docs/telas``: every state of the window, from invented runs.

``python -m tests.gui.shots FOLDER [--scale 2]``, on whatever display there is.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.gui import scenes
from tests.gui.scripted import Script, begins, ends, export, holds

from a3check.core.catalogue import catalogue
from a3check.core.question import Step
from a3check.core.register import register
from a3check.ui.application import dress, translate
from a3check.ui.assist_card import AssistCard
from a3check.ui.outside import Outside
from a3check.ui.page import Page
from a3check.ui.pin_card import PinCard
from a3check.ui.session import Session
from a3check.ui.style import DARK, LIGHT, Theme, palette
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

DEADLINE = 10.0  # seconds for the window to reach a state
USUAL, SMALL = QSize(1366, 768), QSize(1024, 640)
TWICE = frozenset({"senha", "vencido", "conferir-print", "mostrar"})
"""What is shown at twice the scale too: enough to see that nothing blurs."""
_FIRST = register().checks[:9]
_LANE = tuple(n for n in register().checks[:14] if n != "revocation")


def _asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


def _chooses(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.choose(scenes.CHOICES))


def _may_show(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.may_show(scenes.SHOW))


def _assists(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.assist(scenes.ASSIST))


_QUESTIONS = frozenset({_asks, _chooses, _may_show, _assists})
_TRIED = (ends(*register().checks[:16]), begins("login"))
SCRIPTS: dict[str, Script | None] = {
    "inicio": None,
    "andamento": Script(scenes.HEALTHY_RUN, (ends(*_FIRST), begins("chain", "network"), holds)),
    "demora": Script(
        scenes.HEALTHY_RUN,
        (ends(*_FIRST[:5]), begins("driver", slow=True), begins("network"), holds),
    ),
    "senha": Script(scenes.HEALTHY_RUN, (ends(*_LANE), begins("revocation", "pin"), _asks)),
    "escolha": Script(
        scenes.HEALTHY_RUN, (ends(*register().checks[:8]), begins("certificate"), _chooses)
    ),
    "mostrar": Script(scenes.HEALTHY_RUN, (*_TRIED, _may_show)),
    "conferir": Script(scenes.NOT_ASKED_RUN, (*_TRIED, _assists)),
    "conferir-print": Script(scenes.STOPPED_RUN, (*_TRIED, _assists)),
    "pronto": Script(scenes.HEALTHY_RUN),
    "avisos": Script(scenes.WARNED_RUN),
    "codigo": Script(scenes.CODE_RUN),
    "entrou": Script(scenes.ENTERED_RUN),
    "nao-pediu": Script(scenes.NOT_ASKED_RUN),
    "parou": Script(scenes.STOPPED_RUN),
    "vencido": Script(scenes.EXPIRED_RUN),
    "sem-cartao": Script(scenes.NO_CARD_RUN),
    "senha-nao-aceita": Script(scenes.WRONG_PIN_RUN),
    "recusado": Script(scenes.REJECTED_RUN),
    "pulado": Script(scenes.SKIPPED_RUN),
    "interrompido": Script(scenes.CANCELLED_RUN),
    "defeito": Script(scenes.CRASHED_RUN),
}


def windows(
    theme: Theme, size: QSize, only: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Window]]:
    """Yield a window in each state, shown and settled; it is closed afterwards."""
    for name, script in SCRIPTS.items():
        if only and name not in only:
            continue
        yield from _window(name, script, theme, size)


def _window(
    name: str, script: Script | None, theme: Theme, size: QSize
) -> Iterator[tuple[str, Window]]:
    run = Script(script.diagnosis, script.acts) if script else Script(scenes.HEALTHY_RUN)
    session = Session(run, export)
    outside = Outside(bool, _browser, lambda: scenes.STARTED + timedelta(seconds=52))
    known = (
        KnownProfile("", "INSS Digital (entidades parceiras)", scenes.ASSIST.url, scenes.SUPPORT),
    )
    window = Window(session, catalogue(), theme=theme, profiles=known, outside=outside)
    window.resize(size)
    window.show()
    window.activateWindow()
    if script is not None:
        window.start()
        settle(lambda: _reached(window, run, script))
    _type(window.page)
    if name == "conferir-print":
        _answer(window.page)
    settle(lambda: True)
    yield name, window
    window.close()
    for left in (window, session):
        left.deleteLater()
        QApplication.sendPostedEvents(left, QEvent.Type.DeferredDelete.value)


def _reached(window: Window, run: Script, script: Script) -> bool:
    rows = window.page.rail.rows
    if _QUESTIONS & set(script.acts):
        return window.page.question is not None
    if holds in script.acts:
        return run.held.is_set() and any(row.mark.busy for row in rows)
    return window.again_button.isVisible()


def _type(page: Page) -> None:
    """Show that dots are all there is to see."""
    if isinstance(page.question, PinCard):
        field = page.question.field
        for character in "123456":
            field._insert(character)


def _answer(page: Page) -> None:
    """Do what the card asks for: open the portal, take the print, choose, write."""
    card = page.question
    assert isinstance(card, AssistCard)
    QTest.mouseClick(card.open_button, Qt.MouseButton.LeftButton)
    card.print_button.click()
    card.print_button._left = 1
    card.print_button._count()
    card.answers[Step.NOT_LISTED].setChecked(True)
    card.field.setText("Selecione um certificado: a lista estava vazia")


def _browser() -> QImage:
    """Paint a browser with an error in it, on two colours of ground."""
    image = QImage(1366, 768, QImage.Format.Format_RGB32)
    image.fill(QColor("#5B6B82"))
    painter = QPainter(image)
    painter.fillRect(60, 40, 1240, 660, QColor("#FFFFFF"))
    painter.fillRect(60, 40, 1240, 90, QColor("#D8DEE8"))
    painter.fillRect(240, 84, 720, 30, QColor("#FFFFFF"))
    painter.fillRect(420, 260, 520, 46, QColor("#B3261E"))
    painter.fillRect(420, 330, 460, 18, QColor("#9AA5B5"))
    painter.fillRect(420, 362, 400, 18, QColor("#9AA5B5"))
    painter.end()
    return image


def settle(reached: Callable[[], bool]) -> None:
    """Let the window work until a state is reached, and then until it is drawn."""
    end = time.monotonic() + DEADLINE
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
    for _ in range(5):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def take(folder: Path, only: frozenset[str], suffix: str = "") -> list[Path]:
    """Take the pictures of these states (empty: all) at this process's scale."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    paths = []
    for theme in (LIGHT, DARK):
        application.setPalette(palette(theme))
        sizes = (USUAL,) if suffix or theme is DARK else (USUAL, SMALL)
        for size in sizes:
            small = "-pequena" if size == SMALL else ""
            for name, window in windows(theme, size, only):
                path = folder / f"{name}-{_NAMES[theme.name]}{small}{suffix}.png"
                image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
                assert image.save(str(path), quality=0)  # the smallest file
                paths.append(path)
    return paths


_NAMES = {"light": "clara", "dark": "escura"}


def main() -> int:
    """Take the pictures once, and once more at twice the scale."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/telas"))
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--only", type=lambda text: frozenset(text.split(",")), default=())
    wanted = parser.parse_args()
    if not {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & os.environ.keys():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["TZ"] = "America/Manaus"  # the invented runs are from there
    time.tzset()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(["a3check"])
    translate(application)
    dress(application)
    suffix = f"-{wanted.scale}x" if wanted.scale > 1 else ""
    taken = take(wanted.folder, frozenset(wanted.only), suffix)
    print(len(taken), "pictures in", wanted.folder)
    if wanted.scale == 1:
        twice = ",".join(frozenset(wanted.only) & TWICE or TWICE)
        again = [sys.executable, "-m", "tests.gui.shots", str(wanted.folder)]
        again += ["--scale", "2", "--only", twice]
        return subprocess.call(again, env={**os.environ, "QT_SCALE_FACTOR": "2"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
