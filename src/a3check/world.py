"""The ports of one run put together, and how its waits are ended."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from a3check.core.ports import Ports, User
from a3check.core.profile import Profile
from a3check.core.store_key import NoStore
from a3check.core.wishes import Wishes
from a3check.system import here, kept, tries, walks

_OF_MODULES = ("driver", "token", "certificate", "pin", "signature")
"""The checks whose work the drivers' processes do."""


@dataclass(frozen=True, slots=True)
class LocalClock:
    """This computer's clock in this computer's zone."""

    def now(self) -> datetime:
        """Return the moment, aware of its zone."""
        return datetime.now().astimezone()


@dataclass(slots=True)
class World:
    """The ports of one run; ``cancel`` ends every wait at once, from any thread."""

    ports: Ports
    _cancels: tuple[Callable[[], None], ...] = field(default=(), repr=False)
    _interrupts: Mapping[str, tuple[Callable[[], None], ...]] = field(
        default_factory=dict, repr=False
    )
    _waiting: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)
    _let_go: Callable[[], None] = field(default=lambda: None, repr=False)

    def cancel(self) -> None:
        """Kill what runs: every wait of the run ends at once."""
        for cancel in self._cancels:
            cancel()

    def waiting(self, check: str) -> tuple[str, ...]:
        """Return the files of a check that have been asked and have not answered yet."""
        return self._waiting() if check in _OF_MODULES else ()

    def interrupt(self, check: str) -> None:
        """Kill what a check runs in processes; sockets end with their own deadlines, unheard."""
        for interrupt in self._interrupts.get(check, ()):
            interrupt()

    def close(self) -> None:
        """End whatever is left; nothing outlives the run."""
        self.ports.drivers.release()
        self.cancel()
        self._let_go()


def assemble(profile: Profile, wishes: Wishes, user: User) -> World:
    """Make fresh ports for one run; nothing is started and nothing leaves yet."""
    # Late: a window is painted before any of this is imported.
    from a3check.net.network import internet  # noqa: PLC0415
    from a3check.probes.drivers import ProbedDrivers  # noqa: PLC0415
    from a3check.probes.handshakes import ProbedHandshakes  # noqa: PLC0415
    from a3check.probes.readers import ProbedReaders  # noqa: PLC0415
    from a3check.probes.store_keys import ProbedStoreKeys  # noqa: PLC0415

    readers = ProbedReaders(profile.limits)
    drivers = ProbedDrivers(profile.limits)
    handshakes = ProbedHandshakes(profile.limits)
    keys = ProbedStoreKeys(profile.limits)
    network = internet(profile, offline=not wishes.network)
    ports = Ports(
        readers,
        drivers,
        network,
        handshakes,
        here(profile),
        LocalClock(),
        user,
        tries.book(),
        kept.crls(),
        keys if sys.platform == "win32" else NoStore(),
        walks.walks(),
    )
    cancels = (readers.cancel, drivers.cancel, handshakes.cancel, keys.cancel, network.cancel)
    modules, talks = drivers.interrupt, handshakes.interrupt
    interrupts = {
        **dict.fromkeys(("service", "reader", "card"), (readers.interrupt,)),
        **dict.fromkeys(_OF_MODULES, (modules,)),
        "server": (talks,),
        "store": (keys.interrupt,),
        "signature": (modules, keys.interrupt),  # a provider's own question may stand open
        "login": (talks, modules, keys.interrupt),  # a signature may hang in the module
    }
    return World(ports, cancels, interrupts, drivers.waiting, tries.hold())
