"""The PDF of a bundle, made by this program in a process of its own."""

import sys
from pathlib import Path

import pytest
from tests.unit.report.samples import ABOUT, diagnosis, finding

from a3check.report import bundle
from a3check.report.document import document, dumps
from a3check.system import printing

TEXT = dumps(document(diagnosis(finding("card.absent")), ABOUT)).encode()


def test_a_bundle_without_a_pdf_gets_one() -> None:
    made = printing.printed(bundle.packed({bundle.REPORT: TEXT}))
    assert made.startswith(b"%PDF-")
    assert len(made) > 1000


def test_what_is_no_bundle_gives_none() -> None:
    with pytest.raises(OSError, match="not printed"):
        printing.printed(b"no bundle")


@pytest.mark.parametrize(
    "program", ["raise SystemExit(0)", "import sys; sys.stdin.read(); print('no PDF')"]
)
def test_an_answer_that_is_no_pdf_is_none(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "command", lambda: [sys.executable, "-c", program])
    with pytest.raises(OSError, match="not printed"):
        printing.printed(b"x")


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = "import sys, threading; sys.stdin.read(); threading.Event().wait()"
    monkeypatch.setattr(printing, "command", lambda: [sys.executable, "-c", hangs])
    monkeypatch.setattr(printing, "DEADLINE", 0.5)
    with pytest.raises(OSError, match="TimeoutExpired"):
        printing.printed(b"x")


def test_the_frozen_program_asks_its_twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window, twin = tmp_path / "a3check", tmp_path / "a3check-cli"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(window))
    assert printing.command()[0] == str(window)
    twin.touch()
    assert printing.command() == [str(twin), "relatorio", "-", "--pdf", "-"]
