"""What a command leaves behind: its exit status, its lines, and the files that were asked for."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from a3check.core.catalogue import catalogue
from a3check.core.register import Status
from a3check.system import folders

OK, CAUSE, UNKNOWN, USAGE, DEFECT, CANCELLED = 0, 1, 2, 64, 70, 130
"""Exit statuses (``design: interfaces.md``, section 1)."""
EXITS = {Status.PASSED: OK, Status.FAILED: CAUSE, Status.UNKNOWN: UNKNOWN}


def say(line: str, stream: TextIO) -> None:
    """Write a line at once; raises ``OSError`` where its reader went away."""
    stream.write(f"{line}\n")
    stream.flush()


def complain(text: str) -> None:
    """Say in one line on standard error what went wrong; a file's name moves no cursor."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    with suppress(OSError):
        say(f"a3check: {line}", sys.stderr)


def not_written(file: str) -> int:
    """Say that a file could not be written, and return the exit status for it."""
    complain(catalogue().words("cli", "not_written", file=file))
    return USAGE


def kept(target: str, content: str) -> bool:
    """Write what was asked for, or say that it could not be written."""
    try:
        write(content, target)
    except OSError:
        not_written(target)
        return False
    return True


def write(text: str, target: str) -> None:
    """Write a report's JSON; raises ``OSError``, but not for a reader that went away."""
    if target == "-":
        put(text)
        return
    folders.write(Path(target), _bytes(text))


def put(text: str) -> None:
    """Write JSON to standard output: UTF-8, whatever the console speaks."""
    put_bytes(_bytes(text))


def put_bytes(content: bytes) -> None:
    """Write a file's content to standard output; raises ``OSError`` where that is full."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def as_json(value: object) -> str:
    """Write a value as the text of a JSON file."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # half a surrogate pair is JSON's escape then
