"""Can anything private be read off the pixels of the picture or of the PDF's pages?"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.gui import scenes
from tests.gui.scripted import ABOUT
from tests.lab.numbers import cpf
from tests.lab.ocr import least_distance, needs_ocr, plain, read, shows
from tests.lab.private import Private, hunt

from a3check import app
from a3check.core.catalogue import catalogue
from a3check.core.check import found, secretly
from a3check.core.model import Diagnosis, Outcome
from a3check.core.register import register
from a3check.render.stamp import stamp
from a3check.report.caption import caption
from a3check.report.document import document, dumps
from a3check.report.identity import Identity
from a3check.report.mask import Masker
from a3check.ui import screenshot

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from a3check.core.model import Finding

HOLDER: Final = "ZULMIRA QUARESMA FIGUEIROA"
CPF: Final = cpf("731904862")
DOTTED: Final = f"{CPF[:3]}.{CPF[3:6]}.{CPF[6:9]}-{CPF[9:]}"
SERIAL: Final = "7F3A90C4D21B66E8"
MAIL: Final = "zulmira.q@figueiroa.invalid"
HOME: Final = "/home/contabil3417"
PRIVATE: Final = (
    *(Private("name", word) for word in HOLDER.split()),
    Private("CPF", CPF),
    Private("serial", SERIAL),
    Private("user", "contabil3417"),
    Private("mail", "figueiroa.invalid"),
    Private("host", "PC-FINANCAS-07"),
)
IDENTITY: Final = Identity(
    hosts=("PC-FINANCAS-07",), users=("contabil3417",), homes=(HOME,), addresses=()
)
SAID: Final = f"{HOLDER.title()}, CPF {DOTTED}, {MAIL}: acesso negado em PC-FINANCAS-07"
CAUSE: Final = "login.not_authorised"
DOTS: Final = 130
"""An inch, when a page is turned into a picture."""


def diagnosis() -> Diagnosis:
    """A run whose every page would show who it was, were nothing hidden."""
    told: dict[str, tuple[Finding, ...]] = {
        "driver": (
            found("driver.working", module=scenes.MODULE, seconds=0.8),
            found("driver.crashed", module=f"{HOME}/x.so", call="C_Sign", exit="6").lower(),
        ),
        "token": (found("token.ready", secretly("token_serial", SERIAL)),),
        "certificate": (
            found("certificate.several", secretly("certificates", (f"{HOLDER} (AC Inventada)",))),
        ),
        "login": (found(CAUSE, words=SAID, host="portal.invalid", http_status=403),),
    }
    ended = tuple(
        Outcome(name, told[name], 0.3) if name in told else Outcome(name, because="option")
        for name in register().checks
    )
    return Diagnosis(ended, scenes.STARTED, 9.4)


def written(*, masked: bool) -> dict[str, Any]:
    about = replace(ABOUT, profile="inss")
    report = document(diagnosis(), about, masked=masked, masker=Masker(IDENTITY, b"x"))
    value: dict[str, Any] = json.loads(dumps(report))
    return value


def photographed(folder: Path) -> Path:
    """Return the stamped picture of the window, which always is masked."""
    report, run = written(masked=True), diagnosis()
    facts = screenshot.masked_facts(report, run)
    image = stamp(screenshot.picture(run, catalogue(), facts), caption(report, catalogue()))
    file = folder / "captura.png"
    assert image.scaledToWidth(image.width() * 3 // 2).save(str(file))
    return file


def printed(folder: Path, *, masked: bool) -> list[Path]:
    """Return the PDF's pages as pictures."""
    pdf = folder / f"relatorio-{masked}.pdf"
    pdf.write_bytes(app.printed(written(masked=masked)))
    command = ["pdftoppm", "-r", str(DOTS), "-gray", "-png", str(pdf), str(folder / pdf.stem)]
    subprocess.run(command, check=True, timeout=60)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def seen(said: str) -> set[str]:
    return {value.what for value in PRIVATE if shows(said, value.text)}


def test_a_text_with_some_wrong_letters_is_still_found() -> None:
    assert shows("o titular Z U L M I R A  0UARESMA", "zulmira quaresma")
    assert shows("CPF 73I.9O4.862-" + CPF[9:], CPF)
    assert not shows("o titular M*** Q*** F***", HOLDER)
    assert not shows("***.904.862-**", CPF)
    assert least_distance("abxcd", "abcd") == 1
    assert plain("Olá, 1") == "01a1"


@needs_ocr
def test_nothing_private_can_be_read_off_the_picture(
    dressed: QApplication, tmp_path: Path
) -> None:
    masked = read(photographed(tmp_path))
    assert seen(masked) == set()
    assert shows(masked, CAUSE)
    assert shows(masked, written(masked=True)["verdict"]["title"])


@needs_ocr
def test_nothing_private_can_be_read_off_the_pages(dressed: QApplication, tmp_path: Path) -> None:
    pages = [read(page) for page in printed(tmp_path, masked=True)]
    assert seen("\n".join(pages)) == set()
    assert shows(pages[0], written(masked=True)["verdict"]["title"])
    assert all(any(shows(said, code) for said in pages) for code in (CAUSE, "driver.crashed"))
    first = printed(tmp_path, masked=False)[0]
    assert {"name", "CPF", "user", "mail"} <= seen(read(first)), "what is in clear is not read"


@pytest.mark.parametrize("masked", [True, False])
def test_the_reports_say_the_same_as_their_pictures(masked: bool) -> None:
    """What is looked for is really in the report in clear: else nothing could be found."""
    text = dumps(written(masked=masked))
    expected = [] if masked else [value.what for value in PRIVATE]
    assert [value.what for value in PRIVATE if hunt(text.encode(), [value])] == expected
