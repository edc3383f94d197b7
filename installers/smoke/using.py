"""The portable copy under Wine: it keeps all beside itself, and speaks Portuguese."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from installers.smoke.program import Program
from installers.smoke.steps import Steps, wants
from installers.smoke.wine import Wine

_ODD = "José プ"
"""A folder with letters that no code page of a Brazilian Windows has."""
_TRANSLATED = r"""
import os, sys
os.add_dll_directory(sys.argv[1] + r"\..\runtime")  # as the launcher does
sys.path.insert(0, sys.argv[1])
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from a3check.ui.application import translate
application = QApplication(["a3check"])
assert translate(application), "qtbase_pt_BR.qm was not found"
box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
print(box.buttons()[0].text())
"""


@dataclass(frozen=True, slots=True)
class Using:
    """The steps, on one prefix, with an unpacked portable copy."""

    wine: Wine
    portable: Path
    runtime: Path
    """The whole embeddable package: with ``python.exe``, which is not shipped."""

    @property
    def stick(self) -> Path:
        """The unpacked portable copy."""
        return self.wine.drive / _ODD / "a3check"

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take("portable copy: all that is kept lies beside it", self.beside)
        steps.take("Qt's own words are Portuguese", self.translated)

    def beside(self) -> str:
        """Unpack, run, and look where it has written."""
        with zipfile.ZipFile(self.portable) as archive:
            archive.extractall(self.stick.parent)
        run = Program(self.wine, self.stick).diagnose("--sem-pin", "--sem-rede")
        wants((self.stick / "dados").is_dir(), "no folder beside it")
        elsewhere = list((self.wine.drive / "users").glob("*/AppData/Local/a3check"))
        wants(not elsewhere, elsewhere)
        return str(run.cause)

    def translated(self) -> str:
        """Ask the program's own function, and Qt for a button."""
        library = f"C:\\{_ODD}\\a3check\\lib"
        quiet = {"QT_QPA_PLATFORM": "offscreen"}
        python = str(self.runtime / "python.exe")
        ended = self.wine.run(python, "-c", _TRANSLATED, library, extra=quiet)
        wants("Cancelar" in ended.output, ended)
        return ended.output.strip()
