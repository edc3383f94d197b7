"""The computer and its session, changed: where the program runs, and on whose desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.pcscd import Pcscd
from tests.lab.root import OWN_MOUNTS, needs_mounts
from tests.scenarios.parts import WRONG_PIN, new_card, profile
from tests.scenarios.portals import enter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

OVER_SSH: Final = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22"}
# A managed browser: the policy's file lies in this mount namespace alone.
MANAGED: Final = (
    *(*OWN_MOUNTS, "sh", "-c"),
    (
        'mount -t tmpfs none /etc/opt && mkdir -p "${1%/*}" && '
        'echo \'{"AutoSelectCertificateForUrls": ["{}"]}\' > "$1" && shift && exec "$@"'
    ),
    "sh",
    "/etc/opt/chrome/policies/managed/a.json",
)


def test_a_local_session(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    finding = table.beside(run, "computer.ready", "a local session on this Debian")
    assert "Debian" in finding["evidence"]["system"]


@pytest.mark.parametrize(
    "extra",
    [OVER_SSH, {"XRDP_SESSION": "1"}],
    ids=["ssh", "xrdp"],
)
def test_a_remote_session(
    extra: dict[str, str], lab: Laboratory, home: Path, table: Table
) -> None:
    run = enter(lab, home, lab.profile(), extra=extra)
    table.beside(run, "computer.remote_session", f"session with {next(iter(extra))}")
    assert run.report["computer"]["session"] == "remote"


@needs_mounts
def test_a_managed_browser(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile(), before=MANAGED)
    table.beside(run, "computer.certificate_policy", "Chrome's policy chooses certificates")


# ---- what a remote session explains


@pytest.mark.parametrize("what", ["no service", "no reader"])
def test_the_token_is_on_the_other_machine(
    what: str, lab: Laboratory, home: Path, folder: Path, table: Table
) -> None:
    with Pcscd(folder, readers=0) as pcscd:
        if what == "no service":
            pcscd.stop()
        there = {**pcscd.environment, **OVER_SSH}
        run = wizard.run(profile(lab), home, there, pin=WRONG_PIN)
    code = "reader.other_machine" if what == "no reader" else "computer.remote_session"
    table.cause(run, code, f"over SSH, {what}")


def test_a_card_missing_over_ssh(lab: Laboratory, home: Path, folder: Path, table: Table) -> None:
    card = new_card(lab)
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        card.remove()
        there = {**pcscd.environment, **OVER_SSH}
        run = wizard.run(profile(lab), home, there, pin=WRONG_PIN)
    table.cause(run, "computer.remote_session", "over SSH, reader without a card")
