"""What a build has made, by its SHA-256: the file ``SHA256SUMS`` beside it."""

import re
from collections.abc import Iterable
from pathlib import Path

from installers import fetch

NAME = "SHA256SUMS"


def write(made: Iterable[Path], target: Path) -> None:
    """Write the sums of all files into ``target`` and show them with their sizes."""
    files = sorted(made)
    lines = [f"{fetch.sha256(path)}  {path.name}\n" for path in files]
    (target / NAME).write_text("".join(lines), "utf-8", newline="\n")
    for line, path in zip(lines, files, strict=True):
        print(f"{path.stat().st_size / 1e6:6.1f} MB  {line}", end="")


def renew(path: Path) -> None:
    """Replace the sum of a file that was signed since; nothing where it is in no list."""
    listed = path.with_name(NAME)
    if listed.is_file():
        line = rf"^[0-9a-f]{{64}}  {re.escape(path.name)}$"
        told = f"{fetch.sha256(path)}  {path.name}"
        text = re.sub(line, told, listed.read_text("utf-8"), flags=re.MULTILINE)
        listed.write_text(text, "utf-8", newline="\n")
