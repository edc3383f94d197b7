"""Certificates in the cloud: their agents, changed file by file, and whose cloud it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import filtering
from tests.lab.root import OWN_MOUNTS, needs_mounts
from tests.lab.softhsm import MODULE
from tests.lab.wizard import Run
from tests.scenarios.portals import enter
from tests.scenarios.seat import Seat

from a3check.core import knowledge
from a3check.core.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

AGENT: Final = "/opt/Assistente Desktop birdID/resources/extraResources/linux/x64/vault-pkcs11.so"


def installed(module: Path) -> tuple[str, ...]:
    """Have the provider's agent lie where its installer puts it, in this mount namespace alone."""
    script = (
        'mount -t tmpfs none /opt && mkdir -p "$(dirname "$2")" && cp "$1" "$2" && '
        '{ [ ! -e "$1.rules" ] || cp "$1.rules" "$2.rules"; } && shift 2 && exec "$@"'
    )
    return (*OWN_MOUNTS, "sh", "-c", script, "sh", str(module), AGENT)


def test_no_cloud_in_play(lab: Laboratory, home: Path, table: Table) -> None:
    run = enter(lab, home, lab.profile())
    table.beside(run, "cloud.not_used", "a token, and no agent")


def test_no_agent(lab: Laboratory, home: Path, table: Table) -> None:
    known = lab.profile(drivers={"modules": [], "only_these": True})
    run = enter(lab, home, known, "--forma", "nuvem")
    finding = table.cause(run, "cloud.agent_absent", "--forma nuvem, no agent installed")
    assert finding["evidence"]["products"]


@needs_mounts
def test_an_agent_with_its_certificate(lab: Laboratory, home: Path, table: Table) -> None:
    known = lab.profile(drivers={"modules": [], "only_these": False})
    run = enter(lab, home, known, "--forma", "nuvem", before=installed(MODULE))
    finding = table.beside(run, "cloud.agent_ready", "agent that shows a token")
    assert "BirdID" in finding["evidence"]["product"]


@needs_mounts
@pytest.mark.parametrize(
    ("rules", "code", "part"),
    [
        ((filtering.EMPTY,), "cloud.session_closed", "agent that shows no token"),
        ((filtering.REFUSES,), "cloud.agent_stopped", "agent whose program does not run"),
    ],
)
def test_an_agent_without_its_certificate(
    rules: tuple[str, ...],
    code: str,
    part: str,
    lab: Laboratory,
    home: Path,
    tmp_path: Path,
    table: Table,
) -> None:
    module = filtering.build(tmp_path / "module", *rules)
    known = lab.profile(drivers={"modules": [], "only_these": False})
    run = enter(lab, home, known, "--forma", "nuvem", before=installed(module))
    table.cause(run, code, part)


@pytest.mark.parametrize(
    ("brand", "code"),
    [
        ("SafeID", "cloud.windows_only"),
        ("BirdID", "cloud.agent_absent"),
        (None, "cloud.agent_absent"),
    ],
)
def test_whose_cloud_it_is(
    brand: str | None, code: str, lab: Laboratory, home: Path, tmp_path: Path, table: Table
) -> None:
    known = lab.profile(drivers={"modules": [], "only_these": True})
    report = tmp_path / "report.json"
    arguments = ("--forma", "nuvem", "--perfil", str(known), "--json", str(report))
    brands = [cloud.brand for cloud in knowledge.clouds()]
    with Seat(home, lab.environment, "diagnosticar", *arguments) as seat:
        seat.until(f"{brands[-1]}\r\n>")
        assert catalogue().words("cli", "cloud") in seat.shown
        number = f"{brands.index(brand) + 1}" if brand else ""
        seat.type(f"{number}\n".encode())
        run = Run(seat.end(), report.read_text("utf-8"), seat.shown)
    finding = table.cause(run, code, f"--forma nuvem at a terminal, the provider: {brand}")
    if brand:
        assert brand in (
            finding["evidence"].get("product"),
            *finding["evidence"].get("products", ()),
        )
