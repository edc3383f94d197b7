"""The program under Wine: portable, in Portuguese, and a whole diagnosis with a token."""

import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lab.laboratory import Laboratory
from tests.lab.softhsm import PinFlag

from installers.smoke.steps import Steps, wants
from installers.smoke.wine import Wine

_WRONG = "99887766"
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
    driver: Path | None
    """SoftHSM's DLL, where it was compiled."""

    @property
    def stick(self) -> Path:
        """The unpacked portable copy."""
        return self.wine.drive / _ODD / "a3check"

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take("portable copy: all that is kept lies beside it", self.beside)
        steps.take("Qt's own words are Portuguese", self.translated)
        print("not tested: readers and cards; Wine 8's PC/SC does not work")
        if self.driver is None:
            print("left out: the diagnosis with a token (no --token)")
            return
        steps.take("a token in order (SoftHSM's DLL, laboratory's portal)", self.healthy)
        steps.take("a PIN that is not accepted: sent once", self.wrong_pin)

    def beside(self) -> str:
        """Unpack, run, and look where it has written."""
        with zipfile.ZipFile(self.portable) as archive:
            archive.extractall(self.stick.parent)
        said = self._run("diagnosticar", "--sem-pin", "--sem-rede", "--json", "-")
        cause = json.loads(said)["verdict"]["cause"]
        wants((self.stick / "dados").is_dir(), "no folder beside it")
        elsewhere = list((self.wine.drive / "users").glob("*/AppData/Local/a3check"))
        wants(not elsewhere, elsewhere)
        return str(cause)

    def translated(self) -> str:
        """Ask the program's own function, and Qt for a button."""
        library = f"C:\\{_ODD}\\a3check\\lib"
        quiet = {"QT_QPA_PLATFORM": "offscreen"}
        python = str(self.runtime / "python.exe")
        ended = self.wine.run(python, "-c", _TRANSLATED, library, extra=quiet)
        wants("Cancelar" in ended.output, ended)
        return ended.output.strip()

    def healthy(self) -> str:
        """PIN, signature, and TLS with the token's key through the provider."""
        report = self._diagnose("")
        codes = _codes(report)
        for code in ("pin.accepted", "signature.valid", "login.accepted"):
            wants(code in codes, codes)
        return f"cause: {report['verdict']['cause']}"

    def wrong_pin(self) -> str:
        """Send it: the token has seen one, and says so."""
        report = self._diagnose(_WRONG)
        wants("pin.incorrect" in _codes(report), _codes(report))
        wants("login.accepted" not in _codes(report), _codes(report))
        return "pin.incorrect"

    def _diagnose(self, pin: str) -> dict[str, dict[str, object]]:
        """Run the whole diagnosis on a laboratory of its own; ``pin`` empty: the right one."""
        with TemporaryDirectory(prefix="a3check-wine-") as name, Laboratory(Path(name)) as lab:
            drive = f"Z:{name}"
            (Path(name) / "softhsm.conf").write_text(
                lab.hsm.configuration.read_text("utf-8").replace(name, drive), "utf-8"
            )
            profile = lab.profile(drivers={"modules": [self._place_driver()]})
            profile.write_text(
                profile.read_text("utf-8").replace(f'"{name}', f'"{drive}'), "utf-8"
            )
            said = self._run(
                *("diagnosticar", "--perfil", f"Z:{profile}", "--json", "-", "--pin-stdin"),
                extra={"SOFTHSM2_CONF": f"{drive}/softhsm.conf"},
                say=f"{pin or lab.pin}\n",
            )
            low = bool(lab.token.shown & PinFlag.COUNT_LOW)
            wants(low == bool(pin), f"the token's flag of a wrong PIN is {low}")
        report: dict[str, dict[str, object]] = json.loads(said)
        return report

    def _place_driver(self) -> str:
        """Put the DLL where a vendor's would lie; its folder's name is odd, too."""
        place = self.wine.drive / "Program Files" / _ODD / "softhsm2.dll"
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.driver is not None:
            shutil.copyfile(self.driver, place)
        return f"C:/Program Files/{_ODD}/{place.name}"

    def _run(self, *command: str, extra: dict[str, str] | None = None, say: str = "") -> str:
        ended = self.wine.run(str(self.stick / "a3check.exe"), *command, extra=extra, say=say)
        begin, end = ended.output.find("{"), ended.output.rfind("}")
        wants(begin >= 0, ended)
        return ended.output[begin : end + 1]


def _codes(report: dict[str, dict[str, object]]) -> list[str]:
    checks = report["checks"]
    wants(isinstance(checks, list))
    return [finding["code"] for check in checks for finding in check["findings"]]  # type: ignore[index]
