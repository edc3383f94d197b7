"""Cards, tokens and profiles of the scenarios, made from one shared laboratory."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from tests.lab import wizard
from tests.lab.authority import ISSUED_POLICIES
from tests.lab.card import Card
from tests.lab.keys import Algorithm
from tests.lab.softhsm import MODULE, PinFlag

from a3check.probes import spawner
from a3check.probes.store_keys import KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pytest
    from tests.lab.entity import Entity
    from tests.lab.laboratory import Laboratory
    from tests.lab.profile import Table
    from tests.lab.softhsm import SoftHsm, Token
    from tests.lab.wine import Wine
    from tests.lab.wizard import Run

OPENSC: Final = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
CARD_PIN: Final = "246810"
WRONG_PIN: Final = "135790"
"""Neither the cards' nor the tokens': were it sent, a counter would show it."""
NO_FLAG: Final = PinFlag(0)
LABEL: Final = "TOKEN DO CENARIO"


class Limits(TypedDict, total=False):
    """Deadlines of a profile, in seconds."""

    driver_start: float
    driver_call: float
    pcsc: float
    sign: float
    connect: float
    handshake: float
    fetch: float
    walk_interval: float


def at(moment: str) -> tuple[str, ...]:
    """Have the whole program, its probes too, live from this moment on (absolute, or +7m).

    Its clock runs on from there, as on a computer whose date is wrong. (Not with
    --exclude-monotonic: libfaketime then spoils clock_nanosleep, hence Python's sleep.)
    """
    begun = moment if moment[0] in "+-" else f"@{moment}"
    return ("faketime", "-f", begun)


def new_card(
    lab: Laboratory,
    entity: Entity | None = None,
    **options: Any,  # noqa: ANN401 - Card's own
) -> Card:
    """Return a virtual card with `entity` (default: a healthy e-CPF) in slot 9A."""
    held = entity or lab.pki.leaf()
    keys = {"9A": (held.key, held.der)}
    return Card(keys, pin=CARD_PIN.encode(), puk=b"31415926", **options)


def new_token(hsm: SoftHsm, *entities: Entity, label: str = LABEL) -> Token:
    """Return a token that holds `entities` under the CKA_IDs 1, 2, …"""
    token = hsm.add_token(label)
    for position, entity in enumerate(entities, 1):
        token.put(entity, bytes([position]), f"Certificado {position}")
    return token


def new_issuer(lab: Laboratory, name: str, key: str, parent: Entity | None = None) -> Entity:
    """Return an AC of its own, by default below the laboratory's first.

    What it publishes is nobody else's.
    """
    return lab.pki.authority(
        name,
        parent or lab.pki.ac1,
        key=key,
        algorithm=Algorithm.RSA_2048,
        policies=ISSUED_POLICIES,
        path_length=0,
    )


def profile(
    lab: Laboratory,
    *modules: Path,
    cas: Sequence[Entity] | None = None,
    network: Table | None = None,
    roots: Sequence[str] = (),
    **limits: Unpack[Limits],
) -> Path:
    """Return a profile with these modules (default: OpenSC) and deadlines in seconds."""
    wanted = [str(module) for module in modules or (OPENSC,)]
    tables: dict[str, Any] = {"drivers": {"modules": wanted}, "limits": dict(limits)}
    if network:
        tables["network"] = network
    if roots:
        tables["trust"] = {"roots_sha256": list(roots)}
    return lab.profile(cas=cas, **tables)


def on_token(
    lab: Laboratory,
    home: Path,
    token: Token,
    *entities: Entity,
    trusted: Sequence[Entity] = (),
    parts: Mapping[str, str] = MappingProxyType({}),
    pin: str | None = WRONG_PIN,
) -> Run:
    """Diagnose a SoftHSM token.

    `entities`: those whose CAs are at hand and have published; `trusted`: more trusted roots;
    `parts`: the variables of other parts (a PC/SC service).
    """
    lab.crls.publish(lab.pki.published(*entities))
    above = [ca for entity in entities for ca in entity.path[1:]]
    roots = [root.sha256 for root in (lab.pki.root, *trusted)]
    known = profile(lab, MODULE, cas=(*lab.pki.authorities, *above), roots=roots)
    return wizard.run(known, home, merged(token.home.environment, parts), pin=pin)


def key_under_wine(
    wine: Wine, theirs: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start the probe of Windows' key by `theirs` under Wine, and every other one as always."""
    ours = spawner.command
    monkeypatch.setattr(spawner, "command", lambda kind: (theirs if kind == KIND else ours)(kind))
    for name in ("WINEPREFIX", "WINEARCH", "WINEDEBUG", "WINEDLLOVERRIDES"):
        monkeypatch.setenv(name, wine.environment[name])
    monkeypatch.delenv("DISPLAY", raising=False)


def untouched(token: Token, flags: PinFlag = NO_FLAG) -> bool:
    """Tell whether no PIN ever reached the token (a wrong one raises COUNT_LOW)."""
    return token.shown == flags


def merged(*environments: Mapping[str, str]) -> dict[str, str]:
    """Return several parts' variables as one environment."""
    return {name: value for each in environments for name, value in each.items()}
