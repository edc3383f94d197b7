"""The file kind `.a3check` under Wine: registered, opened by a double click, taken back."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.lab import ocr

from installers.smoke.installing import TITLE, Installing
from installers.smoke.program import Program
from installers.smoke.screen import DEADLINE, eventually
from installers.smoke.steps import Steps, wants

_CLASSES = r"Software\Classes"
_KIND = "a3check.Relatorio"
_COMMAND = rf"{_KIND}\shell\open\command"
_FOLDER = "Relatórios de junho"
_SHOWN = "Relatório recebido, só para leitura"
_WHOLE = "Pacote inteiro"


@dataclass(frozen=True, slots=True)
class Receiving:
    """The steps, on the prefix of ``installing``, where nothing is installed."""

    installing: Installing

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take(".a3check for one user: registered, and taken back", self.one_user)
        steps.take(".a3check for all: a double click shows the report", self.double_click)
        steps.take("/NoReports: .a3check is left alone", self.left_alone)

    def one_user(self) -> None:
        """Look into the registry: Wine 8 opens nothing by the user's own classes."""
        self.installing.setup(self.installing.setups.now, "/S")
        self._registered("HKCU", self.installing.home)
        self.installing.uninstall(self.installing.home)
        wants(eventually(lambda: not self._said("HKCU", _COMMAND)), "the kind stayed")
        gone = eventually(lambda: _KIND not in self._said("HKCU", ".a3check"))
        wants(gone, "the file's name stayed")

    def double_click(self) -> None:
        """Open one as `start` does, which is what a double click does."""
        wine, place = (
            self.installing.wine,
            self.installing.wine.drive / "Program Files" / "a3check",
        )
        self.installing.setup(self.installing.setups.now, "/S", "/AllUsers")
        self._registered("HKLM", place)
        file = self._report(Program(wine, place))
        opened = wine.start("start", "/wait", self.installing.windows_path(file))
        wants(eventually(lambda: wine.screen.painted(TITLE)), "no window")
        wine.bring(TITLE)
        picture = self.installing.pictures / "relatorio-recebido.png"
        wants(eventually(lambda: self._shows_it(picture)), "the window does not show the report")
        wine.press("alt+F4", TITLE)
        opened.wait(DEADLINE)
        self.installing.uninstall(place)
        wants(eventually(lambda: not self._said("HKLM", _COMMAND)), "the kind stayed")
        wants(file.exists(), "the report went")

    def left_alone(self) -> None:
        """Install without it."""
        self.installing.setup(self.installing.setups.now, "/S", "/NoReports")
        wants(not self._said("HKCU", _COMMAND), "the kind is there")
        wants(_KIND not in self._said("HKCU", ".a3check"), "the file's name is there")
        self.installing.uninstall(self.installing.home)

    def _registered(self, hive: str, place: Path) -> None:
        """See that .a3check leads to the window's program, and .zip to whom it did before."""
        said = self._said(hive, _COMMAND)
        program = self.installing.windows_path(place / "a3check-janela.exe")
        wants(f'"{program}" abrir "%1"' in said, said)
        wants(_KIND in self._said(hive, ".a3check"), "no name of a file leads to it")
        for name in (".zip", ".json"):
            wants(_KIND in self._said(hive, rf"{name}\OpenWithProgids"), f"not offered for {name}")
            wants(_KIND not in self._said(hive, name, "/ve"), f"{name} was taken over")

    def _said(self, hive: str, key: str, *options: str) -> str:
        return self.installing.wine.registry(rf"{hive}\{_CLASSES}\{key}", *options)

    def _report(self, program: Program) -> Path:
        """Let the program write a bundle, and give it the name of the kind."""
        folder = program.wine.drive / "users" / "Public" / _FOLDER
        into = self.installing.windows_path(folder)
        program.diagnose("--sem-pin", "--sem-rede", "--relatorio", into)
        (packed,) = folder.glob("a3check-*.zip")
        return shutil.copyfile(packed, folder / "São João.a3check")

    def _shows_it(self, picture: Path) -> bool:
        screen = self.installing.wine.screen
        if not screen.rests(TITLE):
            return False
        screen.picture(picture)
        read = ocr.read(picture)
        return ocr.shows(read, _SHOWN) and ocr.shows(read, _WHOLE)
