"""a3check in a folder of Windows, used at a terminal."""

from dataclasses import dataclass
from pathlib import Path

from tests.lab.wizard import Run

from installers.smoke.steps import wants
from installers.smoke.wine import Ended, Wine


@dataclass(frozen=True, slots=True)
class Program:
    """An unpacked or installed a3check."""

    wine: Wine
    folder: Path

    def run(self, *command: str, extra: dict[str, str] | None = None, say: str = "") -> Ended:
        """Run the terminal's program to its end."""
        return self.wine.run(str(self.folder / "a3check.exe"), *command, extra=extra, say=say)

    def diagnose(self, *options: str, extra: dict[str, str] | None = None, say: str = "") -> Run:
        """Diagnose, with the report on standard output."""
        ended = self.run("diagnosticar", "--json", "-", *options, extra=extra, say=say)
        begin, end = ended.output.find("{"), ended.output.rfind("}")
        wants(begin >= 0, ended)
        run = Run(ended.status, ended.output[begin : end + 1], ended.output)
        crashed = [check["name"] for check in run.report["checks"] if check["status"] == "crashed"]
        wants(not crashed, f"a defect of a3check's own: {crashed}")
        return run
