"""Turns reports of invented runs into pictures of their pages: ``docs/telas/relatorio-*.png``.

``python -m tests.gui.sheets FOLDER [--all] [--grey] [--dots 75]``; with ``--all`` every page of
every run, to be looked at. Needs poppler-utils.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.gui import scenes
from tests.unit.report.samples import ABOUT, IDENTITY

from a3check import app
from a3check.report.document import document, dumps
from a3check.report.mask import Masker

if TYPE_CHECKING:
    from a3check.core.model import Diagnosis

ROOT: Final = Path(__file__).resolve().parents[2]
PICTURE: Final = ROOT / "docs" / "telas" / "vencido-clara.png"
DEADLINE: Final = 60.0
SHOWN: Final = {"vencido": ("relatorio-causa", "relatorio-tecnico")}
"""The pages that the documents show: their names, from the first on."""
RUNS: Final[dict[str, tuple[Diagnosis, bool]]] = {
    "vencido": (scenes.EXPIRED_RUN, True),
    "pronto": (scenes.HEALTHY_RUN, False),
    "recusado": (scenes.REJECTED_RUN, True),
    "sem-cartao": (scenes.NO_CARD_RUN, True),
    "falta-ac": (scenes.NO_ISSUER_RUN, False),
    "senha": (scenes.WRONG_PIN_RUN, False),
    "nao-pediu": (scenes.NOT_ASKED_RUN, False),
    "interrompido": (scenes.CANCELLED_RUN, True),
    "defeito": (scenes.CRASHED_RUN, False),
    "avisos": (scenes.WARNED_RUN, False),
}
"""Runs, and whether their report has a picture."""


def report(run: Diagnosis, *, masked: bool = True, other: bool = False) -> dict[str, Any]:
    """Write the report of a run as it is read back; of another profile where ``other``."""
    about = replace(ABOUT, modified=True, profile="laboratorio") if other else ABOUT
    masker = Masker(IDENTITY, b"invented") if masked else None
    written = document(run, about, masked=masked, masker=masker)
    value: dict[str, Any] = json.loads(dumps(written))
    return value


def drawn(pdf: bytes, stem: Path, *more: str) -> None:
    """Write each page as a PNG beside each other: ``stem-1.png`` and so on."""
    command = ("pdftoppm", "-png", *more, "-", str(stem))
    subprocess.run(command, input=pdf, check=True, timeout=DEADLINE)


def main() -> int:
    """Draw the pages asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--grey", action="store_true")
    parser.add_argument("--dots", default="75")
    wanted = parser.parse_args()
    os.environ["TZ"] = "America/Manaus"  # the invented runs are from there
    time.tzset()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    picture, options = PICTURE.read_bytes(), ["-r", wanted.dots, *["-gray"] * wanted.grey]
    if wanted.all:
        for name, (run, pictured) in RUNS.items():
            pdf = app.printed(report(run), picture if pictured else b"")
            drawn(pdf, wanted.folder / name, *options)
        clear = report(scenes.WRONG_PIN_RUN, masked=False, other=True)
        drawn(app.printed(clear, picture), wanted.folder / "sem-mascara", *options)
        return 0
    for name, pages in SHOWN.items():
        pdf = app.printed(report(RUNS[name][0]), picture)
        for number, page in enumerate(pages, 1):
            one = ("-singlefile", "-f", str(number), "-l", str(number))
            drawn(pdf, wanted.folder / page, *options, *one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
