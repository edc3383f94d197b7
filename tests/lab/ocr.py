"""What can be read off a picture's pixels (tesseract), and whether a text is among it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.private import unaccented

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS: Final = 120.0
_ALIKE: Final = str.maketrans("oqilsbz", "0011582")
"""Letters and digits that are taken for each other."""


def _why_not() -> str:
    missing = [name for name in ("tesseract", "pdftoppm") if shutil.which(name) is None]
    if missing:
        return f"{missing[0]} is missing (tesseract-ocr, poppler-utils)"
    command = ["tesseract", "--list-langs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    return "" if "por" in done.stdout.split() else "tesseract knows no Portuguese"


_NO_OCR: Final = _why_not()
needs_ocr = pytest.mark.skipif(bool(_NO_OCR), reason=_NO_OCR or "it can be read")


def read(picture: Path) -> str:
    """Return the words of a picture, some of them with a wrong letter."""
    done = subprocess.run(
        ["tesseract", str(picture), "stdout", "-l", "por", "--psm", "3"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=_SECONDS,
    )
    return done.stdout


def plain(text: str) -> str:
    """Return letters and digits alone, those that look alike being the same."""
    kept = (c for c in unaccented(text).casefold() if c.isalnum())
    return "".join(kept).translate(_ALIKE)


def shows(said: str, text: str) -> bool:
    """Tell whether a text was read, one letter in eight wrong, left out or put in."""
    hay, needle = plain(said), plain(text)
    return least_distance(hay, needle) <= len(needle) // 8


def least_distance(hay: str, needle: str) -> int:
    """Return how many letters differ where the needle fits best (Sellers 1980)."""
    row = list(range(len(needle) + 1))
    best = row[-1]
    for letter in hay:
        before, row[0] = row[0], 0
        for at, wanted in enumerate(needle, 1):
            before, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, before + (letter != wanted)),
            )
        best = min(best, row[-1])
    return best
