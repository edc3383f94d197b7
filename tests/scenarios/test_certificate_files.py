"""`a3check certificado` as support staff use it: what towns send, judged by the real program."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.lab import wizard
from tests.lab.daemon import HOST
from tests.lab.laboratory import KEY_CACHE
from tests.lab.pki import Pki
from tests.lab.variants import VARIANTS
from tests.scenarios.parts import new_token, on_token
from tests.scenarios.safe_parts import Started, once
from tests.scenarios.seat import Seat

from a3check.core.catalogue import catalogue
from a3check.core.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lab.entity import Entity
    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.scenarios.table import Table

CHECKS: Final = ("certificate", "chain", "revocation")
SCHEMA: Final = json.loads(resource("report.schema.json").read_text("utf-8"))
VALID: Final = jsonschema.Draft202012Validator(
    {**SCHEMA["$defs"]["certificates"], "$defs": SCHEMA["$defs"]}
)
SENT: Final = (
    "ecpf",
    "ecnpj",
    "a1",
    "expired",
    "weak_hash",
    "unreadable",
    "policy_not_issued",
    "fake_root",
    "bad_signature",
    "revoked",
    "suspended",
    "ca_revoked",
)
"""What towns send; each has its own finding."""
MANY: Final = 120
CANCELLED: Final = 130


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Where the files lie that were sent."""
    folder = tmp_path / "enviados"
    folder.mkdir()
    return folder


def objects(text: str) -> list[dict[str, Any]]:
    """Return the objects as they were written, and see that they fit the schema."""
    entries: list[dict[str, Any]] = json.loads(text)
    VALID.validate(entries)
    assert all([c["name"] for c in entry["checks"]] == [*CHECKS] for entry in entries)
    return entries


def codes(entry: dict[str, Any]) -> list[str]:
    return [finding["code"] for check in entry["checks"] for finding in check["findings"]]


def published(lab: Laboratory, *entities: Entity) -> str:
    """Let the ACs publish about these, and return a profile that knows the CAs above them."""
    lab.crls.publish(lab.pki.published(*entities))
    above = [ca for entity in entities for ca in entity.path[1:]]
    return str(lab.profile(cas=(*lab.pki.authorities, *above)))


def files(folder: Path, pki: Pki, number: int) -> list[str]:
    """Write so many certificates of one AC."""
    names = []
    for at in range(number):
        names.append(str(folder / f"{at:04}.cer"))
        (folder / f"{at:04}.cer").write_bytes(pki.leaf(serial=2**70 + at).der)
    return names


def test_what_towns_send(lab: Laboratory, home: Path, sent: Path) -> None:
    entities = [lab.pki.variant(name) for name in SENT]
    names = []
    for name, entity in zip(SENT, entities, strict=True):
        names.append(str(sent / f"{name}.cer"))
        (sent / f"{name}.cer").write_bytes(entity.der)
    known = published(lab, *entities)
    run = once(home, "certificado", *names, "--perfil", known, "--json", "-")
    entries = objects(run.output)
    assert run.status == 1
    assert [entry["file"] for entry in entries] == names
    for name, entry in zip(SENT, entries, strict=True):
        assert VARIANTS[name].code in codes(entry), name
        passed = entry["verdict"]["status"] == "passed"
        assert passed is (name in {"ecpf", "ecnpj"}), name
        assert passed or entry["verdict"]["cause"] == VARIANTS[name].code
    lines = run.errors.splitlines()
    assert len(lines) == len(SENT)
    assert "DE TAL" not in run.output + run.errors
    shown = once(home, "certificado", *names, "--perfil", known, "--sem-mascara")
    assert shown.output.count("DE TAL") == len(SENT) - 2, "all but the company and the unreadable"


def test_it_is_judged_as_on_a_token(
    lab: Laboratory, home: Path, sent: Path, hsm: SoftHsm, table: Table
) -> None:
    name = "ca_revoked"
    entity = lab.pki.variant(name)
    on = on_token(lab, home, new_token(hsm, entity), entity)
    table.cause(on, VARIANTS[name].code, f"certificate that is {name}")
    (sent / "a.pem").write_bytes(entity.pem)
    known = published(lab, entity)
    (alone,) = objects(
        once(home, "certificado", str(sent / "a.pem"), "--perfil", known, "--json", "-").output
    )
    assert alone["verdict"]["cause"] == on.cause
    for check in alone["checks"]:
        beside = on.check(check["name"])
        assert check["status"] == beside["status"]
        assert [told(f) for f in check["findings"]] == [told(f) for f in beside["findings"]]


def told(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding but for what only a token, or an earlier run, adds to it."""
    only = {"module", "cached"}
    evidence = {k: v for k, v in finding["evidence"].items() if k not in only}
    return {**finding, "evidence": evidence}


def test_many_ask_each_address_once(lab: Laboratory, home: Path, sent: Path) -> None:
    names, known = files(sent, lab.pki, MANY), published(lab)
    lab.crls.requests.clear()
    run = once(home, "certificado", *names, "--perfil", known, "--json", str(sent / "r.json"))
    entries = objects((sent / "r.json").read_text("utf-8"))
    assert run.status == 0
    assert Counter(entry["verdict"]["status"] for entry in entries) == {"passed": MANY}
    assert {code for entry in entries for code in codes(entry)} == {
        "certificate.usable",
        "chain.valid",
        "revocation.good",
    }
    assert len(run.output.splitlines()) == MANY
    asked = Counter(lab.crls.requests)
    assert set(asked.values()) == {1}
    assert len(asked) == 3, "one of each of the three CAs"


@contextmanager
def silent() -> Iterator[str]:
    """Have a host that takes every connection and says nothing."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        listening.listen(256)
        yield f"http://{HOST}:{listening.getsockname()[1]}"


def of_a_silent_ac(lab: Laboratory, base: str) -> Pki:
    """Return the same PKI, whose certificates name a host that says nothing."""
    return Pki(KEY_CACHE, base, lab.pki.now)


def test_a_host_that_says_nothing_is_waited_for_once(
    lab: Laboratory, home: Path, sent: Path
) -> None:
    with silent() as base:
        pki = of_a_silent_ac(lab, base)
        names = files(sent, pki, MANY)
        known = str(lab.profile(cas=pki.authorities, limits={"fetch": 1.0}))
        begun = time.monotonic()
        run = once(home, "certificado", *names, "--perfil", known, "--json", "-")
        took = time.monotonic() - begun
    entries = objects(run.output)
    assert run.status == 2
    causes = Counter(entry["verdict"]["cause"] for entry in entries)
    assert causes == {"revocation.unreachable": MANY}
    assert took < MANY * 1.0 / 3, "each waited for its own"


def test_ctrl_c_writes_what_is_done(lab: Laboratory, home: Path, sent: Path) -> None:
    good = sent / "a.pem"
    good.write_bytes(lab.pki.leaf().pem)
    lists = []
    for at, issuer in enumerate(lab.pki.authorities):
        (sent / f"{at}.crl").write_bytes(lab.pki.crl(issuer))
        lists += ["--lcr", str(sent / f"{at}.crl")]
    (sent / "junk").write_bytes(b"junk")
    with silent() as base:
        other = lab.pki.variant("unknown_root")
        assert other.parent is not None
        waits = of_a_silent_ac(lab, base).leaf(parent=other.parent)
        (sent / "waits.pem").write_bytes(waits.pem)
        cas = (*lab.pki.authorities, *other.path[1:])
        known = str(lab.profile(cas=cas, limits={"fetch": 60.0}))
        wanted = [str(good), str(sent / "waits.pem"), str(sent / "junk")]
        target = sent / "r.json"
        asked = ("certificado", *wanted, *lists, "--perfil", known, "--json", str(target))
        with Started(home, {}, *asked) as run:
            run.until(lambda: "a.pem" in run.output, "the first line")
            run.process.send_signal(signal.SIGINT)
            assert run.end() == CANCELLED
            said = run.errors
    entries = objects(target.read_text("utf-8"))
    names = [entry["file"] for entry in entries]
    assert names[0] == str(good)
    assert str(sent / "waits.pem") not in names
    cut = catalogue().words("cli", "examined_cut", done=len(names), all=3)
    assert cut in said
    assert "Traceback" not in said


def test_a_reader_that_goes_away_loses_no_json(lab: Laboratory, home: Path, sent: Path) -> None:
    names, target = files(sent, lab.pki, 5), sent / "r.json"
    asked = (
        "certificado",
        *names,
        "--sem-rede",
        "--perfil",
        published(lab),
        "--json",
        str(target),
    )
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            wizard.command(*asked),
            env=wizard.environment(home),
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=wizard.DEADLINE,
            check=False,
        )
    finally:
        os.close(write)
    assert len(objects(target.read_text("utf-8"))) == 5
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_odd_names_and_standard_input(lab: Laboratory, home: Path, sent: Path) -> None:
    entity = lab.pki.leaf()
    odd = os.fsdecode(os.fsencode(sent) + b"/a\n\x1b[31m \xff\xe7.pem")
    with open(odd, "wb") as file:  # noqa: PTH123 - the name is the point
        file.write(pkcs7.serialize_certificates([entity.certificate], Encoding.PEM))
    asked = ("certificado", odd, "-", "/dev/stdin", "--perfil", published(lab))
    run = once(home, *asked, "--json", str(sent / "r.json"), said=entity.pem)
    entries = objects((sent / "r.json").read_text("utf-8"))
    assert [e["verdict"]["status"] for e in entries] == ["passed", "passed", "failed"]
    assert codes(entries[2]) == ["certificate.unreadable"], "standard input has ended"
    assert len(run.output.splitlines()) == 3
    assert "\x1b" not in run.output


def test_a_terminal_has_colours(lab: Laboratory, home: Path, sent: Path) -> None:
    names = files(sent, lab.pki, 25)
    asked = ("certificado", *names, "--sem-rede", "--perfil", published(lab))
    with Seat(home, {}, *asked) as seat:
        assert seat.end() == 2
        shown = seat.shown
    assert "\x1b[36m?\x1b[0m" in shown
    assert catalogue().words("cli", "examining", done=20, all=25) in shown
    with Seat(home, {"NO_COLOR": "1"}, *asked[:2], *asked[-3:]) as seat:
        assert seat.end() == 2
        assert "\x1b[36m" not in seat.shown
