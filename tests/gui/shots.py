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
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.gui import scenes
from tests.gui.closing import gone
from tests.gui.desk import MONITORS
from tests.gui.filed import COMPANIONS, companions
from tests.gui.remembered import MAILED, PAGES, Remembered, pages
from tests.gui.repaired import CARDS, cards
from tests.gui.saved import SAVED
from tests.gui.scripted import Script, begins, ends, export, holds

from a3check.core.catalogue import catalogue
from a3check.core.question import Step
from a3check.core.register import register
from a3check.core.stop import Stop
from a3check.report.renewal import CUT, Renewal
from a3check.ui.application import ARGUMENTS, dress, translate
from a3check.ui.assist_card import AssistCard
from a3check.ui.doors import Doors
from a3check.ui.outside import Outside
from a3check.ui.page import Page
from a3check.ui.pin_card import PinCard
from a3check.ui.renewing import Renewing
from a3check.ui.screen import Monitor, NoPrint
from a3check.ui.session import Session
from a3check.ui.style import DARK, HIGH, LIGHT, Theme, palette
from a3check.ui.welcome import KnownProfile
from a3check.ui.window import Window

DEADLINE = 10.0  # seconds for the window to reach a state
USUAL, SMALL = QSize(1366, 768), QSize(1024, 640)
CRAMPED = QSize(1092, 614)
"""What 1366x768 has room for at 125 %."""
TWICE = frozenset({"senha", "vencido", "recebido"})
"""What is shown at twice the scale too: enough to see that nothing blurs."""
DARK_TOO = frozenset(
    {
        "inicio",
        "andamento",
        "senha",
        "conferir-print",
        "pronto",
        "vencido",
        "historico",
        "chamado-copiando",
        "com-quem",
        "relatorio",
        "guardado",
        "print-editor",
        "remedio-acs",
        "recebido",
    }
)
HIGH_TOO = frozenset({"inicio", "senha", "recusado", "vencido", "historico", "chamado-copiando"})
CRAMPED_TOO = frozenset(
    {
        "inicio",
        "inicio-dados",
        "senha",
        "conferir-print",
        "vencido",
        "historico-apagar",
        "chamado-copiando",
        "com-quem-voce",
        "relatorio-falhou",
        "guardado",
        "print-camera",
        "print-editor",
        "remedio-acs",
        "recebido",
        "recebido-oferta",
    }
)
"""What is kept in other colours or in less room; the tests look at everything in all of them."""
MONTAGE = (
    ("inicio", LIGHT),
    ("senha", DARK),
    ("sem-cartao", LIGHT),
    ("pronto", DARK),
    ("recusado", HIGH),
    ("avisos", LIGHT),
)
"""The pictures of the README's montage, row by row."""
MONTAGE_COLUMNS, MONTAGE_WIDTH, MONTAGE_GAP = 2, 683, 14
_FIRST = register().checks[:9]
_LANE = tuple(n for n in register().checks[:14] if n != "revocation")


def _asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.QUESTION))


def _provider_asks(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.pin(scenes.CLOUD_QUESTION))


def _chooses(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.choose(scenes.CHOICES))


def _whose_cloud(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.cloud(scenes.BRANDS))


def _may_show(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.may_show(scenes.SHOW))


def _may_fetch(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.may_fetch(scenes.FETCH))


def _assists(script: Script) -> None:
    assert script.user is not None
    script.heard.append(script.user.assist(scenes.ASSIST))


_QUESTIONS = frozenset(
    {_asks, _provider_asks, _chooses, _whose_cloud, _may_show, _may_fetch, _assists}
)
_TRIED = (ends(*register().checks[:16]), begins("login"))
SCRIPTS: dict[str, Script | None] = {
    "inicio": None,
    "inicio-dados": None,
    "ajuda": None,
    "andamento": Script(scenes.HEALTHY_RUN, (ends(*_FIRST), begins("chain", "network"), holds)),
    "andamento-detalhes": Script(
        scenes.HEALTHY_RUN, (ends(*_FIRST), begins("chain", "network"), holds)
    ),
    "demora": Script(
        scenes.HEALTHY_RUN,
        (ends(*_FIRST[:5]), begins("driver", slow=True), begins("network"), holds),
    ),
    "senha": Script(scenes.HEALTHY_RUN, (ends(*_LANE), begins("revocation", "pin"), _asks)),
    "recebido-oferta": Script(
        scenes.HEALTHY_RUN, (ends(*_LANE), begins("revocation", "pin"), _asks)
    ),
    "nuvem": Script(
        scenes.HEALTHY_RUN, (ends(*_LANE), begins("revocation", "pin"), _provider_asks)
    ),
    "escolha": Script(
        scenes.HEALTHY_RUN, (ends(*register().checks[:8]), begins("certificate"), _chooses)
    ),
    "provedor": Script(
        scenes.WINDOWS_ONLY_RUN, (ends(*register().checks[:6]), begins("cloud"), _whose_cloud)
    ),
    "so-windows": Script(scenes.WINDOWS_ONLY_RUN),
    "buscar": Script(
        scenes.HEALTHY_RUN, (ends(*register().checks[:9]), begins("chain"), _may_fetch)
    ),
    "mostrar": Script(scenes.HEALTHY_RUN, (*_TRIED, _may_show)),
    "conferir": Script(scenes.NOT_ASKED_RUN, (*_TRIED, _assists)),
    "conferir-print": Script(scenes.STOPPED_RUN, (*_TRIED, _assists)),
    "print-camera": Script(scenes.REJECTED_RUN),
    "print-editor": Script(scenes.REJECTED_RUN),
    "print-aceito": Script(scenes.REJECTED_RUN),
    "print-sem": Script(scenes.REJECTED_RUN),
    "pronto": Script(scenes.HEALTHY_RUN),
    "avisos": Script(scenes.WARNED_RUN),
    "codigo": Script(scenes.CODE_RUN),
    "entrou": Script(scenes.ENTERED_RUN),
    "nao-pediu": Script(scenes.NOT_ASKED_RUN),
    "parou": Script(scenes.STOPPED_RUN),
    "vencido": Script(scenes.EXPIRED_RUN),
    "etapas-abertas": Script(scenes.EXPIRED_RUN),
    **dict.fromkeys(SAVED, Script(scenes.EXPIRED_RUN)),
    "comando": Script(scenes.STOPPED_SERVICE_RUN),
    "sem-cartao": Script(scenes.NO_CARD_RUN),
    "falta-ac": Script(scenes.NO_ISSUER_RUN),
    "falta-ac-lista": Script(scenes.NO_ISSUER_RUN),
    "senha-nao-aceita": Script(scenes.WRONG_PIN_RUN),
    "senha-sem-resposta": Script(scenes.UNANSWERED_PIN_RUN),
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
    later = scenes.STARTED + timedelta(seconds=52)
    outside = Outside(bool, lambda _: browser(), lambda: later, monitors=lambda: MONITORS)
    known = (
        KnownProfile("", "INSS Digital (entidades parceiras)", scenes.ASSIST.url, scenes.SUPPORT),
    )
    window = Window(session, catalogue(), theme=theme, profiles=known)
    window.outside = outside
    Doors(window, session, Remembered(), catalogue())
    Renewing(window, session, _hanging, catalogue())
    window.resize(size)
    window.show()
    window.activateWindow()
    if script is not None:
        window.start()
        settle(lambda: _reached(window, run, script))
    _type(window.page)
    if name in _THEN:
        _THEN[name](window)
    settle(lambda: True)
    yield name, window
    gone(window, session)


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


def _fill_in(window: Window) -> None:
    """Unfold the form for the ticket and fill it in, with a slip in it."""
    form = window.page.welcome.place
    window.page.welcome.form.choose("token")
    form.toggle.click()
    typed = ("Manaus", "AM", "Prefeitura Inventada", "12/2024", "joana@prefeitura", "92 3234-5678")
    for field, text in zip(form.fields.values(), typed, strict=True):
        field.setText(text)
    form._look()


def _answer(window: Window) -> None:
    """Do what the card asks for: open the portal, take the print, choose, write."""
    card = window.page.question
    assert isinstance(card, AssistCard)
    QTest.mouseClick(card.open_button, Qt.MouseButton.LeftButton)
    window.prints._address = card._url
    window.prints.album.keep(window.prints.outside.take(card._url))
    card.answers[Step.NOT_LISTED].setChecked(True)
    card.field.setText("Selecione um certificado: a lista estava vazia")


def _photograph(window: Window) -> None:
    """Go to the page that takes the print."""
    window.prints.card.button.click()
    settle(window.prints.camera.take_button.isEnabled)


def _no_camera(window: Window) -> None:
    """Go there where the system gives no picture."""

    def none() -> tuple[Monitor, ...]:
        raise NoPrint("wayland")

    window.prints.outside.monitors = none
    window.prints.card.button.click()
    settle(window.prints.camera.news.isVisible)


def _retouch(window: Window) -> None:
    """Look at a print, cover what nobody should see, and begin to select more."""
    _photograph(window)
    window.prints._look(window.prints.outside.take(scenes.ASSIST.url))
    canvas = window.prints.retouch.canvas
    settle(lambda: len(canvas._levels) > 1)
    for box in (QRect(420, 325, 470, 28), QRect(420, 357, 410, 28)):
        canvas.select(box)
        window.prints.retouch.cover()
    canvas.select(QRect(240, 84, 300, 30))


def _accept(window: Window) -> None:
    """Accept a print."""
    window.prints.album.keep(window.prints.outside.take(scenes.ASSIST.url))


def _hanging(_doing: Callable[[str], None], stop: Stop) -> Renewal:
    """Bring no list until it is stopped."""
    stop.wait()
    return Renewal(CUT)


_THEN: dict[str, Callable[[Window], None]] = {
    **SAVED,
    "inicio-dados": _fill_in,
    "ajuda": lambda window: window.where.help(),
    "andamento-detalhes": lambda window: window.page.details.toggle.click(),
    "etapas-abertas": lambda window: window.page.rail.open_step("certificate"),
    "conferir-print": _answer,
    "print-camera": _photograph,
    "print-editor": _retouch,
    "print-aceito": _accept,
    "print-sem": _no_camera,
    "recebido-oferta": lambda window: window.handed.emit(MAILED),
    "falta-ac-lista": lambda window: window.errands.authorities_wanted.emit(),
}
"""What is done in a state before its picture is taken."""


def browser() -> QImage:
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
    every = frozenset({*SCRIPTS, *PAGES, *COMPANIONS, *CARDS})
    wanted = (
        ((LIGHT, USUAL, only or TWICE), (DARK, USUAL, (only or TWICE) & DARK_TOO))
        if suffix
        else (
            (LIGHT, USUAL, only or every),
            (DARK, USUAL, (only or every) & DARK_TOO),
            (HIGH, USUAL, (only or every) & HIGH_TOO),
            (LIGHT, CRAMPED, (only or every) & CRAMPED_TOO),
        )
    )
    paths = []
    for theme, size, names in wanted:
        application.setPalette(palette(theme))
        small = "-pequena" if size == CRAMPED else ""
        shown: Iterator[tuple[str, QWidget]] = chain(
            windows(theme, size, names),
            pages(theme, size, names, settle),
            companions(theme, size, names, settle),
            cards(theme, size, names, settle),
        )
        for name, window in shown if names else ():
            path = folder / f"{name}-{_NAMES[theme.name]}{small}{suffix}.png"
            _save(window.grab().toImage(), path)
            paths.append(path)
    return paths


def montage(folder: Path) -> Path:
    """Put the README's pictures into one."""
    rows = -(-len(MONTAGE) // MONTAGE_COLUMNS)
    height = round(MONTAGE_WIDTH * USUAL.height() / USUAL.width())
    width = MONTAGE_COLUMNS * (MONTAGE_WIDTH + MONTAGE_GAP) + MONTAGE_GAP
    whole = QImage(width, rows * (height + MONTAGE_GAP) + MONTAGE_GAP, QImage.Format.Format_RGB32)
    whole.fill(QColor("#8793A6"))
    painter = QPainter(whole)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for number, (name, theme) in enumerate(MONTAGE):
        application.setPalette(palette(theme))
        left = MONTAGE_GAP + number % MONTAGE_COLUMNS * (MONTAGE_WIDTH + MONTAGE_GAP)
        top = MONTAGE_GAP + number // MONTAGE_COLUMNS * (height + MONTAGE_GAP)
        for _, window in windows(theme, USUAL, frozenset({name})):
            taken = window.grab().toImage()
            smooth = Qt.TransformationMode.SmoothTransformation
            painter.drawImage(left, top, taken.scaledToWidth(MONTAGE_WIDTH, smooth))
    painter.end()
    _save(whole, folder / "montagem.png")
    return folder / "montagem.png"


def _save(image: QImage, path: Path) -> None:
    """Write the smallest file."""
    assert image.convertToFormat(QImage.Format.Format_RGB888).save(str(path), quality=0)


_NAMES = {"light": "clara", "dark": "escura", "high": "contraste"}


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
    application = QApplication([*ARGUMENTS])
    translate(application)
    dress(application)
    suffix = f"-{wanted.scale}x" if wanted.scale > 1 else ""
    taken = take(wanted.folder, frozenset(wanted.only), suffix)
    print(len(taken), "pictures in", wanted.folder)
    twice = ",".join(sorted(frozenset(wanted.only) & TWICE if wanted.only else TWICE))
    if wanted.scale == 1 and not wanted.only:
        montage(wanted.folder)
    if wanted.scale == 1 and twice:
        again = [sys.executable, "-m", "tests.gui.shots", str(wanted.folder)]
        again += ["--scale", "2", "--only", twice]
        return subprocess.call(again, env={**os.environ, "QT_SCALE_FACTOR": "2"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
