"""Is a healthy Windows accused of nothing, and one fault named as what it is?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.unit.checks.world import FakeSystem, World, said
from tests.unit.core.test_run import Watcher
from tests.unit.pki.maker import key
from tests.unit.tls.storekey import FakeStoreKeys
from tests.unit.windows_pcs import PCS, Pc

from a3check.checks import store
from a3check.core import verdict
from a3check.core.catalogue import catalogue
from a3check.core.model import findings
from a3check.core.profile import DriverWishes
from a3check.core.register import Status
from a3check.core.run import diagnose
from a3check.core.wishes import Wishes
from a3check.system import registry, windows, zone
from a3check.system.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from a3check.core.store_key import StoreLook
    from a3check.system.registry import Data, Hive

OFFSET = timedelta(hours=-4)
CHECKED = frozenset(
    {"computer", "clock", "cloud", "token", "certificate", "store", "network", *verdict.LANE}
    | {"driver"}
)


class Stores(FakeStoreKeys):
    """Windows' stores, which may show more at a second look."""

    def __init__(self, pc: Pc) -> None:
        super().__init__(key("leaf"), pc.look, kept=pc.listed)  # type: ignore[arg-type] # P-256
        self._looks = [pc.look, pc.later or pc.look]

    def look(self, certificate: bytes, above: Sequence[bytes]) -> StoreLook:
        super().look(certificate, above)
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]


def world(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> World:
    """Put a computer's answers behind the ports; what its registry says is read as on Windows."""

    def values(hive: Hive, name: str, *, narrow: bool = False) -> dict[str, Data]:
        return {} if narrow else dict(pc.registry.get((hive, name), {}))

    def subkeys(hive: Hive, name: str, *, narrow: bool = False) -> tuple[str, ...]:
        below = (k.rpartition("\\") for h, k in pc.registry if h is hive and not narrow)
        return tuple(last for above, _, last in below if above == name)

    monkeypatch.setattr(registry, "values", values)
    monkeypatch.setattr(registry, "subkeys", subkeys)
    called, number, remote = pc.session
    monkeypatch.setattr(windows, "_version", lambda: (10, pc.build))
    monkeypatch.setattr(windows, "_session", lambda: number)
    monkeypatch.setattr(windows, "_is_remote", lambda: remote)
    monkeypatch.setattr(store, "PROPAGATION", 0.01)
    here = Windows(DriverWishes(), environment={"SESSIONNAME": called})
    a = World(Wishes(form=pc.form, only=CHECKED), store_keys=Stores(pc))
    a.readers.service = pc.survey()
    system: FakeSystem = a.system
    system.described, system.lists = here.computer(), here.installed()
    system.providers, system.devices = here.key_providers(), pc.bus()
    system.at = (pc.zone, zone.brazilian(pc.zone, OFFSET))
    system.found = tuple(d.candidate for d in pc.drivers)
    a.drivers.drivers = pc.drivers
    a.drivers.held = {t.module: pc.objects for d in pc.drivers for t in d.tokens}
    a.network.odd = pc.unfollowed
    return a


@pytest.mark.parametrize("name", PCS)
def test_a_windows_computer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pc = PCS[name]
    context = world(pc, monkeypatch).context
    judged = verdict.conclude(diagnose(catalogue().checks(), context, Watcher()))
    assert not any(o.crash for o in judged.outcomes)
    troubled = [f for f in findings(judged.outcomes) if f.status is not Status.PASSED]
    assert said(troubled) == pc.troubles
    assert (judged.cause.code if judged.cause else None) == pc.cause
