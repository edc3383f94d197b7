"""One window, one broken part after another: each cause stands on the page, in its own words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.gui.closing import gone
from tests.gui.scripted import export
from tests.gui.test_laboratory import DEADLINE, OPENSC, PIN
from tests.lab import faulty
from tests.lab.card import Card
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd
from tests.lab.softhsm import MODULE, SoftHsm
from tests.lab.variants import VARIANTS

from a3check import desktop
from a3check.core.catalogue import catalogue
from a3check.core.profile import load
from a3check.core.verdict import conclude
from a3check.core.wishes import Wishes
from a3check.ui.session import Session
from a3check.ui.window import Window

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from a3check.core.model import Diagnosis
    from a3check.core.ports import User
    from a3check.core.run import Observer

pytestmark = pytest.mark.lab

ON_THE_TOKEN: Final = (
    *("without_policy", "no_client_auth", "no_digital_signature", "weak_key", "weak_hash"),
    *("expired", "not_icp_brasil", "unreadable", "policy_not_issued", "ca_expired", "fake_root"),
    *("homologation", "bad_signature", "issuer_not_ca", "weak_ca_hash", "issuer_missing"),
)
DRIVERS: Final = {
    "segv-C_Initialize": "driver.crashed",
    "hang-C_Initialize": "driver.hung",
    "text": "driver.not_a_library",
    "elf32": "driver.wrong_architecture",
    "missing-library": "driver.missing_dependency",
    "no-function-list": "driver.not_pkcs11",
    "refuses": "driver.refused",
}


class Place:
    """One window whose world is another for each run."""

    def __init__(self, lab: Laboratory, qtbot: QtBot) -> None:
        self.lab, self._qtbot = lab, qtbot
        self._runs: desktop.Runs | None = None
        self._ended: list[Diagnosis] = []
        session = Session(self._begin, export)
        self.window = Window(session, catalogue())
        session.setParent(self.window)
        session.ended.connect(self._ended.append)
        self.window.show()

    def shows(self, code: str, only: str, modules: tuple[Path, ...] = (), **tables: Any) -> None:  # noqa: ANN401 - the profile's
        """Run one check and what it requires; assert that the page names this cause."""
        cas = tables.pop("cas", None)
        profile = load(
            self.lab.profile(
                cas=cas,
                drivers={"modules": [str(module) for module in modules]},
                limits={"walk_interval": 0, **tables},
            )
        )
        self._runs = desktop.Runs(profile)
        self._ended.clear()
        network = only == "revocation"
        self.window._wishes = Wishes(only=frozenset({only}), network=network)
        self.window.start()
        self._qtbot.waitUntil(lambda: bool(self._ended), timeout=DEADLINE)
        cause = conclude(self._ended[0]).cause
        assert cause is not None
        assert cause.code == code
        assert self.window.page.headline.title.text() == catalogue().advice(cause).title
        self._qtbot.waitUntil(lambda: not self.window.where.settling)
        assert self.window.again_button.isVisible()

    def _begin(
        self, wishes: Wishes, user: User, observer: Observer, stop: threading.Event
    ) -> Diagnosis:
        assert self._runs is not None
        return self._runs.begin(wishes, user, observer, stop)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory(tmp_path_factory.mktemp("lab"), certificates=()) as laboratory:
        yield laboratory


@pytest.fixture
def place(
    dressed: QApplication,
    qtbot: QtBot,
    lab: Laboratory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    for name in ("DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    made = Place(lab, qtbot)
    yield made
    gone(made.window)


def test_what_is_wrong_with_a_certificate(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pki = place.lab.pki
    for name in ON_THE_TOKEN:
        entity = pki.variant(name)
        hsm = SoftHsm(tmp_path / name)
        hsm.add_token(name).put(entity, b"\x01", "Certificado")
        monkeypatch.setenv("SOFTHSM2_CONF", hsm.environment["SOFTHSM2_CONF"])
        above = () if name == "issuer_missing" else entity.path[1:]
        cas = (*pki.authorities, *above)
        place.shows(VARIANTS[name].code, "chain", (MODULE,), cas=cas)


def test_a_revoked_certificate(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entity = place.lab.pki.variant("revoked")
    place.lab.crls.publish(place.lab.pki.published(entity))
    hsm = SoftHsm(tmp_path / "hsm")
    hsm.add_token("REVOGADO").put(entity, b"\x01", "Certificado")
    monkeypatch.setenv("SOFTHSM2_CONF", hsm.environment["SOFTHSM2_CONF"])
    place.shows("revocation.revoked", "revocation", (MODULE,))


def test_what_is_wrong_with_a_driver(place: Place, tmp_path: Path) -> None:
    for name, code in DRIVERS.items():
        start = 1.0 if name.startswith("hang") else 25.0
        place.shows(code, "driver", (faulty.build(name, tmp_path),), driver_start=start)
    place.shows("driver.absent", "driver")


def test_what_is_wrong_with_service_reader_and_card(
    place: Place, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.shows("service.stopped", "card")
    entity = place.lab.pki.leaf("ecpf")
    card = Card({"9A": (entity.key, entity.der)}, pin=PIN.encode(), puk=b"12345678")
    with Pcscd(tmp_path_factory.mktemp("p")) as pcscd:
        monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(pcscd.socket))
        place.shows("card.absent", "card")
        card.tries_left = 0
        with card.inserted(pcscd):
            place.shows("token.pin_locked", "token", (Path(OPENSC),))
        card.mute = True
        with card.inserted(pcscd):
            place.shows("card.mute", "card")
    with Pcscd(tmp_path_factory.mktemp("q"), readers=0) as pcscd:
        monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(pcscd.socket))
        place.shows("reader.absent", "card")
