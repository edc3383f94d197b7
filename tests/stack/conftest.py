"""Real parts for the stack's tests; a file that needs one made otherwise makes its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.lab.card import Card
from tests.lab.entity import Entity
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd
from tests.lab.sample import PIN, PUK, sample_keys
from tests.lab.softhsm import SoftHsm, Token
from tests.stack.probed import LIMITS
from tests.stack.tls_servers import Pki
from tests.unit.tls.softkey import issue

from a3check.probes.drivers import ProbedDrivers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.card_signature import Keys


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """A healthy laboratory with a certificate for RSA and one for ECDSA."""
    with Laboratory(tmp_path_factory.mktemp("lab"), certificates=("ecpf", "ecpf_ec")) as running:
        yield running


# ---- the virtual card


@pytest.fixture(scope="module")
def keys() -> Keys:
    return sample_keys()


@pytest.fixture(scope="module")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcscd]:
    with Pcscd(tmp_path_factory.mktemp("pcscd")) as service:
        yield service


@pytest.fixture
def card(pcscd: Pcscd, keys: Keys) -> Iterator[Card]:
    with Card(keys, PIN, PUK).inserted(pcscd) as inside:
        yield inside


# ---- SoftHSM's token, and the probes that ask it


@pytest.fixture(scope="module")
def holder() -> Entity:
    made = issue("FULANA DE TAL:00000000191")
    return Entity(made.certificate, made.key)


@pytest.fixture(scope="module")
def elliptic() -> Entity:
    made = issue("BELTRANO DE TAL:00000000272", curve=ec.SECP256R1())
    return Entity(made.certificate, made.key)


@pytest.fixture
def hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    made = SoftHsm(tmp_path / "hsm")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def token(hsm: SoftHsm, holder: Entity) -> Token:
    made = hsm.add_token("A3 DO LABORATORIO")
    made.put(holder)
    return made


@pytest.fixture
def drivers() -> Iterator[ProbedDrivers]:
    made = ProbedDrivers(LIMITS)
    yield made
    made.cancel()


# ---- TLS servers


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()
