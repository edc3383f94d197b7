"""The PC/SC service, the reader and the card, broken one by one: pcscd, readers and a PIV card."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.apdu import Sw
from tests.lab.card import PIV_ATR, STARSIGN_ATR, UNKNOWN_ATR
from tests.lab.pcscd import Pcscd
from tests.lab.piv import SELECT
from tests.lab.root import IS_ROOT, OWN_MOUNTS, needs_mounts
from tests.scenarios.parts import CARD_PIN, WRONG_PIN, new_card, profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.card import Card
    from tests.lab.laboratory import Laboratory
    from tests.scenarios.parts import Limits
    from tests.scenarios.table import Table

VIRTUAL: Final = "Windows Hello for Business 0"
PCSC_SECONDS: Final = 2.0
HANG_SECONDS: Final = 3.0
HOLDER_SECONDS: Final = 10.0

# Another program that keeps the card to itself until its standard input ends.
HOLD = """
import sys
from smartcard import scard
_, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
_, readers = scard.SCardListReaders(context, [])
share = getattr(scard, sys.argv[1])
code, card, _ = scard.SCardConnect(
    context, readers[0], share, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
)
if sys.argv[1] == "SCARD_SHARE_SHARED":
    code = code or scard.SCardBeginTransaction(card)
print(code, flush=True)
sys.stdin.read()
"""

# The modes of files count, as for any user but root.
ORDINARY: Final = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if IS_ROOT else ()

# Where Debian's package puts the service's program and its unit: empty in this mount namespace.
UNINSTALLED: Final = (
    *(*OWN_MOUNTS, "sh", "-c"),
    'mount -t tmpfs none /usr/sbin && mount -t tmpfs none /usr/lib/systemd/system && exec "$@"',
    "sh",
)

# A token's numbers on the USB bus, as sysfs lists them, in this mount namespace.
PLUGGED: Final = (
    *(*OWN_MOUNTS, "sh", "-c"),
    "mount -t tmpfs none /sys/bus && mkdir -p /sys/bus/usb/devices/1-1 && "  # noqa: ISC004
    "cd /sys/bus/usb/devices/1-1 && echo 0529 >idVendor && echo 0600 >idProduct && "
    'cd / && exec "$@"',
    "sh",
)


@contextmanager
def held(pcscd: Pcscd, share: str) -> Iterator[None]:
    """Another program holds the card for the block."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, share],
        env=pcscd.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"0\n"
        try:
            yield
        finally:
            other.communicate(timeout=HOLDER_SECONDS)


# ---- in order


def test_everything_in_order(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card
) -> None:
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    part = "healthy card in a healthy reader"
    table.beside(run, "service.running", part)
    readers = table.beside(run, "reader.connected", part)["evidence"]["readers"]
    assert readers == [pcscd.name()]
    present = table.beside(run, "card.present", part)["evidence"]
    assert (present["reader"], present["atr"]) == (pcscd.name(), PIV_ATR.hex().upper())
    assert card.verifies == 1


# ---- the service


@pytest.mark.parametrize("end", ["stopped in good order", "crashed: a stale socket stays"])
def test_a_service_that_does_not_run(
    end: str, lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        if end.startswith("stopped"):
            pcscd.stop()
        else:
            pcscd.crash()
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "service.stopped", f"pcscd {end}")
    assert card.verifies == 0


@needs_mounts
def test_a_service_that_is_not_installed(
    lab: Laboratory, home: Path, table: Table, tmp_path: Path
) -> None:
    nowhere = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none.comm")}
    run = wizard.run(profile(lab), home, nowhere, pin=WRONG_PIN, before=UNINSTALLED)
    table.cause(run, "service.absent", "pcscd's program and unit are not on the disk")


def test_a_service_that_does_not_answer(
    lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    limits: Limits = {"pcsc": PCSC_SECONDS, "driver_start": HANG_SECONDS}
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        pcscd.freeze()
        run = wizard.run(profile(lab, **limits), home, pcscd.environment, pin=WRONG_PIN)
        pcscd.thaw()
    finding = table.cause(run, "service.unresponsive", "pcscd frozen (SIGSTOP)")
    assert finding["evidence"]["seconds"] == PCSC_SECONDS
    assert card.verifies == 0


def test_a_service_that_is_out_of_reach(
    lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        pcscd.socket.chmod(0o000)
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN, before=ORDINARY)
        pcscd.socket.chmod(0o700)
    table.cause(run, "service.denied", "pcscd's socket may be written to by nobody")
    assert card.verifies == 0


# ---- the reader


def test_no_reader(lab: Laboratory, home: Path, table: Table, folder: Path) -> None:
    with Pcscd(folder, readers=0) as pcscd:
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    table.cause(run, "reader.absent", "pcscd without any reader")


def test_no_reader_in_a_remote_session(
    lab: Laboratory, home: Path, table: Table, folder: Path
) -> None:
    with Pcscd(folder, readers=0) as pcscd:
        remote = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22", **pcscd.environment}
        run = wizard.run(profile(lab), home, remote, pin=WRONG_PIN)
    finding = table.cause(run, "reader.other_machine", "session over SSH, no reader at its end")
    assert finding["evidence"]["session"] == "remote"


@needs_mounts
@pytest.mark.skipif(not Path("/sys/bus").is_dir(), reason="no sysfs is mounted here")
def test_a_reader_without_its_system_driver(
    lab: Laboratory, home: Path, table: Table, folder: Path
) -> None:
    with Pcscd(folder, readers=0) as pcscd:
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN, before=PLUGGED)
    finding = table.cause(run, "reader.no_system_driver", "token on USB that pcscd does not list")
    assert finding["evidence"]["device"].startswith("Aladdin eToken")


class VirtualPcscd(Pcscd):
    """A service whose first reader bears the name of one that Windows makes up."""

    def _write_configuration(self) -> None:
        super()._write_configuration()
        file = self._folder / "reader.conf.d" / "readers"
        file.write_text(file.read_text().replace("Lab Reader 0", VIRTUAL))

    def _base_name(self, reader: int) -> str:
        return super()._base_name(reader) if reader else VIRTUAL


def test_only_a_virtual_reader(lab: Laboratory, home: Path, table: Table, folder: Path) -> None:
    with VirtualPcscd(folder) as pcscd:
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    finding = table.cause(run, "reader.virtual_only", "empty reader of Windows Hello's name")
    assert finding["evidence"]["readers"][0].startswith(VIRTUAL)


@pytest.mark.parametrize(
    ("readers", "code"), [(1, "reader.virtual_only"), (2, "card.absent")], ids=["alone", "beside"]
)
def test_a_virtual_reader_that_always_holds_a_card(
    readers: int, code: str, lab: Laboratory, home: Path, folder: Path
) -> None:
    """Its card is nobody's token: without one, that is the cause, and no driver is to blame."""
    hello = new_card(lab, atr=UNKNOWN_ATR)
    hello.status_for(SELECT, Sw.NOT_FOUND, questions=True)
    with VirtualPcscd(folder, readers=readers) as pcscd, hello.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    assert run.cause == code
    assert "driver.wrong_for_card" not in run.codes()


def test_a_card_in_a_virtual_reader_that_serves(
    lab: Laboratory, home: Path, folder: Path, card: Card
) -> None:
    with VirtualPcscd(folder) as pcscd, card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    assert (run.status, run.cause) == (0, None)
    assert run.finding("reader.virtual_only")["status"] == "warning"


# ---- the card


def test_no_card(lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card) -> None:
    with card.inserted(pcscd):
        card.remove()
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    finding = table.cause(run, "card.absent", "card pulled out of its reader")
    assert finding["evidence"]["readers"] == [pcscd.name()]
    assert card.verifies == 0


def test_a_mute_card(lab: Laboratory, home: Path, table: Table, pcscd: Pcscd, card: Card) -> None:
    card.mute = True
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=WRONG_PIN)
    finding = table.cause(run, "card.mute", "card that does not power up")
    assert finding["evidence"]["reader"] == pcscd.name()
    assert card.verifies == 0


@pytest.mark.parametrize(
    ("share", "part"),
    [
        ("SCARD_SHARE_EXCLUSIVE", "card held exclusively by another program"),
        pytest.param(
            "SCARD_SHARE_SHARED",
            "card in another program's transaction that does not end",
            marks=pytest.mark.xfail(reason="driver.hung is named: PC/SC shows no transaction"),
        ),
    ],
)
def test_a_card_in_other_hands(
    share: str, part: str, lab: Laboratory, home: Path, table: Table, folder: Path, card: Card
) -> None:
    limits: Limits = {"pcsc": PCSC_SECONDS, "driver_start": HANG_SECONDS}
    with Pcscd(folder) as pcscd, card.inserted(pcscd), held(pcscd, share):
        run = wizard.run(profile(lab, **limits), home, pcscd.environment, pin=WRONG_PIN)
        finding = table.cause(run, "card.busy", part)
        assert finding["evidence"]["reader"] == pcscd.name()
    assert card.verifies == 0


def test_a_card_of_a_known_product(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd
) -> None:
    with new_card(lab, atr=STARSIGN_ATR).inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    finding = table.beside(run, "card.present", "card whose ATR is in the table")
    assert finding["evidence"]["product"] == "G+D StarSign CUT S"


def test_a_card_of_an_unknown_product(
    lab: Laboratory, home: Path, table: Table, pcscd: Pcscd
) -> None:
    card = new_card(lab, atr=UNKNOWN_ATR)
    with card.inserted(pcscd):
        run = wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN)
    finding = table.beside(run, "card.unknown", "card whose ATR is in no table")
    assert finding["evidence"]["atr"] == UNKNOWN_ATR.hex().upper()
