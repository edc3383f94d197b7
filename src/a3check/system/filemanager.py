"""Shows a file in the system's own file manager, selected."""

import os
import subprocess
import sys
from pathlib import Path

WAIT = 5.0
"""Seconds for a file manager to take it; the first start of one takes a while."""


def select(file: Path) -> bool:
    """Open the folder with the file selected; tell whether something took it. May wait."""
    try:
        return _selected(file)
    except (OSError, subprocess.TimeoutExpired):
        return False


if sys.platform == "win32":

    def _selected(file: Path) -> bool:
        windows = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 - Windows' spelling
        explorer = Path(windows) / "explorer.exe"
        # one argument, quoted as explorer wants it; its exit status says nothing
        subprocess.Popen(f'"{explorer}" /select,"{file}"')
        return True

else:

    def _selected(file: Path) -> bool:
        """Ask over D-Bus (freedesktop.org's file-manager interface)."""
        asked = subprocess.run(
            [  # noqa: S607 - the desktop's own, wherever it is installed
                "dbus-send",
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.FileManager1",
                "/org/freedesktop/FileManager1",
                "org.freedesktop.FileManager1.ShowItems",
                f"array:string:{file.as_uri().replace(',', '%2C')}",  # else it divides the list
                "string:",
            ],
            capture_output=True,
            check=False,
            timeout=WAIT,
        )
        return asked.returncode == 0
