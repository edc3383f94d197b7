"""The parts of a run put together: what command line and window have in common."""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from a3check import __version__
from a3check.core import earlier as before
from a3check.core.catalogue import catalogue
from a3check.core.check import Context, Wishes
from a3check.core.earlier import Earlier
from a3check.core.erasure import Erasure
from a3check.core.model import Diagnosis
from a3check.core.past import past_of
from a3check.core.ports import JSON, Ports, User
from a3check.core.profile import Profile
from a3check.core.register import register
from a3check.core.run import Observer
from a3check.core.run import diagnose as run
from a3check.core.settings import Place
from a3check.report.document import About, document, dumps, report_id
from a3check.report.identity import Identity
from a3check.report.mask import Masker, pseudonym
from a3check.report.ticket import ticket
from a3check.system import folders, here, names, tries
from a3check.system.erasing import erase as erase_all
from a3check.system.history import History
from a3check.system.logs import Discreet, run_log
from a3check.system.memory import SettingsFile

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


@dataclass(frozen=True, slots=True)
class Report:
    """A run's report as text, and the ticket made of it."""

    document: Mapping[str, JSON]
    text: str


def assemble(profile: Profile, wishes: Wishes, user: User) -> World:
    """Make fresh ports for one run; nothing is started and nothing leaves yet."""
    # Late: a window is painted before any of this is imported.
    from a3check.net.network import internet  # noqa: PLC0415
    from a3check.probes.drivers import ProbedDrivers  # noqa: PLC0415
    from a3check.probes.handshakes import ProbedHandshakes  # noqa: PLC0415
    from a3check.probes.readers import ProbedReaders  # noqa: PLC0415

    readers = ProbedReaders(profile.limits)
    drivers = ProbedDrivers(profile.limits)
    handshakes = ProbedHandshakes(profile.limits)
    network = internet(profile, offline=not wishes.network)
    ports = Ports(
        readers, drivers, network, handshakes, here(profile), LocalClock(), user, tries.book()
    )
    cancels = (readers.cancel, drivers.cancel, handshakes.cancel, network.cancel)
    modules, talks = drivers.interrupt, handshakes.interrupt
    interrupts = {
        **dict.fromkeys(("service", "reader", "card"), (readers.interrupt,)),
        **dict.fromkeys(_OF_MODULES, (modules,)),
        "server": (talks,),
        "login": (talks, modules),  # a signature may hang in the module
    }
    return World(ports, cancels, interrupts, drivers.waiting)


def diagnose(
    world: World, profile: Profile, wishes: Wishes, observer: Observer, stop: threading.Event
) -> Diagnosis:
    """Run the diagnosis; blocks until it has ended or ``stop`` has cut it short."""
    return diagnose_again(world, profile, wishes, observer, stop, None)[0]


def diagnose_again(
    world: World,
    profile: Profile,
    wishes: Wishes,
    observer: Observer,
    stop: threading.Event,
    earlier: Earlier | None,
) -> tuple[Diagnosis, Earlier]:
    """Run it as :func:`diagnose`; what is not tested again comes from ``earlier``.

    Returns what the next run may take over, too.
    """
    context = Context(world.ports, profile, wishes, stop)
    diagnosis = run(catalogue().checks(), context, observer, earlier)
    return diagnosis, before.remember(context, diagnosis.outcomes, diagnosis.started)


def report(
    profile: Profile,
    wishes: Wishes,
    diagnosis: Diagnosis,
    *,
    masked: bool,
    place: Place | None = None,
    id: str = "",  # noqa: A002 - the report's own word
) -> Report:
    """Write the report of a run; its id is new where none is given."""
    about = About(
        id=id or report_id(diagnosis.started, secrets.token_bytes(2)),
        version=__version__,
        catalogue=register().date,
        computer=here(profile).computer(),
        profile=profile.name,
        modified=profile.modified,
        form=wishes.form,
        place=place or Place(),
    )
    written = document(diagnosis, about, masked=masked, masker=masker())
    return Report(written, dumps(written))


def masker() -> Masker:
    """Return a masker that knows what is private on this computer."""
    own = Identity(names.hosts(), names.users(), names.homes(), names.addresses())
    try:
        return Masker(own, folders.key())
    except OSError:
        return Masker(own)


def origin() -> str:
    """Return what stands for this installation: random, the same as long as its key is."""
    try:
        return pseudonym("a3check", folders.key())
    except OSError:
        return ""


def record(report: Report) -> None:
    """Keep a run in this computer's history; one that was cut before it found a cause is none."""
    past = past_of(report.document)
    if past is not None and (past.complete or past.status == "failed"):
        history().add(report.document)


def write_report(report: Report, profile: Profile, folder: Path, contact: str = "") -> None:
    """Write ``relatorio.json`` and ``chamado.txt`` into a folder; raises ``OSError``."""
    text = ticket_text(report, profile, contact)
    folders.write(folder / "relatorio.json", report.text.encode())
    folders.write(folder / "chamado.txt", text.encode())


def ticket_text(report: Report, profile: Profile, contact: str = "") -> str:
    """Write the text of the ticket that belongs to a report."""
    return ticket(report.document, catalogue(), support=profile.support, contact=contact)


def log_to_file() -> None:
    """Log this run into a file of its own in the user's folder; old ones go."""
    try:
        handler: logging.Handler = run_log(folders.logs(), LocalClock().now())
    except OSError:
        handler = logging.NullHandler()
    form = "%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"
    handler.setFormatter(Discreet(form))
    logging.raiseExceptions = False  # a full disk is no reason to print frames on the screen
    _log_to(handler)


def _log_to(handler: logging.Handler) -> None:
    root = logging.getLogger()
    for former in tuple(root.handlers):
        root.removeHandler(former)
        former.close()
    logging.basicConfig(handlers=[handler], level=logging.INFO)


def settings() -> SettingsFile:
    """Return what remembers the place and the form between two starts."""
    return SettingsFile(folders.data_path())


def history() -> History:
    """Return the runs of this computer that are kept."""
    return History(folders.data_path() / "history")


def erase() -> Erasure:
    """Remove what is kept of the user; the log's file too, so nothing is logged until a run."""
    _log_to(logging.NullHandler())
    return erase_all()
