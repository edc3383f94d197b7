"""The installed program under Wine: whole diagnoses at the laboratory, in order and broken."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric import rsa
from tests.lab import contents
from tests.lab.entity import Entity
from tests.lab.laboratory import Laboratory
from tests.lab.private import Private, hunt
from tests.lab.profile import Table
from tests.lab.softhsm import PIN, PinFlag
from tests.lab.windows import modules
from tests.lab.wine import HERE, Kept, windows_path
from tests.lab.wizard import Run

from installers.smoke.program import Program
from installers.smoke.screen import DEADLINE
from installers.smoke.steps import Steps, wants

_WRONG = "99887766"
_ODD = "José プ"
"""A folder with letters that no code page of a Brazilian Windows has."""
_BROKEN = {
    "crash-load": "driver.crashed",
    "crash-C_Initialize": "driver.crashed",
    modules.HANGS: "driver.hung",
    "narrow": "driver.wrong_architecture",
}
"""Modules of the laboratory, and the code of each; the last one is of 32 bits."""
_PATIENT: Table = {
    "driver_start": 100.0,
    "driver_call": 100.0,
    "sign": 100.0,
    "connect": 30.0,
    "handshake": 60.0,
    "fetch": 60.0,
}
"""The profile's limits: Wine is slow on a busy machine, and what is shown here is no speed."""
_HANG: Table = {"driver_start": 30.0}
"""Where a module hangs, that long."""
_BOX = "a3check-instalado"
_BUNDLED = ("relatorio.json", "relatorio.pdf", "LEIA-ME.txt")


@dataclass(frozen=True, slots=True)
class Diagnosing:
    """The steps, with the installed ``program``."""

    program: Program
    runtime: Path
    """The whole embeddable package: with ``python.exe``, which is not shipped."""
    driver: Path
    """SoftHSM's DLL."""
    _healthy: list[tuple[Run, Entity]] = field(default_factory=list)

    def take(self, steps: Steps) -> None:
        """Take all steps."""
        steps.take("a token in order (SoftHSM's DLL, laboratory's portal)", self.healthy)
        steps.take("its bundle: whole; nothing private in it, nor in what is kept", self.bundle)
        steps.take("drivers that crash, hang, have 32 bits: each alone", self.broken)
        steps.take("all of them beside a token in order", self.beside)
        steps.take("the certificate in Windows' store, with its key", self.with_key)
        steps.take("a PIN that is not accepted", self.wrong_pin)
        steps.take("the certificate in Windows' store, without its key", self.without_key)

    def healthy(self) -> str:
        """PIN, signature, and TLS with the token's key through the provider; keep the report."""
        with _laboratory() as lab:
            reports = "C:/" + self._reports.relative_to(self.program.wine.drive).as_posix()
            run = self._diagnose(lab, lab.pin, [self._softhsm()], "--relatorio", reports)
            wants(not lab.token.shown & PinFlag.COUNT_LOW, "the token has seen a wrong PIN")
            self._healthy.append((run, lab.entities[0]))
        for code in ("pin.accepted", "signature.valid", "login.accepted"):
            wants(code in run.codes(), run.codes())
        return f"cause: {run.cause}"

    def bundle(self) -> str:
        """Let this tree's program read what the installed one wrote, and look through it."""
        wants(self._healthy, "there was no run")
        run, own = self._healthy[-1]
        report = json.loads((self._reports / "relatorio.json").read_text("utf-8"))
        wants(report == run.report, "another report than the one that was told")
        (packed,) = self._reports.glob("a3check-*.zip")
        command = [sys.executable, "-m", "a3check", "relatorio", str(packed)]
        read = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE, check=False
        )
        wants(read.returncode == 0, read.stderr)
        wants(all(name in read.stdout for name in _BUNDLED), read.stdout)
        private = _private(own)
        wants(len(hunt(own.der, private)) > 1, "nothing is found in the certificate either")
        kept = [*(self.program.wine.drive / "users").glob("*/AppData/Local/a3check")]
        wants(kept, "no folder of the user's was looked through")
        files = contents.below(self._reports, *kept)
        hits = {where: hunt(what, private) for where, what in files}
        hits = {where: hit for where, hit in hits.items() if hit}
        wants(not hits, hits)
        return packed.name

    def wrong_pin(self) -> str:
        """See the token refuse it, and nobody log in; the certificate is in the store still."""
        with _laboratory() as lab:
            run = self._diagnose(lab, _WRONG, [self._softhsm()])
            wants(lab.token.shown & PinFlag.COUNT_LOW, "the token has seen no wrong PIN")
        wants(run.cause == "pin.incorrect", run.codes())
        wants("login.accepted" not in run.codes(), run.codes())
        return "pin.incorrect"

    def broken(self) -> str:
        """Have each as the only driver: it fails, and the run goes on to its end."""
        self._faulty.mkdir(exist_ok=True)
        modules.build(self._faulty)
        with _laboratory() as lab:
            for name, code in _BROKEN.items():
                run = self._diagnose(lab, "", [self._module(name)], "--sem-rede")
                found = run.finding(code) if code in run.codes() else {}
                wants(found.get("status") == "failed", (name, run.codes()))
        return ", ".join(dict.fromkeys(_BROKEN.values()))

    def beside(self) -> str:
        """See each named, and the token used as if they were not there."""
        with _laboratory() as lab:
            drivers = [*map(self._module, _BROKEN), self._softhsm()]
            run = self._diagnose(lab, lab.pin, drivers)
        told = [f for f in run.check("driver")["findings"] if f["code"] in _BROKEN.values()]
        seen = {
            PureWindowsPath(finding["evidence"]["module"]).stem: finding["code"]
            for finding in told
        }
        wants(seen == _BROKEN, told)
        wants(all(finding["lowered"] for finding in told), told)
        wants("login.accepted" in run.codes(), run.codes())
        return f"cause: {run.cause}"

    def with_key(self) -> str:
        """Sign by Wine's CSP for a portal that knows TLS 1.2 at the most, as a browser would."""
        with _laboratory("TLSv1.2") as lab:
            own = lab.entities[0]
            key = own.key if isinstance(own.key, rsa.RSAPrivateKey) else None
            self._keep(Kept(own.der, _BOX, key), lab.pki.ac1.der, lab.pki.ac2.der)
            run = self._diagnose(lab, lab.pin, [self._softhsm()])
        wanted = ("store.legacy_provider", "login.accepted", "login.browser_way_works")
        wants(set(wanted) <= set(run.codes()), run.codes())
        wants(run.status == 0 and run.cause is None, (run.status, run.cause, run.codes()))
        return ", ".join(wanted)

    def without_key(self) -> str:
        """See that it is the cause: everything else is in order."""
        with _laboratory() as lab:
            self._keep(Kept(lab.entities[0].der))
            run = self._diagnose(lab, lab.pin, [self._softhsm()])
        wants(run.cause == "store.no_key", run.codes())
        wants("login.accepted" in run.codes(), run.codes())
        return "store.no_key"

    @property
    def _reports(self) -> Path:
        """Where the healthy run's report goes."""
        return self.program.wine.drive / "relatorios"

    @property
    def _faulty(self) -> Path:
        """Where the laboratory's broken modules are made."""
        return self.program.wine.prefix.parent / "faulty"

    def _diagnose(self, lab: Laboratory, pin: str, drivers: list[str], *options: str) -> Run:
        """Diagnose at a laboratory, whose files lie on the drive Z; no PIN: none is given."""
        folder = lab.hsm.configuration.parent.parent
        hangs = any(modules.HANGS in driver for driver in drivers)
        limits: Table = {**_PATIENT, **(_HANG if hangs else {})}
        conf = folder / "softhsm.conf"
        text = lab.hsm.configuration.read_text("utf-8")
        conf.write_text(text.replace(str(folder), f"Z:{folder}"), "utf-8")
        profile = lab.profile(drivers={"modules": drivers}, limits=limits)
        text = profile.read_text("utf-8")
        profile.write_text(text.replace(f'"{folder}', f'"Z:{folder}'), "utf-8")
        run = self.program.diagnose(
            *("--perfil", f"Z:{profile}", "--pin-stdin" if pin else "--sem-pin", *options),
            extra={"SOFTHSM2_CONF": f"Z:{conf}"},
            say=f"{pin}\n" if pin else "",
        )
        wants(not pin or pin not in run.errors, "the PIN was said")
        return run

    def _softhsm(self) -> str:
        return self._place(self.driver)

    def _module(self, name: str) -> str:
        return self._place(self._faulty / f"{name}.dll")

    def _place(self, file: Path) -> str:
        """Put a DLL where a vendor's would lie; its folder's name is odd, too."""
        place = self.program.wine.drive / "Program Files" / _ODD / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        return f"C:/Program Files/{_ODD}/{file.name}"

    def _keep(self, kept: Kept, *cas: bytes) -> None:
        """Make the user's store hold this certificate and these CAs, and nothing else."""
        wish = {"kept": [kept.wish()], "cas": [base64.b64encode(ca).decode() for ca in cas]}
        library = windows_path(self.program.folder / "lib")
        script = (windows_path(HERE / "keep_key.py"), library, library)
        python = str(self.runtime / "python.exe")
        ended = self.program.wine.run(python, *script, say=json.dumps(wish))
        wants(ended.status == 0, ended)


@contextmanager
def _laboratory(*tls: str) -> Iterator[Laboratory]:
    versions = tls or ("TLSv1.2", "TLSv1.3")
    with (
        TemporaryDirectory(prefix="a3check-wine-") as name,
        Laboratory(Path(name), tls=versions) as lab,
    ):
        yield lab


def _private(own: Entity) -> tuple[Private, ...]:
    """Return what no masked report may hold of the laboratory's holder."""
    holder, _, cpf = own.common_name.partition(":")
    number = own.certificate.serial_number
    return (
        Private("holder", holder),
        Private("CPF", cpf),
        Private("e-mail", "pessoa@laboratorio.invalid"),
        Private("certificate serial", f"{number:x}"),
        Private("certificate serial, decimal", str(number)),
        Private("PIN", PIN),
    )
