"""From the verdict to a ticket with every field copied: by mouse, by keys, masked and in clear."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tests.gui import scenes
from tests.gui.conftest import Open
from tests.gui.filed import CONTACT, NAMES, Drawn, companion, kept
from tests.gui.remembered import Remembered
from tests.gui.scripted import Script

from a3check.core.catalogue import catalogue
from a3check.core.check import found
from a3check.core.model import Diagnosis
from a3check.core.profile import FormField, Support
from a3check.core.settings import Place
from a3check.report.addressee import Kind
from a3check.ui.attachments import Grip, copied_mime
from a3check.ui.companion import SHARE, Companion, beside
from a3check.ui.doors import Doors
from a3check.ui.erase_card import EraseCard
from a3check.ui.filing import Filing
from a3check.ui.style import DARK
from a3check.ui.whose import Whose

LEFT = Qt.MouseButton.LeftButton
SCREENS = ((1366, 728), (1092, 574), (1024, 600), (1920, 1040), (3840, 2100))
"""What is left of screens beside a task bar, in logical pixels."""


class Desk:
    """A window on a run that has ended, and what its ticket did outside."""

    def __init__(self, opened: Open, qtbot: QtBot, diagnosis: Diagnosis, drawn: Drawn) -> None:
        self.window = opened(Script(diagnosis))
        self.drawn, self.visited = drawn, list[str]()
        self.opens = True
        session = self.window._session
        self.filing = Filing(self.window, session, drawn, catalogue(), self._browse)
        self.window.start()
        qtbot.waitUntil(self.window.again_button.isVisible)
        self._qtbot = qtbot

    def _browse(self, url: str) -> bool:
        self.visited.append(url)
        return self.opens

    @property
    def companion(self) -> Companion:
        return companion(self.filing)

    @property
    def whose(self) -> Whose:
        assert self.companion.whose is not None
        return self.companion.whose

    def open(self) -> Companion:
        """Press the button by the mouse; return the window that comes."""
        QTest.mouseClick(self.window.footer.ticket_button, LEFT)
        self._qtbot.waitUntil(self.companion.isActiveWindow)
        return self.companion

    def attach(self, folder: Path) -> None:
        self.window.saving.kept.emit(kept(folder))
        self._qtbot.waitUntil(lambda: not self.filing.busy)


Begin = Callable[..., Desk]


@pytest.fixture
def begin(opened: Open, qtbot: QtBot) -> Begin:
    def make(diagnosis: Diagnosis = scenes.REJECTED_RUN, drawn: Drawn | None = None) -> Desk:
        return Desk(opened, qtbot, diagnosis, drawn or Drawn())

    return make


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def press(shown: QWidget, text: str) -> None:
    (found,) = (b for b in shown.findChildren(QPushButton) if text in b.text() and b.isVisible())
    QTest.mouseClick(found, LEFT)


def test_every_field_is_copied_by_the_mouse(begin: Begin) -> None:
    desk = begin()
    shown = desk.open()
    assert "janela ao lado" in desk.window.message.text()
    assert shown.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    press(shown, "página do INSS")
    assert desk.visited == [scenes.SUPPORT]
    labels = [field.field.label for field in shown.fields]
    assert labels == ["Categoria", "Entidade", "Contato", "Descrição detalhada"]
    for at, field in enumerate(shown.fields):
        assert shown.left == tuple(labels[at:])
        assert field.copy_button.accessibleName() == f"Copiar: {field.field.label}"
        shown.view.ensureWidgetVisible(field.copy_button)
        QTest.mouseClick(field.copy_button, LEFT)
        assert clipboard() == field.field.text
        assert "Copiado" in field.copy_button.text()
        assert field.copy_button.accessibleName().startswith(f"{field.field.label}: copiado")
    assert shown.message.text().startswith("Tudo copiado")
    for line in ("Código do diagnóstico: login.rejected", "Data e hora: 22/11/2026 14:31:07"):
        assert line in clipboard()


def test_every_field_is_copied_by_keys_alone(begin: Begin, qtbot: QtBot) -> None:
    desk = begin()
    QTest.keyClick(desk.window.footer.ticket_button, Qt.Key.Key_Return)
    shown = desk.companion
    qtbot.waitUntil(shown.isActiveWindow)
    assert shown.focusWidget() is shown.head.pages[0]
    QTest.keyClick(shown.focusWidget(), Qt.Key.Key_Return)
    copied: list[str] = []
    stops: list[QWidget | None] = []
    while shown.left:
        QTest.keyClick(shown.focusWidget(), Qt.Key.Key_Tab)
        if any(shown.focusWidget() is field.copy_button for field in shown.fields):
            QTest.keyClick(shown.focusWidget(), Qt.Key.Key_Return)
            copied.append(clipboard())
        stops.append(shown.focusWidget())
        assert stops.count(shown.focusWidget()) == 1, "round without an end"
    assert copied == [field.field.text for field in shown.fields]
    assert desk.visited == [scenes.SUPPORT]
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_closed_and_opened_again_it_is_as_it_was(begin: Begin) -> None:
    desk = begin()
    shown = desk.open()
    shown.fields[0].copy()
    shown.close_button.click()
    assert not shown.isVisible()
    said = desk.window.message.text()
    assert said.startswith("Falta copiar: Entidade, Contato, Descrição detalhada.")
    again = desk.open()
    assert again is shown
    assert again.left == ("Entidade", "Contato", "Descrição detalhada")
    assert again.focusWidget() is again.fields[1].copy_button, "what is wanted next"
    assert len(desk.drawn.drawn) == 1


def test_a_browser_that_does_not_open_is_told(begin: Begin) -> None:
    desk = begin()
    desk.opens = False
    press(desk.open(), "página do INSS")
    assert desk.companion.message.text() == f"O navegador não abriu. Abra nele: {scenes.SUPPORT}"


def test_in_clear_by_choice_and_the_file_says_the_same(
    begin: Begin, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = begin(scenes.EXPIRED_RUN)
    desk.attach(tmp_path)
    shown = desk.open()
    assert desk.drawn.written == [], "nothing is chosen yet"
    desk.whose.chosen.emit(Kind.PORTAL)
    qtbot.waitUntil(lambda: not desk.filing.busy)
    file = tmp_path / "chamado.txt"
    masked = file.read_text("utf-8")
    shown.fields[0].copy()
    shown.fields[3].copy()
    QTest.mouseClick(shown.head.clear_box, LEFT, pos=QPoint(8, 14))
    QTest.mouseClick(shown.head.clear_box, LEFT, pos=QPoint(8, 14))
    QTest.mouseClick(shown.head.clear_box, LEFT, pos=QPoint(8, 14))
    qtbot.waitUntil(lambda: not desk.filing.busy)
    assert [t.clear for t in desk.drawn.drawn] == [False, False, True, False, True]
    assert file.read_text("utf-8") == desk.drawn.drawn[-1].text != masked
    assert shown.fields[0].done, "the same text is on the page already"
    assert not shown.fields[3].done, "this one changed"
    assert all(field.field.whole in file.read_text("utf-8") for field in shown.fields)


def test_files_are_dragged_and_copied(begin: Begin, tmp_path: Path) -> None:
    desk = begin()
    carried: list[QMimeData] = []
    shown = desk.open()
    shown.files._carry = lambda _grip, data: carried.append(data)
    desk.attach(tmp_path)
    paths = [tmp_path / name for name in NAMES]
    for grip in shown.files.grips:
        drag(grip)
    assert [[Path(url.toLocalFile()) for url in data.urls()] for data in carried] == [
        paths,
        *([path] for path in paths),
    ]
    assert all(data.hasFormat("text/uri-list") for data in carried)
    (button,) = (
        b
        for b in shown.files.findChildren(QPushButton)
        if b.accessibleName() == "Copiar o arquivo navegador.png"
    )
    QTest.keyClick(button, Qt.Key.Key_Return)
    data = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in data.urls()] == [str(paths[2])]
    assert data.text() == str(paths[2])
    assert shown.message.text().startswith("navegador.png copiado")
    paths[2].unlink()
    button.click()
    assert shown.message.text() == "O arquivo navegador.png não está mais na pasta."


def drag(grip: Grip) -> None:
    """Press, move a little, move far enough."""
    far = QApplication.startDragDistance() + 2
    QTest.mouseMove(grip, QPoint(4, 4))
    QTest.mousePress(grip, LEFT, pos=QPoint(4, 4))
    QTest.mouseMove(grip, QPoint(5, 4))
    QTest.mouseMove(grip, QPoint(4 + far, 4))
    QTest.mouseMove(grip, QPoint(8 + far, 4))
    QTest.mouseRelease(grip, LEFT, pos=QPoint(8 + far, 4))


def test_a_copied_file_is_its_address_and_its_path(tmp_path: Path) -> None:
    path = tmp_path / "Meus arquivos" / "ação.zip"
    data = copied_mime(path)
    assert data.urls()[0].toLocalFile() == str(path)
    assert data.text() == str(path)


@pytest.mark.qt_log_ignore("does not support raise")  # without a display nothing is in front
def test_without_a_saving_it_says_so_and_what_is_saved_then_goes_with_it(
    begin: Begin, qtbot: QtBot
) -> None:
    desk = begin()
    shown = desk.open()
    assert shown.files.grips == []
    press(shown.files, "Gerar relatório")
    assert not desk.window.pages.at_home, "the preview of what goes into it"
    desk.window.saving.preview.folder_wanted.emit()
    qtbot.waitUntil(lambda: len(shown.files.grips) > 2, timeout=20_000)
    qtbot.waitUntil(lambda: not desk.filing.busy)
    bundle, ticket = (grip.paths[0] for grip in shown.files.grips[1:3])
    assert bundle.suffix == ".zip"
    assert ticket.read_text("utf-8") == desk.drawn.drawn[-1].text


def test_the_print_that_hides_nothing_goes_to_the_portal_alone(
    begin: Begin, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = begin(scenes.EXPIRED_RUN)
    desk.attach(tmp_path)
    shown = desk.open()
    desk.whose.chosen.emit(Kind.SUPPLIER)
    assert [path.name for path in shown.files.grips[0].paths] == list(NAMES[:2])
    desk.whose.chosen.emit(Kind.PORTAL)
    assert [path.name for path in shown.files.grips[0].paths] == list(NAMES)
    qtbot.waitUntil(lambda: not desk.filing.busy)
    assert (tmp_path / "chamado.txt").read_text("utf-8").startswith("CHAMADO PARA O INSS")


def test_files_of_another_run_do_not_go_with_it(begin: Begin, tmp_path: Path) -> None:
    desk = begin()
    desk.window.saving.kept.emit(kept(tmp_path, "20200101T000000-0000"))
    assert desk.open().files.grips == []
    assert desk.drawn.written == []


def test_a_file_that_cannot_be_written_is_told(begin: Begin, qtbot: QtBot, tmp_path: Path) -> None:
    desk = begin(drawn=Drawn(broken=True))
    shown = desk.open()
    desk.attach(tmp_path)
    assert shown.message.text().startswith("O chamado.txt não pôde ser gravado")


@pytest.mark.qt_log_ignore("does not support raise")  # without a display nothing is in front
def test_where_the_user_can_act_the_steps_come_first(begin: Begin) -> None:
    desk = begin(scenes.NO_CARD_RUN)
    shown = desk.open()
    assert "você pode resolver" in desk.whose.spoken
    assert "no token ou no cartão" in desk.whose.spoken
    press(desk.whose, "Ver o que fazer")
    assert not shown.isVisible()
    assert desk.window.pages.at_home


def test_the_supplier_s_text_and_the_way_back(begin: Begin, qtbot: QtBot) -> None:
    desk = begin(scenes.EXPIRED_RUN)
    shown = desk.open()
    assert "fornecedor do certificado" in desk.whose.spoken
    QTest.keyClick(shown.focusWidget(), Qt.Key.Key_Return)
    assert shown.windowTitle() == "Texto para o fornecedor"
    assert not shown.head.clear_box.isVisible(), "to others it goes masked"
    assert shown.fields[0].field.label == "Assunto"
    shown.fields[0].copy()
    shown.head.whose_button.click()
    assert shown.windowTitle() == "Isto é com o INSS?"
    press(desk.whose, "INSS mesmo assim")
    assert shown.windowTitle() == "Chamado no INSS"
    assert shown.left[0] == "Categoria", "another text has no tick"
    assert [t.to.kind for t in desk.drawn.drawn] == [Kind.SUPPLIER, Kind.SUPPLIER, Kind.PORTAL]


def test_a_supplier_that_is_known_has_a_page(begin: Begin) -> None:
    expired = found("certificate.expired", issuer="AC CERTISIGN RFB G5", days=3)
    run = Diagnosis(scenes.outcomes({"certificate": (expired,)}), scenes.STARTED, 4.0)
    desk = begin(run)
    desk.open()
    QTest.mouseClick(desk.whose.buttons[0], LEFT)
    press(desk.companion, "site do fornecedor")
    assert desk.visited == ["https://www.certisign.com.br/"]


@pytest.mark.qt_log_ignore("does not support raise")  # without a display nothing is in front
def test_pressed_again_it_comes_to_the_front(begin: Begin, qtbot: QtBot) -> None:
    desk = begin()
    shown = desk.open()
    place = shown.geometry().translated(-40, 12)
    shown.setGeometry(place)
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    assert desk.open().geometry() == place, "where the user put it"


def test_after_a_right_end_the_user_says_what_is_still_missing(begin: Begin) -> None:
    desk = begin(scenes.HEALTHY_RUN)
    shown = desk.open()
    assert "o certificado foi aceito" in desk.whose.spoken
    (only,) = desk.whose.buttons
    QTest.mouseClick(only, LEFT)
    assert shown.windowTitle() == "Chamado no INSS"
    assert "[escreva aqui" in shown.fields[3].field.text


def test_what_cannot_be_told_says_so(begin: Begin) -> None:
    desk = begin(scenes.SKIPPED_RUN)
    desk.open()
    assert desk.whose.spoken.startswith("Isto é com o INSS? ")
    assert desk.window.footer.ticket_button.isVisible()


def test_a_profile_s_form_and_what_was_not_filled_in(begin: Begin) -> None:
    fields = (FormField("entity"), FormField("description", "Relato", 300))
    drawn = Drawn(Place(), Support(scenes.SUPPORT, fields=fields))
    shown = begin(drawn=drawn).open()
    entity, story = shown.fields
    assert not entity.copy_button.isEnabled()
    assert shown.left == ("Relato",), "an empty one is not waited for"
    assert story.field.shortened
    story.copy()
    assert len(clipboard()) <= 300
    assert "login.rejected" in clipboard()


def test_the_next_run_has_a_ticket_of_its_own(begin: Begin, qtbot: QtBot) -> None:
    desk = begin()
    first = desk.open()
    desk.filing._know(scenes.EXPIRED_RUN)
    second = desk.open()
    assert second is not first
    assert desk.companion.whose is not None


def test_it_takes_other_colours_and_goes_with_the_window(begin: Begin) -> None:
    desk = begin()
    shown = desk.open()
    before = shown.grab().toImage().pixelColor(3, 3)
    desk.filing.set_theme(DARK)
    after = shown.grab().toImage().pixelColor(3, 3)
    assert (before.lightness() > 200, after.lightness() < 60) == (True, True)
    desk.window.close()
    assert desk.filing.companion is None
    desk.filing.set_theme(DARK)


def test_erasing_what_is_kept_takes_the_ticket_away(
    begin: Begin, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = begin()
    Doors(desk.window, desk.window._session, Remembered(), catalogue()).show_history()
    shown = desk.open()
    desk.attach(tmp_path)
    erase = desk.window.findChild(EraseCard)
    assert isinstance(erase, EraseCard)
    erase.ask_button.click()
    assert shown.isVisible(), "nothing is erased before the answer"
    erase.yes_button.click()
    qtbot.waitUntil(lambda: desk.filing.companion is None)
    assert not [top for top in QApplication.topLevelWidgets() if isinstance(top, Companion)]
    desk.drawn.place = Place()
    again = desk.open()
    assert again is not shown
    assert CONTACT not in repr([field.field.text for field in again.fields])
    assert again.files.grips == []


def test_before_a_run_has_ended_there_is_no_ticket(opened: Open) -> None:
    window = opened(Script(scenes.REJECTED_RUN))
    filing = Filing(window, window._session, Drawn(), catalogue(), bool)
    filing.open()
    assert filing.companion is None


@pytest.mark.parametrize("size", SCREENS)
def test_it_stands_at_the_edge_and_leaves_the_page_its_room(size: tuple[int, int]) -> None:
    screen = QRect(0, 0, *size)
    place = beside(screen)
    assert screen.contains(place)
    assert place.width() <= screen.width() * SHARE
    assert place.left() >= screen.width() * (1 - SHARE) - 10
