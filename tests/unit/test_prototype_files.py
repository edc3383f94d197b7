"""The 56 cases of the invented PKI, judged from their files alone by `a3check certificado`."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.pki.test_prototype_cases import (
    CACHE,
    COMPANY,
    EXPECTED,
    NOT_LISTED,
    OTHERWISE,
    SCRIPT,
    made,
)

from a3check import cli
from a3check.cli import output

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SCRIPT.is_file(), reason=f"no cases to be made by {SCRIPT}"),
]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep a home of its own, and the signals' handlers."""
    monkeypatch.setattr("a3check.app.log_to_file", lambda: None)
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def asked(case: dict[str, Any]) -> tuple[str, ...]:
    """The command line that gives a case: its files, and its moment."""
    folder = CACHE / case["id"]
    lists = [f"--lcr={file}" for file in sorted((folder / "crls").iterdir())]
    lists += [f"--ocsp={file}" for file in sorted((folder / "ocsp").iterdir())]
    more = ("--sem-rede", f"--em={case['time']}", "--json=-")
    cas = (f"--raiz={folder}/roots.pem", f"--ac={folder}/intermediates.pem")
    return ("certificado", f"{folder}/leaf.pem", *cas, *lists, *more)


def test_each_is_told_by_the_command_as_by_the_judges(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told, wanted = {}, {}
    for name, case in made().items():
        status = cli.main(asked(case))
        (entry,) = json.loads(capsys.readouterr().out)
        findings = [f for check in entry["checks"] for f in check["findings"]]
        against = [
            f["code"]
            for f in findings
            if f["status"] != "passed" and f["code"] not in {NOT_LISTED, COMPANY}
        ]
        told[name] = tuple(against[:1])
        wanted[name] = (OTHERWISE[name],) if name in OTHERWISE else EXPECTED[case["code"]]
        ends = {"failed": output.CAUSE, "unknown": output.UNKNOWN}
        first = next((f for end in ends for f in findings if f["status"] == end), None)
        assert entry["verdict"]["cause"] == (first and first["code"]), name
        assert status == (ends[first["status"]] if first else output.OK), name
    assert told == wanted
