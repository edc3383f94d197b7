"""Real parts for the scenarios."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from tests.lab.laboratory import Laboratory
from tests.lab.pcscd import Pcscd
from tests.lab.softhsm import SoftHsm
from tests.lab.wine import Wine, serving
from tests.scenarios.parts import new_card
from tests.scenarios.safe_parts import own_token
from tests.scenarios.table import TABLE, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab.card import Card
    from tests.lab.softhsm import Token


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every scenario as one that needs the laboratory."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Table:
    """Return the table to which every scenario adds."""
    return pytestconfig.stash[TABLE]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder with a short path: sockets lie in it."""
    with TemporaryDirectory(prefix="a3s-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def lab(folder: Path) -> Iterator[Laboratory]:
    """Run one healthy laboratory for all: change a copy of its profile, never its servers."""
    with Laboratory(folder / "lab") as laboratory:
        yield laboratory


@pytest.fixture(scope="session")
def old_lab(folder: Path) -> Iterator[Laboratory]:
    """Run a laboratory whose portal knows TLS 1.2 at the most: a CSP can sign for it."""
    with Laboratory(folder / "tls12", tls=("TLSv1.2",)) as laboratory:
        yield laboratory


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    """Run the prepared Wine: one test file has it at a time."""
    with serving() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a user's home without a past: wrong PINs are counted there."""
    return tmp_path / "home"


@pytest.fixture
def hsm(tmp_path: Path) -> SoftHsm:
    """Return an own set of SoftHSM tokens, without any yet."""
    return SoftHsm(tmp_path / "softhsm")


@pytest.fixture
def token(hsm: SoftHsm, lab: Laboratory) -> Token:
    """Return a healthy token of SoftHSM's."""
    return own_token(hsm, lab)


@pytest.fixture(scope="module")
def pcscd(folder: Path) -> Iterator[Pcscd]:
    """Run a PC/SC service with one empty reader."""
    with Pcscd(folder) as service:
        yield service


@pytest.fixture
def card(lab: Laboratory) -> Card:
    """Return a healthy virtual card that nobody has put into a reader yet."""
    return new_card(lab)


@pytest.fixture
def inserted(card: Card, pcscd: Pcscd) -> Iterator[Card]:
    """Put that card into the reader for the test."""
    with card.inserted(pcscd):
        yield card
