"""Browsers as stand-in files, their databases real ones: would they find the token?"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab.root import OWN_MOUNTS, needs_mounts
from tests.lab.softhsm import MODULE, SoftHsm
from tests.scenarios.portals import enter

from a3check.system import browsers

if TYPE_CHECKING:
    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

SECONDS: Final = 30.0
NOWHERE: Final = Path("/nonexistent")

pytestmark = pytest.mark.skipif(
    browsers.look(Path("/"), NOWHERE) != browsers.Browsers((), ()),
    reason="this computer has browsers of its own, which would be judged as well",
)


def having(*programs: str) -> tuple[str, ...]:
    """Have these programs lie in /opt, in this mount namespace alone."""
    script = (
        "mount -t tmpfs none /opt && "
        'while [ "$1" != -- ]; do mkdir -p "$(dirname "$1")" && echo x > "$1"; shift; done; '
        'shift; exec "$@"'
    )
    return (*OWN_MOUNTS, "sh", "-c", script, "sh", *programs, "--")


FIREFOX: Final = "/opt/firefox/firefox"
CHROME: Final = "/opt/google/chrome/google-chrome"


def database(folder: Path, *modules: str) -> None:
    """Make an NSS database, with these modules registered, as the steps in the report tell.

    Registering loads the module: SoftHSM's own folder is not everybody's to read.
    """
    hsm = SoftHsm(folder / "softhsm")
    tool(hsm, "certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    for module in modules:
        where = ("-dbdir", f"sql:{folder}")
        tool(hsm, "modutil", "-force", *where, "-add", "Token", "-libfile", module)


def tool(hsm: SoftHsm, *command: str) -> None:
    known = {**os.environ, **hsm.environment}
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, env=known)


def profile_of_firefox(home: Path, *modules: str) -> None:
    """Make a profile that Firefox starts with."""
    folder = home / ".mozilla/firefox"
    database(folder / "abcd.default-esr", *modules)
    (folder / "profiles.ini").write_text("[Profile0]\nPath=abcd.default-esr\nDefault=1\n")


def default(home: Path, entry: str) -> None:
    """Have this desktop entry open addresses."""
    chosen = home / ".config/mimeapps.list"
    chosen.parent.mkdir(parents=True)
    chosen.write_text(f"[Default Applications]\nx-scheme-handler/https={entry}.desktop\n")


@needs_mounts
def test_no_browser(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile(), before=having())
    table.beside(run, "store.not_applicable", "no browser on this computer")


@needs_mounts
def test_browsers_that_know_the_module(lab: Laboratory, home: Path, table: Table) -> None:
    profile_of_firefox(home, str(MODULE))
    database(home / ".pki/nssdb", str(MODULE))
    run = enter(lab, home, lab.profile(), before=having(FIREFOX, CHROME))
    finding = table.beside(run, "store.present", "module registered (modutil) in both databases")
    assert run.codes("store") == ["store.present", "store.present"]
    assert finding["evidence"] == {
        "browser": "Firefox",
        "module": str(MODULE),
        "engine": "firefox",
    }


@needs_mounts
def test_browsers_that_load_what_p11_kit_knows(lab: Laboratory, home: Path, table: Table) -> None:
    database(home / ".pki/nssdb")
    with (home / ".pki/nssdb/pkcs11.txt").open("a") as text:
        text.write("library=p11-kit-proxy.so\nname=p11-kit-proxy\n\n")
    modules = home / ".config/pkcs11/modules"
    modules.mkdir(parents=True)
    (modules / "lab.module").write_text(f"module: {MODULE}\n")
    run = enter(lab, home, lab.profile(), before=having(CHROME))
    table.beside(run, "store.present", "p11-kit's proxy in the database, module in p11-kit")


@needs_mounts
def test_browsers_that_do_not_know_the_module(lab: Laboratory, home: Path, table: Table) -> None:
    profile_of_firefox(home)
    database(home / ".pki/nssdb")
    run = enter(lab, home, lab.profile(), before=having(FIREFOX, CHROME))
    finding = table.beside(run, "store.absent", "module registered in neither database")
    assert finding["lowered"]
    assert finding["status"] == "warning"
    assert "Firefox" in finding["title"]
    assert run.check("store")["status"] == "warning"
    assert run.status == 0, "what another browser may do fails no run"


@needs_mounts
def test_the_default_browser_decides(lab: Laboratory, home: Path, table: Table) -> None:
    default(home, "google-chrome")
    database(home / ".pki/nssdb", str(MODULE))
    run = enter(lab, home, lab.profile(), before=having(FIREFOX, CHROME))
    table.beside(run, "store.present", "the default browser alone knows the module")
    assert run.codes("store") == ["store.present"]


def test_a_browser_in_a_sandbox(lab: Laboratory, home: Path, table: Table) -> None:
    name = "org.mozilla.firefox"
    exported = home / ".local/share/flatpak/exports/bin" / name
    exported.parent.mkdir(parents=True)
    exported.write_text("#!/bin/sh\nexec flatpak run org.mozilla.firefox\n")
    default(home, name)
    run = enter(lab, home, lab.profile())
    finding = table.beside(run, "store.sandboxed_browser", "Firefox as a Flatpak")
    assert finding["evidence"]["browser"] == "Firefox (Flatpak)"
