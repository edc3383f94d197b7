"""Is anything private in what a3check writes: in any file, any packing, any spelling?"""

from __future__ import annotations

import base64
import io
import json
import os
import struct
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest
from tests.lab import contents, wizard
from tests.lab.numbers import cnpj, cpf
from tests.lab.private import Private, hunt
from tests.lab.root import IS_ROOT
from tests.lab.softhsm import MODULE, SoftHsm
from tests.scenarios.parts import profile

from a3check.core.settings import Place, Settings
from a3check.system import names
from a3check.system.memory import SettingsFile

if TYPE_CHECKING:
    from tests.lab.entity import Entity
    from tests.lab.laboratory import Laboratory

HOLDER: Final = "ZULMIRA QUARESMA FIGUEIRÔA"
ASCII_HOLDER: Final = "ZULMIRA QUARESMA FIGUEIROA"
"""As it stands in the certificate: names of ICP-Brasil have no accents."""
CPF: Final = cpf("731904862")
CNPJ: Final = cnpj("904718360001")
BIRTH: Final = "17091963"
MAIL: Final = "pessoa@laboratorio.invalid"
"""What the laboratory writes into each holder's certificate."""
CONTACT: Final = "zuzu.q@figueiroa.invalid"
USER: Final = "zulmiraq"
HOST: Final = "PC-FIGUEIROA-07"
PIN: Final = "pw7Q-zf93-KX"
NAMED: Final = ("unshare", "--uts", "sh", "-c", f'hostname {HOST} && exec "$@"', "sh")
"""Before a command: its computer is called so, and no other one."""
CHATTY: Final = """
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void says(void) { fputs(%s, stderr); abort(); }
"""
PLACE: Final = Place("Município Inventado", "AM", "Prefeitura", "ACT 1/26", CONTACT, "555-0100")
UNSAID: Final = {"PIN", "birth date", "certificate serial", "certificate serial, decimal"}
"""What no report holds, not even one in clear."""


@dataclass(frozen=True)
class Case:
    """A person at a computer, with a token, and a driver that tells everything."""

    home: Path
    token: SoftHsm
    values: tuple[Private, ...]
    entity: Entity
    profile: Path

    def run(self, out: Path, *options: str) -> wizard.Run:
        """Diagnose with everything written that can be."""
        asked = ("diagnosticar", "--perfil", str(self.profile), "--pin-stdin")
        wrote = ("--relatorio", str(out), "--json", str(out / "so.json"))
        out.mkdir(parents=True)
        done = subprocess.run(
            wizard.command(*asked, *wrote, *options, before=NAMED if IS_ROOT else ()),
            env=wizard.environment(self.home, {**self.token.environment, "LOGNAME": USER}),
            input=f"{PIN}\n",
            capture_output=True,
            text=True,
            timeout=wizard.DEADLINE,
            check=False,
        )
        return wizard.Run(done.returncode, done.stdout, done.stderr)

    def found(self, *folders: Path) -> dict[str, list[str]]:
        """Return the values that are found, by where."""
        hits = {where: hunt(what, self.values) for where, what in contents.below(*folders)}
        return {where: hit for where, hit in hits.items() if hit}


def chatty(folder: Path, text: str) -> Path:
    """Build a driver that says something on standard error and dies, as some do."""
    folder.mkdir(parents=True)
    module = folder / "falante.so"
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(module)]
    source = CHATTY % json.dumps(text, ensure_ascii=False)
    subprocess.run(command, input=source, text=True, check=True, timeout=wizard.DEADLINE)
    return module


def saying(values: tuple[Private, ...], serial: str) -> str:
    """Return what the driver says: each value, in a way of writing that a driver has."""
    known = {value.what: value.text for value in values}
    lines = [
        f"open('{known['home']}/.cache/x'): no such file",
        f"CN={ASCII_HOLDER}:{CPF}, O=ICP-Brasil, EMPRESA QUARESMA:{CNPJ}",
        f"titular {HOLDER.title()} ({CPF[:3]}.{CPF[3:6]}.{CPF[6:9]}-{CPF[9:]}), {MAIL}, {CONTACT}",
        f"{USER}@{HOST.lower()} token {serial} C:\\Users\\{USER}\\AppData",
        f"zulmira_quaresma_figueiroa.cer; \\\\{HOST}\\{USER}\\docs",
        f"from {' '.join(v.text for v in values if v.what == 'address')}",
    ]
    return "\n".join(lines) + "\n"


def case(
    lab: Laboratory,
    folder: Path,
    kind: str,
    **form: Any,  # noqa: ANN401 - Form's own
) -> Case:
    """Sit the person down; `kind` is a variant of certificate."""
    home = folder / "home" / USER
    hsm = SoftHsm(folder / "softhsm")
    token = hsm.add_token("TOKEN DE ZULMIRA", pin=PIN)
    entity = lab.pki.leaf(kind, holder=ASCII_HOLDER, cpf=CPF, birth=BIRTH, **form)
    token.put(entity)
    module = home / ".drivers" / "softhsm.so"
    module.parent.mkdir(parents=True)
    module.symlink_to(MODULE)
    serial = _token_serial(hsm)
    values = (
        Private("holder", HOLDER),
        Private("CPF", CPF),
        Private("birth date", BIRTH),
        Private("e-mail", MAIL),
        Private("contact", CONTACT),
        Private("token serial", serial),
        Private("certificate serial", f"{entity.certificate.serial_number:x}"),
        Private("certificate serial, decimal", str(entity.certificate.serial_number)),
        Private("user", USER),
        Private("home", str(home)),
        Private("PIN", PIN),
        *(Private("address", address) for address in names.addresses()),
        *([Private("host", HOST)] if IS_ROOT else []),
        *([Private("CNPJ", CNPJ)] if "cnpj" in form else []),
    )
    assert SettingsFile(home / "data" / "a3check").save(Settings(PLACE))
    driver = chatty(home / "falante", saying(values, serial))
    return Case(home, hsm, values, entity, profile(lab, driver, module))


def _token_serial(hsm: SoftHsm) -> str:
    """Ask OpenSC's tool."""
    done = subprocess.run(
        ["pkcs11-tool", "--module", str(MODULE), "-L"],
        env={**os.environ, **hsm.environment},
        capture_output=True,
        text=True,
        timeout=wizard.DEADLINE,
        check=True,
    )
    shown = done.stdout.split("TOKEN DE ZULMIRA")[1]
    return next(
        line.partition(":")[2].strip() for line in shown.splitlines() if "serial num" in line
    )


def written(at: Case, out: Path) -> dict[str, list[str]]:
    """Return the values found in what a run left behind, by where.

    What the user typed is in the settings, which is their place; the ticket names who answers.
    """
    data = at.home / "data" / "a3check"
    left = [out, data / "history", data / "tries", at.home / "state", at.home / "cache"]
    assert [*left[1].iterdir()], "no run was kept"
    assert [*left[3].rglob("*.log")], "no log was searched"
    hits = at.found(*filter(Path.exists, left))
    ticket = hits.get(str(out / "chamado.txt"), [])
    if ticket and all(hit.startswith("contact: ") for hit in ticket):
        del hits[str(out / "chamado.txt")]
    return hits


# ---- the search itself


VALUES: Final = (
    Private("name", HOLDER),
    Private("CPF", CPF),
    Private("birth date", BIRTH),
    Private("e-mail", MAIL),
    Private("address", "02:aa:bb:cc:dd:ee"),
    Private("PIN", PIN),
)


def spelled(text: str) -> dict[str, bytes]:
    """Return a text as it may stand in a file, each among other words."""
    raw = text.encode()
    return {
        "plain": b"x " + raw + b" y",
        "upper": text.upper().encode(),
        "UTF-16": f"a{text}b".encode("utf-16"),
        "Latin-1": text.encode("latin-1"),
        "address": f"https://a.test/?q={quote(text)}".encode(),
        "JSON": json.dumps({"a": text}).encode(),
        "hex": raw.hex().encode(),
        "broken": text[: len(text) // 2].encode() + b"\r\n   " + text[len(text) // 2 :].encode(),
        "invisible": "\u200b".join(text).encode(),
        **{f"base64 {at}": base64.b64encode(b"x" * at + raw + b" yz") for at in range(3)},
    }


def packings(content: bytes) -> dict[str, bytes]:
    """Return files that hold it, packed."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
    squeezed = zlib.compress(content)
    fields = {
        b"tEXt": b"K\0" + content,
        b"zTXt": b"K\0\0" + squeezed,
        b"iTXt": b"K\0\1\0pt\0K\0" + squeezed,
        b"IDAT": squeezed,
    }
    pictures = {kind.decode(): _png(kind, body) for kind, body in fields.items()}
    return {"ZIP": zipped.getvalue(), "as it is": content, **pictures}


def _png(kind: bytes, body: bytes) -> bytes:
    rows = [] if kind == b"IDAT" else [(b"IDAT", zlib.compress(b"\0"))]
    parts = (struct.pack(">I", len(b)) + k + b + bytes(4) for k, b in [(kind, body), *rows])
    return contents.PNG + b"".join(parts)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.what)
def test_the_search_finds_each_spelling_in_each_packing(value: Private) -> None:
    others = [other for other in VALUES if other is not value]
    for spelling, content in spelled(value.text).items():
        for packing, file in packings(content).items():
            hits = [hit for _, what in contents.unpacked("f", file) for hit in hunt(what, [value])]
            wrong = [hit for _, what in contents.unpacked("f", file) for hit in hunt(what, others)]
            assert hits, (spelling, packing)
            assert not wrong, (spelling, packing)


def test_the_search_knows_how_numbers_and_names_are_written() -> None:
    said = f"{CPF[:3]}.{CPF[3:6]}.{CPF[6:9]}-{CPF[9:]} 17/09/1963 zulmira_quaresma_figueiroa"
    assert len(hunt(said.encode(), VALUES)) == 3
    assert hunt(b"02-AA-BB-CC-DD-EE 02aabbccddee", VALUES)
    assert hunt(b"Figueiroa Quaresma Zulmira", VALUES)
    assert not hunt(b"ZULMIRA Q*** F*** ***.904.862-**", VALUES)


# ---- the program


@pytest.mark.parametrize(
    ("kind", "form", "status"),
    [("ecpf", {}, 0), ("ecnpj", {"cnpj": CNPJ, "ends": timedelta(days=-1)}, 1)],
    ids=["healthy", "expired company"],
)
def test_nothing_private_is_in_what_is_written(
    kind: str, form: dict[str, Any], status: int, lab: Laboratory, tmp_path: Path
) -> None:
    at = case(lab, tmp_path, kind, **form)
    run = at.run(tmp_path / "out")
    assert run.status == status, run.errors
    assert written(at, tmp_path / "out") == {}


def test_the_search_would_have_found_it(lab: Laboratory, tmp_path: Path) -> None:
    """The same run in clear: what the report, its page and the ticket hold is found there."""
    at = case(lab, tmp_path, "ecpf", ends=timedelta(days=-1))
    out = tmp_path / "out"
    at.run(out, "--sem-mascara")
    hits = written(at, out)
    (bundle,) = out.glob("*.zip")
    places = {where.removeprefix(str(out) + "/").removeprefix(bundle.name + "/") for where in hits}
    assert {"relatorio.json", "relatorio.pdf: words", "so.json", "chamado.txt"} <= places
    assert not [where for where in hits if "history" in where], "the history is always masked"
    told = {hit.partition(": ")[0] for found in hits.values() for hit in found}
    assert told >= {value.what for value in at.values} - UNSAID
