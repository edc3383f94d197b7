"""What a3check relatorio says of pipes, devices, folders and bombs: one line, and soon."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.unit.report import hostile

from a3check import cli
from a3check.core.catalogue import catalogue
from a3check.report import received
from a3check.system import given

if TYPE_CHECKING:
    from pathlib import Path

MOST_MEMORY: Final = 200 * 1024
"""KiB that the program may hold."""
SECONDS: Final = 60.0
"""For what takes some two on a quiet machine."""
MEASURED: Final = (
    "import resource, subprocess, sys; code = subprocess.run(sys.argv[2:]).returncode; "
    "most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss; "
    "print(most, file=open(sys.argv[1], 'w')); sys.exit(code)"
)
"""Runs a command and writes down how much memory it held: whoever starts it is small itself."""


@cache
def crowded() -> bytes:
    """Return a report with half as many facts as it may have."""
    return hostile.proving(**{f"a{at}": "1" for at in range(received.MOST_VALUES // 2)})


@cache
def pictured() -> bytes:
    """Return a bundle with the largest picture that is shown."""
    return hostile.pictured(hostile.picture(4096, 4096))


HEAVY: Final[dict[str, tuple[hostile.Made, str]]] = {
    **{name: hostile.ZIPS[name] for name in ("700k entries", "a bomb")},
    "thousands of facts": (crowded, hostile.SHOWN),
    "the largest picture": (pictured, hostile.SHOWN),
    "a picture too large": (
        lambda: hostile.pictured(hostile.picture(60_000, 1_000)),
        hostile.SHOWN,
    ),
    "a broken picture": (lambda: hostile.pictured(hostile.picture(40, 30)[:60]), hostile.SHOWN),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program ended."""

    status: int
    output: str
    errors: str
    memory: int


def program(folder: Path, *arguments: str, said: bytes = b"") -> Ended:
    """Run it, and look how much memory it took."""
    measure = folder / "memory"
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-c", MEASURED, str(measure)),
            *wizard.command("relatorio", *arguments),
        ],
        env={**wizard.environment(folder / "home"), "QT_QPA_PLATFORM": "offscreen"},
        input=said,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    memory = int(measure.read_text())
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), memory)


def refused(ended: Ended, name: str) -> str:
    """See that it was refused in one line that names the file, and return the line."""
    assert (ended.status, ended.output) == (64, "")
    assert ended.errors.startswith("a3check: ")
    assert ended.errors.count("\n") == 1
    assert name in ended.errors
    return ended.errors


@pytest.mark.parametrize("name", HEAVY)
def test_nothing_takes_the_computers_memory_or_the_day(name: str, tmp_path: Path) -> None:
    made, fault = HEAVY[name]
    file, pdf = tmp_path / "sent", tmp_path / "r.pdf"
    file.write_bytes(made())
    ended = program(tmp_path, str(file), "--pdf", str(pdf))
    assert ended.memory < MOST_MEMORY
    if fault:
        assert catalogue().words("received", fault) in refused(ended, str(file))
        assert not pdf.exists()
    else:
        assert (ended.status, ended.errors) == (0, "")
        assert pdf.read_bytes().startswith(b"%PDF-")


def test_what_is_no_file_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given, "PATIENCE", 0.05)  # seconds, for the pipe
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    said = {
        str(tmp_path): "pasta",
        "/dev/zero": "grande demais",
        "/dev/null": "vazio",
        str(tmp_path / "pipe"): "nada chegou",
        str(tmp_path / "loop"): "a leitura parou",
        str(tmp_path / "nowhere"): "não existe",
        str(tmp_path / "a\x1b[2Jb"): "não existe",
    }
    for name, reason in said.items():
        status = cli.main(("relatorio", name))
        shown = capsys.readouterr()
        line = refused(Ended(status, shown.out, shown.err, 0), name.replace("\x1b", "?"))
        assert reason in line
        assert line.strip().isprintable()
    os.close(writer)


def test_standard_input_may_be_a_bundle_or_nonsense(tmp_path: Path) -> None:
    assert program(tmp_path, "-", said=hostile.BUNDLE).status == 0
    line = refused(program(tmp_path, "-", said=b"PK" + bytes(5000)), "-")
    assert catalogue().words("received", "damaged") in line
    assert "grande" in refused(program(tmp_path, "-", said=bytes(50_000_000)), "-")
