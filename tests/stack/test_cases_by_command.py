"""The table's cases as files, judged by the real command line: the same causes come out."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tests.lab.wizard import DEADLINE, command, environment
from tests.unit.pki.cases.table import parts, table
from tests.unit.pki.maker import NOW, ROOT

from a3check.core.register import Status, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.unit.pki.cases.case import Case

REPORT: Final = "laudo.json"
ALONE: Final = (
    "healthy",
    "missing-issuer",
    "missing-root",
    "root-lookalike",
    "root-newer",
    "root-test",
    "forged-leaf",
    "ca-expired",
    "ca-after-end",
    "ca-sha1",
    "issuer-person",
    "length-0",
    "policy-other-type",
    "ca-e521",
    "cross-certified",
    "list-hold",
    "list-stale-listed",
    "list-issued-beyond-skew",
    "list-forged",
    "list-by-new-key-listed",
    "no-answer-all",
    "ca-revoked-second",
    "ocsp-alone",
    "delegate-no-eku",
    "odds-released",
    "expired+revoked",
    "weak+unknown-root",
    "forged+unreachable",
)
"""Each with roots, CAs and answers of its own."""

EXIT: Final = {Status.FAILED: 1, Status.UNKNOWN: 2}


ONE_AFTER_THE_OTHER: Final = """\
import json, sys
from a3check.cli import main
statuses = [main(arguments) for arguments in json.load(sys.stdin)]
json.dump(statuses, open(sys.argv[1], "w"))
"""
"""Runs many command lines in one process: to start it takes longer than to judge."""


def line(folder: Path, *rows: Case) -> list[str]:
    """The command line that judges the rows in one run, with all that any of them has at hand."""
    folder.mkdir()
    files = [_kept(folder, f"{n:03}.cer", row.made) for n, row in enumerate(rows)]
    pool = dict.fromkeys(der for row in rows for der in row.pool)
    given = [
        *_given(folder, "--raiz", (der for der in pool if _is_root(der, rows))),
        *_given(folder, "--ac", pool),
        *_given(folder, "--lcr", dict.fromkeys(body for row in rows for body in row.crls)),
        *_given(folder, "--ocsp", dict.fromkeys(body for row in rows for body in row.ocsp)),
    ]
    moment = rows[0].moment.isoformat()
    return [
        "certificado",
        *files,
        *given,
        "--em",
        moment,
        "--sem-rede",
        "--json",
        str(folder / REPORT),
    ]


def ran(folder: Path, arguments: Sequence[str], given: str = "") -> int:
    """Run a program in a home of its own and return its status."""
    done = subprocess.run(
        arguments,
        env=environment(folder),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def _is_root(der: bytes, rows: Iterable[Case]) -> bool:
    return any(sha256(der).hexdigest() in row.roots for row in rows)


def _given(folder: Path, option: str, contents: Iterable[bytes]) -> list[str]:
    made = []
    for number, content in enumerate(contents):
        made += [option, _kept(folder, f"{option.strip('-')}{number}", content)]
    return made


def _kept(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def report(folder: Path) -> list[dict[str, Any]]:
    """What a run has written, an entry a certificate."""
    entries: list[dict[str, Any]] = json.loads((folder / REPORT).read_text("utf-8"))
    return entries


def told(entry: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The cause, and every code that is not passed."""
    found = [f for check in entry["checks"] for f in check["findings"]]
    codes = {f["code"] for f in found if f["status"] != Status.PASSED}
    return entry["verdict"]["cause"], sorted(codes)


def wanted(case: Case) -> tuple[str | None, list[str]]:
    return case.cause, sorted(case.codes)


def test_cases_each_with_files_of_its_own(tmp_path: Path) -> None:
    rows = [row for row in table() if row.name in ALONE]
    folders = [tmp_path / str(n) for n in range(len(rows))]
    lines = [line(folder, row) for folder, row in zip(folders, rows, strict=True)]
    ends = tmp_path / "ends"
    ran(tmp_path, [sys.executable, "-c", ONE_AFTER_THE_OTHER, str(ends)], json.dumps(lines))
    found, wished = {}, {}
    for folder, row, status in zip(folders, rows, json.loads(ends.read_text()), strict=True):
        (entry,) = report(folder)
        found[row.name] = (*told(entry), status)
        end = EXIT[register().codes[row.cause].status] if row.cause else 0
        wished[row.name] = (*wanted(row), end)
    assert found == wished
    assert len(rows) == len(ALONE)


def test_a_hundred_files_in_one_run(tmp_path: Path) -> None:
    rows = [
        row
        for row in parts()["One certificate"]
        if row.roots == {ROOT.facts.sha256} and row.moment == NOW
    ]
    folder = tmp_path / "files"
    assert ran(tmp_path, command(*line(folder, *rows))) == 1
    entries = report(folder)
    found = {row.name: told(entry) for row, entry in zip(rows, entries, strict=True)}
    assert found == {row.name: wanted(row) for row in rows}
    assert len(rows) >= 100
