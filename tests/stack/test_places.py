"""Where a bundle is written: full, read-only, pulled out, or a name that is taken."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.stick import Stick, disk, needs_disks, needs_stick, read_only
from tests.scenarios.safe_parts import Started, reads_input
from tests.unit.report.hostile import BUNDLE, TEXT

from a3check.core.catalogue import catalogue
from a3check.report.received import received
from a3check.system import folders
from a3check.system.bundles import keep, together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME: Final = "a3check-20261122T143107-7f3a.zip"
SECOND: Final = "a3check-20261122T143107-7f3a-2.zip"
QUICK: Final = ("diagnosticar", "--sem-rede", "--so", "computer")
WASTE: Final = "waste"


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    with Stick(tmp_path / "usb") as made:
        yield made


def program(
    home: Path, *arguments: str, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        wizard.command(*arguments, before=before),
        env={**wizard.environment(home), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=wizard.DEADLINE,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str], file: Path) -> None:
    """See that the one line of ours says where, and what to do."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("a3check: ")]
    assert done.returncode == 64
    assert len(lines) == 1, done.stderr
    assert str(file) in lines[0]
    assert "Escolha outro lugar" in lines[0]
    assert "Traceback" not in done.stderr


def kept_runs(home: Path) -> list[Path]:
    return [*(home / "data" / "a3check" / "history").glob("*.json")]


def filled(folder: Path, left: int) -> None:
    """Let so many bytes be free on a disk, up to a page."""
    free = os.statvfs(folder)
    (folder / WASTE).write_bytes(bytes(max(free.f_bavail * free.f_bsize - left, 0)))


# ---- full


@needs_disks
@pytest.mark.parametrize("option", ["--html", "--pdf"])
def test_a_page_on_a_full_disk(option: str, tmp_path: Path) -> None:
    sent = tmp_path / NAME
    sent.write_bytes(BUNDLE)
    with disk(tmp_path / "full", 64) as full:
        filled(full, 0)
        target = full / "pagina"
        complaint(program(tmp_path / "home", "relatorio", str(sent), option, str(target)), target)
        assert [file.name for file in full.iterdir()] == [WASTE]
    assert sent.read_bytes() == BUNDLE


@needs_disks
def test_a_run_whose_disk_is_full_is_in_the_history(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with disk(tmp_path / "full", 64) as full:
        filled(full, 0)
        complaint(program(home, *QUICK, "--relatorio", str(full)), full)
        assert [file.name for file in full.iterdir()] == [WASTE]
    (run,) = kept_runs(home)
    assert json.loads(run.read_text("utf-8"))["format"] == "a3check-report"


@needs_disks
def test_a_folder_of_files_on_a_full_disk_is_all_or_nothing(tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        keep(place, NAME, BUNDLE)
        keep(place, "navegador.png", bytes(200_000))

    with disk(tmp_path / "small", 64) as small:
        with pytest.raises(OSError, match="space") as refused:
            together(small, "a3check", fill)
        assert refused.value.errno == errno.ENOSPC
        assert [*small.iterdir()] == []


@needs_disks
def test_room_for_the_report_but_not_for_the_bundle(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with disk(tmp_path / "small", 64) as small:
        filled(small, 24 * 1024)
        done = program(home, *QUICK, "--relatorio", str(small))
        complaint(done, small)
        assert catalogue().title("computer") in done.stderr, "the verdict was told all the same"
        assert sorted(file.name for file in small.iterdir()) == sorted(
            ["chamado.txt", "relatorio.json", WASTE]
        )
        assert received((small / "relatorio.json").read_bytes()).document["complete"] is True
    assert len(kept_runs(home)) == 1


def test_a_limit_of_the_users_quota(tmp_path: Path) -> None:
    sent, target = tmp_path / NAME, tmp_path / "r.pdf"
    sent.write_bytes(BUNDLE)
    limit = ("prlimit", "--fsize=2000", "--")
    done = program(tmp_path / "home", "relatorio", str(sent), "--pdf", str(target), before=limit)
    complaint(done, target)
    assert [*tmp_path.glob("*.pdf*")] == []


# ---- read-only


@needs_disks
def test_a_folder_that_nobody_may_write_to_is_told_before_the_run(tmp_path: Path) -> None:
    folder, home = tmp_path / "cdrom", tmp_path / "home"
    folder.mkdir()
    (folder / NAME).write_bytes(BUNDLE)
    with read_only(folder):
        complaint(program(home, *QUICK, "--relatorio", str(folder)), folder)
        page = folder / "r.html"
        complaint(program(home, "relatorio", str(folder / NAME), "--html", str(page)), page)
        with pytest.raises(OSError, match="Read-only") as refused:
            keep(folder, NAME, b"new")
    assert refused.value.errno == errno.EROFS
    assert [file.name for file in folder.iterdir()] == [NAME]
    assert kept_runs(home) == [], "it was told before anything was tested"


# ---- a name that is taken


def test_a_name_that_something_else_has(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / SECOND).symlink_to(tmp_path / "nowhere")
    third = tmp_path / "a3check-20261122T143107-7f3a-3.zip"
    os.mkfifo(third)
    kept = keep(tmp_path, NAME, BUNDLE)
    assert kept.name == "a3check-20261122T143107-7f3a-4.zip"
    assert kept.read_bytes() == BUNDLE
    assert not (tmp_path / "nowhere").exists(), "it went to where a link leads"
    assert [*(tmp_path / NAME).iterdir()] == []


def test_a_report_whose_name_a_folder_has(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "out"
    (folder / "relatorio.json").mkdir(parents=True)
    complaint(program(home, *QUICK, "--relatorio", str(folder)), folder)
    assert [file.name for file in folder.iterdir()] == ["relatorio.json"]
    assert len(kept_runs(home)) == 1


# ---- a USB stick


@needs_stick
def test_a_stick_knows_no_links(stick: Stick) -> None:
    probe = stick.path / "a"
    probe.touch()
    with pytest.raises(OSError, match="permitted"):
        (stick.path / "b").hardlink_to(probe)
    probe.unlink()
    kept = [keep(stick.path, NAME, content) for content in (BUNDLE, b"second")]
    assert [path.name for path in kept] == [NAME, SECOND]
    stick.pull_and_plug()
    assert sorted(file.name for file in stick.path.iterdir()) == [SECOND, NAME]
    assert (stick.path / NAME).read_bytes() == BUNDLE
    assert (stick.path / SECOND).read_bytes() == b"second"


@needs_stick
def test_a_folder_of_files_on_a_stick_that_is_pulled_out(stick: Stick) -> None:
    def fill(place: Path) -> None:
        keep(place, NAME, BUNDLE)

    def fill_late(place: Path) -> None:
        fill(place)
        stick.pull()

    made = [together(stick.path, "a3check", fill) for _ in range(2)]
    assert [path.name for path in made] == ["a3check", "a3check-2"]
    with pytest.raises(OSError, match=r"not connected|abort|I/O"):
        together(stick.path, "a3check", fill_late)
    stick.pull_and_plug()
    shown = [path for path in stick.path.iterdir() if not path.name.startswith(".")]
    assert sorted(path.name for path in shown) == ["a3check", "a3check-2"]
    assert all((path / NAME).read_bytes() == BUNDLE for path in shown)


@needs_stick
def test_a_stick_that_is_pulled_out_while_it_is_written(
    stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(stick.path, NAME, BUNDLE)
    really = os.fsync

    def pulled(descriptor: int) -> None:
        stick.pull()
        really(descriptor)

    monkeypatch.setattr(os, "fsync", pulled)
    with pytest.raises(OSError, match=r"not connected|aborted|abort|I/O") as refused:
        keep(stick.path, NAME, b"new" * 100_000)
    assert refused.value.errno in {errno.ENOTCONN, errno.ECONNABORTED, errno.EIO}
    monkeypatch.undo()
    stick.pull_and_plug()
    assert (stick.path / NAME).read_bytes() == BUNDLE
    assert not (stick.path / SECOND).exists()
    assert keep(stick.path, NAME, b"new").read_bytes() == b"new"


@needs_stick
def test_a_stick_that_is_pulled_out_during_the_run(stick: Stick, tmp_path: Path) -> None:
    """It is there when the run begins, and gone when the report is written."""
    home, folder = tmp_path / "home", stick.path / "relatorio"
    asked = (*QUICK, "--pin-stdin", "--relatorio", str(folder))
    with Started(home, {"QT_QPA_PLATFORM": "offscreen"}, *asked, said=b"") as run:
        run.until(lambda: reads_input(run.process.pid), "the question for the PIN")
        assert folder.is_dir(), "the stick was looked at before"
        stick.pull()
        assert run.process.stdin is not None
        run.process.stdin.write(b"482915\n")
        assert run.end() == 64
        (line,) = [each for each in run.errors.splitlines() if each.startswith("a3check: ")]
        assert str(folder) in line
        assert "Traceback" not in run.errors
    assert len(kept_runs(home)) == 1


def test_the_two_ways_of_writing_agree_on_who_may_read(tmp_path: Path) -> None:
    folders.write(tmp_path / "relatorio.json", TEXT.encode())
    keep(tmp_path, NAME, BUNDLE)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_claimed_name_is_given_back_where_the_file_does_not_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without links the name is claimed by an empty file: it would pass for a bundle."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "the stick is bad")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(type(tmp_path), "replace", fail)
    with pytest.raises(OSError, match="bad"):
        keep(tmp_path, NAME, BUNDLE)
    assert [*tmp_path.iterdir()] == []
