"""What leaves the computer, and what does a masked report give away?"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.lab import wizard
from tests.lab.root import AS_ROOT, NO_NETWORK, needs_own_network
from tests.lab.softhsm import MODULE, PIN, SoftHsm, Token
from tests.scenarios.parts import profile
from tests.scenarios.safe_parts import diagnose

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

# As the program does: no debugger may look into it (PR_SET_DUMPABLE), and it connects.
SHUT_AND_CONNECTING: Final = """
import ctypes, socket
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
socket.socket().connect_ex(("127.0.0.1", 9))
"""
TRACED: Final = "trace=connect,sendto,sendmsg,sendmmsg"
PACKED: Final = re.compile(rb"/FlateDecode\s+>>\s+stream\n.*?endstream", re.DOTALL)


# ---- nothing leaves


def test_without_network_nothing_leaves(
    lab: Laboratory, home: Path, token: Token, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    strace = tracing(trace)
    subject = [*strace, sys.executable, "-c", SHUT_AND_CONNECTING]
    subprocess.run(subject, check=False, capture_output=True, timeout=wizard.DEADLINE)
    if not (trace.exists() and spoken(trace.read_text())):
        pytest.skip("strace may not look into a program that lets no debugger in")
    run = wizard.run(
        profile(lab, MODULE),
        home,
        token.home.environment,
        "--sem-rede",
        pin=PIN,
        before=strace,
    )
    assert "pin.accepted" in run.codes()
    assert run.codes("network") == []
    assert not spoken(trace.read_text())
    control = wizard.run(
        profile(lab, MODULE), home, token.home.environment, pin=PIN, before=strace
    )
    assert control.status == 0
    assert spoken(trace.read_text()), "the trace would have shown it"


def tracing(file: Path) -> tuple[str, ...]:
    """Return what has a command's calls written to a file, all its children's among them."""
    return (*AS_ROOT, "strace", "-f", "-e", TRACED, "-o", str(file))


def spoken(trace: str) -> list[str]:
    """Return the calls that send something to another address.

    Connecting a datagram socket sends nothing: so the program learns its own addresses, in order
    to mask them, by way of one that is kept for documentation (RFC 5737, RFC 3849).
    """
    lines = (line for line in trace.splitlines() if "AF_INET" in line)
    return [line for line in lines if "192.0.2.1" not in line and "2001:db8::1" not in line]


@needs_own_network
def test_a_computer_without_any_network(
    lab: Laboratory, home: Path, token: Token, table: Table
) -> None:
    extra = token.home.environment
    run = wizard.run(profile(lab, MODULE), home, extra, pin=PIN, before=NO_NETWORK)
    assert run.verdict["status"] == "failed"
    assert run.verdict["blame"] == "network", run.errors
    table.cause(run, str(run.cause), "computer without any network interface")
    quiet = wizard.run(profile(lab, MODULE), home, extra, "--sem-rede", pin=PIN, before=NO_NETWORK)
    assert quiet.verdict["status"] == "unknown", quiet.errors


# ---- masked or in clear


def test_what_is_private_is_masked(lab: Laboratory, tmp_path: Path, table: Table) -> None:
    home = tmp_path / "home" / "fulano"
    hsm = SoftHsm(tmp_path / "softhsm")
    token = hsm.add_token("TOKEN DE FULANO")
    entity = lab.pki.leaf("ecpf")
    token.put(entity)
    module = home / ".drivers" / "softhsm.so"
    module.parent.mkdir(parents=True)
    module.symlink_to(MODULE)
    texts = {}
    for option in ("masked", "--sem-mascara"):
        bundle = tmp_path / option
        more = (option,) if option.startswith("--") else ()
        run = diagnose(
            profile(lab, module),
            home,
            hsm.environment,
            *("--pin-stdin", "--json", "-", "--relatorio", str(bundle), *more),
        )
        assert run.status == 0, run.errors
        files = sorted(bundle.iterdir())
        texts[option] = run.output + "".join(map(read_whole, files))
        assert run.report["masked"] is (option == "masked")
        assert texts[option].count(run.report["verdict"]["title"]) > 3, "the PDF was not read"
    private = secrets_of(entity.certificate, token, home)
    for name, secret in private.items():
        assert secret not in texts["masked"], name
    for name in ("holder", "token serial", "home"):
        assert private[name] in texts["--sem-mascara"], name


def read_whole(file: Path) -> str:
    """Return a file's text, a bundle's files' too, and the text of its PDF."""
    if file.suffix != ".zip":
        return file.read_text("utf-8")
    with zipfile.ZipFile(file) as bundle:
        contents = {name: bundle.read(name) for name in bundle.namelist()}
    pdf = contents.pop("relatorio.pdf")
    done = subprocess.run(
        ["pdftotext", "-", "-"],
        input=pdf,
        capture_output=True,
        timeout=wizard.DEADLINE,
        check=True,
    )
    texts = (content.decode() for content in contents.values())
    plain = PACKED.sub(b"", pdf).decode("latin-1")  # a short host's name is in those by chance
    return "".join((*texts, plain, done.stdout.decode()))


def secrets_of(certificate: Any, token: Token, home: Path) -> dict[str, str]:  # noqa: ANN401 - an x509.Certificate
    """Return what a masked report must not hold, by what it is."""
    common_name = certificate.subject.rfc4514_string().split("CN=")[-1].split(",")[0]
    holder, _, digits = common_name.partition(":")
    serial = next(
        line.removeprefix("serial num").strip(" :")
        for line in _pkcs11_tool(token).splitlines()
        if line.strip().startswith("serial num")
        for line in [line.strip()]
    )
    return {
        "holder": holder,
        "CPF": digits,
        "CPF with dots": f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}",
        "certificate serial": str(certificate.serial_number),
        "certificate serial, hex": f"{certificate.serial_number:x}",
        "token serial": serial,
        "token label": token.label,
        "host name": socket.gethostname(),
        "home": str(home),
    }


def _pkcs11_tool(token: Token) -> str:
    """Ask OpenSC's tool what the token calls itself."""
    done = subprocess.run(
        ["pkcs11-tool", "--module", str(MODULE), "-L"],
        env={**os.environ, **token.home.environment},
        capture_output=True,
        text=True,
        timeout=wizard.DEADLINE,
        check=True,
    )
    return next(part for part in done.stdout.split("Slot ") if token.label in part)
