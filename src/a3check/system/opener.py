"""Opens a page in the user's own browser."""

import os
import subprocess
import sys

OPENER_WAIT = 5.0
"""Seconds after which an opener that has not complained is taken to have opened the page.

Some desktops let it stay as long as the browser does.
"""


def open_page(url: str) -> bool:
    """Hand a page to the default browser; tell whether something took it.

    Not through :mod:`webbrowser`: without a screen it starts a browser in the terminal that we
    are asking at, and with one it lets the browser's complaints appear there.
    """
    return url.startswith(("https://", "http://")) and _handed_over(url)


if sys.platform == "win32":

    def _handed_over(url: str) -> bool:
        try:
            os.startfile(url)  # noqa: S606 - a page of the web: looked at above
        except OSError:
            return False
        return True

else:

    def _handed_over(url: str) -> bool:
        """Ask the desktop (xdg-open(1)); without a screen it would begin one right here."""
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return False
        try:
            opener = subprocess.Popen(
                ["xdg-open", url],  # noqa: S607 - the desktop's own, wherever it is installed
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C here ends no browser
            )
        except OSError:
            return False
        try:
            return opener.wait(OPENER_WAIT) == 0
        except subprocess.TimeoutExpired:
            return True
