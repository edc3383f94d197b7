"""The signing step, really run: osslsigncode, a key in a file, and a key in a token."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import termios
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
from installers import assemble, fetch, setup, sign, signature, sums
from tests.lab import code_signing
from tests.lab.softhsm import PIN, PinFlag, SoftHsm, Token
from tests.lab.time_stamps import TimeStamps
from tests.unit.probes import pe

from a3check import __version__

if TYPE_CHECKING:
    from pathlib import Path

TOOL: Final = shutil.which("osslsigncode")
pytestmark = pytest.mark.skipif(TOOL is None, reason="osslsigncode is not installed here")
PROGRAMS: Final = ("a3check.exe", "a3check-janela.exe")
PATIENCE: Final = 60.0
"""Seconds for a signing step; usual are 0.5."""
_LOCAL_MODES: Final = 3
"""Position of the local modes in tcgetattr's list (termios(3))."""
RECORDER: Final = """\
#!/bin/sh
{{ echo "$1"; printf '%s\\n' "$@" | tail -n +2; env | grep -v '^_='; }} >> '{record}'
echo "$1" >> '{record}.calls'
exec '{tool}' "$@"
"""


publisher_named = cache(code_signing.publisher)
"""Keys take a while to be made."""


class Publisher:
    """Certificate, key and root in files; an osslsigncode that writes down how it is called."""

    def __init__(self, folder: Path, name: str = "Editora do Laboratorio") -> None:
        self.entity = publisher_named(name)
        self.chain, self.key, self.root = code_signing.written(self.entity, folder)
        self._record = folder / "record"
        self._bin = folder / "bin"
        self._bin.mkdir()
        program = self._bin / "osslsigncode"
        program.write_text(RECORDER.format(record=self._record, tool=TOOL), "utf-8")
        program.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self._bin}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "PYTHONPATH": f"{fetch.ROOT / 'src'}:{fetch.ROOT}"}

    @property
    def recorded(self) -> str:
        """All arguments and all of the environment that osslsigncode has seen."""
        return self._record.read_text("utf-8") if self._record.exists() else ""

    @property
    def signings(self) -> int:
        """How often it was asked to sign."""
        calls = self._record.with_name("record.calls")
        return calls.read_text("utf-8").split().count("sign") if calls.exists() else 0

    def command(self, folder: Path, *more: str, key: str = "") -> list[str]:
        given = ["--certificate", str(self.chain), "--roots", str(self.root)]
        given += [] if "--timestamp" in more else ["--no-timestamp"]
        given += ["--stage", str(folder), "--key", key or str(self.key)]
        return [sys.executable, "-m", "installers.sign", *given, *more]

    def sign(self, folder: Path, *more: str, key: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(folder, *more, key=key),
            cwd=fetch.ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "publisher")


@pytest.fixture
def stage(tmp_path: Path) -> assemble.Stage:
    folder = tmp_path / "stage"
    (folder / "licencas").mkdir(parents=True)
    for name in PROGRAMS:
        (folder / name).write_bytes(pe.library("KERNEL32.dll", texts={"ProductName": name}))
    return described(folder)


def described(folder: Path, **other: Any) -> assemble.Stage:  # noqa: ANN401 - JSON
    facts = {"version": __version__, "laboratory": False, "ca_list": True, **other}
    (folder / assemble.DESCRIPTION).write_text(json.dumps(facts), "utf-8")
    return assemble.read(folder)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def as_setup(stage: assemble.Stage, path: Path) -> Path:
    """Make a program with the properties that a setup of this stage has."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pe.library("KERNEL32.dll", texts={"Comments": setup.mark(stage)}))
    return path


def test_programs_then_the_setup(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    done = publisher.sign(stage.folder)
    assert done.returncode == 0, done.stderr
    assert "without a time stamp" in done.stdout
    for name in PROGRAMS:
        signature.verify(stage.folder / name, publisher.root, "Editora do Laboratorio")
    made = as_setup(stage, tmp_path / "dist" / f"{stage.name}-setup.exe")
    sums.write([made], made.parent)
    done = publisher.sign(stage.folder, "--setup", str(made))
    assert done.returncode == 0, done.stderr
    signature.verify(made, publisher.root)
    assert (made.parent / sums.NAME).read_text() == f"{fetch.sha256(made)}  {made.name}\n"
    assert publisher.signings == 3
    assert {path.suffix for path in tmp_path.rglob("*.signed")} == set()


@pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not installed here")
def test_a_real_setup_says_what_is_in_it(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    assert publisher.sign(stage.folder).returncode == 0
    made = setup.build(stage, tmp_path / "work", tmp_path / "dist", fast=True)
    done = publisher.sign(stage.folder, "--setup", str(made))
    assert done.returncode == 0, done.stderr
    signature.verify(made, publisher.root)


@pytest.mark.parametrize(
    "other",
    [
        {"version": f"{__version__}+laboratorio", "laboratory": True},
        {"version": f"{__version__}+laboratorio"},
        {"laboratory": True},
    ],
)
def test_a_laboratory_s_build_is_never_signed(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path, other: dict[str, Any]
) -> None:
    stage = described(stage.folder, **other)
    made = as_setup(stage, tmp_path / "dist" / "setup.exe")
    before = content(tmp_path)
    for more in ((), ("--setup", str(made))):
        done = publisher.sign(stage.folder, *more)
        assert done.returncode == 1
        assert "is a laboratory's build" in done.stderr
        assert done.stderr.count("\n") == 1
    assert content(tmp_path) == before
    assert publisher.recorded == ""


def test_a_setup_of_programs_without_a_signature_is_not_signed(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    made = as_setup(stage, tmp_path / "dist" / "setup.exe")
    before = made.read_bytes()
    done = publisher.sign(stage.folder, "--setup", str(made))
    assert (done.returncode, done.stderr) == (
        1,
        "a3check.exe is not signed; sign the stage, then make the setup of it\n",
    )
    assert publisher.sign(stage.folder).returncode == 0
    done = publisher.sign(stage.folder, "--setup", str(made))  # it holds the unsigned ones
    assert (done.returncode, "was not made of this stage" in done.stderr) == (1, True)
    assert made.read_bytes() == before
    assert publisher.signings == len(PROGRAMS)


def test_programs_signed_by_another_are_not_ours(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    other = Publisher(tmp_path / "other", "Outra Editora")
    assert other.sign(stage.folder).returncode == 0
    made = as_setup(stage, tmp_path / "dist" / "setup.exe")
    done = publisher.sign(stage.folder, "--setup", str(made))
    assert done.returncode == 1
    assert "leads to another root" in done.stderr
    assert publisher.signings == 0


def test_what_would_not_hold_does_not_take_the_old_file_s_place(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    before = content(stage.folder)
    publisher.root.write_bytes(code_signing.publisher("Outra").path[-1].pem)
    done = publisher.sign(stage.folder)
    assert (done.returncode, "leads to another root" in done.stderr) == (1, True)
    assert content(stage.folder) == before


def test_a_time_stamp(publisher: Publisher, stage: assemble.Stage, tmp_path: Path) -> None:
    with TimeStamps(tmp_path / "tsa", code_signing.clock(publisher.entity)) as service:
        done = publisher.sign(stage.folder, "--timestamp", service.address)
        assert done.returncode == 0, done.stderr + done.stdout
        assert service.asked == len(PROGRAMS)
    assert "without a time stamp" not in done.stdout
    for name in PROGRAMS:
        signature.verify(stage.folder / name, publisher.root, stamped=True)


def test_a_signature_without_the_stamp_that_was_asked_for(
    publisher: Publisher, stage: assemble.Stage, tmp_path: Path
) -> None:
    before = content(stage.folder)
    done = publisher.sign(stage.folder, "--timestamp", "http://127.0.0.1:9/")
    assert done.returncode == 1
    assert content(stage.folder) == before
    assert publisher.sign(stage.folder).returncode == 0
    with pytest.raises(signature.NotSigned, match="bears no time stamp"):
        signature.verify(stage.folder / PROGRAMS[0], publisher.root, stamped=True)


# ---- a key in a token, as a release has it


class Holder:
    """Whoever holds the token: types a PIN at the terminal each time it is asked for."""

    def __init__(self, publisher: Publisher, home: SoftHsm) -> None:
        self._publisher, self._home = publisher, home
        self.asked = 0
        self.shown = b""

    def sign(self, folder: Path, pin: str, *more: str) -> int:
        command = self._publisher.command(folder, *more, key="pkcs11:token=Editora;type=private")
        command += ["--module", str(self._home.module)]
        master, slave = os.openpty()
        try:
            process = subprocess.Popen(
                ["setsid", "--ctty", *command],
                cwd=fetch.ROOT,
                env={**self._publisher.environment, **self._home.environment},
                stdin=slave,
                stdout=slave,
                stderr=slave,
            )
            try:
                self._answer(master, slave, process, f"{pin}\n".encode())
            finally:
                process.kill()
                process.wait()
        finally:
            os.close(master)
            os.close(slave)
        return process.returncode

    def _answer(
        self, master: int, slave: int, process: subprocess.Popen[bytes], line: bytes
    ) -> None:
        end = time.monotonic() + PATIENCE
        answered = 0
        while time.monotonic() < end:
            if select.select([master], [], [], 0.05)[0]:
                self.shown += os.read(master, 65536)
            elif process.poll() is not None:
                return
            self.asked = self.shown.count(b"PIN for")
            echoes = termios.tcgetattr(slave)[_LOCAL_MODES] & termios.ECHO
            if self.asked > answered and not echoes:
                answered = self.asked
                os.write(master, line)
        pytest.fail(f"no end: {self.shown.decode(errors='replace')}")


@pytest.fixture
def home(publisher: Publisher, tmp_path: Path) -> SoftHsm:
    home = SoftHsm(tmp_path / "hsm")
    home.add_token("Editora").put(publisher.entity, name="assinatura", certificate=False)
    return home


@pytest.mark.lab
def test_a_key_in_a_token(publisher: Publisher, stage: assemble.Stage, home: SoftHsm) -> None:
    holder = Holder(publisher, home)
    assert holder.sign(stage.folder, PIN) == 0, holder.shown.decode()
    for name in PROGRAMS:
        signature.verify(stage.folder / name, publisher.root)
    assert (holder.asked, publisher.signings) == (len(PROGRAMS), len(PROGRAMS))
    assert "-pkcs11module" in publisher.recorded
    assert PIN not in publisher.recorded  # neither in its arguments nor in its environment
    assert PIN.encode() not in holder.shown


@pytest.mark.lab
def test_a_pin_that_is_not_accepted_is_tried_once(
    publisher: Publisher, stage: assemble.Stage, home: SoftHsm
) -> None:
    before = content(stage.folder)
    holder = Holder(publisher, home)
    assert holder.sign(stage.folder, "11112222") == 1
    assert Token(home, "Editora", PIN).shown & PinFlag.COUNT_LOW  # it did reach the token
    assert (holder.asked, publisher.signings) == (1, 1)
    assert b"nothing was tried a second time" in holder.shown
    assert b"Traceback" not in holder.shown
    assert b"11112222" not in holder.shown
    assert content(stage.folder) == before


@pytest.mark.parametrize(
    ("key", "more", "said"),
    [
        (f"pkcs11:token=Editora?pin-value={PIN}", ("--module", "/m.so"), "asked at the terminal"),
        ("pkcs11:token=Editora?pin-source=file:/pin", ("--module", "/m.so"), "at the terminal"),
        ("pkcs11:token=Editora", (), "go together"),
        ("/nowhere/key.pem", (), "no such file"),
    ],
)
def test_keys_that_are_not_taken(
    publisher: Publisher, stage: assemble.Stage, key: str, more: tuple[str, ...], said: str
) -> None:
    done = publisher.sign(stage.folder, *more, key=key)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (1, True, 1)
    assert PIN not in done.stderr + done.stdout
    assert publisher.recorded == ""


def test_a_folder_that_nobody_assembled(publisher: Publisher, tmp_path: Path) -> None:
    done = publisher.sign(tmp_path)
    assert (done.returncode, done.stderr) == (1, f"{tmp_path}: nothing is assembled there\n")


def test_somebody_has_to_say_whether_time_is_stamped(
    publisher: Publisher, stage: assemble.Stage
) -> None:
    command = [word for word in publisher.command(stage.folder) if word != "--no-timestamp"]
    with pytest.raises(SystemExit):
        sign._parser().parse_args(command[3:])
