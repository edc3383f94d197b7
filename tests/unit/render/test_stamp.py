"""A stamped picture: what is drawn, where, and what the file holds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage

from a3check.render.stamp import png, save, stamp

LINES = (
    "Mensagem: Não há cartão na leitora [CKR_TOKEN_NOT_PRESENT]",
    "22/11/2026 14:31:07 (horário UTC-04:00)",
    "Servidor: portal.exemplo.invalid:443",
    "Código: card.absent · Relatório: 20261122T143107-7f3a",
)


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Draw with the fonts of the application that all tests of Qt share."""


def picture(colour: str = "#203040", ratio: float = 1.0) -> QImage:
    image = QImage(round(800 * ratio), round(300 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(colour))
    return image


def dark_pixels(image: QImage, top: int) -> int:
    points = ((x, y) for y in range(top, image.height()) for x in range(image.width()))
    return sum(QColor(image.pixel(x, y)).lightness() < 100 for x, y in points)


def test_the_picture_stays_whole_above_the_footer() -> None:
    stamped = stamp(picture(), LINES)
    assert stamped.width() == 800
    assert stamped.height() > 300 + 4 * 13
    above = stamped.copy(0, 0, 800, 300).convertToFormat(QImage.Format.Format_RGB32)
    assert above == picture()


@pytest.mark.parametrize("colour", ["#000000", "#ffffff"])
def test_the_footer_is_readable_under_dark_and_light(colour: str) -> None:
    stamped = stamp(picture(colour), LINES)
    ground = QColor(stamped.pixel(2, stamped.height() - 2))
    assert ground == QColor("white")
    assert dark_pixels(stamped, 304) > 1000


def test_the_same_lines_give_the_same_bytes() -> None:
    once, again = (png(stamp(picture(), LINES), {"Description": "texto"}) for _ in range(2))
    assert once == again


def test_other_lines_give_other_pixels() -> None:
    assert stamp(picture(), LINES) != stamp(picture(), (*LINES[:3], "Código: card.mute"))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_sizes_follow_the_device_pixel_ratio(ratio: float) -> None:
    stamped = stamp(picture(ratio=ratio), LINES)
    plain = stamp(picture(), LINES)
    assert stamped.devicePixelRatio() == ratio
    assert stamped.width() == round(800 * ratio)
    assert stamped.deviceIndependentSize().height() == pytest.approx(
        plain.deviceIndependentSize().height(), rel=0.05
    )


def test_a_long_line_wraps_and_is_drawn_whole() -> None:
    short = stamp(picture(), ("Mensagem",))
    long = stamp(picture(), ("x" * 1000,))
    assert long.height() > short.height() + 5 * 13
    right = long.copy(798, 304, 2, long.height() - 304)
    assert dark_pixels(right, 0) == 0


def test_a_small_picture_gets_a_footer_wide_enough_to_read() -> None:
    small = QImage(40, 30, QImage.Format.Format_ARGB32)
    small.fill(QColor("red"))
    assert stamp(small, LINES).width() == 320


@pytest.mark.parametrize("lines", [(), ("", "  ")])
def test_no_lines_leave_an_empty_footer(lines: tuple[str, ...]) -> None:
    assert dark_pixels(stamp(picture(), lines), 304) == 0


def test_the_file_holds_the_description(tmp_path: Path) -> None:
    path = tmp_path / "captura.png"
    fields = {"Title": "a3check", "Description": "\n".join(LINES), "Creation Time": "agora"}
    save(stamp(picture(), LINES), path, fields)
    read = QImage(str(path))
    assert {key: read.text(key) for key in read.textKeys()} == fields
    assert list(tmp_path.iterdir()) == [path]


def test_text_fields_of_the_picture_itself_stay_out() -> None:
    image = picture()
    image.setText("Author", "Fulano de Tal")
    read = QImage.fromData(png(stamp(image, LINES), {}))
    assert read.text("Author") == ""
    assert b"Fulano" not in png(image, {})


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"\w"):
        save(picture(), tmp_path / "missing" / "captura.png", {})


def test_an_empty_picture_can_be_stamped_but_not_written_bare() -> None:
    assert stamp(QImage(), LINES).width() == 320
    with pytest.raises(OSError, match=r"\w"):
        png(QImage(), {})


WITHOUT_WIDGETS = """
import sys
from PySide6.QtGui import QGuiApplication, QImage
from a3check.render.stamp import stamp
application = QGuiApplication([])
image = QImage(400, 100, QImage.Format.Format_RGB32)
image.fill(0)
assert stamp(image, ("Mensagem", "Código")).height() > 130
assert "PySide6.QtWidgets" not in sys.modules
"""


def test_it_needs_no_window_system_and_no_widgets() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_WIDGETS],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
