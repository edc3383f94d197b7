"""`a3check relatorio`: what it shows, writes and refuses."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.unit.report.samples import ABOUT, IDENTITY, diagnosis, finding

from a3check import app, cli
from a3check.cli import output
from a3check.core.resources import resource
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # drawing needs no display
DEADLINE = 60.0
SOURCE = Path(cli.__file__).parents[2]
REPORT = document(diagnosis(finding("card.absent")), ABOUT, masker=Masker(IDENTITY, b"x"))
TEXT = dumps(REPORT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "relatorio.json"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture
def bundle(qapp: QGuiApplication, tmp_path: Path) -> Path:
    return app.write_bundle(app.Report(REPORT, TEXT), tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(("relatorio", *arguments)) == output.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("a3check: ")
    assert said.err.count("\n") == 1
    return said.err


def test_a_report_is_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(("relatorio", str(file))) == output.OK
    said = capsys.readouterr()
    assert said.err == ""
    assert "Não há cartão na leitora" in said.out
    assert "card.absent" in said.out
    assert "não tem somas" in said.out.splitlines()[-1]


def test_a_bundle_is_shown_and_its_sums_are_checked(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(("relatorio", str(bundle))) == output.OK
    assert "relatorio.json, relatorio.pdf, LEIA-ME.txt" in capsys.readouterr().out.splitlines()[-1]


def test_the_schema_is_printed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(("relatorio", "--esquema")) == output.OK
    assert capsysbinary.readouterr().out == resource("report.schema.json").read_bytes()


def test_pages_are_written(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    assert (
        cli.main(("relatorio", str(bundle), "--html", str(html), "--pdf", str(pdf))) == output.OK
    )
    assert html.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (html, pdf))
    assert "card.absent" in capsys.readouterr().out


def test_a_page_on_standard_output_is_nothing_but_the_page(
    bundle: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(("relatorio", str(bundle), "--html", "-")) == output.OK
    assert capsysbinary.readouterr().out.endswith(b"</html>\n")
    assert cli.main(("relatorio", str(bundle), "--pdf", "-")) == output.OK
    assert capsysbinary.readouterr().out.startswith(b"%PDF-")


def test_the_report_is_never_written_over(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "link.html"
    link.symlink_to(file)
    for option in ("--html", "--pdf"):
        assert option in refused(capsys, str(file), option, str(file))
        assert option in refused(capsys, str(file), option, str(link))
    same = str(tmp_path / "r")
    assert "--pdf" in refused(capsys, str(file), "--html", same, "--pdf", same)
    assert file.read_text("utf-8") == TEXT


def test_a_computer_without_qts_libraries_says_so(
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking(*_: object) -> bytes:
        raise ImportError("libEGL.so.1")

    monkeypatch.setattr(app, "printed", lacking)
    assert cli.main(("relatorio", str(file), "--pdf", str(tmp_path / "r.pdf"))) == output.USAGE
    assert "--html" in capsys.readouterr().err
    path = app.write_bundle(app.Report(REPORT, TEXT), tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert "relatorio.pdf" not in archive.namelist()
        assert "relatorio.pdf" not in archive.read("LEIA-ME.txt").decode()


def test_a_page_that_cannot_be_written_is_told(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--html", "--pdf"):
        assert cli.main(("relatorio", str(bundle), option, "/dev/full")) == output.USAGE
        assert "/dev/full" in capsys.readouterr().err


def test_what_is_no_report_is_refused_in_one_line(
    file: Path, bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("relatorio.json", bytes(60_000_000))
    odd = tmp_path / "odd"
    cases = {
        b"": "vazio",
        b"\0" * 50_000_000: "grande demais",
        bomb.getvalue(): "grande demais",
        b"<html>": "JSON",
        b'{"format": "a3check-swap"}': "não é um relatório",
        TEXT.replace('"version": 1', '"version": 2').encode(): "mais nova",
        TEXT.replace('"masked": true', '"masked": "\\u001b[2J"').encode(): "masked",
        bundle.read_bytes()[:-30]: "danificado",
    }
    for content, reason in cases.items():
        odd.write_bytes(content)
        said = refused(capsys, str(odd))
        assert str(odd) in said
        assert reason in said
        assert "\x1b" not in said
    assert "relatorio" in refused(capsys)
    assert "não existe" in refused(capsys, str(tmp_path / "nada"))
    assert "pasta" in refused(capsys, str(tmp_path))
    assert str(file.parent / "no" / "r.pdf") in refused(
        capsys, str(file), "--pdf", str(file.parent / "no" / "r.pdf")
    )


def test_the_program_itself_reads_standard_input_and_makes_a_pdf(tmp_path: Path) -> None:
    pdf = tmp_path / "r.pdf"
    done = subprocess.run(
        [sys.executable, "-m", "a3check", "relatorio", "-", "--pdf", str(pdf)],
        input=TEXT.encode(),
        capture_output=True,
        check=False,
        timeout=DEADLINE,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Não há cartão" in done.stdout.decode()
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert json.loads(TEXT)["id"] in done.stdout.decode()


def test_a_terminal_gets_colour_and_no_line_that_is_too_long(file: Path) -> None:
    primary, secondary = pty.openpty()
    environment = {**os.environ, "COLUMNS": "40", "PYTHONPATH": str(SOURCE)}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "a3check", "relatorio", str(file)]
    with subprocess.Popen(command, stdout=secondary, env=environment) as process:
        os.close(secondary)
        said = b""
        with suppress(OSError):  # the terminal is gone with its last writer
            while part := os.read(primary, 4096):
                said += part
        assert process.wait(DEADLINE) == output.OK
    os.close(primary)
    shown = said.decode().splitlines()
    assert shown[0] == "\x1b[1;31m✗ Uma causa foi encontrada\x1b[0m"
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in shown) <= 40
