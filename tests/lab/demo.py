"""The main job on the laboratory's real parts, as a technician sees it; reports in ./demo/."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.lab import wizard
from tests.lab.card import Card
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENSC: Final = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
CARD_PIN: Final = "246810"
WRONG_PIN: Final = "135791"


@dataclass
class Demo:
    """Runs the real command line before the reader's eyes and keeps what it concluded."""

    folder: Path
    home: Path
    failed: list[str] = field(default_factory=list)

    def show(
        self, name: str, title: str, profile: Path, extra: Mapping[str, str], pin: str, wanted: int
    ) -> None:
        """Diagnose once; `wanted` is the exit status that this case must end with."""
        print(f"\n{'═' * 78}\n{title}\n{'═' * 78}", flush=True)
        report = self.folder / name
        arguments = ["diagnosticar", "--perfil", str(profile), "--relatorio", str(report)]
        done = subprocess.run(
            wizard.command(*arguments, "--pin-stdin"),
            env=wizard.environment(self.home, extra),
            input=f"{pin}\n",
            text=True,
            timeout=wizard.DEADLINE,
            check=False,
        )
        if done.returncode != wanted:
            self.failed.append(f"{name}: exit status {done.returncode} instead of {wanted}")

    def verdict(self) -> int:
        """Say whether every case ended as it must."""
        print(f"\nRelatórios e chamados: {self.folder}/")
        for line in self.failed:
            print(line, file=sys.stderr)
        return 1 if self.failed else 0


def main() -> int:
    """Start the laboratory and go through five cases."""
    folder = Path("demo").resolve()
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="a3check-demo-") as name:
        tmp = Path(name)
        demo = Demo(folder, tmp / "home")
        with Laboratory(tmp / "lab") as lab, Pcscd(tmp) as pcscd:
            _softhsm(demo, lab)
            _card(demo, lab, pcscd)
        with Laboratory(tmp / "expired", certificates=("expired",)) as lab:
            title = "5. Certificado vencido"
            demo.show("5-vencido", title, lab.profile(), lab.environment, lab.pin, 1)
        return demo.verdict()


def _softhsm(demo: Demo, lab: Laboratory) -> None:
    title = "1. Token em ordem (SoftHSM)"
    demo.show("1-token", title, lab.profile(), lab.environment, lab.pin, 0)


def _card(demo: Demo, lab: Laboratory, pcscd: Pcscd) -> None:
    entity = lab.pki.leaf("ecpf")
    profile = lab.profile(drivers={"modules": [OPENSC]})
    card = Card({"9A": (entity.key, entity.der)}, pin=CARD_PIN.encode(), puk=b"12345678")
    with card.inserted(pcscd):
        title = "2. Cartão em ordem (leitora virtual, OpenSC)"
        demo.show("2-cartao", title, profile, pcscd.environment, CARD_PIN, 0)
        card.remove()
        title = "3. Leitora sem cartão"
        demo.show("3-sem-cartao", title, profile, pcscd.environment, CARD_PIN, 1)
        card.insert()
        before, sent = card.tries_left, card.verifies
        title = "4. Senha (PIN) que não é a do cartão"
        demo.show("4-senha", title, profile, pcscd.environment, WRONG_PIN, 1)
        spent = f"{card.verifies - sent} enviada"
        print(
            f"\nContador do cartão: {before} → {card.tries_left} tentativas ({spent})", flush=True
        )


if __name__ == "__main__":
    sys.exit(main())
