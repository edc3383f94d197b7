"""After a run, does the PIN stand anywhere: files, outputs, arguments, variables, core files?"""

from __future__ import annotations

import os
import random
import signal
import string
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty
from tests.lab.card import Card
from tests.lab.root import AS_ROOT
from tests.lab.softhsm import MODULE, SoftHsm, Token
from tests.scenarios.parts import profile
from tests.scenarios.pin_search import Search, Watch, planted
from tests.scenarios.safe_parts import LONG_SECONDS, Started, broken, outlived, valid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.lab.laboratory import Laboratory
    from tests.lab.pcscd import Pcscd

HANG_SECONDS: Final = 2.0
LENGTH: Final = 12
CARD_LENGTH: Final = 8
"""The longest PIN that a PIV card takes (NIST SP 800-73-4)."""
SAMPLES: Final = 10
CORES: Final = ("prlimit", "--core=unlimited", "--")
SYSTEM_ROOT: Final = Path("/")
"""Where probes live: a core file of theirs would lie there, with the pattern `core`."""

# Letters that JSON, base64 and addresses spell differently; a blank only inside.
_LETTERS: Final = string.ascii_letters + string.digits + '"\\/+&%çãÉ€'


@pytest.fixture
def pin() -> str:
    """Twelve random characters, among them some that are escaped in one place or another."""
    return "".join(random.SystemRandom().choices(_LETTERS, k=LENGTH - 3)) + 'é"\\'


@pytest.fixture
def token(hsm: SoftHsm, lab: Laboratory, pin: str) -> Token:
    made = hsm.add_token("TOKEN DA BUSCA", pin=pin)
    made.put(lab.pki.leaf("ecpf"))
    return made


@dataclass(frozen=True)
class Searched:
    """A run whose surroundings are searched when it has ended."""

    run: Started
    folder: Path
    watch: Watch


@contextmanager
def searched(
    search: Search, known: Path, folder: Path, extra: Mapping[str, str], said: str
) -> Iterator[Searched]:
    """Run with a home, a temporary folder and a report folder of its own, and search them all."""
    before = set(SYSTEM_ROOT.glob("core*"))
    places = {name: folder / name for name in ("home", "tmp", "cwd")}
    for place in places.values():
        place.mkdir(parents=True)
    private = {"TMPDIR": str(places["tmp"]), "XDG_CONFIG_HOME": str(folder / "config")}
    asked = (
        *("diagnosticar", "--pin-stdin", "--sem-mascara", "--perfil", str(known)),
        *("--relatorio", str(folder / "report"), "--json", str(folder / "report.json")),
    )
    with (
        Watch(search) as watch,
        Started(
            places["home"],
            {**extra, **private},
            *asked,
            said=f"{said}\n".encode(),
            before=(*AS_ROOT, *CORES),
            folder=places["cwd"],
        ) as run,
    ):
        yield Searched(run, folder, watch)
        run.end()
    assert watch.samples >= SAMPLES
    assert str(run.process.pid) in watch.seen
    assert watch.found == set()
    assert search.files(folder) == []
    assert not list(places["cwd"].iterdir()), "a core file"
    assert set(SYSTEM_ROOT.glob("core*")) == before, "a core file of a probe"
    assert [*places["home"].rglob("*.log")], "no log was searched"


# ---- the searcher itself


def test_the_search_finds_what_was_planted(pin: str, tmp_path: Path) -> None:
    search = Search(pin)
    for name, content in planted(pin):
        assert search.within(content), name
        (tmp_path / name).write_bytes(b"\0" * 100 + content + b"\0" * 100)
    found = search.files(tmp_path)
    assert {Path(line.partition(":")[0]).name for line in found} == {
        name for name, _ in planted(pin)
    }
    assert Search("x" * LENGTH).files(tmp_path) == []


def test_the_watch_sees_arguments_and_variables(pin: str, home: Path) -> None:
    search = Search(pin)
    home.mkdir()
    for extra, before in ({"PLANTED": pin}, ()), ({}, ("env", f"PLANTED={pin}")):
        with (
            Watch(search) as watch,
            Started(home, extra, "codigos", before=before) as run,
        ):
            run.end()
        assert any(name.partition(": ")[2] == "raw" for name in watch.found)


def test_a_core_file_would_be_found(pin: str, tmp_path: Path) -> None:
    """The same limit, a process that protects nothing: it must leave a core with the PIN in it."""
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith("|") or "/" in pattern:
        pytest.skip(f"core files go elsewhere here: {pattern}")
    script = "import os, sys; pin = sys.stdin.buffer.readline(); os.abort()"
    command = [*CORES, sys.executable, "-c", script]
    subprocess.run(command, input=f"{pin}\n".encode(), cwd=tmp_path, check=False)
    assert any("raw" in line for line in Search(pin).files(tmp_path))


# ---- the program


def test_an_accepted_pin_is_nowhere(
    pin: str, lab: Laboratory, tmp_path: Path, token: Token
) -> None:
    with searched(
        Search(pin), profile(lab, MODULE), tmp_path / "s", token.home.environment, pin
    ) as at:
        assert at.run.end() == 0, at.run.errors
    valid((tmp_path / "s" / "report.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("fault", "status"),
    [("good", 1), ("vendor-C_Login", 1), ("segv-C_Login", 2), ("abort-C_Login", 2)],
)
def test_a_pin_that_was_not_accepted_is_nowhere(
    fault: str, status: int, pin: str, lab: Laboratory, tmp_path: Path, hsm: SoftHsm
) -> None:
    """Refused, answered with nonsense, or swallowed by a crash in C_Login."""
    hsm.add_token("TOKEN DA BUSCA").put(lab.pki.leaf("ecpf"))
    module, known = broken(lab, tmp_path / "m", fault)
    with searched(Search(pin), known, tmp_path / "s", hsm.environment, pin) as at:
        assert at.run.end() == status, at.run.errors
    assert faulty.calls(module).count("user") == 1


def test_a_pin_on_its_way_is_nowhere(
    pin: str, lab: Laboratory, tmp_path: Path, token: Token
) -> None:
    limits = {"driver_call": HANG_SECONDS}
    _, known = broken(lab, tmp_path / "m", "hang-C_Login", **limits)
    with searched(Search(pin), known, tmp_path / "s", token.home.environment, pin):
        pass


@pytest.mark.parametrize(
    "number", [signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGINT, signal.SIGTERM]
)
@pytest.mark.parametrize("call", ["C_Login", "C_Sign"])
def test_a_program_that_dies_with_the_pin_leaves_no_image(
    call: str, number: signal.Signals, pin: str, lab: Laboratory, tmp_path: Path, token: Token
) -> None:
    limits = dict.fromkeys(("driver_call", "sign"), LONG_SECONDS)
    module, known = broken(lab, tmp_path / "m", f"hang-{call}", **limits)
    with searched(Search(pin), known, tmp_path / "s", token.home.environment, pin) as at:
        at.run.until(lambda: "hang" in faulty.calls(module), call)
        children = at.run.descendants()
        at.run.process.send_signal(number)
        at.run.end()
        assert not outlived(children)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_probe_that_dies_with_the_pin_leaves_no_image(
    number: signal.Signals, pin: str, lab: Laboratory, tmp_path: Path, token: Token
) -> None:
    module, known = broken(lab, tmp_path / "m", "hang-C_Login", driver_call=LONG_SECONDS)
    with searched(Search(pin), known, tmp_path / "s", token.home.environment, pin) as at:
        at.run.until(lambda: "hang" in faulty.calls(module), "C_Login")
        for pid, _ in at.run.descendants():
            os.kill(pid, number)
        assert at.run.end() == 2, at.run.errors


@pytest.mark.parametrize("right", [True, False])
def test_a_cards_pin_is_nowhere(
    right: bool, lab: Laboratory, tmp_path: Path, folder: Path, pcscd: Pcscd
) -> None:
    digits = random.SystemRandom().choices(string.digits, k=2 * CARD_LENGTH)
    one, other = "".join(digits[:CARD_LENGTH]), "".join(digits[CARD_LENGTH:])
    entity = lab.pki.leaf()
    keys = {"9A": (entity.key, entity.der)}
    card = Card(keys, pin=(one if right else other).encode(), puk=b"31415926")
    search = Search(one)
    with (
        card.inserted(pcscd),
        searched(search, profile(lab), tmp_path / "s", pcscd.environment, one) as at,
    ):
        assert at.run.end() == (0 if right else 1), at.run.errors
    assert card.verifies == 1
    assert search.files(*folder.glob("pcscd-*")) == []
