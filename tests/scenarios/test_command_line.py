"""Does the command line keep its contract (interfaces.md, section 1)?"""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.root import AS_ROOT, needs_namespace
from tests.lab.softhsm import MODULE, Token
from tests.scenarios.parts import WRONG_PIN, profile
from tests.scenarios.safe_parts import (
    Started,
    diagnose,
    once,
    one_line,
    reads_input,
    valid,
)

from a3check.core.register import register

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory

USAGE: Final = 64
DEFECT: Final = 70
BUNDLE: Final = {"relatorio.json", "chamado.txt"}
CHECKS: Final = tuple(register().checks)

WRONG: Final = {
    "no command but an option": (("--json", "-"), ""),
    "an unknown command": (("consertar",), ""),
    "a command too many": (("diagnosticar", "codigos"), ""),
    "an unknown option": (("diagnosticar", "--turbo"), "--turbo"),
    "an option of another command": (("codigos", "--sem-pin"), "--sem-pin"),
    "an option cut short": (("diagnosticar", "--sem"), "--sem"),
    "an option without its value": (("diagnosticar", "--perfil"), "--perfil"),
    "a value where there is none": (("diagnosticar", "--sem-pin=sim"), "--sem-pin"),
    "two options that exclude each other": (
        ("diagnosticar", "--sem-pin", "--pin-stdin"),
        "--pin-stdin",
    ),
    "a form that does not exist": (("diagnosticar", "--forma", "disquete"), "--forma"),
    "a check that does not exist": (("diagnosticar", "--so", "leitor"), "leitor"),
    "one good check and one bad": (("diagnosticar", "--pular", "card,leitor"), "leitor"),
    "no check at all": (("diagnosticar", "--so", ","), "--so"),
    "no fingerprint": (("diagnosticar", "--certificado", "12:34"), "--certificado"),
    "a fingerprint with a letter too many": (
        ("diagnosticar", "--certificado", "g" * 64),
        "--certificado",
    ),
    "a profile that is not there": (("diagnosticar", "--perfil", "/nowhere.toml"), "/nowhere"),
    "a folder as a profile": (("diagnosticar", "--perfil", "/etc"), "/etc"),
    "a report in a folder that is not there": (
        ("diagnosticar", "--json", "/nowhere/r.json"),
        "/nowhere/r.json",
    ),
    "a folder as a report": (("diagnosticar", "--json", "/etc"), "/etc"),
    "a bundle in a place of none": (
        ("diagnosticar", "--relatorio", "/dev/null/r"),
        "/dev/null/r",
    ),
    "a bundle in a file": (("diagnosticar", "--relatorio", "/etc/passwd"), "/etc/passwd"),
    "a list from an address, offline": (
        ("atualizar", "--sem-rede", "--de", "http://acraiz.test/l.zip"),
        "--sem-rede",
    ),
    "a list in a file that is not there": (
        ("atualizar", "--sem-rede", "--de", "/nowhere/l.zip"),
        "/nowhere/l.zip",
    ),
    "a folder as a list": (("atualizar", "--de", "/etc"), "/etc"),
    "a list into a place of none": (
        ("atualizar", "--sem-rede", "--pasta", "/dev/null/cas"),
        "/dev/null/cas",
    ),
    "a certificate's file that is not there": (
        ("certificado", "/nowhere/a.pem"),
        "/nowhere/a.pem",
    ),
    "an option of diagnosticar for rede": (("rede", "--sem-pin"), "--sem-pin"),
    "a list offline and a visit": (("rede", "--sem-rede", "--gravar", "v.json"), "--gravar"),
    "a list and a visit into one place": (("rede", "--json", "-", "--gravar", "-"), "--gravar"),
    "a visit in a folder that is not there": (
        ("rede", "--gravar", "/nowhere/v.json"),
        "/nowhere/v.json",
    ),
    "a list with a profile that is not there": (("rede", "--perfil", "/nowhere"), "/nowhere"),
    "a report that is not there": (("relatorio", "/nowhere/r.json"), "/nowhere/r.json"),
    "a folder as a report to show": (("relatorio", "/etc"), "/etc"),
    "a report that is none": (("relatorio", "/etc/passwd"), "/etc/passwd"),
    "a report without end": (("relatorio", "/dev/zero"), "/dev/zero"),
    "no report to show": (("relatorio",), "relatorio"),
    "a page in a folder that is not there": (
        ("relatorio", "/etc/passwd", "--pdf", "/nowhere/r.pdf"),
        "/nowhere/r.pdf",
    ),
}
"""Command lines that are refused, and what the one line names."""

BAD_PROFILES: Final[dict[str, tuple[str | bytes, str]]] = {
    "no TOML": ("format = = 1", ""),
    "not UTF-8": (b"\xff\xfe", ""),
    "an unknown key": ('format = 1\nname = "x"\ntitle = "x"\nspeed = 3\n', "speed"),
    "an unknown key in a table": (
        'format = 1\nname = "x"\ntitle = "x"\n[portal]\nstart = "https://x/"\nbegin = "y"\n',
        "portal.begin",
    ),
    "a wrong type": (
        'format = 1\nname = "x"\ntitle = "x"\n[portal]\nstart = 3\n',
        "portal.start",
    ),
    "a text for a list": (
        'format = 1\nname = "x"\ntitle = "x"\n[portal]\nstart = "https://x/"\nneeded = "x:443"\n',
        "portal.needed",
    ),
    "a number of another format": ('format = 2\nname = "x"\ntitle = "x"\n', "format"),
    "a number for a table": ('format = 1\nname = "x"\ntitle = "x"\nportal = 3\n', "portal"),
    "nothing": ("", "format"),
}


# ---- wrong use


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_one_line(case: str, home: Path) -> None:
    arguments, named = WRONG[case]
    run = once(home, *arguments)
    assert run.status == USAGE, run.errors
    assert run.output == ""
    said = one_line(run.errors)
    assert named in said
    assert "error" not in said
    assert "invalid" not in said
    assert not [f for f in home.rglob("*") if f.is_file()], "it left something behind"


@pytest.mark.parametrize("case", BAD_PROFILES)
def test_a_bad_profile_is_one_line(case: str, home: Path, tmp_path: Path) -> None:
    text, key = BAD_PROFILES[case]
    file = tmp_path / "errado.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    run = once(home, "diagnosticar", "--perfil", str(file))
    assert run.status == USAGE, run.errors
    assert run.output == ""
    said = one_line(run.errors)
    assert str(file) in said
    assert key in said


def test_a_place_that_cannot_be_written_is_told_before_the_run(
    lab: Laboratory, home: Path, token: Token
) -> None:
    for option in ("--json", "--relatorio"):
        target = "/proc/nowhere/report"
        more = (option, target, "--pin-stdin")
        run = diagnose(profile(lab, MODULE), home, token.home.environment, *more)
        assert run.status == USAGE
        assert option in one_line(run.errors)
        assert not [*home.rglob("*.log")]


@needs_namespace
def test_a_place_that_vanishes_meanwhile_is_told_at_the_end(
    lab: Laboratory, home: Path, tmp_path: Path, token: Token
) -> None:
    place = tmp_path / "gone"
    place.mkdir()
    known = str(profile(lab, MODULE))
    asked = ("diagnosticar", "--pin-stdin", "--perfil", known, "--json", str(place / "r.json"))
    with Started(home, lab.environment, *asked, said=b"", before=AS_ROOT) as run:
        run.until(lambda: [*home.glob("stderr-*")] and run.process.pid, "start")
        run.until(lambda: reads_input(run.process.pid), "reading")
        place.rmdir()
        assert run.process.stdin is not None
        run.process.stdin.write(f"{WRONG_PIN}\n".encode())
        assert run.end() == USAGE
        assert str(place / "r.json") in run.errors.splitlines()[-1] + run.errors
        assert "Traceback" not in run.errors


# ---- exit status and where the report goes


def test_exit_statuses(lab: Laboratory, home: Path, token: Token) -> None:
    known, extra = profile(lab, MODULE), token.home.environment
    assert diagnose(known, home, extra, "--pin-stdin").status == 0
    assert diagnose(known, home, extra, "--sem-pin").status == 2
    assert diagnose(known, home, extra).status == 2, "nobody to ask: as with --sem-pin"
    assert diagnose(known, home, extra, "--pin-stdin", "--sem-rede").status == 2
    assert diagnose(lab.profile(drivers={"modules": []}), home, extra, "--sem-pin").status == 1


def test_a_dash_gives_the_report_and_nothing_else(
    lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    more = ("--json", "-", "--relatorio", str(bundle), "--pin-stdin")
    run = diagnose(profile(lab, MODULE), home, token.home.environment, *more)
    report = valid(run.output)
    assert run.status == 0
    assert {file.name for file in bundle.iterdir()} == BUNDLE | {f"a3check-{report['id']}.zip"}
    assert valid((bundle / "relatorio.json").read_text("utf-8")) == report
    assert run.errors.splitlines()[-1] == str(bundle)
    assert [check["name"] for check in report["checks"]] == [*CHECKS]


def test_a_file_gets_the_report_and_the_screen_the_words(
    lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    file, bundle = tmp_path / "r.json", tmp_path / "new" / "bundle"
    more = ("--json", str(file), "--relatorio", str(bundle), "--pin-stdin")
    run = diagnose(profile(lab, MODULE), home, token.home.environment, *more)
    report = valid(file.read_text("utf-8"))
    assert report["complete"] is True
    assert report["verdict"]["status"] == "passed"
    assert run.output.splitlines()[-1] == str(bundle)
    (zipped,) = bundle.glob("a3check-*.zip")
    assert {each.name for each in bundle.iterdir()} == BUNDLE | {zipped.name}
    assert all(each.stat().st_mode & 0o077 == 0 for each in bundle.iterdir())
    assert run.output.splitlines()[-2] == str(zipped)
    shown = once(home, "relatorio", str(zipped))
    assert shown.status == 0, shown.errors
    assert report["id"] in shown.output
    assert report["verdict"]["title"] in shown.output
    assert "\x1b" not in run.output + run.errors


@pytest.mark.parametrize("more", [(), ("--json", "-")])
def test_a_reader_that_goes_away_loses_nothing(
    more: tuple[str, ...], lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    asked = ("diagnosticar", "--perfil", str(profile(lab, MODULE)), "--sem-pin", *more)
    command = wizard.command(*asked, "--relatorio", str(bundle))
    environment = wizard.environment(home, token.home.environment)
    ends = {
        "both closed at once": 'exec "$@" >&- 2>&-',
        "output closed": 'exec "$@" >&-',
        "head": 'set -o pipefail; "$@" | head -1 >/dev/null',
        "both piped into nobody": 'set -o pipefail; "$@" 2>&1 | true',
        "a full disk": 'exec "$@" >/dev/full',
    }
    for name, script in ends.items():
        done = subprocess.run(
            ["bash", "-c", script, "bash", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=wizard.DEADLINE,
            check=False,
        )
        said = done.stderr.decode()
        assert "Traceback" not in said, name
        assert "Exception ignored" not in said, name
        lost = name == "a full disk" and more
        assert done.returncode == (USAGE if lost else 2), (name, said)
        valid((bundle / "relatorio.json").read_text("utf-8"))
        for file in bundle.iterdir():
            file.unlink()


# ---- a part of the checks


def ran(run: wizard.Run) -> set[str]:
    return {c["name"] for c in run.report["checks"] if c.get("because") != "option"}


def test_only_some_checks(lab: Laboratory, home: Path, token: Token) -> None:
    known, extra = profile(lab, MODULE), token.home.environment
    needs = {
        "computer": {"computer"},
        "card": {"card", "reader", "service"},
        "token": {"token", "driver"},
        "certificate": {"certificate", "token", "driver"},
        "chain,network": {"chain", "certificate", "token", "driver", "network"},
        "pin": {"pin", "certificate", "token", "driver"},
        "login": set(CHECKS) - {"computer", "clock", "service", "reader", "card"},
    }
    for only, expected in needs.items():
        run = diagnose(known, home, extra, "--json", "-", "--pin-stdin", "--so", only)
        if only == "login":
            assert ran(run) >= {"login", "signature", "pin", "server", "network", "driver"}
            assert "login.accepted" in run.codes(), run.errors
        else:
            assert ran(run) == expected, only
        assert not {c for c in run.codes() if c.startswith("any.") or c == "driver.refused"}, only
        assert run.status in {0, 1 if "card" in only else 2}, run.errors


@pytest.mark.parametrize("left_out", CHECKS)
def test_without_one_check(left_out: str, lab: Laboratory, home: Path, token: Token) -> None:
    """What is left out breaks nothing that does not require it."""
    more = ("--json", "-", "--pin-stdin", "--pular", left_out)
    run = diagnose(profile(lab, MODULE), home, token.home.environment, *more)
    valid(run.output)
    assert run.check(left_out)["because"] == "option"
    assert run.check(left_out)["findings"] == []
    failed = {c["name"] for c in run.report["checks"] if c["status"] in {"failed", "crashed"}}
    # A service that does not run here is overruled only where a token was read all the same.
    lane = left_out in {"driver", "token", "certificate"}
    assert failed <= ({"service"} if lane else set()), run.errors
    assert run.status == (0 if "login.accepted" in run.codes() else 1 if failed else 2)


# ---- the profile


def test_a_profile_of_ones_own_is_told(lab: Laboratory, home: Path, token: Token) -> None:
    for name in ("laboratorio", "inss"):
        more = ("--json", "-", "--so", "computer")
        run = diagnose(lab.profile(name), home, token.home.environment, *more)
        assert run.report["profile"] == {"name": name, "modified": True}
    run = once(home, "diagnosticar", "--so", "computer", "--json", "-")
    assert run.report["profile"] == {"name": "inss", "modified": False}


# ---- the catalogue


def test_codes_are_listed(home: Path) -> None:
    run = once(home, "codigos", "--json")
    rows = json.loads(run.output)
    assert (run.status, run.errors) == (0, "")
    assert [row["code"] for row in rows] == list(register().codes)
    fields = {"code", "status", "blame", "acts", "title", "explanation", "steps"}
    assert all(set(row) == fields for row in rows)
    assert all(row["title"] and row["steps"] is not None for row in rows)
    lines = once(home, "codigos").output.splitlines()
    assert [line.split()[0] for line in lines] == [row["code"] for row in rows]


def test_help_is_portuguese_and_whole(home: Path) -> None:
    asked = (("--help",), ("diagnosticar", "--help"), ("codigos", "-h"), ("rede", "--help"))
    for arguments in asked:
        run = once(home, *arguments)
        assert (run.status, run.errors) == (0, "")
        assert not re.search(r"\b(usage|options|positional|show this)\b", run.output)
    said = once(home, "diagnosticar", "--help").output
    options = ("forma", "perfil", "pin-stdin", "sem-pin", "certificado", "json", "relatorio")
    for option in (*options, "sem-mascara", "so", "pular", "sem-rede"):
        assert f"--{option}" in said
    said = once(home, "rede", "--help").output
    assert all(f"--{option}" in said for option in ("perfil", "json", "gravar", "sem-rede"))


# ---- a defect of our own

SABOTAGE: Final = """
import a3check.checks.{check} as broken
from a3check.core.check import Check
from dataclasses import replace
def run(context):
    raise RuntimeError("a defect")
    yield
broken.CHECK = replace(broken.CHECK, run=run)
"""


@pytest.mark.parametrize("check", ["clock", "driver", "chain", "login"])
def test_a_crashed_check_is_our_defect_and_the_report_is_written(
    check: str, lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    """The very program, with one check that raises: put there by Python's own sitecustomize."""
    place = tmp_path / "sabotage"
    place.mkdir()
    (place / "sitecustomize.py").write_text(SABOTAGE.format(check=check))
    path = f"{place}{os.pathsep}{wizard.environment(home)['PYTHONPATH']}"
    extra = {**token.home.environment, "PYTHONPATH": path}
    bundle = tmp_path / "bundle"
    more = ("--json", "-", "--pin-stdin", "--relatorio", str(bundle))
    run = diagnose(profile(lab, MODULE), home, extra, *more)
    assert "Traceback" not in run.errors
    report = valid(run.output)
    assert run.check(check)["status"] == "crashed"
    assert {each.name for each in bundle.iterdir()} == BUNDLE | {f"a3check-{report['id']}.zip"}
    assert any("a defect" in log.read_text("utf-8") for log in home.rglob("*.log"))
    # Without the driver nothing overrules a service that does not run here: a cause was found.
    found = {"passed": 0, "failed": 1, "unknown": DEFECT}
    assert run.status == found[report["verdict"]["status"]], run.errors
    assert run.status == DEFECT or check != "login"


def test_a_damaged_installation_is_one_calm_line(
    lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    place = tmp_path / "sabotage"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        "import a3check.core.resources as r\n"
        "def gone(name):\n    raise FileNotFoundError(name)\n"
        "r.resource = gone\n"
    )
    path = f"{place}{os.pathsep}{wizard.environment(home)['PYTHONPATH']}"
    run = once(home, "diagnosticar", "--sem-pin", PYTHONPATH=path)
    assert run.status == DEFECT
    assert one_line(run.errors)
