"""A computer without a network: certificate, chain and revocation answer at once all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import wizard
from tests.lab.root import NO_NETWORK, needs_own_network
from tests.lab.softhsm import MODULE
from tests.scenarios.parts import new_token, on_token, profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.lab.wizard import Run
    from tests.scenarios.table import Table

AT_ONCE: Final = 5.0
"""Seconds that a check may take where there is nobody to wait for; a loaded machine needs some."""
CHECKS: Final = ("certificate", "chain", "revocation")

ASKING: Final = """
import json, sys, time
from a3check.core.internet import Ask, Inquiry
from a3check.core.profile import Limits
from a3check.net.network import Internet
asks = [tuple(Ask(f"http://{host}.laboratorio.invalid/ac.crl") for host in row)
        for row in (("lcr", "espelho"), ("acima",))]
begun = time.monotonic()
got = Internet(Limits(), proxy="none").inquire([Inquiry(a, lambda *_: False) for a in asks])
took = time.monotonic() - begun
json.dump({"took": took, "faults": [[f.fault for f in g.values()] for g in got]}, sys.stdout)
"""
WAYS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "no interface is up": ({"before": NO_NETWORK}, "network.offline"),
    "--sem-rede": ({}, "clock.unverified"),
}
"""How the network is missing: what goes before the command, and what the verdict names."""


def without(lab: Laboratory, home: Path, token: Any, way: str) -> Run:  # noqa: ANN401 - softhsm.Token
    """Diagnose without a network, one way or the other."""
    options = ("--sem-rede",) if way == "--sem-rede" else ()
    known = profile(lab, MODULE)
    return wizard.run(known, home, token.home.environment, *options, **WAYS[way][0])


@needs_own_network
@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_waited_for(
    way: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    run = without(lab, home, new_token(hsm, lab.pki.leaf()), way)
    table.beside(run, "revocation.unreachable", f"no network: {way}", cause=WAYS[way][1])
    assert run.codes("certificate") == ["certificate.usable"]
    assert run.codes("chain") == ["chain.valid"]
    assert all(run.check(name)["seconds"] < AT_ONCE for name in CHECKS)


@needs_own_network
@pytest.mark.parametrize("way", WAYS)
def test_an_earlier_runs_crls_still_tell(
    way: str, lab: Laboratory, home: Path, table: Table, hsm: SoftHsm
) -> None:
    entity = lab.pki.leaf()
    token = new_token(hsm, entity)
    first = on_token(lab, home, token, entity, pin=None)
    assert "cached" not in first.finding("revocation.good")["evidence"]
    asked = len(lab.crls.requests)
    run = without(lab, home, token, way)
    part = f"CRLs of an earlier run; no network: {way}"
    finding = table.beside(run, "revocation.good", part, cause=WAYS[way][1])
    assert finding["evidence"]["cached"] is True
    assert finding["evidence"]["source"].startswith(lab.crls.base)
    assert all(run.check(name)["seconds"] < AT_ONCE for name in CHECKS)
    assert len(lab.crls.requests) == asked


@needs_own_network
def test_the_resolver_is_not_waited_for_either(home: Path) -> None:
    done = subprocess.run(
        [*NO_NETWORK, sys.executable, "-c", ASKING],
        env=wizard.environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["faults"] == [["name", "name"], ["name"]]
    assert said["took"] < AT_ONCE
