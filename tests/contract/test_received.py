"""A thousand bundles, half of an older version, some damaged: each shown or refused, with why."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import jsonschema
import pytest
from tests.contract.received import DAMAGED, FAULTS, OLDER, Sent, sent
from tests.lab import wizard

from a3check import cli
from a3check.cli import output
from a3check.core.catalogue import catalogue
from a3check.report.page import page
from a3check.report.received import received, schema
from a3check.report.summary import clean

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 1000
BY_PROGRAM = 8
SEED = 20261122


def reasons(each: Sent) -> tuple[str, ...]:
    """Return what standard error may say of a damaged one, up to the file that it names."""
    words = catalogue()
    texts = (words.words("received", fault, where="\0") for fault in each.faults)
    return tuple(text.rpartition("\0")[2] for text in texts)


def judged(each: Sent, file: Path, status: int, out: str, errors: str) -> str:
    """See that one was shown, or refused in one line that says which file and why."""
    if not each.faults:
        assert (status, errors) == (output.OK, "")
        assert clean(each.title) in out
        return "shown"
    assert (status, out) == (output.USAGE, "")
    assert errors.startswith("a3check: ")
    assert errors.count("\n") == 1
    assert str(file) in errors
    assert any(reason in errors for reason in reasons(each)), errors
    return "refused"


def test_a_thousand_bundles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted: Counter[tuple[str, bool]] = Counter()
    harms: set[frozenset[str]] = set()
    for number, each in enumerate(sent(COUNT, SEED)):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(each.content)
        status = cli.main(("relatorio", str(file)))
        said = capsys.readouterr()
        counted[judged(each, file, status, said.out, said.err), each.older] += 1
        harms.add(each.faults)
    refused = counted["refused", True] + counted["refused", False]
    assert counted.total() == COUNT
    assert COUNT * DAMAGED * 0.7 < refused < COUNT * DAMAGED * 1.3
    assert counted["shown", True] > COUNT / 4
    assert counted["shown", False] > COUNT / 4
    assert harms == {frozenset(), *FAULTS.values()}, "a way of damage was not tried"


def test_some_of_them_by_the_program_itself(tmp_path: Path) -> None:
    counted: Counter[str] = Counter()
    for number, each in enumerate(sent(BY_PROGRAM, SEED)):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(each.content)
        done = subprocess.run(
            wizard.command("relatorio", str(file)),
            env=wizard.environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=wizard.DEADLINE,
            check=False,
        )
        counted[judged(each, file, done.returncode, done.stdout, done.stderr)] += 1
    assert counted["shown"]
    assert counted["refused"]


@pytest.mark.parametrize("file", OLDER, ids=lambda path: path.stem)
def test_an_older_report_is_still_valid_and_whole_on_its_page(file: Path) -> None:
    report = json.loads(file.read_bytes())
    jsonschema.Draft202012Validator(dict(schema())).validate(report)  # type: ignore[arg-type]
    read = received(file.read_bytes())
    assert read.document == report
    shown = page(read.document, catalogue())
    codes = [one["code"] for check in report["checks"] for one in check["findings"]]
    assert all(f">{code}<" in shown for code in codes)
