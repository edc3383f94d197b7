"""The card is pulled out at each step of the portal's handshake: the right code, one login."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import wizard
from tests.lab.card import Card
from tests.lab.nginx import Page
from tests.lab.pcscd import Pcscd
from tests.lab.piv import SIGN
from tests.lab.portal import Portal, Verify
from tests.lab.watching import Moment, Watching
from tests.scenarios.parts import CARD_PIN, OPENSC
from tests.scenarios.portals import way

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.scenarios.table import Table

HANG_SECONDS: Final = 3.0
LIMITS: Final = {"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS, "sign": HANG_SECONDS}
CHECKED: Final = 1
"""Signatures that the card makes before the login: the check `signature`."""


class Pulled(Card):
    """A card that leaves its reader around its `nth` signature."""

    nth: int | None = None
    before: bool = False
    """At the first command of that signature; else once it is made, with no answer."""
    leaving: Thread | None = None

    def _apdu(self, raw: bytes) -> bytes | None:
        if self.before and raw[1] == SIGN and self.signatures + 1 == self.nth:
            self._leave()
            return None
        answer = super()._apdu(raw)
        if not self.before and self.signatures == self.nth:
            self._leave()
            return None
        return answer

    def _leave(self) -> None:
        self.nth = None
        self.leaving = Thread(target=self.remove)
        self.leaving.start()


def new(lab: Laboratory) -> Pulled:
    entity = lab.pki.leaf()
    return Pulled({"9A": (entity.key, entity.der)}, CARD_PIN.encode(), b"31415926")


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("moment", [Moment.HELLO, Moment.ASKED])
def test_before_the_signature(
    moment: Moment,
    tls: str,
    lab: Laboratory,
    home: Path,
    table: Table,
    folder: Path,
    tmp_path: Path,
) -> None:
    card = new(lab)
    with (
        Pcscd(folder) as pcscd,
        card.inserted(pcscd),
        Portal(tmp_path / "portal", lab.pki, tls=(tls,)) as portal,
        Watching(portal.port, moment, 2, card.remove) as wire,
    ):
        start = f"https://localhost:{wire.port}/tarefas"
        profile = way(lab, start, drivers={"modules": [str(OPENSC)]}, limits=LIMITS)
        run = wizard.run(profile, home, pcscd.environment, pin=CARD_PIN)
    assert wire.happened == 1
    table.cause(run, "token.removed", f"card pulled out at {moment.name} of the login ({tls})")
    assert "login.token_failed" in run.codes("login")
    assert (card.verifies, card.signatures, card.tries_left) == (1, CHECKED, 3)


@pytest.mark.parametrize("before", [True, False], ids=["before C_Sign", "during C_Sign"])
def test_at_the_signature(
    before: bool,
    lab: Laboratory,
    home: Path,
    table: Table,
    folder: Path,
    tmp_path: Path,
) -> None:
    card = new(lab)
    card.nth, card.before = CHECKED + 1, before
    with (
        Pcscd(folder) as pcscd,
        card.inserted(pcscd),
        Portal(tmp_path / "portal", lab.pki) as portal,
    ):
        profile = way(lab, portal.url(), drivers={"modules": [str(OPENSC)]}, limits=LIMITS)
        run = wizard.run(profile, home, pcscd.environment, pin=CARD_PIN)
        assert card.leaving is not None
        card.leaving.join(HANG_SECONDS)
    moment = "before" if before else "during"
    table.cause(run, "token.removed", f"card pulled out {moment} C_Sign of the login")
    assert "login.token_failed" in run.codes("login")
    assert (card.verifies, card.tries_left) == (1, 3)
    assert card.signatures == (CHECKED if before else CHECKED + 1)


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_after_the_signature_the_login_is_through(
    tls: str, lab: Laboratory, home: Path, table: Table, folder: Path, tmp_path: Path
) -> None:
    card = new(lab)
    with (
        Pcscd(folder) as pcscd,
        card.inserted(pcscd),
        Portal(tmp_path / "portal", lab.pki, tls=(tls,)) as portal,
        Watching(portal.port, Moment.SHOWN, 2, card.remove) as wire,
    ):
        start = f"https://localhost:{wire.port}/tarefas"
        profile = way(lab, start, drivers={"modules": [str(OPENSC)]}, limits=LIMITS)
        run = wizard.run(profile, home, pcscd.environment, pin=CARD_PIN)
    assert wire.happened == 1
    table.beside(run, "login.accepted", f"card pulled out after CertificateVerify ({tls})")
    assert (card.verifies, card.signatures) == (1, CHECKED + 1)


@pytest.mark.parametrize("moment", [Moment.HELLO, Moment.ASKED])
def test_in_the_second_of_two_hops(
    moment: Moment, lab: Laboratory, home: Path, table: Table, folder: Path, tmp_path: Path
) -> None:
    card = new(lab)
    with (
        Pcscd(folder) as pcscd,
        card.inserted(pcscd),
        Portal(tmp_path / "inner", lab.pki) as inner,
        Watching(inner.port, moment, 1, card.remove) as wire,
    ):
        there = Page(status=302, location=f"https://localhost:{wire.port}/tarefas")
        asking, pages = Verify.ON, {"/tarefas": there}
        with Portal(tmp_path / "outer", lab.pki, verify=asking, pages=pages) as outer:
            profile = way(lab, outer.url(), drivers={"modules": [str(OPENSC)]}, limits=LIMITS)
            run = wizard.run(profile, home, pcscd.environment, pin=CARD_PIN)
    assert wire.happened == 1
    part = f"card pulled out at {moment.name} of the login's second hop"
    table.cause(run, "token.removed", part)
    assert "login.token_failed" in run.codes("login")
    assert (card.verifies, card.signatures) == (1, CHECKED + 1)
