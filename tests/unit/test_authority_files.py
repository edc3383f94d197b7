"""The real CA certificates of ICP-Brasil as what `a3check certificado` is given."""

from __future__ import annotations

import json
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.pki.test_real_authorities import FOLDER, SETS

from a3check import cli
from a3check.cli import output

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real CA certificates in {FOLDER}"),
]


@pytest.fixture
def entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[dict[str, Any]]:
    """All four files, each with the others as its CAs, offline."""
    monkeypatch.setattr("a3check.app.log_to_file", lambda: None)
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    files = [str(FOLDER / f"{name}.pem") for name in SETS]
    more = ("--sem-rede", "--em=2026-11-22T12:00:00Z", "--json=-")
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    status = cli.main(("certificado", *files, *(f"--ac={file}" for file in files), *more))
    for number, handler in before.items():
        signal.signal(number, handler)
    assert status == output.CAUSE
    judged: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return judged


def test_each_is_an_object_and_told_what_it_is(entries: list[dict[str, Any]]) -> None:
    told: dict[str, Counter[str]] = {name: Counter() for name in SETS}
    for entry in entries:
        certificate, chain, revocation = entry["checks"]
        assert "crashed" not in {check["status"] for check in entry["checks"]}
        codes = [f["code"] for f in certificate["findings"]]
        assert codes[-1] == "certificate.wrong_type"
        name = entry["file"].rpartition("/")[2].removesuffix(".pem")
        expired = "certificate.expired" in codes
        told[name]["certificate.expired" if expired else chain["findings"][0]["code"]] += 1
        if name == "roots":
            assert revocation["status"] == ("skipped" if entry["index"] in {0, 3} else "unknown")
    assert told == {
        "roots": {"chain.valid": 2, "chain.root_unknown": 2},
        "intermediates_current": {"chain.valid": 155, "chain.root_unknown": 12},
        "intermediates_withdrawn": {"chain.ca_withdrawn": 25, "chain.root_unknown": 13},
        "intermediates_expired": {"certificate.expired": 151},
    }
