"""Set-ups that look odd and are in order: each ends with the portal's welcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from tests.lab import faulty, filtering, wizard
from tests.lab.endpoints import Refused
from tests.lab.laboratory import KEY_CACHE
from tests.lab.pcscd import Pcscd
from tests.lab.pki import Pki
from tests.lab.proxy import Proxy
from tests.lab.softhsm import MODULE, PIN
from tests.scenarios.parts import CARD_PIN, LABEL, OPENSC, new_card, new_token, on_token, profile
from tests.scenarios.portals import enter, way

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.lab.laboratory import Laboratory
    from tests.lab.softhsm import SoftHsm
    from tests.lab.wizard import Run

APDU_SECONDS: Final = 0.3
HANG_SECONDS: Final = 2.0
OVER_SSH: Final = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22"}


def passes(run: Run) -> Run:
    """Assert that nothing stands between this user and the portal."""
    assert run.cause is None, f"{run.cause}: {run.codes()}\n{run.errors}"
    assert run.verdict["status"] == "passed"
    assert run.status == 0, run.errors
    assert "login.accepted" in run.codes("login")
    assert not [c["name"] for c in run.report["checks"] if c["status"] in {"failed", "crashed"}]
    return run


# ---- readers and services


def test_a_software_token_without_any_reader_service(
    lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    nowhere = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "none.comm")}
    passes(enter(lab, home, lab.profile(), extra=nowhere))


def test_a_software_token_beside_a_service_without_readers(
    lab: Laboratory, home: Path, folder: Path
) -> None:
    with Pcscd(folder, readers=0) as pcscd:
        passes(enter(lab, home, lab.profile(), extra=pcscd.environment))


@pytest.mark.parametrize("reader", [0, 1])
def test_two_readers_and_one_is_empty(
    reader: int, lab: Laboratory, home: Path, folder: Path
) -> None:
    card = new_card(lab)
    with Pcscd(folder, readers=2) as pcscd, card.inserted(pcscd, reader):
        run = passes(wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN))
    assert len(run.finding("reader.connected")["evidence"]["readers"]) == 2
    assert card.verifies == 1


def test_a_slow_card(lab: Laboratory, home: Path, folder: Path) -> None:
    card = new_card(lab)
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        card.delay = APDU_SECONDS
        run = passes(wizard.run(profile(lab), home, pcscd.environment, pin=CARD_PIN))
    assert run.finding("driver.working")["evidence"]["seconds"] > 5
    assert card.verifies == 1


# ---- what the token holds


@pytest.mark.parametrize(
    ("kinds", "chosen"),
    [
        (("expired", "ecpf"), "ecpf"),
        (("ecpf", "expired"), "ecpf"),
        (("ecpf", "ecnpj"), "ecpf"),
        (("ecnpj", "ecpf"), "ecpf"),
    ],
)
def test_two_certificates(
    kinds: tuple[str, ...], chosen: str, lab: Laboratory, home: Path, hsm: SoftHsm
) -> None:
    entities = [lab.pki.variant(kind) for kind in kinds]
    token = new_token(hsm, *entities)
    before = len(lab.portal.requests())
    passes(wizard.run(lab.profile(), home, hsm.environment, pin=token.pin))
    shown = lab.portal.requests(before + 2)[-1].client
    assert lab.pki.variant(chosen).common_name in shown


def test_keys_that_hide_before_the_login(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    token = hsm.add_token("CHAVE OCULTA")
    token.put(lab.pki.leaf(), private=True, public_key=False)
    passes(wizard.run(lab.profile(), home, hsm.environment, pin=token.pin))


def test_a_strangers_key_shows_and_its_own_one_hides(
    lab: Laboratory, home: Path, hsm: SoftHsm
) -> None:
    """A key that anybody may see (of SSH, say) does not tell that the certificate's is missing."""
    token = new_token(hsm, lab.pki.leaf())
    token.put(lab.pki.leaf(), b"\2", "ssh", private=False, certificate=False)
    passes(on_token(lab, home, token, pin=PIN))


def test_a_certificate_that_lies_there_twice(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    """Somebody has put a copy on the token: the key lies under the other one's id."""
    token = hsm.add_token(LABEL)
    token.put(lab.pki.leaf(), b"\1", "copia", key=False)
    token.put(lab.pki.leaf(), b"\2", "y" * 65536, key=False)
    token.put(lab.pki.leaf(), b"\3")
    passes(on_token(lab, home, token, pin=PIN))


def test_a_key_that_asks_for_the_pin_again(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    token = hsm.add_token("CHAVE EXIGENTE")
    token.put(lab.pki.leaf(), always_authenticate=True)
    passes(wizard.run(lab.profile(), home, hsm.environment, pin=token.pin))


def test_the_cas_on_the_token(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    leaf = lab.pki.leaf()
    token = new_token(hsm, leaf)
    token.put_authorities(leaf)
    passes(wizard.run(lab.profile(cas=[]), home, hsm.environment, pin=token.pin))


def test_an_uninitialised_slot_beside_the_token(lab: Laboratory, home: Path) -> None:
    # SoftHSM always shows one more slot, with a token that nobody initialised.
    run = passes(enter(lab, home, lab.profile()))
    assert run.codes("token") == ["token.ready"]


@pytest.mark.parametrize("limits", [(0, 0), (8, 4), (2**64 - 1, 2**64 - 1)])
def test_absurd_limits_of_the_pin(
    limits: tuple[int, int], lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    module = filtering.build(tmp_path / "module", filtering.limits(*limits))
    passes(enter(lab, home, lab.profile(drivers={"modules": [str(module)]})))


# ---- drivers


def test_two_modules_that_show_one_token(lab: Laboratory, home: Path, tmp_path: Path) -> None:
    twin = filtering.build(tmp_path / "module")
    passes(enter(lab, home, lab.profile(drivers={"modules": [str(MODULE), str(twin)]})))


def test_two_modules_that_name_one_token_differently(
    lab: Laboratory, home: Path, folder: Path, tmp_path: Path
) -> None:
    """A maker's module and OpenSC agree on nothing but the reader that the token is in."""
    card = new_card(lab)
    other = filtering.names("Token do fulano")
    theirs = filtering.build(tmp_path / "module", other, behind=OPENSC)
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        run = wizard.run(profile(lab, theirs, OPENSC), home, pcscd.environment, pin=CARD_PIN)
    passes(run)
    assert run.codes("token") == ["token.ready"]
    assert card.verifies == 1


@pytest.mark.parametrize("call", ["load", "C_Initialize", "C_GetSlotList", "C_GetTokenInfo"])
def test_a_crashing_and_a_hanging_module_beside(
    call: str, lab: Laboratory, home: Path, tmp_path: Path
) -> None:
    modules = [faulty.build(f"{end}-{call}", tmp_path) for end in ("segv", "hang")]
    known = lab.profile(
        drivers={"modules": [*map(str, modules), str(MODULE)]},
        limits={"driver_start": HANG_SECONDS, "driver_call": HANG_SECONDS},
    )
    run = passes(enter(lab, home, known))
    assert {"driver.crashed", "driver.hung"} <= set(run.codes("driver"))


# ---- the network and the clock


def test_a_port_shut_that_may_be_needed(lab: Laboratory, home: Path) -> None:
    with Refused() as shut:
        known = lab.profile(portal={"maybe": [f"localhost:{shut.port}"]})
        passes(enter(lab, home, known))


def test_a_crl_host_that_is_shut(lab: Laboratory, home: Path, hsm: SoftHsm) -> None:
    with Refused() as shut:
        pki = Pki(KEY_CACHE, f"http://{shut.address}", lab.pki.now)
        token = new_token(hsm, pki.leaf())
        known = lab.profile(cas=pki.authorities)
        run = passes(wizard.run(known, home, hsm.environment, pin=token.pin))
    assert set(run.codes("revocation")) == {"revocation.unreachable"}


@pytest.mark.parametrize("moment", ["+7m", "-7m"])
def test_a_clock_seven_minutes_off(moment: str, lab: Laboratory, home: Path) -> None:
    run = passes(enter(lab, home, lab.profile(), before=("faketime", "-f", moment)))
    assert run.finding("clock.off")["evidence"]["minutes"] == 7


def test_no_trusted_time(lab: Laboratory, home: Path) -> None:
    with Refused() as shut:
        known = lab.profile(network={"time_urls": [f"https://{shut.address}/"]})
        passes(enter(lab, home, known))


def test_a_proxy_that_everything_goes_through(lab: Laboratory, home: Path) -> None:
    with Proxy() as proxy:
        passes(enter(lab, home, lab.profile(network={"proxy": proxy.url})))
        assert lab.portal.address in proxy.tunnels


def test_a_proxy_that_alone_knows_the_names(lab: Laboratory, home: Path) -> None:
    name = "portal.laboratorio.invalid"
    with Proxy(names={name: "127.0.0.1"}) as proxy:
        start = f"https://{name}:{lab.portal.port}/tarefas"
        passes(enter(lab, home, way(lab, start, network={"proxy": proxy.url})))


# ---- the session


@pytest.mark.parametrize(
    "extra",
    [OVER_SSH, {"LANG": "C"}, {"HOME": "/nonexistent"}],
    ids=["over SSH", "without a language", "without a home"],
)
def test_an_odd_session(extra: Mapping[str, str], lab: Laboratory, home: Path) -> None:
    passes(enter(lab, home, lab.profile(), extra=extra))


def test_a_card_over_ssh(lab: Laboratory, home: Path, folder: Path) -> None:
    card = new_card(lab)
    with Pcscd(folder) as pcscd, card.inserted(pcscd):
        there = {**pcscd.environment, **OVER_SSH}
        run = passes(wizard.run(profile(lab), home, there, pin=CARD_PIN))
    assert run.codes("computer") == ["computer.remote_session"]
